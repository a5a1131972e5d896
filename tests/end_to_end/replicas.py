"""A PostgreSQL database for several replicas, whose clock a test can put ahead."""

from dataclasses import dataclass
from datetime import timedelta

import asyncpg  # type: ignore[import-untyped]

# PostgreSQL's own function would be found first; see the search path.
CLOCK_AHEAD = """
    CREATE SCHEMA ahead;
    CREATE TABLE ahead.of_time (by interval NOT NULL);
    INSERT INTO ahead.of_time VALUES ('0');
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS 'SELECT pg_catalog.clock_timestamp() + by FROM ahead.of_time';
"""


@dataclass(frozen=True)
class SharedDatabase:
    """What all replicas are given as their DATABASE_URL."""

    url: str

    async def let_pass(self, by: timedelta) -> None:
        """The database's clock shows so much more: leases run out."""
        await _execute(self.url, f"UPDATE ahead.of_time SET by = by + '{by.total_seconds()} s'")


async def make_database(server: str, name: str) -> SharedDatabase:
    """A new database on a server, with its clock."""
    await _execute(f"{server}/postgres", f"CREATE DATABASE {name}")
    database = SharedDatabase(f"{server}/{name}")
    await _execute(database.url, CLOCK_AHEAD)
    await _execute(database.url, f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    return database


async def drop_database(server: str, name: str) -> None:
    """Take it away, whoever is connected."""
    await _execute(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
