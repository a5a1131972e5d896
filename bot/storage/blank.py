"""Why a date stays blank: what pauses and skips say, read inside another transaction.

Who pauses or skips holds the lock of the stops alone; who arms a create or opens an Edition shares
it: what an admin was told is stopped, nobody begins any more. It is taken before all other locks.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import STOPS, counters, pauses, skips
from schedules.stops import Pause, Skip


async def lock_stops(connection: AsyncConnection, *, shared: bool) -> None:
    """Hold the lock until the transaction ends. On SQLite a writer holds it anyway."""
    await connection.execute(
        select(counters.c.value).where(counters.c.name == STOPS).with_for_update(read=shared)
    )


def in_force(at: datetime) -> ColumnElement[bool]:
    """Whether a pause is in force; also one that a clock set back since has begin later."""
    runs = or_(pauses.c.until.is_(None), pauses.c.until > at)
    return and_(pauses.c.ended_at.is_(None), runs)


async def paused_at(connection: AsyncConnection, instant: datetime) -> Pause | None:
    """The pause that covers an instant, be it long ago."""
    return next((each for each in await all_pauses(connection) if each.covers(instant)), None)


async def all_pauses(connection: AsyncConnection) -> Sequence[Pause]:
    """All there ever were, the oldest first."""
    rows = await connection.execute(select(pauses).order_by(pauses.c.id))
    return [pause_of(row) for row in rows.mappings()]


async def skips_between(
    connection: AsyncConnection, first: date, last: date
) -> Mapping[date, Skip]:
    """The skipped dates of a range."""
    query = select(skips).where(skips.c.date.between(first, last)).order_by(skips.c.date)
    rows = await connection.execute(query)
    return {row.date: Skip(date=row.date, at=row.at, by=row.by) for row in rows}


def pause_of(row: RowMapping) -> Pause:
    """The Pause in a row of `pauses`."""
    return Pause(
        since=row["since"],
        until=row["until"],
        reason=row["reason"],
        by=row["by"],
        ended_at=row["ended_at"],
    )
