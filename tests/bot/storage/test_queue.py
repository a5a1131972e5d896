"""The store suite: the content queue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.entry import EntryState
from schedules.ledger import Stock
from schedules.store import DateTaken, EntryChanged, EntryNotFound, Step, Store
from tests.bot.storage.samples import (
    DAY,
    NEXT,
    NOW,
    SLOT,
    draft,
    entry,
    names,
    opened,
)

FAR = date(2031, 1, 1)


async def unpinned(store: Store, before: date = DAY) -> list[str]:
    return [found.city.name async for found in store.unpinned(before=before)]


async def test_an_entry_comes_back_as_it_was_added(store: Store) -> None:
    (added,) = await store.add([entry(on=FAR)])
    assert await store.entry(added.id) == added == replace(entry(on=FAR), id=added.id)


async def test_entries_are_appended_in_their_order(store: Store) -> None:
    await store.add([entry("A"), entry("B")])
    await store.add([entry("C")])
    assert await names(store) == ["A", "B", "C"]


async def test_adding_nothing_is_no_filling(store: Store) -> None:
    assert list(await store.add([])) == []
    assert not await store.ever_filled()


async def test_a_new_queue_is_filled_if_it_never_was(store: Store) -> None:
    added = await store.add([entry("A"), entry("B")], if_never_filled=True)
    assert [each.city.name for each in added] == await names(store) == ["A", "B"]


async def test_a_queue_that_was_filled_and_emptied_is_not_filled_again(store: Store) -> None:
    (added,) = await store.add([entry("A")])
    await store.remove(added.id)
    assert list(await store.add([entry("B")], if_never_filled=True)) == []
    assert await names(store) == []


async def test_more_entries_than_a_batch_keep_their_order(store: Store) -> None:
    cities = [str(number) for number in range(1201)]
    added = await store.add([entry(name) for name in cities])
    assert await names(store) == cities
    assert [found.id for found in added] == [found.id for found in await store.queue()]


async def test_an_id_is_never_given_again(store: Store) -> None:
    (first,) = await store.add([entry()])
    await store.remove(first.id)
    (second,) = await store.add([entry()])
    assert second.id > first.id


async def test_two_entries_cannot_be_pinned_to_one_date(store: Store) -> None:
    await store.add([entry("A", on=FAR)])
    with pytest.raises(DateTaken, match="2031-01-01"):
        await store.add([entry("B"), entry("C", on=FAR)])
    assert await names(store) == ["A"]


async def test_a_date_cannot_be_wanted_twice_at_once(store: Store) -> None:
    with pytest.raises(DateTaken, match="2031-01-01"):
        await store.add([entry("A", on=FAR), entry("B", on=FAR)])
    assert await names(store) == []


async def test_nothing_is_pinned_to_a_date_that_has_its_edition(store: Store) -> None:
    await opened(store)
    with pytest.raises(DateTaken):
        await store.add([entry(on=DAY)])
    (other,) = await store.add([entry()])
    with pytest.raises(DateTaken):
        await store.update(replace(other, date=DAY))


async def test_a_date_is_free_again_when_its_entry_was_unpinned(store: Store) -> None:
    (first,) = await store.add([entry("A", on=FAR)])
    await store.update(replace(first, date=None))
    await store.add([entry("B", on=FAR)])
    assert (await store.pinned(FAR, FAR))[FAR].city.name == "B"


async def test_an_update_replaces_everything_but_the_place(store: Store) -> None:
    first, _ = await store.add([entry("A"), entry("B")])
    changed = replace(draft("C"), id=first.id, held=True)
    await store.update(changed)
    assert (await store.queue())[0] == changed


async def test_what_somebody_else_has_changed_is_not_overwritten(store: Store) -> None:
    (read,) = await store.add([entry("A")])
    theirs = replace(read, tags=("Theirs",))
    await store.update(theirs, was=read)
    with pytest.raises(EntryChanged):
        await store.update(replace(read, held=True), was=read)
    assert await store.entry(read.id) == theirs


async def test_an_entry_whose_day_was_missed_can_be_changed_and_stays_pinned(store: Store) -> None:
    (late,) = await store.add([entry(on=DAY)])
    await store.record_missed([SLOT], ["site"], "Down.")
    changed = replace(late, tags=("Late",))
    await store.update(changed)
    assert await store.entry(late.id) == changed


async def test_removing_gives_the_entry_back(store: Store) -> None:
    (added,) = await store.add([entry()])
    assert (await store.remove(added.id)).entry == added
    assert await names(store) == []


@pytest.mark.parametrize("entry_id", [-1, 0, 7, 2**63, 10**30])
async def test_what_is_not_in_the_queue_is_not_found(store: Store, entry_id: int) -> None:
    with pytest.raises(EntryNotFound):
        await store.entry(entry_id)
    with pytest.raises(EntryNotFound):
        await store.update(replace(entry(), id=entry_id))
    with pytest.raises(EntryNotFound):
        await store.remove(entry_id)
    with pytest.raises(EntryNotFound):
        await store.move(entry_id, before=None)


async def test_a_posted_entry_is_not_in_the_queue(store: Store) -> None:
    posted = await opened(store)
    with pytest.raises(EntryNotFound):
        await store.entry(posted.id)
    assert await names(store) == []


async def test_moving_before_an_entry_that_is_gone_changes_nothing(store: Store) -> None:
    first, _, last = await store.add([entry("A"), entry("B"), entry("C")])
    await store.remove(first.id)
    with pytest.raises(EntryNotFound):
        await store.move(last.id, before=first.id)
    assert await names(store) == ["B", "C"]


MOVES = st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5)), max_size=12)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
async def test_moving_orders_like_a_plain_list(
    store: Store, moves: list[tuple[int, int | None]]
) -> None:
    for old in await store.queue():
        await store.remove(old.id)
    ids = [added.id for added in await store.add([entry(name) for name in "ABCDEF"])]
    expected = list(ids)
    for moved, target in moves:
        before = None if target is None else ids[target]
        await store.move(ids[moved], before=before)
        if before != ids[moved]:
            expected.remove(ids[moved])
            expected.insert(len(expected) if before is None else expected.index(before), ids[moved])
    assert [found.id for found in await store.queue()] == expected


async def test_the_order_holds_when_the_gaps_are_used_up(store: Store) -> None:
    ids = [added.id for added in await store.add([entry(str(n)) for n in range(150)])]
    expected = list(ids)
    for moved in reversed(ids[-80:]):
        await store.move(moved, before=ids[5])
        expected.remove(moved)
        expected.insert(expected.index(ids[5]), moved)
    assert [found.id for found in await store.queue()] == expected


async def test_a_page_of_the_queue_begins_behind_the_last_of_the_page_before(store: Store) -> None:
    added = await store.add([entry("A"), draft("B"), entry("C"), entry("D"), entry("E", held=True)])
    await store.move(added[0].id, before=added[3].id)
    first = await store.queue(limit=2)
    assert [found.city.name for found in first] == ["B", "C"]
    second = await store.queue(after=first[-1].id, limit=2)
    assert [found.city.name for found in second] == ["A", "D"]
    third = await store.queue(after=second[-1].id, limit=2)
    assert [found.city.name for found in third] == ["E"]
    assert list(await store.queue(after=third[-1].id, limit=2)) == []


async def test_a_page_of_those_of_one_state_may_begin_behind_any_entry(store: Store) -> None:
    added = await store.add([entry("A"), draft("B"), entry("C"), entry("D", held=True), entry("E")])
    ready = await store.queue(state=EntryState.READY, after=added[1].id, limit=5)
    assert [found.city.name for found in ready] == ["C", "E"]


async def test_a_page_behind_an_entry_that_waits_no_more_is_not_found(store: Store) -> None:
    posted = await opened(store)
    with pytest.raises(EntryNotFound):
        await store.queue(after=posted.id, limit=2)


async def test_the_entries_of_a_city(store: Store) -> None:
    elsewhere = replace(entry("Metz"), city=replace(entry("Metz").city, geoname_id=None))
    first, metz, second, _ = await store.add([entry("A"), elsewhere, entry("B"), entry("C")])
    await store.update(replace(second, city=elsewhere.city))
    key = elsewhere.city.key
    assert [found.id for found in await store.queue(city=key)] == [metz.id, second.id]
    await store.open_edition(SLOT, metz, {}, at=NOW)
    assert [found.id for found in await store.queue(city=key, limit=5)] == [second.id]
    assert first.id in [found.id for found in await store.queue(city=first.city.key)]


async def test_a_city_of_any_characters_is_found(store: Store) -> None:
    odd = replace(entry(), city=replace(entry().city, name="\0\ud83d", geoname_id=None))
    (added,) = await store.add([odd])
    assert await store.queue(city=odd.city.key) == [added]


async def test_the_pinned_entries_whatever_their_state(store: Store) -> None:
    pinned = [
        entry("A", on=FAR),
        entry("B"),
        replace(draft("C"), date=DAY),
        entry("D", on=NEXT, held=True),
    ]
    await store.add(pinned)
    found = await store.pinned(date.min, date.max, states=tuple(EntryState))
    assert [(day, each.city.name) for day, each in found.items()] == [
        (DAY, "C"),
        (NEXT, "D"),
        (FAR, "A"),
    ]


async def test_the_stock_counts_what_waits_by_state(store: Store) -> None:
    await store.add([entry("A"), entry("B"), draft(), entry("C", held=True)])
    assert await store.stock() == Stock(ready=2, draft=1, held=1)


async def test_the_stock_leaves_out_what_was_posted(store: Store) -> None:
    await opened(store)
    assert await store.stock() == Stock(ready=0, draft=0, held=0)


async def test_pinned_gives_the_ready_entries_of_a_range(store: Store) -> None:
    dates = [DAY + timedelta(days=number) for number in range(5)]
    added = await store.add(
        [entry(str(number), on=day, held=number == 2) for number, day in enumerate(dates)]
    )
    assert await store.pinned(dates[1], dates[3]) == {dates[1]: added[1], dates[3]: added[3]}


async def test_unpinned_gives_the_ready_entries_in_order(store: Store) -> None:
    await store.add([draft(), entry("A"), entry("B", held=True), entry("C", on=FAR), entry("D")])
    assert await unpinned(store) == ["A", "D"]


async def test_an_entry_whose_pinned_date_has_passed_counts_as_unpinned(store: Store) -> None:
    await store.add([entry("A", on=DAY), entry("B")])
    assert await unpinned(store, before=DAY) == ["B"]
    assert await unpinned(store, before=NEXT) == ["A", "B"]


async def test_unpinned_reads_on_over_many_pages(store: Store) -> None:
    cities = [str(number) for number in range(250)]
    await store.add([entry(name) for name in cities])
    assert await unpinned(store) == cities


async def test_the_queue_can_be_changed_while_unpinned_is_read(store: Store) -> None:
    await store.add([entry(str(number)) for number in range(150)])
    seen = 0
    async for waiting in store.unpinned(before=DAY):
        await store.remove(waiting.id)
        seen += 1
    assert seen == 150


async def test_the_queue_was_filled_once_an_entry_was_added_and_removed(store: Store) -> None:
    (added,) = await store.add([entry()])
    await store.remove(added.id)
    assert await store.ever_filled()


async def test_an_entry_with_any_characters_comes_back_as_it_was(store: Store) -> None:
    odd = replace(entry("L\0\ud83d\u202eé"), texts={"fr": "\0"}, tags=("\ud83d",))
    (added,) = await store.add([odd])
    assert await store.entry(added.id) == added
    await store.open_edition(SLOT, added, {}, at=NOW)
    edition = await store.edition(DAY)
    assert edition is not None
    assert edition.entry == added


async def test_what_is_only_proposed_of_a_photo_stays_a_proposal(store: Store) -> None:
    (photo,) = entry().photos
    proposal = replace(photo, proposed=("alt", "licence"))
    (added,) = await store.add([replace(entry(), photos=(proposal,))])
    assert (await store.entry(added.id)).photos == (proposal,)
    assert (await store.stock()).draft == 1
    await store.update(replace(added, photos=(photo,)))
    assert (await store.entry(added.id)).photos == (photo,)
    assert (await store.stock()).ready == 1


class TestStep:
    async def test_an_entry_moves_past_its_neighbour(self, store: Store) -> None:
        _, b, _ = await store.add([entry("A"), entry("B"), entry("C")])
        assert await store.step(b.id, Step.UP)
        assert await names(store) == ["B", "A", "C"]
        assert await store.step(b.id, Step.DOWN)
        assert await store.step(b.id, Step.DOWN)
        assert await names(store) == ["A", "C", "B"]

    async def test_an_entry_moves_to_the_head(self, store: Store) -> None:
        *_, c = await store.add([entry("A"), entry("B"), entry("C")])
        assert await store.step(c.id, Step.HEAD)
        assert await names(store) == ["C", "A", "B"]

    async def test_at_its_end_it_stays(self, store: Store) -> None:
        a, b = await store.add([entry("A"), entry("B")])
        assert not await store.step(a.id, Step.UP)
        assert not await store.step(a.id, Step.HEAD)
        assert not await store.step(b.id, Step.DOWN)
        assert await names(store) == ["A", "B"]

    async def test_one_that_waits_no_more_moves_nowhere(self, store: Store) -> None:
        with pytest.raises(EntryNotFound):
            await store.step(17, Step.UP)


async def test_an_entry_has_a_place_and_a_page_begins_behind_some(store: Store) -> None:
    added = await store.add([entry(name) for name in "ABCD"])
    assert [await store.position(each.id) for each in added] == [1, 2, 3, 4]
    assert [each.city.name for each in await store.queue(offset=1, limit=2)] == ["B", "C"]
    assert list(await store.queue(offset=4)) == []
