"""How a command ends when it is stopped, or cannot read or write."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli.commands import cli
from bot.cli.program import Program
from tests.bot.cli.terminal import Command, set_settings


def ended(error: BaseException) -> tuple[int, str]:
    """The exit code and the words of a command that raises this."""

    @click.command("it")
    def it() -> None:
        raise error

    result = CliRunner().invoke(Program(commands=[it]), ["it"])
    return result.exit_code, result.stderr


def test_ctrl_c_is_one_line_and_code_130() -> None:
    assert ended(KeyboardInterrupt()) == (130, "city-a-day: stopped\n")


def test_a_full_disk_below_the_output_is_one_line() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    words = "city-a-day: the output cannot be used: No space left on device.\n"
    assert ended(full) == (1, words)


def test_nobody_who_reads_on_is_no_word_at_all() -> None:
    assert ended(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))) == (1, "")


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    commands = [cli, *cli.commands.values()]
    commands += [
        each
        for group in commands[1:]
        if isinstance(group, click.Group)
        for each in group.commands.values()
    ]
    for command in commands:
        assert command.help, command.name
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert [option.name for option in options if not option.help] == []


def test_a_data_folder_that_is_a_file_is_code_2(run: Command, folder: Path) -> None:
    set_settings(folder, "DATA_DIR=nimes.jpg")
    assert "DATA_DIR: got 'nimes.jpg'" in run("status", code=2).stderr
    set_settings(folder, "DATA_DIR=nimes.jpg/data")
    assert "a file is in the way" in run("status", code=2).stderr


def test_a_database_that_is_none_is_code_1(run: Command, folder: Path) -> None:
    (folder / "data" / "city-a-day.db").write_text("no database, " * 100, encoding="utf-8")
    refused = run("status", code=1).stderr
    assert "is not a SQLite database" in refused
    assert refused.count("\n") == 1


@pytest.mark.parametrize("level", ["info", "debug"])
def test_no_secret_is_ever_shown(run: Command, folder: Path, level: str) -> None:
    set_settings(
        folder,
        f"LOG_LEVEL={level}",
        "DESTINATIONS=site,discord",
        "DISCORD__TOKEN=hush-hush",
        "DISCORD__CHANNEL_IDS=1",
        "DISCORD__API_URL=http://127.0.0.1:9/api/v10",
    )
    for args in (("check",), ("post", "--json")):
        result = run(*args, code=1)
        assert "hush-hush" not in result.output


def test_a_database_that_another_process_holds_is_waited_for_and_named(
    run: Command, folder: Path
) -> None:
    run("status")
    file = folder / "data" / "city-a-day.db"
    set_settings(folder, "DATABASE_URL=sqlite:///data/city-a-day.db?timeout=0")
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "is locked" in run("queue", "add", "Metz", code=1).stderr
