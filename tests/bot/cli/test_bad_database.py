"""Commands with a database that cannot be used: one line that says which, why and what to do."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.storage.schema_version import VERSION_TABLE
from tests.bot.cli.terminal import Command, set_settings


@pytest.fixture
def file(folder: Path) -> Path:
    """A database that is in order, so far."""
    return folder / "data" / "city-a-day.db"


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def foreign(file: Path) -> None:
    file.write_text("These are my notes. " * 100)


def newer(file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    database.commit()
    database.close()


def lost(file: Path) -> None:
    file.rename(file.with_name("city-a-day.db-wal"))


def refused(run: Command, *command: str, code: int = 1) -> str:
    said = run(*command, code=code).stderr
    assert said.count("\n") == 1, said
    return said


@pytest.mark.parametrize("command", [("run",), ("status",), ("post",), ("queue", "add", "Vannes")])
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (cut_short, "is damaged or cut short: move the file and its -wal away"),
        (emptied, "is damaged or cut short, the file is empty: restore a backup"),
        (foreign, "is not a SQLite database: give another file name"),
        (newer, "was made by a newer version of City a Day"),
        (lost, "is gone, but data/city-a-day.db-wal is still there"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_with_code_1(
    run: Command, file: Path, spoil: Callable[[Path], None], command: tuple[str, ...], says: str
) -> None:
    spoil(file)
    said = refused(run, *command)
    assert said.startswith("city-a-day: The database sqlite:///data/city-a-day.db ")
    assert says in said


@pytest.mark.parametrize("command", [("run",), ("queue", "add", "Vannes")])
def test_a_locked_database_is_named(
    run: Command, folder: Path, file: Path, command: tuple[str, ...]
) -> None:
    set_settings(folder, "DATABASE_URL=sqlite:///data/city-a-day.db?timeout=0.1")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said = refused(run, *command)
    other.close()
    assert "sqlite:///data/city-a-day.db is locked, another process" in said


@pytest.mark.parametrize(
    "url",
    ["data/city-a-day.db", "postgresql://me:se/cr@et@host:x/db", "sqlite:///x.db?nonsense=1"],
)
def test_a_database_url_that_cannot_be_read_is_a_wrong_setting(
    run: Command, folder: Path, url: str
) -> None:
    set_settings(folder, f"DATABASE_URL={url}")
    said = refused(run, "status", code=2)
    assert said.startswith("city-a-day: CITY_A_DAY_DATABASE_URL: ")
    assert "cr@et" not in said
