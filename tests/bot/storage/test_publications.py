"""The store suite: a Publication is claimed, armed and settled by one worker at a time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError

from bot.storage.database import open_store
from schedules.ledger import Claim, LeaseLost, Settlement, Status
from schedules.publisher import Receipt
from schedules.store import Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
    DAY,
    KEYS,
    LEASE,
    NEXT,
    NOW,
    RECEIPT,
    entry,
    found,
    hour,
    opened,
    settled,
    slot,
)

PUBLISHED = Settlement(status=Status.PUBLISHED, receipt=RECEIPT, published_at=NOW)
JUST_BEFORE = LEASE - timedelta(microseconds=1)


async def claimed(store: Store, *, owner: str = "worker") -> Claim:
    claim = await store.claim(DAY, "site", owner=owner, lease=LEASE)
    assert claim is not None
    return claim


async def test_a_claim_counts_an_attempt_and_has_a_lease(store: Store) -> None:
    await opened(store)
    claim = await claimed(store)
    publication = claim.publication
    assert claim.lease_until == publication.lease_until == NOW + LEASE
    assert (publication.status, publication.attempts) == (Status.PUBLISHING, 1)
    assert await found(store) == publication


async def test_a_claimed_publication_is_not_to_be_had_while_its_lease_lasts(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    await claimed(store)
    await database_clock.advance(JUST_BEFORE)
    assert await store.claim(DAY, "site", owner="other", lease=LEASE) is None


async def test_a_publication_is_to_be_had_again_when_its_lease_has_run_out(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    first = await claimed(store)
    await database_clock.advance(LEASE)
    second = await claimed(store, owner="other")
    assert second.token != first.token
    assert second.publication.attempts == 2


async def test_what_an_earlier_claim_armed_stays_armed(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    await store.arm(await claimed(store), text="", lease=LEASE)
    await database_clock.set(hour(1))
    second = await claimed(store, owner="other")
    assert second.publication.armed_at == NOW


async def test_an_unconfirmed_publication_is_to_be_had_and_stays_armed(store: Store) -> None:
    await opened(store)
    claim = await store.arm(await claimed(store), text="", lease=LEASE)
    unconfirmed = Settlement(
        status=Status.UNCONFIRMED, may_have_landed=True, next_attempt_at=hour(1)
    )
    await store.settle(claim, unconfirmed)
    assert (await claimed(store)).publication.armed_at == NOW


async def test_one_that_waits_for_an_admin_is_not_to_be_had_before_his_word(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.UNCONFIRMED, may_have_landed=True))
    assert await store.claim(DAY, "site", owner="other", lease=LEASE) is None
    resend = Settlement(status=Status.SCHEDULED, next_attempt_at=hour(1))
    await store.resolve(DAY, "site", resend, closes_at=None)
    assert (await claimed(store)).publication.armed_at is None


@pytest.mark.parametrize(
    "status", [Status.PUBLISHED, Status.FAILED, Status.MISSED, Status.CANCELLED]
)
async def test_a_settled_publication_is_not_to_be_had(
    store: Store, database_clock: DatabaseClock, status: Status
) -> None:
    await opened(store)
    await settled(store, Settlement(status=status))
    await database_clock.set(hour(9))
    assert await store.claim(DAY, "site", owner="other", lease=LEASE) is None


async def test_what_is_not_there_is_not_to_be_had(store: Store) -> None:
    await opened(store)
    assert await store.claim(DAY, "other", owner="worker", lease=LEASE) is None
    assert await store.claim(NEXT, "site", owner="worker", lease=LEASE) is None
    assert await store.publication(NEXT, "site") is None


async def test_arming_is_on_record_and_renews_the_lease(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    claim = await claimed(store)
    await database_clock.advance(JUST_BEFORE)
    armed = await store.arm(claim, text="", lease=LEASE)
    assert armed.token == claim.token
    assert armed.lease_until == armed.publication.lease_until == NOW + JUST_BEFORE + LEASE
    assert (await found(store)).armed_at == NOW + JUST_BEFORE


async def test_arming_again_keeps_the_first_instant_to_look_from(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    await store.arm(await claimed(store), text="", lease=LEASE)
    await database_clock.set(hour(1))
    again = await store.arm(await claimed(store), text="", lease=LEASE)
    assert again.publication.armed_at == NOW


async def test_nothing_is_armed_once_the_lease_has_run_out(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    claim = await claimed(store)
    await database_clock.advance(LEASE)
    with pytest.raises(LeaseLost, match="2026-11-22/site"):
        await store.arm(claim, text="", lease=LEASE)
    assert (await found(store)).armed_at is None


async def test_an_armed_publication_is_armed_after_the_store_was_opened_again(
    store: Store, url: str
) -> None:
    await opened(store)
    await store.arm(await claimed(store), text="", lease=LEASE)
    await store.close()
    again = await open_store(url)
    assert (await found(again)).armed_at == NOW
    await again.close()


async def test_a_conclusive_look_up_disarms(store: Store, database_clock: DatabaseClock) -> None:
    await opened(store)
    await store.arm(await claimed(store), text="", lease=LEASE)
    await database_clock.set(hour(1))
    await store.disarm(await claimed(store))
    assert (await found(store)).armed_at is None


async def test_nothing_is_disarmed_once_the_lease_has_run_out(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    claim = await store.arm(await claimed(store), text="", lease=LEASE)
    await database_clock.advance(LEASE)
    with pytest.raises(LeaseLost):
        await store.disarm(claim)
    assert (await found(store)).armed_at == NOW


async def test_a_fenced_out_claim_can_do_nothing(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    old = await claimed(store)
    await database_clock.advance(LEASE)
    new = await claimed(store, owner="other")
    await database_clock.set(NOW)  # not even when its own lease would last
    with pytest.raises(LeaseLost):
        await store.arm(old, text="", lease=LEASE)
    with pytest.raises(LeaseLost):
        await store.disarm(old)
    with pytest.raises(LeaseLost):
        await store.settle(old, PUBLISHED)
    assert await found(store) == new.publication


async def test_a_claim_whose_lease_ran_out_settles_while_nobody_else_has_it(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    claim = await claimed(store)
    await database_clock.advance(LEASE)
    published = await store.settle(claim, PUBLISHED)
    assert published.status == Status.PUBLISHED


async def test_settling_puts_the_receipt_on_record(store: Store) -> None:
    await opened(store)
    claim = await store.arm(await claimed(store), text="", lease=LEASE)
    published = await store.settle(claim, PUBLISHED)
    assert (published.receipt, published.published_at) == (RECEIPT, NOW)
    assert (published.lease_until, published.armed_at) == (None, None)
    assert await found(store) == published


async def test_a_receipt_may_have_no_url(store: Store) -> None:
    await opened(store)
    receipt = Receipt(remote_id="42", url="")
    await settled(store, Settlement(status=Status.PUBLISHED, receipt=receipt))
    assert (await found(store)).receipt == receipt


async def test_a_claim_settles_once(store: Store) -> None:
    await opened(store)
    claim = await claimed(store)
    await store.settle(claim, Settlement(status=Status.SCHEDULED))
    with pytest.raises(LeaseLost):
        await store.settle(claim, PUBLISHED)


async def test_settling_keeps_armed_what_may_have_landed(store: Store) -> None:
    await opened(store)
    claim = await store.arm(await claimed(store), text="", lease=LEASE)
    settlement = Settlement(status=Status.UNCONFIRMED, may_have_landed=True)
    assert (await store.settle(claim, settlement)).armed_at == NOW


async def test_a_retry_is_on_record_with_its_reason(store: Store) -> None:
    await opened(store)
    retry = Settlement(
        status=Status.SCHEDULED, next_attempt_at=hour(1), error="Transient", message="No DNS."
    )
    again = await settled(store, retry)
    assert (again.next_attempt_at, again.error, again.message) == (hour(1), "Transient", "No DNS.")


async def test_what_is_settled_without_a_next_attempt_waits_for_an_admin(store: Store) -> None:
    await opened(store)
    unconfirmed = Settlement(status=Status.UNCONFIRMED, may_have_landed=True)
    assert (await settled(store, unconfirmed)).next_attempt_at is None


async def test_a_garbled_answer_does_not_keep_a_claim_from_being_settled(store: Store) -> None:
    await opened(store)
    garbled = Settlement(
        status=Status.FAILED,
        receipt=Receipt(remote_id="4\0", url="\udcff"),
        message="<html>\0\ud83d é",
    )
    failed = await settled(store, garbled)
    assert failed.message == "<html>\ufffd\ufffd é"
    assert failed.receipt == Receipt(remote_id="4\ufffd", url="\ufffd")


async def test_the_leases_of_a_dead_worker_end_and_no_others(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store, keys=KEYS)
    await claimed(store, owner="dead")
    await store.claim(DAY, "twitter:en", owner="alive", lease=LEASE)
    await database_clock.set(hour(0.001))
    assert await store.expire_leases("dead") == 1
    assert await store.expire_leases("dead") == 0
    assert await store.claim(DAY, "site", owner="alive", lease=LEASE) is not None
    assert await store.claim(DAY, "twitter:en", owner="new", lease=LEASE) is None


async def test_publications_come_newest_date_first_then_by_destination(store: Store) -> None:
    for day in (DAY, NEXT):
        await store.open_edition(slot(day), entry(), KEYS, at=NOW)
    assert [each.id for each in await store.publications()] == [
        "2026-11-23/site",
        "2026-11-23/twitter:en",
        "2026-11-22/site",
        "2026-11-22/twitter:en",
    ]
    assert [each.id for each in await store.publications(limit=1)] == ["2026-11-23/site"]


async def test_the_newest_publication_of_a_destination(store: Store) -> None:
    for day in (DAY, NEXT):
        await store.open_edition(slot(day), entry(), KEYS, at=NOW)
    newest = await store.publications(destination="twitter:en", limit=1)
    assert [each.id for each in newest] == ["2026-11-23/twitter:en"]


async def test_publications_of_some_statuses(store: Store) -> None:
    await opened(store, keys=KEYS)
    await settled(store, PUBLISHED)
    some = await store.publications(statuses=[Status.PUBLISHED, Status.FAILED])
    assert [each.destination for each in some] == ["site"]
    assert list(await store.publications(statuses=[])) == []


async def test_instants_come_back_the_same_and_in_utc(store: Store) -> None:
    await opened(store)
    there = datetime(2026, 11, 22, 12, 30, 0, 123456, tzinfo=ZoneInfo("Asia/Kathmandu"))
    retry = Settlement(status=Status.SCHEDULED, next_attempt_at=there)
    again = await settled(store, retry)
    assert again.next_attempt_at == there
    assert again.next_attempt_at is not None
    assert again.next_attempt_at.utcoffset() == timedelta(0)


async def test_an_instant_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await store.open_edition(slot(NEXT), entry(), KEYS, at=NOW.replace(tzinfo=None))


async def test_what_a_create_said_is_on_record_for_the_look_up(store: Store) -> None:
    await opened(store)
    claim = await store.arm(await claimed(store), text="#Metz", lease=LEASE)
    assert claim.publication.sent_text == "#Metz"
    again = await store.arm(claim, text="#Albi", lease=LEASE)
    assert again.publication.sent_text == "#Metz"


async def test_publications_of_a_destination_since_a_date_are_the_newest_first(
    store: Store,
) -> None:
    for day in (DAY, NEXT, NEXT + timedelta(days=1)):
        await store.open_edition(slot(day), entry(), KEYS, at=NOW)
    since = await store.publications(destination="site", since=NEXT)
    assert [each.date for each in since] == [NEXT + timedelta(days=1), NEXT]
