"""Fixtures for all rooms."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import open_store
from schedules.alerts import AlertKind
from schedules.store import Store
from tests.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """2026-11-22, 07:59 UTC: a minute before the daily post in Paris."""
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database to copy: quicker than to migrate one for each test."""
    file = tmp_path_factory.mktemp("migrated") / "city-a-day.db"
    asyncio.run(_migrate(f"sqlite:///{file}"))
    return file


async def _migrate(url: str) -> None:
    await (await open_store(url)).close()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock, migrated_file: Path) -> AsyncIterator[Store]:
    """A real database in a file, with an admin who is told of everything."""
    file = tmp_path / "city-a-day.db"
    shutil.copyfile(migrated_file, file)
    opened = await open_store(
        f"sqlite:///{file}",
        clock=clock,
        channels={"admin": frozenset(AlertKind)},
    )
    yield opened
    await opened.close()
