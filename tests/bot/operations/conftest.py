"""An App on a database of its own, which posts to the gallery."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.alerts.log import LogChannel
from bot.app import App, open_app
from bot.settings import Settings
from tests.clock import FakeClock


@pytest.fixture
async def app(database_file: Path, clock: FakeClock) -> AsyncIterator[App]:
    settings = Settings.model_construct(data_dir=database_file.parent)  # nothing of the environment
    async with open_app(settings, owner="test", told=LogChannel(), clock=clock) as app:
        yield app
