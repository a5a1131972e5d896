"""Publish once: exactly one create, whatever breaks; nothing is sent again without looking."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from content.post import Rendering
from schedules.days import publication_key
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)
from schedules.ledger import Publication, Status
from schedules.publish_once import LEASE, MOST_ATTEMPTS_IN_DOUBT, PublishOnce
from schedules.publisher import Prepared
from schedules.slots import Slot
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, Recorded, entry

DAY = date(2026, 11, 22)
DUE = datetime(2026, 11, 22, 8, tzinfo=UTC)
SLOT = Slot(date=DAY, due_at=DUE, closes_at=datetime(2026, 11, 22, 22, tzinfo=UTC))


@pytest.fixture
async def scheduled(store: Store) -> Publication:
    (queued,) = await store.add([entry()])
    keys = {"fake": publication_key(DAY, "fake")}
    await store.open_edition(SLOT, queued, keys, at=DUE - timedelta(minutes=1))
    return await row(store)


async def row(store: Store) -> Publication:
    found = await store.publication(DAY, "fake")
    assert found is not None
    return found


async def crash_while_creating(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, *, landed: bool
) -> None:
    """The process dies after arming: no settlement is written."""

    class Killed(BaseException):
        pass

    fake.fails["publish"] = [Killed()]
    fake.lands = landed
    with pytest.raises(Killed):
        await once.attempt(scheduled, fake)
    fake.lands = True


async def test_a_publication_is_published_at_its_hour_with_its_receipt(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.PUBLISHED
    assert settled.published_at == clock.now() == DUE
    assert settled.receipt is not None
    assert settled.receipt.url == "https://fake.example/1"
    assert fake.posts == [(scheduled.key, "2026-11-22 Le Mans, une ville.")]


async def test_what_is_repeatable_happens_before_the_hour_and_the_create_at_it(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    created_at: list[datetime] = []
    fake.while_creating = lambda: created_at.append(clock.now())
    await once.attempt(scheduled, fake)
    assert fake.steps == ["prepare", "publish"]
    assert created_at == [DUE]


async def test_it_is_armed_on_record_before_the_create_is_sent(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, store: Store
) -> None:
    await crash_while_creating(once, scheduled, fake, landed=False)
    after_crash = await row(store)
    assert after_crash.status is Status.PUBLISHING
    assert after_crash.armed_at == DUE


async def test_a_published_one_is_not_to_be_had_again(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher
) -> None:
    await once.attempt(scheduled, fake)
    assert await once.attempt(scheduled, fake) is None
    assert fake.creates == 1


async def test_of_many_workers_one_sends(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher
) -> None:
    workers = [replace(once, owner=f"worker {number}", sends=set()) for number in range(8)]
    results = await asyncio.gather(*(worker.attempt(scheduled, fake) for worker in workers))
    assert fake.creates == 1
    assert sum(result is not None for result in results) == 1


async def test_after_a_crash_the_lease_keeps_others_away_until_it_ends(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher
) -> None:
    await crash_while_creating(once, scheduled, fake, landed=True)
    assert await once.attempt(scheduled, fake) is None


async def test_after_a_crash_a_post_that_landed_is_found_and_not_sent_again(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    await crash_while_creating(once, scheduled, fake, landed=True)
    clock.advance(LEASE)
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.PUBLISHED
    assert len(fake.posts) == fake.creates == 1


async def test_after_a_crash_a_post_that_did_not_land_is_sent_once_a_look_up_is_conclusive(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    await crash_while_creating(once, scheduled, fake, landed=False)
    clock.advance(LEASE)
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.PUBLISHED
    assert len(fake.posts) == 1


async def test_what_was_sent_is_looked_for_though_it_would_be_said_otherwise_now(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    """A setting changed between the create and the look-up: another hashtag, another language."""
    await crash_while_creating(once, scheduled, fake, landed=True)
    clock.advance(LEASE)
    fake.language = "en"
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.PUBLISHED
    assert fake.creates == 1


async def test_a_post_that_shows_late_is_waited_for(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    fake.fails["publish"] = [AmbiguousOutcome()]
    fake.shows = False
    doubtful = await once.attempt(scheduled, fake)
    assert doubtful is not None
    assert doubtful.status is Status.UNCONFIRMED
    clock.advance(timedelta(seconds=20))
    early = await once.attempt(scheduled, fake)
    assert early is not None
    assert early.status is Status.UNCONFIRMED
    fake.shows = True
    assert early.next_attempt_at is not None
    clock.set(early.next_attempt_at)
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.PUBLISHED
    assert fake.creates == 1


async def test_a_platform_that_cannot_be_asked_waits_for_an_admin(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    alerts: Recorded,
) -> None:
    fake.visible_after = None
    fake.fails["publish"] = [AmbiguousOutcome()]
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert (settled.status, settled.next_attempt_at) == (Status.UNCONFIRMED, None)
    clock.advance(LEASE)
    assert (await once.attempt(settled, fake)) is None
    assert fake.creates == 1
    assert alerts.kinds == ["unconfirmed"]


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (Transient(), Status.SCHEDULED, timedelta(minutes=1)),
        (RateLimited(retry_after=timedelta(minutes=7)), Status.SCHEDULED, timedelta(minutes=7)),
        (AuthExpired(), Status.SCHEDULED, timedelta(minutes=1)),
        (Permanent(), Status.FAILED, None),
    ],
)
async def test_a_create_that_surely_failed_leaves_nothing_in_doubt(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    error: PublishError,
    status: Status,
    wait: timedelta | None,
) -> None:
    fake.fails["publish"] = [error]
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert (settled.status, settled.armed_at) == (status, None)
    assert settled.message == error.user_message
    if wait is not None:
        assert settled.next_attempt_at is not None
        assert timedelta(0) < settled.next_attempt_at - DUE <= wait


async def test_a_create_that_is_doubtful_again_and_again_ends_with_an_admin(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    """A platform that refuses a duplicate of a post that it does not show, for one."""
    fake.lands = False
    fake.fails["publish"] = [AmbiguousOutcome() for _ in range(20)]
    publication = scheduled
    while publication.next_attempt_at is not None:
        clock.set(max(clock.now(), publication.next_attempt_at))
        settled = await once.attempt(publication, fake)
        assert settled is not None
        publication = settled
    assert publication.status is Status.UNCONFIRMED
    assert fake.creates == MOST_ATTEMPTS_IN_DOUBT


async def test_a_transient_error_while_armed_does_not_disarm(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    await crash_while_creating(once, scheduled, fake, landed=True)
    clock.advance(LEASE)
    fake.fails["look"] = [Transient()]
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.UNCONFIRMED
    assert settled.armed_at == DUE
    assert fake.creates == 1


@pytest.mark.parametrize("bug", [KeyError("id"), TimeoutError(), OSError("gone")])
async def test_whatever_is_unclassified_after_sending_is_in_doubt(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, bug: Exception
) -> None:
    fake.fails["publish"] = [bug]
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert (settled.status, settled.error) == (Status.UNCONFIRMED, "AmbiguousOutcome")


async def test_whatever_is_unclassified_before_sending_is_tried_again(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher
) -> None:
    fake.fails["prepare"] = [KeyError("id")]
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert (settled.status, settled.error, fake.creates) == (Status.SCHEDULED, "Transient", 0)


async def test_refused_credentials_put_the_destination_on_hold_and_tell_an_admin(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, store: Store, alerts: Recorded
) -> None:
    fake.fails["prepare"] = [AuthExpired()]
    await once.attempt(scheduled, fake)
    assert list(await store.holds()) == ["fake"]
    assert alerts.kinds == ["credentials_refused"]


async def test_what_the_preview_finds_wrong_is_never_sent(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, alerts: Recorded
) -> None:
    fake.problems = ("picture 1 has no alt text",)
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.FAILED
    assert "alt text" in settled.message
    assert (fake.steps, alerts.kinds) == ([], ["failed"])


async def test_after_the_window_nothing_is_sent(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    clock.set(SLOT.closes_at)
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert (settled.status, fake.creates) == (Status.MISSED, 0)


async def test_a_worker_whose_lease_ran_out_does_not_send(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    class Frozen(FakePublisher):
        async def prepare(self, rendering: Rendering) -> Prepared:
            clock.advance(LEASE + timedelta(hours=1))
            return await super().prepare(rendering)

    assert await once.attempt(scheduled, Frozen(clock=clock)) is None
    settled = await once.attempt(scheduled, fake)
    assert settled is not None
    assert settled.status is Status.PUBLISHED


async def test_a_stop_before_the_create_gives_the_publication_back(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, store: Store
) -> None:
    fake.fails["prepare"] = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await once.attempt(scheduled, fake)
    assert (await row(store)).status is Status.SCHEDULED


async def test_a_stop_during_the_create_lets_it_finish_and_settle(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, store: Store
) -> None:
    attempt = asyncio.create_task(once.attempt(scheduled, fake))

    def stop() -> None:
        attempt.cancel()

    fake.while_creating = stop
    with pytest.raises(asyncio.CancelledError):
        await attempt
    await asyncio.gather(*once.sends)
    assert (await row(store)).status is Status.PUBLISHED
