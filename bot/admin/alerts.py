"""Alerts for admins who have buttons: in their channel's language, without commands to type."""

from bot.admin.answers import Answer
from bot.admin.remedies import NEXT_STEPS, remedies
from bot.admin.subjects import subject_in_words
from bot.admin.words import Words
from bot.alerts.words import HEADINGS
from bot.publishers.discord.alerts import AlertMessage, lines
from schedules.alerts import Alert


def with_remedies(alert: Alert, *, language: str) -> AlertMessage:
    """The alert, with the buttons that settle it."""
    words = Words(language=language)
    rows = remedies(alert, words)
    below = words.say(NEXT_STEPS.get(alert.kind, ""))
    return AlertMessage(
        content=lines(_heading(alert, words), _said(words, alert.message), below),
        view=Answer(rows=rows).view,
    )


def _heading(alert: Alert, words: Words) -> str:
    subject = subject_in_words(alert.subject, words)
    return words.say("{what}: {subject}", what=HEADINGS[alert.kind], subject=subject)


def _said(words: Words, message: str) -> str:
    """What is on record in English, as far as it is a sentence that is known: "Albi: …"."""
    city, divider, rest = message.partition(": ")
    known = words.say(message)
    return f"{city}: {words.say(rest)}" if divider and known == message else known
