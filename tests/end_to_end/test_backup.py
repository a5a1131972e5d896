"""Backup and restore with the installed program: nothing is posted twice, nothing is half done."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.testing import sample_picture
from tests.end_to_end.service import PROGRAM, Installation, Running, install, today
from tests.end_to_end.wound import BACK_UP, SERVICE, Wound
from tests.platforms.discord_rest import DiscordServer
from tests.platforms.x import XServer

DAY = timedelta(days=1)
CREDIT = ("--alt", "Le port.", "--author", "A. Photographe", "--licence", "CC BY 4.0")


@pytest.fixture
def clock(tmp_path: Path) -> Wound:
    (tmp_path / "first").mkdir()
    return Wound(tmp_path / "first")


@pytest.fixture
async def x(clock: Wound) -> AsyncIterator[XServer]:
    async with XServer(now=clock.now) as server:
        yield server


@pytest.fixture
async def discord(clock: Wound) -> AsyncIterator[DiscordServer]:
    async with DiscordServer(clock=clock) as server:
        yield server


@pytest.fixture
def installed(tmp_path: Path, x: XServer, discord: DiscordServer) -> Installation:
    return install(tmp_path / "first", x, discord)


def cities(installed: Installation) -> dict[date, str]:
    """What the gallery shows."""
    pages = (installed.folder / "data" / "site").glob("????-??-??-*")
    return {date.fromisoformat(page.name[:10]): page.name[11:] for page in pages}


async def settled(service: Running, action: str, times: int) -> None:
    for _ in range(times):
        await service.until(f"action={action} ")


def asked(installed: Installation, question: str) -> list[tuple[Any, ...]]:
    """What the database answers, without the time that a command takes to start."""
    with closing(sqlite3.connect(installed.folder / "data" / "city-a-day.db")) as database:
        return list(database.execute(question))


def receipts(installed: Installation) -> dict[str, tuple[Any, ...]]:
    rows = asked(installed, "SELECT date, destination, status, remote_id, url FROM publications")
    return {f"{day}/{destination}": tuple(rest) for day, destination, *rest in rows}


def statuses(installed: Installation) -> dict[str, str]:
    return {name: status for name, (status, *_) in receipts(installed).items()}


def waiting(installed: Installation) -> list[str]:
    question = "SELECT city ->> 'name' FROM entries WHERE used_on IS NULL ORDER BY rank"
    return [name for (name,) in asked(installed, question)]


async def run_to_the_end(installed: Installation, *program: str) -> int:
    async with installed.running(*program) as running:
        assert running.process.stderr is not None
        running.lines += [(await running.process.stderr.read()).decode()]
        return await running.process.wait()


async def test_an_older_backup_posts_nothing_again_and_the_days_go_on(
    installed: Installation, x: XServer, discord: DiscordServer, clock: Wound
) -> None:
    clock.set_ahead(-2 * DAY)
    async with installed.running(*SERVICE) as service:
        await settled(service, "published", 3)
        assert await run_to_the_end(installed, *BACK_UP, "older.tar") == 0
        for ahead in (-DAY, timedelta()):
            clock.set_ahead(ahead)
            await settled(service, "published", 3)
        assert await service.stop() == 0
    before, shown = receipts(installed), cities(installed)

    restored = await installed.command("restore", "older.tar", "--yes")
    assert restored.code == 0, restored.err
    assert f"{today() - DAY}/discord" in restored.out
    assert sorted(statuses(installed).values()) == ["published"] * 3 + ["unconfirmed"] * 6
    async with installed.running(*SERVICE) as service:
        await settled(service, "published", 6)
        assert (x.creates, discord.creates, cities(installed)) == (3, 3, shown)
        assert receipts(installed) == before
        clock.set_ahead(DAY)
        await settled(service, "published", 3)
        await service.stop()
    assert (x.creates, discord.creates) == (4, 4)
    assert len(set(cities(installed).values())) == 4


async def test_what_is_not_found_waits_for_an_admin_and_is_told(
    installed: Installation, x: XServer, discord: DiscordServer, clock: Wound, tmp_path: Path
) -> None:
    clock.set_ahead(-DAY)
    async with installed.running(*SERVICE) as service:
        await settled(service, "published", 3)
        assert await run_to_the_end(installed, *BACK_UP, "older.tar") == 0
        clock.set_ahead(timedelta())
        await settled(service, "published", 3)
        await service.stop()
    x.tweets.pop()  # somebody deleted it
    (tmp_path / "second").mkdir()
    second = Installation(folder=tmp_path / "second", settings=installed.settings)
    second.write_settings()
    (second.folder / "ahead").write_text("0")

    restored = await second.command("restore", "../first/older.tar")
    assert restored.code == 0, restored.err
    async with second.running(*SERVICE) as service:
        for _ in range(2):  # today's page is not in this gallery either
            await service.until("action=alert", "kind=unconfirmed")
        if not any("action=published " in line for line in service.lines):
            await service.until("action=published ")
        await service.stop()
    assert (x.creates, discord.creates) == (2, 2)
    assert statuses(second) == {
        f"{today() - DAY}/discord": "published",
        f"{today() - DAY}/site": "published",
        f"{today() - DAY}/twitter": "published",
        f"{today()}/discord": "published",
        f"{today()}/site": "unconfirmed",
        f"{today()}/twitter": "unconfirmed",
    }
    assert f"needs you: {today()}/twitter is unconfirmed" in (await second.command("status")).out
    assert (await second.command("resolve", f"{today()}/twitter", "resend")).code == 0
    await second.command("post")
    assert x.creates == 3


async def test_a_restore_while_the_service_runs_is_refused(tmp_path: Path) -> None:
    installed = install(tmp_path)
    async with installed.running() as service:
        await service.until("action=ready")
        made = await installed.command("backup", "b.tar")
        assert made.code == 0, made.err
        assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600
        refused = await installed.command("restore", "b.tar", "--yes")
        assert (refused.code, refused.err.count("\n")) == (1, 1)
        assert f"process {service.process.pid}" in refused.err
        await service.stop()
    again = await installed.command("backup", "b.tar")
    assert (again.code, again.err) == (
        1,
        "city-a-day: b.tar is there already: give another name. Or say --overwrite.\n",
    )
    asked = await installed.command("restore", "b.tar")  # nobody answers
    assert asked.code == 1
    assert "1 dates on record. Replace them by b.tar?" in asked.err


async def killed_at_the_photo(installed: Installation, photo: Path, *command: str) -> None:
    """The command is killed while it reads the photo, which is a pipe that nobody writes to."""
    await asyncio.to_thread(photo.unlink, missing_ok=True)
    os.mkfifo(photo)
    async with installed.running(PROGRAM, *command) as running:
        pipe = await asyncio.to_thread(os.open, photo, os.O_WRONLY)
        await running.kill()
        os.close(pipe)
    await asyncio.to_thread(photo.unlink)


async def test_killed_in_the_middle_nothing_is_half_backed_up_and_nothing_half_restored(
    tmp_path: Path,
) -> None:
    installed = install(tmp_path)
    (tmp_path / "vannes.jpg").write_bytes(sample_picture(640, 480))
    added = await installed.command("queue", "add", "Vannes", "--photo", "vannes.jpg", *CREDIT)
    assert added.code == 0, added.err
    (photo,) = (tmp_path / "data" / "photos").iterdir()
    picture = photo.read_bytes()
    await killed_at_the_photo(installed, photo, "backup", "b.tar")
    assert not (tmp_path / "b.tar").exists()

    photo.write_bytes(picture)
    assert (await installed.command("backup", "b.tar")).code == 0
    whole = (tmp_path / "b.tar").read_bytes()
    await killed_at_the_photo(installed, photo, "backup", "b.tar", "--overwrite")
    assert (tmp_path / "b.tar").read_bytes() == whole

    await installed.command("queue", "add", "Metz")
    await killed_at_the_photo(installed, photo, "restore", "b.tar", "--yes")
    assert waiting(installed) == ["Vannes", "Metz"]
    assert (await installed.command("restore", "b.tar", "--yes")).code == 0
    assert waiting(installed) == ["Vannes"]
    assert photo.read_bytes() == picture
