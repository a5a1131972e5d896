"""The database in trouble, as the installed program meets it: told, and nothing sent unrecorded."""

import asyncio
import os
import resource
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import pytest
from aiohttp import web

from bot.testing import Recorded
from schedules.publish_once import LEASE, SEND_LEASE
from tests.end_to_end.service import Installation, Running, install
from tests.end_to_end.wound import SERVICE, Wound
from tests.platforms.x import XServer

UNTIL_PREPARED = ("POST", "/2/media/metadata")
UNTIL_SENT = ("POST", "/2/tweets")


class Trouble(Protocol):
    """Something that keeps a running service from its database."""

    says: str

    def begin(self, service: Running) -> None: ...

    def end(self) -> None: ...


class FullDisk:
    """The data folder is a file system of its own, which another file fills up."""

    says = "the disk is full: make room"

    def __init__(self, data: Path) -> None:
        self._data = data

    def begin(self, service: Running) -> None:
        self._filler = fill(self._data)

    def end(self) -> None:
        self._filler.unlink()


class NothingMayGrow:
    """The system lets the process write to no file at all."""

    says = "the disk reports an error: check the disk"

    def __init__(self, data: Path) -> None:
        self._pid = 0

    def begin(self, service: Running) -> None:
        self._pid = service.process.pid
        self._allow(0)

    def end(self) -> None:
        self._allow(resource.RLIM_INFINITY)

    def _allow(self, size: int) -> None:
        _, most = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (size, most))


class Locked:
    """Another process writes and does not finish."""

    says = "is locked, another process does not finish writing: end that process"

    def __init__(self, data: Path) -> None:
        self._file = data / "city-a-day.db"

    def begin(self, service: Running) -> None:
        self._other = sqlite3.connect(self._file, isolation_level=None)
        self._other.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self._other.close()


class Gone:
    """Somebody moves the file away, and then puts it back."""

    says = "is gone, its file was moved or deleted: put it back"

    def __init__(self, data: Path) -> None:
        self._file = data / "city-a-day.db"
        self._elsewhere = data / "moved.db"

    def begin(self, service: Running) -> None:
        self._file.rename(self._elsewhere)

    def end(self) -> None:
        self._elsewhere.rename(self._file)


def fill(disk: Path) -> Path:
    """Take all its room; what takes it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert os.statvfs(disk).f_bavail == 0
    return filler


class TroubledX(XServer):
    """At one request, before it is answered, something happens."""

    at: tuple[str, str] | None = None
    happens: Callable[[], None]

    async def answer(self, request: Recorded) -> web.StreamResponse:
        if (request.method, request.path) == self.at:
            self.at = None
            self.happens()
        return await super().answer(request)


@pytest.fixture
def clock(tmp_path: Path) -> Wound:
    return Wound(tmp_path)


@pytest.fixture
async def x(clock: Wound) -> AsyncIterator[TroubledX]:
    async with TroubledX(now=clock.now) as server:
        yield server


@pytest.fixture
def installed(tmp_path: Path, x: TroubledX) -> Installation:
    installed = install(tmp_path, x)
    installed.write_settings(
        DESTINATIONS="twitter", DATABASE_URL="sqlite:///data/city-a-day.db?timeout=0.1"
    )
    (tmp_path / "data").mkdir()
    return installed


@pytest.fixture
def small_disk(installed: Installation) -> Iterator[Path]:
    """The data folder on a file system of its own."""
    data = installed.folder / "data"
    mounted = subprocess.run(
        ("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", data), capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system of its own can be mounted by root only")
    yield data
    subprocess.run(("umount", "--lazy", data), check=True)


@pytest.fixture(params=[FullDisk if os.geteuid() == 0 else NothingMayGrow, Locked, Gone])
def trouble(request: pytest.FixtureRequest, installed: Installation) -> Trouble:
    kind: Callable[[Path], Trouble] = request.param
    if kind is FullDisk:
        request.getfixturevalue("small_disk")
    return kind(installed.folder / "data")


def arrange(x: TroubledX, at: tuple[str, str], happens: Callable[[], None]) -> None:
    x.at, x.happens = at, happens


def complaints(service: Running) -> list[str]:
    return [line for line in service.lines if "action=store_unavailable" in line]


def plainly_told(service: Running, trouble: Trouble) -> bool:
    """Each try is one line that says what is wrong, and there is no traceback."""
    told = complaints(service)
    assert told, service.lines
    assert all(trouble.says in line and "city-a-day.db" in line for line in told), told
    every = [line for line in service.lines if "action=" in line]
    return every == service.lines


async def test_nothing_is_sent_that_is_not_on_record_and_what_was_sent_is_found_again(
    installed: Installation, x: TroubledX, clock: Wound, trouble: Trouble
) -> None:
    async with installed.running(*SERVICE) as service:
        # It cannot be armed: nothing is sent.
        arrange(x, UNTIL_PREPARED, lambda: trouble.begin(service))
        await service.until("action=store_unavailable")
        assert x.creates == 0
        trouble.end()
        # The next attempt cannot be settled: it is armed, and looked for.
        arrange(x, UNTIL_SENT, lambda: trouble.begin(service))
        clock.set_ahead(LEASE)
        await service.until("action=created")
        await service.until("action=store_unavailable")
        trouble.end()
        clock.set_ahead(LEASE + SEND_LEASE)
        await service.until("action=published")
        assert await service.stop() == 0
    assert plainly_told(service, trouble)
    assert x.creates == len(x.delivered()) == 1


async def test_a_file_that_is_replaced_or_cut_short_while_it_is_in_use_stops_the_posts(
    installed: Installation, x: TroubledX
) -> None:
    file = installed.folder / "data" / "city-a-day.db"

    async with installed.running(*SERVICE) as service:
        await service.until("action=published")
        os.truncate(file, 0)
        await service.until("action=store_unavailable", "was cut short while it was in use")
        file.unlink()
        file.write_bytes(b"another one")
        await service.until("action=store_unavailable", "is not the file that was opened")
        await service.stop()
    assert not any("Traceback" in line for line in service.lines)
    assert x.creates == 1


async def test_a_full_disk_is_named_at_the_start(installed: Installation, small_disk: Path) -> None:
    fill(small_disk)
    result = await installed.command("run")
    assert (result.code, result.err.count("\n")) == (1, 1), result.err
    assert "city-a-day.db cannot grow, the disk is full: make room" in result.err


async def test_a_folder_that_cannot_be_written_is_named_at_the_start(
    installed: Installation, small_disk: Path
) -> None:
    remount = await asyncio.create_subprocess_exec("mount", "-o", "remount,ro", small_disk)
    assert await remount.wait() == 0
    for command in ("run", "status"):
        result = await installed.command(command)
        assert (result.code, result.err.count("\n")) == (1, 1), result.err
        assert "data" in result.err
        assert "writ" in result.err
