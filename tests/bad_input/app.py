"""An App on a SQLite file of its own, for one example of a property."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot.alerts.log import LogChannel
from bot.app import App, open_app
from bot.settings import Settings
from tests.clock import FakeClock
from tests.empty_database import empty_database

T = TypeVar("T")


def with_app(use: Callable[[App, Path], Awaitable[T]]) -> T:
    """What `use` makes of an App whose queue is empty, and of a folder."""

    async def session(folder: Path) -> T:
        settings = Settings.model_construct(data_dir=folder / "data")
        told = LogChannel()
        async with open_app(settings, owner="test", told=told, clock=FakeClock()) as app:
            return await use(app, folder)

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data").mkdir()
        (Path(folder) / "data" / "city-a-day.db").write_bytes(empty_database())
        return asyncio.run(session(Path(folder)))
