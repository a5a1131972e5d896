"""The installed program as a user has it: a process of its own, in a folder of its own."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from schedules.clock import SystemClock
from tests.end_to_end.forked import CALL, Forked, fork
from tests.platforms.discord_rest import TOKEN, DiscordServer
from tests.platforms.x import XServer

PROGRAM = str(Path(sys.executable).with_name("city-a-day"))
PATIENCE_SECONDS = 40


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(kw_only=True)
class Running:
    """A `city-a-day run` under way; `lines` is its log so far."""

    process: asyncio.subprocess.Process | Forked
    lines: list[str] = field(default_factory=list)

    async def until(self, *words: str) -> str:
        """Read the log until a line holds all the words."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.process.stderr.readline()).decode():
                self.lines.append(line)
                if all(word in line for word in words):
                    return line
        raise AssertionError(f"the service ended without {words}:\n{''.join(self.lines)}")

    async def kill(self) -> None:
        """As the power fails."""
        self.process.kill()
        await self._end()

    async def stop(self) -> int:
        """As a service manager does; its exit code."""
        self.process.terminate()
        return await self._end()

    async def _end(self) -> int:
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            self.lines += (await self.process.stderr.read()).decode().splitlines(keepends=True)
            return await self.process.wait()


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A working directory with a `.env`, and the program beside it."""

    folder: Path
    settings: dict[str, str]
    as_installed: bool = False
    """Start the program itself; else it is forked from a process that has it loaded."""

    def write_settings(self, **more: str) -> None:
        lines = [f"CITY_A_DAY_{name}={value}" for name, value in (self.settings | more).items()]
        (self.folder / ".env").write_text("\n".join(lines), encoding="utf-8")

    def read(self, path: str) -> bytes:
        """A file that a command named."""
        return (self.folder / path).read_bytes()

    async def command(self, *args: str) -> Result:
        """Run a command to its end."""
        process = await self._start(PROGRAM, *args)
        async with asyncio.timeout(PATIENCE_SECONDS):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Result(code=process.returncode, out=out.decode(), err=err.decode())

    @asynccontextmanager
    async def running(self, *program: str) -> AsyncIterator[Running]:
        """The service; killed at the end, if it still runs."""
        running = Running(process=await self._start(*(program or (PROGRAM, "run", "--now"))))
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                running.process.send_signal(signal.SIGKILL)
            await running.process.communicate()

    async def published(self) -> dict[str, str]:
        """What the ledger says: the status by destination."""
        rows = (await self.command("history", "--json")).json
        return {row["destination"]: row["status"] for row in rows}

    async def _start(self, *program: str) -> asyncio.subprocess.Process | Forked:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        environment = {**kept, "HOME": str(self.folder)}
        first, *arguments = program
        if first == CALL:
            return await fork(self.folder, program, environment)
        if first == PROGRAM and not self.as_installed:
            return await fork(self.folder, arguments, environment)
        return await asyncio.create_subprocess_exec(
            *program,
            cwd=self.folder,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


def noon_zone() -> str:
    """A time zone in which it is about noon, so that no test runs over midnight."""
    ahead = 12 - SystemClock().now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def today() -> date:
    """The date there: the same as in UTC, twelve hours from either end."""
    return datetime.combine(SystemClock().now(), datetime.min.time(), UTC).date()


def install(
    folder: Path,
    x: XServer | None = None,
    discord: DiscordServer | None = None,
    *,
    as_installed: bool = False,
) -> Installation:
    """A user's folder, with the settings of the platforms that are there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"TIMEZONE": noon_zone(), "POST_AT": "09:00", "WEB_PORT": str(port)}
    destinations = ["site"]
    if x is not None:
        destinations.append("twitter")
        settings |= {
            "TWITTER__API_URL": x.url,
            "TWITTER__API_KEY": x.keys.api_key,
            "TWITTER__API_SECRET": x.keys.api_secret,
            "TWITTER__ACCESS_TOKEN": x.keys.access_token,
            "TWITTER__ACCESS_TOKEN_SECRET": x.keys.access_token_secret,
        }
    if discord is not None:
        destinations.append("discord")
        settings |= {
            "DISCORD__API_URL": discord.api_url,
            "DISCORD__TOKEN": TOKEN,
            "DISCORD__CHANNEL_IDS": str(discord.channel.id),
        }
    installation = Installation(
        folder=folder,
        settings=settings | {"DESTINATIONS": ",".join(destinations)},
        as_installed=as_installed,
    )
    installation.write_settings()
    return installation


def later(seconds: int) -> Sequence[str]:
    """The service, started when the clock says so many seconds later."""
    return CALL, "tests.end_to_end.forked:run_later", str(seconds)
