"""Undo: deleted, then on record; whatever breaks in between, undoing again mends it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import App, assemble
from bot.operations.publishing import post_today, resolve
from bot.operations.refusal import CannotBeDone
from bot.operations.undoing import undo
from bot.settings import Settings
from bot.testing import sample_picture
from content.credit import Credit
from content.entry import Photo
from schedules.errors import AmbiguousOutcome, Permanent, Transient
from schedules.ledger import Status
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, entry

DAY = date(2026, 11, 22)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def fakes(clock: FakeClock) -> dict[str, FakePublisher]:
    return {name: FakePublisher(clock=clock, destination=name) for name in ("a", "b")}


@pytest.fixture
async def app(
    tmp_path: Path, store: Store, clock: FakeClock, fakes: dict[str, FakePublisher]
) -> App:
    settings = Settings(data_dir=tmp_path, timezone=ZoneInfo("UTC"))
    parts = assemble(settings, owner="us", clock=clock, store=store, publishers=fakes, channels=())
    photo = Photo(
        file=parts.photos.add(sample_picture(320, 180), "image/jpeg"),
        alt="Une ville.",
        credit=Credit(author="A. Photographe", licence="CC0"),
    )
    await store.add([entry(photos=(photo,))])
    return parts.acting_as("cli:anna")


async def statuses(app: App) -> dict[str, str]:
    return {each.destination: each.status.value for each in await app.store.publications()}


async def test_a_crash_after_the_delete_is_mended_by_undoing_again(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    class Killed(BaseException):
        pass

    await post_today(app)
    fakes["b"].fails["delete"] = [Killed()]
    with pytest.raises(Killed):
        await undo(app, DAY)
    fakes["b"].posts.clear()  # it was deleted, and nobody was there to put it on record
    assert await statuses(app) == {"a": "cancelled", "b": "published"}
    (undone,) = await undo(app, DAY)
    assert (undone.publication.destination, undone.done) == ("b", True)
    assert await statuses(app) == {"a": "cancelled", "b": "cancelled"}


async def test_one_destination_that_cannot_be_reached_keeps_no_other_up(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    await post_today(app)
    fakes["a"].fails["delete"] = [Transient("Out of reach.")]
    first, second = await undo(app, DAY)
    assert (first.done, first.message, second.done) == (False, "Out of reach.", True)
    assert await statuses(app) == {"a": "published", "b": "cancelled"}


async def test_what_was_not_sent_yet_does_not_go_out_after_all(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    fakes["b"].fails["prepare"] = [Transient("Out of reach.")]
    await post_today(app)
    assert await statuses(app) == {"a": "published", "b": "scheduled"}
    await undo(app, DAY)
    await post_today(app)
    assert await statuses(app) == {"a": "cancelled", "b": "cancelled"}
    assert fakes["b"].creates == 0


async def test_a_doubt_is_named_and_left_to_its_own_remedy(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    fakes["b"].fails["publish"] = [AmbiguousOutcome()]
    await post_today(app)
    undone = {each.publication.destination: each for each in await undo(app, DAY)}
    assert undone["a"].done
    assert not undone["b"].done
    assert "not known" in undone["b"].message
    assert await statuses(app) == {"a": "cancelled", "b": "unconfirmed"}


async def test_a_post_without_its_address_is_the_admins_to_delete(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    fakes["b"].fails["publish"] = [Permanent("No.")]
    await post_today(app)
    await resolve(app, f"{DAY}/b", Status.PUBLISHED)
    undone = {each.publication.destination: each for each in await undo(app, DAY)}
    assert "not on record" in undone["b"].message
    assert await statuses(app) == {"a": "cancelled", "b": "published"}


async def test_two_admins_who_undo_at_once_take_it_down_once(app: App) -> None:
    await post_today(app)
    both = await asyncio.gather(undo(app, DAY), undo(app, DAY), return_exceptions=True)
    done = [
        each.publication.id
        for undone in both
        if not isinstance(undone, BaseException)
        for each in undone
        if each.done
    ]
    assert sorted(done) == [f"{DAY}/a", f"{DAY}/b"]
    assert await statuses(app) == {"a": "cancelled", "b": "cancelled"}


async def test_what_is_sent_again_gets_a_key_of_its_own(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    """A platform that still knows the old key would answer with the deleted post."""
    await post_today(app)
    keys = {key for key, _ in fakes["a"].posts}
    await undo(app, DAY, again=True)
    assert await statuses(app) == {"a": "failed", "b": "failed"}
    await post_today(app)
    assert fakes["a"].posts == []
    await resolve(app, f"{DAY}/a", Status.SCHEDULED)
    await post_today(app)
    assert await statuses(app) == {"a": "published", "b": "failed"}
    assert len(fakes["a"].posts) == 1
    assert not keys & {key for key, _ in fakes["a"].posts}


async def test_nothing_that_is_out_is_nothing_to_undo(app: App) -> None:
    with pytest.raises(CannotBeDone, match="Nothing of 2026-11-22 is out"):
        await undo(app, DAY)


async def test_a_button_from_before_the_undo_sends_nothing_again(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    """Of a doubt that an admin ended there may be a second alert, with its buttons."""
    fakes["b"].fails["publish"] = [AmbiguousOutcome()]
    await post_today(app)
    doubted = await app.store.publication(DAY, "b")
    assert doubted is not None
    await resolve(app, doubted.id, Status.PUBLISHED, url="https://b.example/1")
    await undo(app, DAY, again=True)
    with pytest.raises(CannotBeDone, match="has happened"):
        await resolve(app, doubted.id, Status.SCHEDULED, attempts=doubted.attempts)
    assert await statuses(app) == {"a": "failed", "b": "failed"}


async def test_what_is_called_off_with_it_is_on_record(
    app: App, fakes: dict[str, FakePublisher]
) -> None:
    fakes["b"].fails["prepare"] = [Transient("Out of reach.")]
    await post_today(app)
    await undo(app, DAY)
    kept = {each.subject: each for each in await app.store.changes(limit=9)}
    called_off = kept[f"{DAY}/b"]
    assert (called_off.by, called_off.action) == ("cli:anna", "taken down")
    assert called_off.before is not None
    assert called_off.before["status"] == "scheduled"


async def test_a_look_up_that_finds_nothing_sends_nothing_after_an_undo(
    app: App, fakes: dict[str, FakePublisher], clock: FakeClock
) -> None:
    fakes["b"].fails["publish"] = [AmbiguousOutcome()]
    fakes["b"].lands = False
    await post_today(app)
    await undo(app, DAY)
    clock.advance(timedelta(minutes=10))
    await post_today(app)
    assert fakes["b"].steps[-1] == "look"
    assert (await statuses(app))["b"] == "missed"
    assert fakes["b"].posts == []


async def test_a_date_that_was_taken_down_gets_no_second_city_by_a_skip(app: App) -> None:
    await app.store.add([entry("Albi", 1)])
    await post_today(app)
    await undo(app, DAY, again=True)
    await resolve(app, f"{DAY}/a", Status.SCHEDULED)
    await app.store.skip(DAY, by="cli:anna")
    await app.store.unskip(DAY, by="cli:anna")
    edition = await app.days.open_now(app.clock.now())
    assert edition is not None
    assert edition.entry is not None
    assert edition.entry.city.name == "Le Mans"
