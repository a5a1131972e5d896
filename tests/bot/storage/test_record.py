"""The store suite: what admins did is on record, and what they removed can be put back."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from schedules.ledger import Settlement, Status
from schedules.record import CannotRestore, Change, Removed
from schedules.store import DateTaken, EntryNotFound, Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
    DAY,
    KEYS,
    NEXT,
    NOW,
    RECEIPT,
    SLOT,
    entry,
    names,
    opened,
    settled,
    slot,
)

BY = "discord:42 Thomas"


async def newest(store: Store) -> Change:
    return (await store.changes(limit=1))[0]


def asked_of(change: Change) -> tuple[str, str, str]:
    return change.by, change.action, change.subject


async def test_what_the_service_does_is_not_on_record(store: Store) -> None:
    (added,) = await store.add([entry()])
    await store.update(replace(added, held=True))
    await store.remove(added.id)
    assert await store.changes(limit=9) == []


async def test_who_queued_what_and_when_is_on_record(store: Store) -> None:
    (added,) = await store.add([entry()], by=BY)
    change = await newest(store)
    assert asked_of(change) == (BY, "queued", f"entry/{added.id}")
    assert change.at == NOW
    assert change.before is None
    assert change.after is not None
    assert change.after["texts"] == dict(added.texts)


async def test_an_import_is_one_change(store: Store) -> None:
    await store.add([entry(name) for name in ("Metz", "Albi", "Nice")], by=BY)
    (change,) = await store.changes(limit=9)
    assert asked_of(change) == (BY, "imported", "queue")
    assert change.after == {"count": 3, "first": 1, "last": 3}


async def test_of_an_edit_what_differs_is_on_record(store: Store) -> None:
    (added,) = await store.add([entry()])
    await store.update(replace(added, tags=("New",), date=NEXT), by=BY)
    change = await newest(store)
    city = vars(added.city)
    assert change.action == "edited"
    assert change.before == {"city": city, "tags": ["LeMans", "24h"], "date": None}
    assert change.after == {"city": city, "tags": ["New"], "date": NEXT.isoformat()}


async def test_an_edit_that_changes_nothing_is_not_on_record(store: Store) -> None:
    (added,) = await store.add([entry()])
    await store.update(added, by=BY)
    assert await store.changes(limit=9) == []


async def test_an_edit_that_is_refused_is_not_on_record(store: Store) -> None:
    await store.add([entry(on=NEXT)])
    (other,) = await store.add([entry()])
    with pytest.raises(DateTaken):
        await store.update(replace(other, date=NEXT), by=BY)
    with pytest.raises(EntryNotFound):
        await store.remove(99, by=BY)
    assert await store.changes(limit=9) == []


async def test_holding_and_releasing_have_their_words(store: Store) -> None:
    (added,) = await store.add([entry()])
    for held, action in ((True, "held"), (False, "released")):
        await store.update(replace(added, held=held), by=BY)
        assert (await newest(store)).action == action


async def test_a_move_says_from_which_place_to_which(store: Store) -> None:
    added = await store.add([entry(name) for name in ("Metz", "Albi", "Nice")])
    await store.move(added[2].id, before=added[0].id, by=BY)
    change = await newest(store)
    assert change.action == "moved"
    assert change.before == {"city": vars(added[2].city), "position": 3}
    assert change.after == {"city": vars(added[2].city), "position": 1}
    await store.move(added[2].id, before=added[0].id, by=BY)
    assert len(await store.changes(limit=9)) == 1


async def test_a_word_on_a_publication_is_on_record(store: Store) -> None:
    chosen = await opened(store)
    await settled(store, Settlement(status=Status.FAILED, error="Permanent", message="No."))
    word = Settlement(status=Status.PUBLISHED, receipt=RECEIPT, published_at=NOW)
    await store.resolve(DAY, "site", word, closes_at=None, by=BY)
    await store.resolve(DAY, "site", word, closes_at=None, by=BY)  # it waits for no word any more
    (change,) = await store.changes(limit=9)
    city = vars(chosen.city)
    assert asked_of(change) == (BY, "resolved", "2026-11-22/site")
    assert change.before == {"city": city, "status": "failed"}
    assert change.after == {"city": city, "status": "published", "url": RECEIPT.url}


async def test_the_record_is_read_from_the_newest_on_and_by_pages(store: Store) -> None:
    first, second, third = [
        await store.put_on_record(by=BY, action="paused", subject=subject)
        for subject in ("service", "2026-11-22", "service")
    ]
    assert [each.id for each in await store.changes(limit=2)] == [third, second]
    assert [each.id for each in await store.changes(before=second, limit=2)] == [first]
    assert [each.id for each in await store.changes(after=first, limit=2)] == [third, second]
    assert [each.id for each in await store.changes(after=first, limit=1)] == [second]
    assert [each.id for each in await store.changes(subject="service", limit=9)] == [third, first]
    assert await store.changes(before=10**30, limit=1) != []


async def removed(store: Store, number: int, *, on: bool = False) -> Removed:
    """One of three that wait, taken out."""
    cities = ("Metz", "Albi", "Nice")
    added = await store.add([entry(name, on=NEXT if on else None) for name in cities[:1]])
    added = [*added, *await store.add([entry(name) for name in cities[1:]])]
    return await store.remove(added[number].id, by=BY)


async def put_back(store: Store, taken: Removed) -> None:
    assert taken.change is not None
    await store.restore(taken.change, by=BY)


async def test_what_was_removed_comes_back_as_it_was_where_it_was(store: Store) -> None:
    taken = await removed(store, 1)
    assert await names(store) == ["Metz", "Nice"]
    await put_back(store, taken)
    assert await names(store) == ["Metz", "Albi", "Nice"]
    assert await store.entry(taken.entry.id) == taken.entry
    assert asked_of(await newest(store)) == (BY, "restored", f"entry/{taken.entry.id}")


async def test_what_is_put_back_twice_is_there_once(store: Store) -> None:
    taken = await removed(store, 1)
    await put_back(store, taken)
    with pytest.raises(CannotRestore, match="Albi has been put back already"):
        await put_back(store, taken)
    assert len(await names(store)) == 3


async def test_only_the_last_removal_can_be_undone(store: Store) -> None:
    """The first one holds what the Entry was before it was put back and edited."""
    first = await removed(store, 0)
    await put_back(store, first)
    await store.update(replace(first.entry, tags=("Newer",)), by=BY)
    second = await store.remove(first.entry.id, by=BY)
    with pytest.raises(CannotRestore):
        await put_back(store, first)
    await put_back(store, second)
    assert (await store.entry(first.entry.id)).tags == ("Newer",)


async def test_what_was_put_back_and_chosen_since_never_comes_twice(store: Store) -> None:
    taken = await removed(store, 0)
    await put_back(store, taken)
    await store.open_edition(SLOT, taken.entry, KEYS, at=NOW)
    with pytest.raises(CannotRestore):
        await put_back(store, taken)
    await store.write_off(DAY, message="Restored.")  # type: ignore[attr-defined]
    with pytest.raises(CannotRestore):
        await put_back(store, taken)


async def test_what_was_pinned_to_a_date_that_is_taken_now_stays_out(store: Store) -> None:
    taken = await removed(store, 0, on=True)
    await store.add([entry("Lyon", on=NEXT)])
    with pytest.raises(DateTaken):
        await put_back(store, taken)
    assert "Metz" not in await names(store)


@pytest.mark.parametrize("change", [-1, 0, 99, 2**63, 10**30])
async def test_what_is_no_removal_cannot_be_undone(store: Store, change: int) -> None:
    with pytest.raises(CannotRestore, match="no removal"):
        await store.restore(change, by=BY)
    other = await store.put_on_record(by=BY, action="paused", subject="service")
    with pytest.raises(CannotRestore, match="no removal"):
        await store.restore(other, by=BY)


async def test_notes_are_kept_until_they_are_taken_away(store: Store) -> None:
    assert await store.note("commands") is None
    await store.set_note("commands", "abc")
    await store.set_note("commands", "d\0f")
    assert await store.note("commands") == "d\ufffdf"
    await store.set_note("commands", None)
    assert await store.note("commands") is None


async def test_of_many_who_put_it_back_at_once_one_does(store: Store) -> None:
    taken = await removed(store, 1)
    done = await asyncio.gather(*(put_back(store, taken) for _ in range(4)), return_exceptions=True)
    assert sum(each is None for each in done) == 1
    assert sum(isinstance(each, CannotRestore) for each in done) == 3
    assert len(await store.changes(subject=f"entry/{taken.entry.id}", limit=9)) == 2


async def test_what_was_before_is_exact_when_many_edit_at_once(store: Store) -> None:
    (added,) = await store.add([entry()])
    await asyncio.gather(
        *(store.update(replace(added, tags=(str(number),)), by=BY) for number in range(4))
    )
    edits = (await store.changes(limit=9))[::-1]
    assert edits[0].before is not None
    assert edits[0].before["tags"] == list(added.tags)
    for earlier, later in pairwise(edits):
        assert later.before == earlier.after


async def test_what_was_pinned_to_a_date_that_has_passed_comes_back(
    store: Store, database_clock: DatabaseClock
) -> None:
    """Held on its day, it waited with that date when it was removed."""
    taken = await removed(store, 0, on=True)
    await store.record_missed([slot(NEXT)], list(KEYS), "Nothing ran.")
    with pytest.raises(DateTaken):
        await put_back(store, taken)
    await database_clock.set(slot(NEXT).closes_at)
    await put_back(store, taken)
    assert await names(store) == ["Metz", "Albi", "Nice"]
