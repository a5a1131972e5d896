"""What the tests of the command line share: typing a command, reading what it says."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from click.testing import Result

Command = Callable[..., Result]
CREDIT = ("--alt", "Nîmes au soleil.", "--author", "A. Photographe", "--licence", "CC BY 4.0")

X_KEYS = tuple(
    f"TWITTER__{name}=nothing-secret"
    for name in ("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
)


def rows(result: Result) -> Any:
    """What a command says with --json, and nothing else."""
    return json.loads(result.stdout)


def add(run: Command, city: str, *more: str) -> str:
    """Queue a city that is ready; its id."""
    return run("queue", "add", city, "--text-fr", f"{city}, une ville.", *more).stdout.strip()


def names(run: Command) -> Sequence[str]:
    """The cities that wait, in order."""
    return [row["city"] for row in rows(run("queue", "list", "--json"))]


def set_settings(folder: Path, *lines: str) -> None:
    """Add to the `.env`; a later line wins over an earlier one."""
    with (folder / ".env").open("a", encoding="utf-8") as file:
        file.writelines(f"CITY_A_DAY_{line}\n" for line in lines)
