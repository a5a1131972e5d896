"""The content queue in SQL."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    delete,
    exists,
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
    BIGGEST_ID,
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
from bot.storage.record import REMOVED, SqlRecord, differing
from bot.storage.rows import entry_in, entry_of, entry_values, snapshot
from bot.storage.schema import ENTRIES, changes, counters, editions, entries, skips, waits
from bot.storage.transactions import to_its_end
from content.entry import Entry, EntryState
from content.phrase import Phrase
from schedules.ledger import Stock
from schedules.record import CannotRestore, Removed, entry_subject
from schedules.store import DateTaken, EntryChanged, Step

PAGE = 100
"""Entries read at once by `unpinned`."""

BATCH = 1000
"""Entries written at once by `add`."""


class SqlQueue(SqlRecord):
    """`schedules.store.QueueStore`."""

    @to_its_end
    async def add(
        self, new: Sequence[Entry], *, if_never_filled: bool = False, by: str | None = None
    ) -> Sequence[Entry]:
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
                await self._record_added(connection, by, added)
                return added
        except IntegrityError as error:
            raise _taken(days) from error

    async def entry(self, entry_id: int) -> Entry:
        """One waiting Entry."""
        async with self._read() as connection:
            return entry_of(await _waiting(connection, entry_id))

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
    async def update(
        self, entry: Entry, *, was: Entry | None = None, by: str | None = None
    ) -> None:
        """Replace a waiting Entry."""
        days = [] if entry.date is None else [entry.date]
        try:
            async with self._write() as connection:
                now = entry_of(await _waiting(connection, entry.id, lock=True))
                if was is not None and now != was:
                    raise EntryChanged(f"Entry {entry.id} was changed since it was read.")
                if entry.date != now.date:  # one whose day was missed stays pinned to it
                    await _refuse_taken(connection, days)
                changed = await connection.execute(
                    update(entries).where(waiting(entry.id)),
                    entry_values(entry),
                )
                if changed.rowcount == 0:
                    raise not_found(entry.id)
                if differ := differing(now, entry):
                    action = "edited"
                    if now.held != entry.held:
                        action = "held" if entry.held else "released"
                    await self._record(connection, by, action, entry_subject(entry.id), *differ)
        except IntegrityError as error:
            raise _taken(days) from error

    @to_its_end
    async def move(self, entry_id: int, *, before: int | None, by: str | None = None) -> None:
        """Put an Entry elsewhere in the order."""
        async with self._write() as connection:
            await lock_order(connection)
            await rank_of(connection, entry_id)
            if before == entry_id:
                return
            was = await self._standing(connection, by, entry_id)
            rank = await (
                rank_at_end(connection) if before is None else rank_before(connection, before)
            )
            moved = await connection.execute(
                update(entries).where(waiting(entry_id)).values(rank=rank)
            )
            if moved.rowcount == 0:
                raise not_found(entry_id)
            is_ = await self._standing(connection, by, entry_id)
            if was != is_:
                await self._record(connection, by, "moved", entry_subject(entry_id), was, is_)

    @to_its_end
    async def step(self, entry_id: int, step: Step, *, by: str | None = None) -> bool:
        """Move an Entry past its neighbour, or to the head."""
        async with self._write() as connection:
            await lock_order(connection)
            neighbour = await next_to(connection, entry_id, behind=step is Step.DOWN)
            if neighbour is None:
                return False
            was = await self._standing(connection, by, entry_id)
            if step is Step.HEAD:
                await set_rank(connection, entry_id, await rank_at_head(connection))
            else:
                here = await rank_of(connection, entry_id)
                there = await rank_of(connection, neighbour)
                await set_rank(connection, entry_id, there)
                await set_rank(connection, neighbour, here)
            is_ = await self._standing(connection, by, entry_id)
            await self._record(connection, by, "moved", entry_subject(entry_id), was, is_)
            return True

    async def position(self, entry_id: int) -> int:
        """An Entry's place."""
        async with self._read() as connection:
            here = tuple_(await rank_of(connection, entry_id), entry_id)
            query = select(func.count()).select_from(entries).where(waits, place < here)
            in_front: int = await connection.scalar(query) or 0
            return in_front + 1

    @to_its_end
    async def remove(self, entry_id: int, *, by: str | None = None) -> Removed:
        """Take an Entry out of the queue."""
        async with self._write() as connection:
            row = await _waiting(connection, entry_id, lock=True)
            removed = await connection.execute(delete(entries).where(waiting(entry_id)))
            if removed.rowcount == 0:
                raise not_found(entry_id)
            entry = entry_of(row)
            before = {**snapshot(entry), "rank": row["rank"]}
            change = await self._record(
                connection, by, REMOVED, entry_subject(entry_id), before, None
            )
            return Removed(entry=entry, change=change)

    @to_its_end
    async def restore(self, change_id: int, *, by: str | None = None) -> Entry:
        """Put an Entry back."""
        try:
            async with self._write() as connection:
                await lock_order(connection)
                kept = await _removal(connection, change_id)
                entry = entry_in(kept)
                days = [] if entry.date is None else [entry.date]
                if not await self._has_passed(connection, entry.date):
                    await _refuse_taken(connection, days)
                row = {"id": entry.id, "rank": kept["rank"], **entry_values(entry)}
                await connection.execute(insert(entries).values(row))
                await self._record(
                    connection, by, "restored", entry_subject(entry.id), None, snapshot(entry)
                )
                return entry
        except IntegrityError as error:  # on PostgreSQL, somebody pins another one to the date
            raise _taken(days) from error

    async def _has_passed(self, connection: AsyncConnection, day: date | None) -> bool:
        """Whether a date's window is over: an Entry pinned to it may come on any date."""
        over = editions.c.closes_at <= await self._now(connection)
        passed: bool | None = await connection.scalar(
            select(exists().where(editions.c.date == day, over))
        )
        return bool(passed)

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

    async def _record_added(
        self, connection: AsyncConnection, by: str | None, added: Sequence[Entry]
    ) -> None:
        """One Change, however many Entries are added."""
        if len(added) == 1:
            (entry,) = added
            subject = entry_subject(entry.id)
            await self._record(connection, by, "queued", subject, None, snapshot(entry))
        else:
            after = {"count": len(added), "first": added[0].id, "last": added[-1].id}
            await self._record(connection, by, "imported", "queue", None, after)

    async def _standing(
        self, connection: AsyncConnection, by: str | None, entry_id: int
    ) -> Mapping[str, object] | None:
        """Where an Entry stands in the queue, for the record; the order's lock is held."""
        if by is None:
            return None
        this = select(entries.c.rank, entries.c.city).where(waiting(entry_id))
        rank, city = (await connection.execute(this)).one()
        ahead = select(func.count()).where(waits, place < tuple_(rank, entry_id))
        return {"city": city, "position": (await connection.scalar(ahead) or 0) + 1}


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


async def use_up(connection: AsyncConnection, day: date) -> None:
    """The Entry taken for a date, which may have been seen, never goes back."""
    await connection.execute(delete(entries).where(entries.c.used_on == day))


async def _waiting(connection: AsyncConnection, entry_id: int, *, lock: bool = False) -> RowMapping:
    query = select(entries).where(waiting(entry_id))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    if row is None:
        raise not_found(entry_id)
    return row


async def _removal(connection: AsyncConnection, change_id: int) -> Mapping[str, Any]:
    """What a removal kept, unless anything was done to its Entry since. Raises CannotRestore."""
    known = select(changes.c.subject, changes.c.before).where(
        changes.c.id == min(change_id, BIGGEST_ID), changes.c.action == REMOVED
    )
    found = (await connection.execute(known)).first() if change_id > 0 else None
    if found is None:
        raise CannotRestore(
            Phrase("There is no removal {change} on record.", change=str(change_id))
        )
    latest = select(func.max(changes.c.id)).where(changes.c.subject == found.subject)
    there = exists().where(entries.c.id == found.before["id"])
    if await connection.scalar(latest) != change_id or await connection.scalar(select(there)):
        raise CannotRestore(
            Phrase("{city} has been put back already.", city=found.before["city"]["name"])
        )
    kept: Mapping[str, Any] = found.before
    return kept


async def _refuse_taken(connection: AsyncConnection, days: Sequence[date]) -> None:
    """Raise DateTaken when a date is wanted twice, or is pinned, skipped or has its Edition."""
    if not days:
        return
    wanted = set(days)
    if len(wanted) < len(days):
        raise _taken([day for day, times in Counter(days).items() if times > 1])
    taken = set()
    given = ((entries.c.pinned_to, waits), (editions.c.date, true()), (skips.c.date, true()))
    for column, also in given:
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
            "Another Entry is pinned to this date, or it has its Edition, or it is skipped:"
            " {dates}.",
            dates=sorted(days),
        )
    )
