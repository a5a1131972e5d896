"""The queue's order: each waiting Entry has a rank, and there are gaps between the ranks.

An Entry that moves gets a rank in the middle of a gap, so that no other row is written. When a gap
is used up, the ranks nearby are spread out again. Whoever gives out ranks holds the order's lock,
so that no two are the same.
"""

from sqlalchemy import ColumnElement, and_, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import ENTRIES, counters, entries, waits
from content.phrase import Phrase
from schedules.store import EntryNotFound

GAP = 2**32
AMPLE = 2**16
BIGGEST_ID = 2**63 - 1

place = tuple_(entries.c.rank, entries.c.id)


async def lock_order(connection: AsyncConnection) -> int:
    """Hold the order's lock until the transaction ends; the last id that was given.

    On SQLite a writer holds it anyway.
    """
    rows = await connection.execute(
        select(counters.c.value).where(counters.c.name == ENTRIES).with_for_update()
    )
    last: int = rows.scalar_one()
    return last


async def new_ids(connection: AsyncConnection, count: int) -> range:
    """Ids that no Entry ever had, in order. Holds the order's lock."""
    last: int = await connection.scalar(
        update(counters)
        .where(counters.c.name == ENTRIES)
        .values(value=counters.c.value + count)
        .returning(counters.c.value)
    )
    return range(last - count + 1, last + 1)


async def rank_at_end(connection: AsyncConnection) -> int:
    """A rank behind all others."""
    last = await connection.scalar(
        select(entries.c.rank)
        .where(waits)
        .order_by(entries.c.rank.desc(), entries.c.id.desc())
        .limit(1)
    )
    return GAP if last is None else last + GAP


async def rank_at_head(connection: AsyncConnection) -> int:
    """A rank in front of all others."""
    first = await connection.scalar(
        select(entries.c.rank).where(waits).order_by(entries.c.rank, entries.c.id).limit(1)
    )
    return GAP if first is None else first - GAP


async def rank_before(connection: AsyncConnection, entry_id: int) -> int:
    """A rank right before an Entry's. Raises EntryNotFound."""
    rank = await rank_of(connection, entry_id)
    below: int | None = await connection.scalar(
        select(entries.c.rank)
        .where(waits, place < tuple_(rank, entry_id))
        .order_by(entries.c.rank.desc(), entries.c.id.desc())
        .limit(1)
    )
    if below is None:
        return rank - GAP
    if rank - below < 2:
        rank = await _make_room(connection, below, (rank, entry_id))
    return (below + rank) // 2


async def rank_of(connection: AsyncConnection, entry_id: int) -> int:
    """A waiting Entry's rank. Raises EntryNotFound."""
    rank: int | None = await connection.scalar(select(entries.c.rank).where(waiting(entry_id)))
    if rank is None:
        raise not_found(entry_id)
    return rank


async def next_to(connection: AsyncConnection, entry_id: int, *, behind: bool) -> int | None:
    """The id of the Entry right in front of one, or right behind it. Raises EntryNotFound."""
    here = tuple_(await rank_of(connection, entry_id), entry_id)
    nearest = select(entries.c.id).where(waits).limit(1)
    if behind:
        nearest = nearest.where(place > here).order_by(entries.c.rank, entries.c.id)
    else:
        nearest = nearest.where(place < here)
        nearest = nearest.order_by(entries.c.rank.desc(), entries.c.id.desc())
    found: int | None = await connection.scalar(nearest)
    return found


async def set_rank(connection: AsyncConnection, entry_id: int, rank: int) -> None:
    """Give an Entry a rank. Whoever calls it holds the order's lock."""
    await connection.execute(update(entries).where(waiting(entry_id)).values(rank=rank))


def waiting(entry_id: int) -> ColumnElement[bool]:
    """The condition that picks one waiting Entry. Raises EntryNotFound for what can be no id."""
    if not 0 < entry_id <= BIGGEST_ID:
        raise not_found(entry_id)
    return and_(waits, entries.c.id == entry_id)


def not_found(entry_id: int) -> EntryNotFound:
    """What to raise when no such Entry waits."""
    return EntryNotFound(Phrase("There is no Entry {entry} in the queue.", entry=str(entry_id)))


async def _make_room(connection: AsyncConnection, below: int, first: tuple[int, int]) -> int:
    """Spread out the ranks from `first` on, above `below`; the new rank of `first`.

    As many as it takes to leave an ample gap between each two, mostly a hundred.
    """
    width, gap = 10, 0
    while gap < AMPLE:
        width *= 10
        found = await connection.execute(
            select(entries.c.id, entries.c.rank)
            .where(waits, place >= tuple_(*first))
            .order_by(entries.c.rank, entries.c.id)
            .limit(width + 1)
        )
        rows = list(found)
        # Behind the last one there is no bound.
        gap = GAP if len(rows) <= width else (rows.pop().rank - below) // (width + 1)
    await connection.execute(
        update(entries).where(entries.c.id == bindparam("of")).values(rank=bindparam("to")),
        [{"of": row.id, "to": below + gap * step} for step, row in enumerate(rows, 1)],
    )
    return below + gap
