"""Fixtures for all rooms."""

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


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    """A real database in a file, with an admin who is told of everything."""
    opened = await open_store(
        f"sqlite:///{tmp_path / 'city-a-day.db'}",
        clock=clock,
        channels={"admin": frozenset(AlertKind)},
    )
    yield opened
    await opened.close()
