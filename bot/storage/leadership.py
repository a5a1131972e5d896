"""Leadership and notes in SQL."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, delete, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import Instant, leaderships, notes
from bot.storage.transactions import Transactions, to_its_end, upsert

row = leaderships.c


class SqlLeadership(Transactions):
    """`schedules.store.Leadership` and `schedules.store.Notes`."""

    @to_its_end
    async def lead(self, name: str, *, owner: str, lease: timedelta) -> bool:
        """One statement decides: it inserts the row, or changes it where that may be."""
        async with self._write() as connection:
            now, until = self._lease(connection, lease)
            # One that ends later than it could now is of a clock that was set back since.
            free = or_(row.owner == owner, row.lease_until <= now, row.lease_until > until)
            led = await connection.execute(
                upsert(
                    connection,
                    leaderships,
                    {"name": name},
                    {"owner": owner, "lease_until": until},
                    where=free,
                )
            )
            return led.rowcount == 1

    @to_its_end
    async def step_down(self, name: str, *, owner: str) -> None:
        """Nobody leads, if this one did."""
        async with self._write() as connection:
            await connection.execute(
                delete(leaderships).where(row.name == name, row.owner == owner)
            )

    async def note(self, name: str) -> str | None:
        """What was kept under a name."""
        async with self._read() as connection:
            value: str | None = await connection.scalar(
                select(notes.c.value).where(notes.c.name == name)
            )
            return value

    @to_its_end
    async def set_note(self, name: str, value: str | None) -> None:
        """Keep something under a name, or nothing."""
        async with self._write() as connection:
            if value is None:
                await connection.execute(delete(notes).where(notes.c.name == name))
            else:
                await connection.execute(
                    upsert(connection, notes, {"name": name}, {"value": value})
                )

    def _lease(
        self, connection: AsyncConnection, lease: timedelta
    ) -> tuple[ColumnElement[datetime], ColumnElement[datetime]]:
        """Now, and when a lease from now on ends: as the statement itself sees them."""
        if connection.dialect.name == "sqlite":
            now = self._clock.now()
            return literal(now, Instant), literal(now + lease, Instant)
        shown = func.clock_timestamp(type_=Instant)
        return shown, shown + literal(lease, Interval)
