"""The content queue in SQL."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import (
    Column,
    ColumnElement,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.order import (
    GAP,
    lock_order,
    new_ids,
    next_to,
    not_found,
    place,
    rank_at_end,
    rank_at_head,
    rank_before,
    rank_of,
    set_rank,
    waiting,
)
from bot.storage.rows import entry_of, entry_values
from bot.storage.schema import ENTRIES, counters, editions, entries, waits
from bot.storage.transactions import Transactions, to_its_end
from content.entry import Entry, EntryState
from content.phrase import Phrase
from schedules.ledger import Stock
from schedules.store import DateTaken, Step

PAGE = 100
"""Entries read at once by `unpinned`."""

BATCH = 1000
"""Entries written at once by `add`."""


class SqlQueue(Transactions):
    """`schedules.store.QueueStore`."""

    @to_its_end
    async def add(self, new: Sequence[Entry], *, if_never_filled: bool = False) -> Sequence[Entry]:
        """Append Entries."""
        if not new:
            return ()
        days = [entry.date for entry in new if entry.date is not None]
        try:
            async with self._write() as connection:
                if if_never_filled and await lock_order(connection):
                    return ()
                ids = await new_ids(connection, len(new))
                await _refuse_taken(connection, days)
                added = [replace(entry, id=number) for number, entry in zip(ids, new, strict=True)]
                rank = await rank_at_end(connection)
                for start in range(0, len(added), BATCH):
                    rows = [
                        {"id": entry.id, "rank": rank + GAP * offset, **entry_values(entry)}
                        for offset, entry in enumerate(added[start : start + BATCH], start)
                    ]
                    await connection.execute(insert(entries), rows)
                return added
        except IntegrityError as error:
            raise _taken(days) from error

    async def entry(self, entry_id: int) -> Entry:
        """One waiting Entry."""
        async with self._read() as connection:
            return await _waiting(connection, entry_id)

    async def queue(
        self,
        *,
        state: EntryState | None = None,
        city: str | None = None,
        after: int | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> Sequence[Entry]:
        """The waiting Entries in order."""
        query = select(entries).where(waits).order_by(entries.c.rank, entries.c.id).limit(limit)
        if offset:
            query = query.offset(offset)
        if state is not None:
            query = query.where(entries.c.state == state.value)
        if city is not None:
            query = query.where(entries.c.city_key == city)
        async with self._read() as connection:
            if after is not None:
                query = query.where(place > tuple_(await rank_of(connection, after), after))
            rows = await connection.execute(query)
            return [entry_of(row) for row in rows.mappings()]

    @to_its_end
    async def update(self, entry: Entry) -> None:
        """Replace a waiting Entry."""
        days = [] if entry.date is None else [entry.date]
        try:
            async with self._write() as connection:
                now = await _waiting(connection, entry.id)
                if entry.date != now.date:  # one whose day was missed stays pinned to it
                    await _refuse_taken(connection, days)
                changed = await connection.execute(
                    update(entries).where(waiting(entry.id)),
                    entry_values(entry),
                )
                if changed.rowcount == 0:
                    raise not_found(entry.id)
        except IntegrityError as error:
            raise _taken(days) from error

    @to_its_end
    async def move(self, entry_id: int, *, before: int | None) -> None:
        """Put an Entry elsewhere in the order."""
        async with self._write() as connection:
            await lock_order(connection)
            await rank_of(connection, entry_id)
            if before == entry_id:
                return
            rank = await (
                rank_at_end(connection) if before is None else rank_before(connection, before)
            )
            moved = await connection.execute(
                update(entries).where(waiting(entry_id)).values(rank=rank)
            )
            if moved.rowcount == 0:
                raise not_found(entry_id)

    @to_its_end
    async def step(self, entry_id: int, step: Step) -> bool:
        """Move an Entry past its neighbour, or to the head."""
        async with self._write() as connection:
            await lock_order(connection)
            neighbour = await next_to(connection, entry_id, behind=step is Step.DOWN)
            if neighbour is None:
                return False
            if step is Step.HEAD:
                await set_rank(connection, entry_id, await rank_at_head(connection))
            else:
                here = await rank_of(connection, entry_id)
                there = await rank_of(connection, neighbour)
                await set_rank(connection, entry_id, there)
                await set_rank(connection, neighbour, here)
            return True

    async def position(self, entry_id: int) -> int:
        """An Entry's place."""
        async with self._read() as connection:
            here = tuple_(await rank_of(connection, entry_id), entry_id)
            query = select(func.count()).select_from(entries).where(waits, place < here)
            in_front: int = await connection.scalar(query) or 0
            return in_front + 1

    @to_its_end
    async def remove(self, entry_id: int) -> Entry:
        """Take an Entry out of the queue."""
        async with self._write() as connection:
            entry = await _waiting(connection, entry_id)
            removed = await connection.execute(delete(entries).where(waiting(entry_id)))
            if removed.rowcount == 0:
                raise not_found(entry_id)
            return entry

    async def stock(self) -> Stock:
        """How many Entries wait, by state."""
        query = (
            select(entries.c.state, func.count().label("waiting"))
            .where(waits)
            .group_by(entries.c.state)
        )
        async with self._read() as connection:
            rows = await connection.execute(query)
            counts = {row.state: row.waiting for row in rows}
        return Stock(**{state.value: counts.get(state.value, 0) for state in EntryState})

    async def pinned(
        self, first: date, last: date, *, states: Collection[EntryState] = (EntryState.READY,)
    ) -> Mapping[date, Entry]:
        """The Entries pinned to a date of a range."""
        query = select(entries).where(
            waits,
            *_within(entries.c.pinned_to, first, last),
        )
        async with self._read() as connection:
            rows = await connection.execute(query.order_by(entries.c.pinned_to))
            # In the query it would keep SQLite from the index of pinned dates.
            wanted = [row for row in rows.mappings() if row["state"] in states]
            return {row["pinned_to"]: entry_of(row) for row in wanted}

    async def unpinned(self, *, before: date) -> AsyncIterator[Entry]:
        """The ready Entries for any date, a page at a time; no transaction between the pages."""
        anywhere = or_(entries.c.pinned_to.is_(None), entries.c.pinned_to < before)
        query = (
            select(entries)
            .where(waits, entries.c.state == EntryState.READY.value, anywhere)
            .order_by(entries.c.rank, entries.c.id)
            .limit(PAGE)
        )
        page = query
        while True:
            async with self._read() as connection:
                rows = (await connection.execute(page)).mappings().all()
            for row in rows:
                yield entry_of(row)
            if len(rows) < PAGE:
                return
            page = query.where(place > tuple_(rows[-1]["rank"], rows[-1]["id"]))

    async def ever_filled(self) -> bool:
        """Whether an id was ever given."""
        query = select(counters.c.value).where(counters.c.name == ENTRIES)
        async with self._read() as connection:
            return bool(await connection.scalar(query))


async def take(connection: AsyncConnection, entry_id: int, day: date) -> bool:
    """Take a waiting Entry for a date. False when it does not wait any more."""
    taken = await connection.execute(update(entries).where(waiting(entry_id)).values(used_on=day))
    return taken.rowcount == 1


async def give_back(connection: AsyncConnection, day: date) -> None:
    """Put the Entry taken for a date, if there is one, back at the queue's head, unpinned."""
    await lock_order(connection)
    await connection.execute(
        update(entries)
        .where(entries.c.used_on == day)
        .values(used_on=None, pinned_to=None, rank=await rank_at_head(connection))
    )


async def _waiting(connection: AsyncConnection, entry_id: int) -> Entry:
    rows = await connection.execute(select(entries).where(waiting(entry_id)))
    row = rows.mappings().first()
    if row is None:
        raise not_found(entry_id)
    return entry_of(row)


async def _refuse_taken(connection: AsyncConnection, days: Sequence[date]) -> None:
    """Raise DateTaken when a date is wanted twice, is pinned already or has its Edition."""
    if not days:
        return
    wanted = set(days)
    if len(wanted) < len(days):
        raise _taken([day for day, times in Counter(days).items() if times > 1])
    taken = set()
    for column, also in ((entries.c.pinned_to, waits), (editions.c.date, true())):
        rows = await connection.scalars(
            select(column).where(also, *_within(column, min(wanted), max(wanted)))
        )
        taken |= wanted.intersection(rows)
    if taken:
        raise _taken(taken)


def _within(
    column: Column[date], first: date, last: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions for a range. SQLite would not take the index of pinned dates for BETWEEN."""
    return column >= first, column <= last


def _taken(days: Collection[date]) -> DateTaken:
    return DateTaken(
        Phrase(
            "Another Entry is pinned to this date, or it has its Edition: {dates}.",
            dates=sorted(days),
        )
    )
