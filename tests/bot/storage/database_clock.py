"""The clock that the store's leases go by, set by the test.

On SQLite it is the machine's, and the store is given a fake one. PostgreSQL has its own: there the
databases of the tests have a `clock_timestamp` that stands before PostgreSQL's and shows what a
row says.
"""

from datetime import datetime, timedelta

import asyncpg  # type: ignore[import-untyped]

from tests.bot.storage.samples import NOW
from tests.clock import FakeClock

MACHINE_IS_SLOW_BY = timedelta(hours=5)

STAND_IN = """
    CREATE SCHEMA fake;
    CREATE TABLE fake.clock (shows timestamptz NOT NULL);
    INSERT INTO fake.clock VALUES (clock_timestamp());
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS 'SELECT shows FROM fake.clock';
"""


def stand_in(database: str) -> tuple[str, str]:
    """The statements that give a PostgreSQL database such a clock.

    PostgreSQL's own functions come first unless the path says otherwise.
    """
    return STAND_IN, f"ALTER DATABASE {database} SET search_path = public, pg_catalog"


class DatabaseClock:
    """What the database's clock shows, on SQLite or on PostgreSQL; at first the slot's instant.

    `machine` is for `open_store`. Where the database has a clock of its own it is hours off, so
    that any test notices who asks the wrong one.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._own = not url.startswith("sqlite")
        self._shows = NOW
        self.machine = FakeClock(NOW - MACHINE_IS_SLOW_BY if self._own else NOW)

    def now(self) -> datetime:
        return self._shows

    async def set(self, instant: datetime) -> None:
        self._shows = instant
        if not self._own:
            self.machine.set(instant)
            return
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute("UPDATE fake.clock SET shows = $1", instant)
        finally:
            await connection.close()

    async def advance(self, by: timedelta) -> None:
        await self.set(self._shows + by)
