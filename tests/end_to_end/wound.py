"""The service by a clock that a test sets while it runs."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from schedules.clock import SystemClock

_CLOCK = """
import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from bot.alerts.log import LogChannel
from bot.app import database_url, make_data_dir, open_app
from bot.logs import set_up_logs
from bot.registry import installed_platforms
from bot.settings import read_settings
from schedules.clock import SystemClock

class Wound(SystemClock):
    def now(self):
        return super().now() + timedelta(seconds=int(Path("ahead").read_text()))

set_up_logs("info")
settings = read_settings(installed_platforms())
"""

_RUN = """
from bot.service import OWNER, only_service, serve

async def run():
    make_data_dir(settings.data_dir)
    with only_service(settings.data_dir):
        async with open_app(settings, owner=OWNER, told=LogChannel(), clock=Wound()) as app:
            runner = replace(app.runner, recovery_interval=timedelta(seconds=0.2))
            await serve(replace(app, runner=runner), now=True)

asyncio.run(run())
"""

_BACK_UP = """
import sys
from bot.operations.backup import back_up
from bot.storage.database import open_store

async def run():
    async with open_app(settings, owner="cli", told=LogChannel(), clock=Wound()) as app:
        store = await open_store(database_url(settings))
        await back_up(app, store, Path(sys.argv[1]))
        await store.close()

asyncio.run(run())
"""

SERVICE = (sys.executable, "-c", _CLOCK + _RUN)
"""`city-a-day run --now`, which looks five times a second for what there is to do."""
BACK_UP = (sys.executable, "-c", _CLOCK + _BACK_UP)
"""`city-a-day backup`; the file's name follows."""


class Wound(SystemClock):
    """That clock: the machine's, set forward; also for the platforms' servers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.set_ahead(timedelta())

    def now(self) -> datetime:
        return super().now() + self._ahead

    def set_ahead(self, ahead: timedelta) -> None:
        self._ahead = ahead
        written = self._folder / "ahead.new"
        written.write_text(str(int(ahead.total_seconds())))
        written.replace(self._folder / "ahead")
