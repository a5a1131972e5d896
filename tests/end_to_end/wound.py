"""The service by a clock that a test sets while it runs."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.alerts.log import LogChannel
from bot.app import database_url, make_data_dir, open_app
from bot.logs import set_up_logs
from bot.operations.backup import back_up
from bot.registry import installed_platforms
from bot.service import OWNER, only_service, serve
from bot.settings import read_settings
from bot.storage.database import open_store
from schedules.clock import SystemClock
from tests.end_to_end.forked import CALL

SERVICE = (CALL, "tests.end_to_end.wound:run")
"""`city-a-day run --now`, which looks five times a second for what there is to do."""
BACK_UP = (CALL, "tests.end_to_end.wound:run_backup")
"""`city-a-day backup`; the file's name follows."""


class Wound(SystemClock):
    """The machine's clock, set forward; also for the platforms' servers."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ahead"

    def now(self) -> datetime:
        ahead = int(self._file.read_text()) if self._file.exists() else 0
        return super().now() + timedelta(seconds=ahead)

    def set_ahead(self, ahead: timedelta) -> None:
        written = self._file.with_suffix(".new")
        written.write_text(str(int(ahead.total_seconds())))
        written.replace(self._file)


def run() -> None:
    set_up_logs("info")
    asyncio.run(_run())


async def _run() -> None:
    settings = read_settings(installed_platforms())
    make_data_dir(settings.data_dir)
    with only_service(settings.data_dir):
        clock = Wound(Path())
        async with open_app(settings, owner=OWNER, told=LogChannel(), clock=clock) as app:
            runner = replace(app.runner, recovery_interval=timedelta(seconds=0.2))
            await serve(replace(app, runner=runner), now=True, alone=True)


def run_backup(file: str) -> None:
    asyncio.run(_run_backup(Path(file)))


async def _run_backup(file: Path) -> None:
    settings, clock = read_settings(installed_platforms()), Wound(Path())
    async with open_app(settings, owner="cli", told=LogChannel(), clock=clock) as app:
        store = await open_store(database_url(settings))
        await back_up(app, store, file)
        await store.close()
