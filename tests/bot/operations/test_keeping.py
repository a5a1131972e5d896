"""What a form brings is kept; an Entry is changed once and only as it was read."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.app import App
from bot.operations import queue
from bot.operations.dates import free_dates
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.operations.waiting import LOOKED_AT, waiting_called, waiting_like
from bot.testing import sample_picture
from content.entry import Entry, EntryState
from tests.schedules.parts import entry

GOOD = Changes(
    photo=sample_picture(480, 320), texts={"fr": "Nîmes."}, alt="A.", author="A", licence="CC0"
)
TOO_MUCH = Changes(author="A" * 2600, source="S" * 2600)


async def test_what_could_not_be_posted_is_refused_or_kept_and_held(app: App) -> None:
    added = await queue.add(app, "Nîmes", GOOD)
    with pytest.raises(CannotBeDone, match="could not be posted"):
        await queue.edit(app, added.id, TOO_MUCH)
    assert await queue.find(app, added.id) == added
    kept = await queue.edit(app, added.id, TOO_MUCH, keep=True)
    assert (kept.held, kept.photos[0].credit.author) == (True, "A" * 2600)
    with pytest.raises(CannotBeDone, match="could not be posted"):
        await queue.hold(app, added.id, held=False)
    assert (await queue.find(app, added.id)).state is EntryState.HELD


async def test_of_two_who_let_it_go_one_does(app: App) -> None:
    added = await queue.add(
        app, "Nîmes", replace(GOOD, photo=None, alt=None, author=None, licence=None), held=True
    )
    done = await asyncio.gather(
        *(queue.hold(app, added.id, held=False) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["CannotBeDone", "Entry"]


async def test_a_change_that_comes_between_is_not_lost(app: App) -> None:
    (added,) = await app.store.add([entry("Nîmes", 2990363)])
    await asyncio.gather(
        queue.edit(app, added.id, Changes(tags=["Arènes"])),
        queue.edit(app, added.id, Changes(texts={"en": "Nîmes, in the south."})),
        queue.hold(app, added.id, held=True),
    )
    found = await queue.find(app, added.id)
    assert (found.tags, found.texts["en"], found.held) == (
        ("Arènes",),
        "Nîmes, in the south.",
        True,
    )


async def test_free_dates_leave_out_what_is_taken_and_the_same_city_too_soon(app: App) -> None:
    today = date(2026, 11, 22)
    (nimes, _) = await app.store.add(
        [entry("Nîmes", 2990363), entry("Albi", 1, date=today + timedelta(days=1))]
    )
    found = await free_dates(app, nimes, limit=3)
    assert found == [today, today + timedelta(days=2), today + timedelta(days=3)]
    await app.store.add([entry("Nîmes", 2990363, date=today + timedelta(days=5))])
    assert await free_dates(app, nimes, limit=3) == []


class TestFinding:
    async def test_an_entry_of_that_number_comes_first(self, app: App) -> None:
        await app.store.add([entry("Albi", 1), entry("2 Rivières", 2)])
        assert [each.id for each in await waiting_like(app, "2", limit=25)] == [2]
        assert [each.id for each in await waiting_like(app, "", limit=25)] == [1, 2]
        assert (await waiting_called(app, "#1")).city.name == "Albi"

    async def test_of_two_with_that_name_a_person_chooses(self, app: App) -> None:
        await app.store.add([entry("Albi", 1), entry("Albi", 1)])
        with pytest.raises(CannotBeDone, match="waits more than once"):
            await waiting_called(app, "albi")

    async def test_a_city_far_behind_in_a_long_queue_is_found(self, app: App) -> None:
        others: list[Entry] = [entry("Albi", 1)] * LOOKED_AT
        await app.store.add([*others, entry("Nîmes", 2990363)])
        assert [each.city.name for each in await waiting_like(app, "nim", limit=25)] == ["Nîmes"]
