"""Alerts in words: what happened, where, and what to do next."""

from collections.abc import Mapping

from content.phrase import Phrase
from schedules.alerts import Alert, AlertKind

HEADINGS: Mapping[AlertKind, Phrase] = {
    AlertKind.UNCONFIRMED: Phrase("Nobody knows yet whether this was posted"),
    AlertKind.FAILED: Phrase("Not posted, and not tried again by itself"),
    AlertKind.MISSED: Phrase("Missed"),
    AlertKind.PAUSED: Phrase("No city, posting is paused"),
    AlertKind.CREDENTIALS_REFUSED: Phrase("Credentials refused"),
    AlertKind.LOW_STOCK: Phrase("The queue runs low"),
    AlertKind.EMPTY_QUEUE: Phrase("No city for the day"),
    AlertKind.PICTURE_UNUSABLE: Phrase("A city that cannot be posted as it is"),
    AlertKind.OVER_BUDGET: Phrase("More than the month's budget"),
    AlertKind.DAY_COMPLETE: Phrase("The day is complete"),
    AlertKind.TEST: Phrase("A test"),
}


def heading(alert: Alert) -> Phrase:
    """What happened, and to what: "Missed: 2026-11-22/discord"."""
    return Phrase("{what}: {subject}", what=HEADINGS[alert.kind], subject=alert.subject)


def next_step(alert: Alert) -> str:
    """What to do on the command line, where the message itself does not say it; else empty."""
    publication = alert.subject if "/" in alert.subject else ""
    match alert.kind:
        case AlertKind.UNCONFIRMED:
            return (
                "The service looks for it where the platform can be asked. While city-a-day status"
                f" says that it needs you: look there, then city-a-day resolve {publication}"
                " published, or resend."
            )
        case AlertKind.FAILED:
            day = publication.partition("/")[0]
            return (
                f"Change what it says with city-a-day edit {day} …, then: city-a-day resolve"
                f" {publication} resend"
            )
        case AlertKind.LOW_STOCK | AlertKind.EMPTY_QUEUE:
            return "Add a city with: city-a-day queue add CITY"
        case AlertKind.PAUSED:
            return "To post again: city-a-day resume"
        case AlertKind.MISSED if publication:
            return f"To post it all the same: city-a-day resolve {publication} resend"
        case AlertKind.CREDENTIALS_REFUSED:
            return (
                "Nothing is posted there until they work. After a change in the settings start the"
                " service again; city-a-day check tries them."
            )
    return ""


def in_full(alert: Alert) -> str:
    """All of it, as plain text of two or three lines."""
    return "\n".join(line for line in (heading(alert), alert.message, next_step(alert)) if line)


def cut(text: str, most: int) -> str:
    """The text in at most so many characters, with an ellipsis where it was longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
