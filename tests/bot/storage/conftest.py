"""Every store test runs on a SQLite file and on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest

from bot.storage.database import open_store
from bot.storage.store import SqlStore
from tests.bot.storage.database_clock import DatabaseClock, stand_in
from tests.bot.storage.samples import CHANNELS
from tests.empty_database import empty_database

_numbers = count(1)


@pytest.fixture(scope="session")
def migrated_database(postgresql: str) -> str:
    """The URL of a PostgreSQL database that is emptied after each test."""
    _execute(f"{postgresql}/postgres", "CREATE DATABASE migrated")
    for statements in stand_in("migrated"):
        _execute(f"{postgresql}/migrated", statements)
    asyncio.run(_migrate(f"{postgresql}/migrated"))
    return f"{postgresql}/migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with the schema and nothing else."""
    if request.param == "sqlite":
        file = tmp_path / "city-a-day.db"
        file.write_bytes(empty_database())
        yield f"sqlite:///{file}"
        return
    database: str = request.getfixturevalue("migrated_database")
    yield database
    emptied = ["publications", "editions", "entries", "holds", "alerts", "pauses", "skips"]
    emptied += ["changes", "leaderships", "notes"]
    _execute(
        database,
        "".join(f"DELETE FROM {table};" for table in emptied) + "UPDATE counters SET value = 0",
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database in which there is nothing yet; the SQLite file is not there."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'city-a-day.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"test_{next(_numbers)}"
    _execute(f"{server}/postgres", f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    _execute(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database_clock(url: str) -> DatabaseClock:
    """What the database's clock shows: the slot's instant, until the test says otherwise."""
    clock = DatabaseClock(url)
    await clock.set(clock.now())
    return clock


@pytest.fixture
async def store(url: str, database_clock: DatabaseClock) -> AsyncIterator[SqlStore]:
    """An open store on a new database."""
    opened = await open_store(url, clock=database_clock.machine, channels=CHANNELS)
    yield opened
    await opened.close()


async def _migrate(url: str) -> None:
    await (await open_store(url)).close()


def _execute(url: str, statements: str) -> None:
    asyncio.run(_execute_on(url, statements))


async def _execute_on(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
