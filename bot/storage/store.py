"""SqlStore: the port `schedules.store.Store` on SQLite and PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import delete, select, update

from bot.storage.alerts import SqlAlerts
from bot.storage.backup import SqlBackup
from bot.storage.calling_off import SqlCallingOff
from bot.storage.editing import SqlEditing
from bot.storage.editions import SqlEditions
from bot.storage.figures import SqlFigures
from bot.storage.leadership import SqlLeadership
from bot.storage.pauses import SqlPauses
from bot.storage.publications import SqlPublications
from bot.storage.queue import SqlQueue
from bot.storage.rows import hold_of
from bot.storage.schema import CHECKS, counters, holds
from bot.storage.transactions import insert_unless_there, to_its_end
from schedules.alerts import Alert
from schedules.ledger import Hold


class SqlHolds(SqlAlerts):
    """`schedules.store.Holds`."""

    async def holds(self) -> Mapping[str, Hold]:
        """The destinations on hold."""
        async with self._read() as connection:
            rows = await connection.execute(select(holds).order_by(holds.c.destination))
            return {row["destination"]: hold_of(row) for row in rows.mappings()}

    @to_its_end
    async def hold(self, hold: Hold, *, alert: Alert) -> bool:
        """Put a destination on hold."""
        async with self._write() as connection:
            inserted = await connection.execute(
                insert_unless_there(connection, holds).values(
                    destination=hold.destination, since=hold.since, reason=hold.reason
                )
            )
            held = inserted.rowcount == 1
            if held:
                await self._raise(connection, [alert])
            return held

    @to_its_end
    async def release(self, destination: str) -> None:
        """End a destination's hold."""
        async with self._write() as connection:
            await connection.execute(delete(holds).where(holds.c.destination == destination))


class SqlStore(
    SqlQueue,
    SqlEditions,
    SqlEditing,
    SqlPublications,
    SqlCallingOff,
    SqlPauses,
    SqlFigures,
    SqlHolds,
    SqlLeadership,
    SqlBackup,
):
    """The database. `bot.storage.database.open_store` makes one."""

    @to_its_end
    async def check(self) -> str:
        """Write something, and say which database it is."""
        async with self._write() as connection:
            await connection.execute(
                update(counters).where(counters.c.name == CHECKS).values(value=counters.c.value + 1)
            )
        return self._database

    async def close(self) -> None:
        """Give back connections."""
        await self._engine.dispose()
