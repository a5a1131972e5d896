"""Alerts for admins who have buttons: in their channel's language, without commands to type."""

from bot.admin.answers import Answer
from bot.admin.remedies import NEXT_STEPS, remedies
from bot.admin.words import Words
from bot.alerts.words import heading, next_step
from bot.publishers.discord.alerts import AlertMessage, lines
from schedules.alerts import Alert


def with_remedies(alert: Alert, *, language: str) -> AlertMessage:
    """The alert, with the buttons that settle it."""
    words = Words(language=language)
    rows = remedies(alert, words)
    # Without buttons there is nothing to decide.
    below = words.say(NEXT_STEPS.get(alert.kind, "")) if rows else next_step(alert)
    return AlertMessage(
        content=lines(words.say(heading(alert)), _said(words, alert.message), below),
        view=Answer(rows=rows).view,
    )


def _said(words: Words, message: str) -> str:
    """What is on record in English, as far as it is a sentence that is known: "Albi: …"."""
    city, divider, rest = message.partition(": ")
    known = words.say(message)
    return f"{city}: {words.say(rest)}" if divider and known == message else known
