"""What every command needs: the App, and one place where errors become words and exit codes."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from bot.alerts.words import next_step
from bot.app import App, open_app
from bot.cli.hints import hint
from bot.cli.program import NOT_DONE, WRONG_USAGE, give_up
from bot.logs import set_up_logs
from bot.operations.refusal import CannotBeDone
from bot.registry import installed_platforms
from bot.settings import Settings, SettingsError, read_settings
from schedules.alerts import Alert, AlertKind
from schedules.store import StoreUnavailable

T = TypeVar("T")


class Terminal:
    """Tells the person at the terminal what the command itself does not tell of its own."""

    name = "terminal"
    kinds = frozenset({AlertKind.MISSED, AlertKind.PAUSED, AlertKind.LOW_STOCK})

    async def send(self, alert: Alert) -> None:
        """Write a line to standard error."""
        words = (f"{alert.subject}: {alert.message}", next_step(alert))
        click.echo(" ".join(each for each in words if each), err=True)

    async def close(self) -> None:
        """Nothing stays open."""


def settings_or_exit() -> Settings:
    """The settings; a wrong one ends the program with its name, code 2."""
    try:
        return read_settings(installed_platforms())
    except SettingsError as error:
        give_up(str(error), WRONG_USAGE)


def run_with_app(use: Callable[[App], Awaitable[T]]) -> T:
    """Open the App, use it, close it. What cannot be done ends the program with its reason."""
    settings = settings_or_exit()
    set_up_logs("debug" if settings.log_level == "debug" else "error")

    async def session() -> T:
        owner = f"cli-{os.getpid()}"
        async with open_app(settings, owner=owner, told=Terminal()) as app:
            result = await use(app.acting_as(f"cli:{_user()}"))
            await app.telling.tell_due()
            return result

    return run(session())


def _user() -> str:
    """Who types, as the system knows; its number where that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # Python 3.13 raises the latter
        return str(os.getuid())


def run(work: Awaitable[T]) -> T:
    """Run to the end; a known error ends the program with its message."""

    async def main() -> T:
        return await work

    try:
        return asyncio.run(main())
    except SettingsError as error:
        give_up(str(error), WRONG_USAGE)
    except CannotBeDone as error:
        give_up(" ".join([error.words, *hint(error.see)]), NOT_DONE)
    except StoreUnavailable as error:
        give_up(str(error), NOT_DONE)
