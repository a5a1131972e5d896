"""The program in a process of its own, forked from one that has loaded its libraries.

Starting the interpreter and loading them would be most of the suite's time. What runs is the same,
from `bot.main.main` on; `test_daily_post.py` starts the installed program itself.
"""

import asyncio
import datetime
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import aiosqlite
import alembic.command
import alembic.config
import alembic.script

import bot.admin.desk
import bot.cli.commands
import bot.publishers.discord
import bot.publishers.site
import bot.publishers.twitter
from bot.logs import set_up_logs
from bot.main import main
from bot.registry import installed_platforms
from bot.service import run_service
from bot.settings import read_settings
from schedules.clock import SystemClock

CALL = "--call"

LOADED_BEFORE_THE_FORK = (
    aiosqlite,
    alembic.command,
    alembic.config,
    alembic.script,
    bot.admin.desk,
    bot.cli.commands,
    bot.publishers.discord,
    bot.publishers.site,
    bot.publishers.twitter,
)
"""What the program loads only when it needs it."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class Forked:
    """What is used of `asyncio.subprocess.Process`."""

    def __init__(
        self, process: ForkServerProcess, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader
    ) -> None:
        self._process = process
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        assert process.pid is not None
        self.pid = process.pid
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process.sentinel, self._end)

    def send_signal(self, number: signal.Signals) -> None:
        """Raises ProcessLookupError when it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        out, err = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return out, err

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self.returncode = self._process.exitcode
        self._process.close()
        self._ended.set()


async def fork(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Forked:
    """Start `city-a-day` with these arguments; or CALL, "module:function" and its arguments."""
    (out, stdout), (err, stderr) = await _pipe(), await _pipe()
    process: ForkServerProcess = _processes.Process(
        target=_run, args=(str(folder), list(arguments), dict(environment), out, err)
    )
    process.start()
    out.close()
    err.close()
    return Forked(process, stdout, stderr)


async def _pipe() -> tuple[Connection, asyncio.StreamReader]:
    """The end that is written to, and what comes out of the other."""
    read, write = _processes.Pipe(duplex=False)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(read.fileno()), "rb")
    )
    read.close()
    return write, reader


def _run(
    folder: str,
    arguments: list[str],
    environment: dict[str, str],
    out: Connection,
    err: Connection,
) -> None:
    for standard, pipe in ((1, out), (2, err)):
        os.dup2(pipe.fileno(), standard)
        pipe.close()
    # Those that were there belong to whatever the forking process wrote to.
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if arguments[0] == CALL:
        module, _, function = arguments[1].partition(":")
        getattr(import_module(module), function)(*arguments[2:])
        return
    sys.argv = ["city-a-day", *arguments]
    main()


def run_later(seconds: str) -> None:
    """`city-a-day run --now`, when the clock says so many seconds more."""
    set_up_logs("info")
    clock = Later(int(seconds))
    asyncio.run(run_service(read_settings(installed_platforms()), now=True, clock=clock))


class Later(SystemClock):
    """Shows so many seconds more."""

    def __init__(self, seconds: int) -> None:
        self._by = datetime.timedelta(seconds=seconds)

    def now(self) -> datetime.datetime:
        return super().now() + self._by
