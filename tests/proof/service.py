"""The service under proof: the real parts in a process of its own, which dies where it is told to.

It differs from `city-a-day run` in three things: its ports may kill it, its clock jumps ahead to
whatever comes next, and it ends when there is nothing left to do but for an admin. The processes
are forked from one that has the libraries loaded: loading them would be most of the time.
"""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import cast

import aiosqlite

import bot.publishers.discord
import bot.publishers.site
import bot.publishers.twitter
from bot.alerts.log import LogChannel
from bot.app import assemble, make_data_dir, open_app
from bot.logs import set_up_logs
from bot.registry import installed_platforms
from bot.service import OWNER, only_service, serve
from bot.settings import PREFIX, Settings, read_settings
from schedules.store import Store
from tests.proof.clock import JumpClock
from tests.proof.deaths import Death, DyingChannel, DyingStore, Reaper, dying

WAKES = timedelta(seconds=0.05)
"""How often the runner looks for what is due: time jumps, and no alarm knows of that."""

LOADED_BEFORE_THE_FORK = (
    aiosqlite,
    bot.publishers.discord,
    bot.publishers.site,
    bot.publishers.twitter,
)
"""What the service loads only when it is enabled."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


@dataclass(frozen=True, kw_only=True)
class Start:
    """How the service is started: in which folder, on which clock, and where it dies.

    `fills` is a disk that is full by the time of the create.
    """

    folder: Path
    clock: Path
    death: Death | None = None
    fills: Path | None = None


class Service:
    """One process, from start to end; its log comes line by line."""

    def __init__(self, start: Start) -> None:
        self._log, written = _processes.Pipe(duplex=False)
        self._process: ForkServerProcess = _processes.Process(target=_run, args=(start, written))
        self._process.start()
        written.close()

    def kill(self) -> None:
        """As the power fails."""
        self._process.kill()

    def stop(self) -> None:
        """As a service manager does."""
        self._process.terminate()

    async def lines(self) -> AsyncIterator[str]:
        """Its log, until it ends."""
        reader = asyncio.StreamReader()
        with os.fdopen(os.dup(self._log.fileno()), "rb") as log:
            self._log.close()
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), log
            )
            try:
                while line := await reader.readline():
                    yield line.decode(errors="replace")
            finally:
                transport.close()

    async def ended(self) -> int:
        """Its exit code, or the negative number of the signal that ended it."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        # Not in a thread: each start of another process asks for this one's end too.
        self._process.join()
        code = self._process.exitcode
        assert code is not None
        self._process.close()
        return code


def _run(start: Start, log: Connection) -> None:
    os.dup2(log.fileno(), 2)
    log.close()
    os.chdir(start.folder)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    set_up_logs("info")
    asyncio.run(_serve(start, read_settings(installed_platforms())))


async def _serve(start: Start, settings: Settings) -> None:
    """As `bot.service.run_service` does it."""
    if parent := multiprocessing.parent_process():
        # Whoever proves it is gone: nobody reads the log or ends this process any more.
        asyncio.get_running_loop().add_reader(parent.sentinel, os._exit, 1)
    reaper, clock = Reaper(death=start.death), JumpClock(start.clock)
    make_data_dir(settings.data_dir)
    with only_service(settings.data_dir):
        async with open_app(settings, owner=OWNER, told=LogChannel(), clock=clock) as app:
            publishers = {
                name: dying(each, reaper, start.fills) for name, each in app.publishers.items()
            }
            mortal = assemble(
                settings,
                owner=OWNER,
                clock=clock,
                store=cast("Store", DyingStore(app.store, reaper, clock)),
                publishers=publishers,
                channels=[DyingChannel(each, reaper) for each in app.telling.channels],
            )
            runner = replace(mortal.runner, recovery_interval=WAKES)
            await app.store.expire_leases(OWNER)
            await serve(replace(mortal, runner=runner), now=False, alone=True)
