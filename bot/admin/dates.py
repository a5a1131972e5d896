"""Dates as options of a command: offered with what is on them, read back from what was typed."""

from collections.abc import Iterable
from datetime import date

from discord import app_commands

from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from content.typed import shown
from content.typography import apostrophes

MOST_CHOICES = 25
LONGEST_CHOICE = 100
"""Discord API reference, Application Command Option Choice."""


def date_choices(typed: str, offered: Iterable[tuple[date, str]]) -> list[app_commands.Choice[str]]:
    """The dates whose words hold what is being typed; each stands for its ISO form."""
    wanted = apostrophes(typed.casefold().strip())
    found = [
        app_commands.Choice(name=words[:LONGEST_CHOICE], value=day.isoformat())
        for day, words in offered
        if wanted in words.casefold() or wanted in day.isoformat()
    ]
    return found[:MOST_CHOICES]


def chosen_date(given: str) -> date:
    """The date that was chosen, or typed as 2026-12-24. Raises CannotBeDone."""
    try:
        return date.fromisoformat(given.strip())
    except ValueError as error:
        raise CannotBeDone(
            Phrase(
                "“{typed}” is no date: write year, month and day, such as 2026-12-24.",
                typed=shown(given),
            )
        ) from error
