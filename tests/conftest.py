"""Fixtures for all rooms."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import open_store
from schedules.alerts import AlertKind
from schedules.store import Store
from tests.bot.storage.postgresql import running_server, server_programs
from tests.clock import FakeClock
from tests.empty_database import empty_database


@pytest.fixture
def clock() -> FakeClock:
    """2026-11-22, 07:59 UTC: a minute before the daily post in Paris."""
    return FakeClock()


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    """A real database with nothing in it."""
    file = tmp_path / "city-a-day.db"
    file.write_bytes(empty_database())
    return file


@pytest.fixture
async def store(database_file: Path, clock: FakeClock) -> AsyncIterator[Store]:
    """That database, with an admin who is told of everything."""
    opened = await open_store(
        f"sqlite:///{database_file}",
        clock=clock,
        channels={"admin": frozenset(AlertKind)},
    )
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A server for this test process; its URL without a database's name."""
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    with running_server(programs) as url:
        yield url
