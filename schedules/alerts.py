"""Alerts: what an admin must be told, because it will not mend itself or has cost a post.

An alert is put on record in the same transaction as what it tells of, once for each channel, and
stays there until the channel has taken it (`telling.py`): a crash in between loses nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class AlertKind(StrEnum):
    """What happened. `day_complete` is no trouble: it is what a dead-man service waits for.

    `test`: nothing did, an admin tries the channels.
    """

    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    MISSED = "missed"
    PAUSED = "paused"
    CREDENTIALS_REFUSED = "credentials_refused"
    LOW_STOCK = "low_stock"
    EMPTY_QUEUE = "empty_queue"
    PICTURE_UNUSABLE = "picture_unusable"
    OVER_BUDGET = "over_budget"
    DAY_COMPLETE = "day_complete"
    TEST = "test"


FOR_ADMINS = frozenset(AlertKind) - {AlertKind.DAY_COMPLETE}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """`subject` is a Publication's id, a destination, a date or two; `message` says what to do.

    Of several with the same `once` only the first is raised; an empty one is raised each time.
    `attempts`: how many the Publication had had that it tells of, so that an answer to it can be
    told from one that comes after something else has happened.
    """

    kind: AlertKind
    subject: str
    message: str
    once: str = ""
    attempts: int = 0


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """An Alert on its way to one channel. `attempts` counts this one."""

    id: int
    alert: Alert
    attempts: int


class Channel(Protocol):
    """A way to an admin, or to a dead-man service."""

    @property
    def name(self) -> str:
        """Its name on record."""
        ...

    @property
    def kinds(self) -> frozenset[AlertKind]:
        """What it is for."""
        ...

    async def send(self, alert: Alert) -> None:
        """Tell it. Whatever is raised means that it is to be told again; seldom, it is told twice.

        The message that an error brings is not logged: it may hold the channel's address.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
