"""A scene in Discord for each test, on a service with one destination and an empty queue."""

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.app import App, assemble
from bot.settings import Settings
from schedules.store import Store
from tests.bot.admin.in_discord import Scene as Scene
from tests.bot.admin.in_discord import in_discord
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def fake(clock: FakeClock) -> FakePublisher:
    return FakePublisher(clock=clock)


@pytest.fixture
async def app(tmp_path: Path, store: Store, clock: FakeClock, fake: FakePublisher) -> App:
    """With one destination, where pictures do not matter, and an empty queue."""
    settings = Settings(data_dir=tmp_path, timezone=ZoneInfo("UTC"), empty_queue="alert")
    return assemble(
        settings, owner="us", clock=clock, store=store, publishers={"fake": fake}, channels=()
    )


@pytest.fixture
async def scene(app: App, clock: FakeClock) -> AsyncIterator[Scene]:
    # What the one error handler did not foresee is a bug; who expects one captures it himself.
    async with in_discord(app, clock) as scene:
        with capture_logs() as logs:
            yield scene
        assert not [line for line in logs if line["log_level"] == "error"]
