"""Pauses in SQL: one in force at a time, and all there ever were."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.storage.blank import all_pauses, in_force, lock_stops, pause_of
from bot.storage.record import Facts, SqlRecord
from bot.storage.schema import pauses
from bot.storage.transactions import to_its_end
from schedules.record import SERVICE
from schedules.stops import Pause


class SqlPauses(SqlRecord):
    """The part of `schedules.store.Stops` that is about all dates."""

    @to_its_end
    async def pause(self, *, reason: str, until: datetime | None, by: str) -> Pause | None:
        """Begin a pause, unless one is in force."""
        async with self._write() as connection:
            await lock_stops(connection, shared=False)
            now = await self._now(connection)
            if await connection.scalar(select(pauses.c.id).where(in_force(now)).limit(1)):
                return None
            rows = await connection.execute(
                insert(pauses)
                .values(since=now, until=until, reason=reason, by=by)
                .returning(pauses)
            )
            begun = pause_of(rows.mappings().one())
            await self._record(connection, by, "paused", SERVICE, None, _facts(begun))
            return begun

    @to_its_end
    async def resume(self, *, by: str) -> Pause | None:
        """End the pause that is in force."""
        async with self._write() as connection:
            await lock_stops(connection, shared=False)
            now = await self._now(connection)
            rows = await connection.execute(
                update(pauses)
                .where(in_force(now))
                .values(ended_at=now, ended_by=by)
                .returning(pauses)
            )
            row = rows.mappings().first()
            if row is None:
                return None
            ended = pause_of(row)
            await self._record(connection, by, "resumed", SERVICE, _facts(ended), None)
            return ended

    async def paused(self) -> Pause | None:
        """The pause that is in force."""
        async with self._read() as connection:
            now = await self._now(connection)
            rows = await connection.execute(select(pauses).where(in_force(now)).limit(1))
            row = rows.mappings().first()
            return None if row is None else pause_of(row)

    async def pauses(self) -> Sequence[Pause]:
        """All there ever were."""
        async with self._read() as connection:
            return await all_pauses(connection)


def _facts(pause: Pause) -> Facts:
    until = {} if pause.until is None else {"until": pause.until.isoformat()}
    return {"reason": pause.reason, **until}
