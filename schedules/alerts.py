"""Alerts: what an admin must be told, because it will not mend itself or has cost a post."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class AlertKind(StrEnum):
    """What happened."""

    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    MISSED = "missed"
    CREDENTIALS_REFUSED = "credentials_refused"
    LOW_STOCK = "low_stock"
    EMPTY_QUEUE = "empty_queue"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """`subject` is a Publication's id, a destination, a date or two; `message` says what to do."""

    kind: AlertKind
    subject: str
    message: str


class Alerts(Protocol):
    """Where alerts go."""

    async def send(self, alert: Alert) -> None:
        """Tell an admin. Never raises: a lost alert must not stop a post."""
        ...
