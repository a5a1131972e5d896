"""Fixtures for all rooms."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import open_store
from schedules.store import Store
from tests.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """2026-11-22, 07:59 UTC: a minute before the daily post in Paris."""
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A real database in a file."""
    opened = await open_store(f"sqlite:///{tmp_path / 'city-a-day.db'}")
    yield opened
    await opened.close()
