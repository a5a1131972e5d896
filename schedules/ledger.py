"""What the ledger holds: Editions and Publications, and the statuses that they pass through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from content.entry import Entry
from schedules.publisher import Receipt


class Status(StrEnum):
    """`scheduled → publishing → published | failed | unconfirmed | missed | cancelled`.

    `unconfirmed → published | scheduled`: by look-up or by an admin.
    """

    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """What the `error` of a Publication says that no platform refused, but an admin called off."""

    PAUSED = "Paused"
    SKIPPED = "Skipped"
    TAKEN_DOWN = "TakenDown"
    GIVEN_UP = "GivenUp"


SETTLED = frozenset({Status.PUBLISHED, Status.FAILED, Status.MISSED, Status.CANCELLED})
"""The statuses that only an admin changes."""
TO_BE_SENT = frozenset({Status.SCHEDULED, Status.FAILED, Status.MISSED})
"""Those that no create of is under way, but one may yet be sent, if an admin says so."""
MAY_BE_THERE = frozenset({Status.PUBLISHED, Status.PUBLISHING, Status.UNCONFIRMED})
"""Those of which something was posted, or may have been."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The Entry chosen for a date, as it was when it was chosen. A missed date may have none.

    `timezone`: where the date was that local date, an IANA name.
    """

    date: date
    entry: Entry | None
    due_at: datetime
    closes_at: datetime
    timezone: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the queue's rules ask of an Edition. `city` is the City's key.

    `entry_id`: 0 for one that was none of the queue's.
    """

    entry_id: int
    city: str


@dataclass(frozen=True, kw_only=True)
class Publication:
    """An Edition × a Destination. At most one for each (date, destination): the database's rule.

    `armed_at`: when a create was about to be sent that may have landed; None when none has.
    `sent_text` is what that create said; empty while armed: not known, a backup was restored.
    `next_attempt_at`: not before then; None: not without an admin. `error`, `message`: the last
    PublishError's class and words, or a Cause and who called it off. `published_at` without a
    receipt: it was out, and was taken down.
    """

    date: date
    destination: str
    status: Status
    key: str
    entry: Entry | None
    due_at: datetime
    closes_at: datetime
    next_attempt_at: datetime | None
    attempts: int = 0
    armed_at: datetime | None = None
    sent_text: str = ""
    lease_until: datetime | None = None
    receipt: Receipt | None = None
    published_at: datetime | None = None
    error: str = ""
    message: str = ""

    @property
    def id(self) -> str:
        """What a person calls it: "2026-11-22/twitter:en"."""
        return f"{self.date.isoformat()}/{self.destination}"

    @property
    def came_to_nothing(self) -> bool:
        """Whether its window passed, or was to pass, without a create.

        A date of which this is true of all is opened again where its window is open all the same.
        What was out, and was taken down, was seen.
        """
        stopped = self.status is Status.CANCELLED and self.error in (Cause.PAUSED, Cause.SKIPPED)
        return self.published_at is None and (self.status is Status.MISSED or stopped)

    def in_an_alert(self, message: str) -> str:
        """The message with its city before it, which the id does not say."""
        return message if self.entry is None else f"{self.entry.city.name}: {message}"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to work on a Publication until `lease_until`. `token` fences out earlier ones."""

    publication: Publication
    token: str
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """How a claim ends: the new status, and what goes on record with it.

    `may_have_landed` keeps the Publication armed; otherwise settling disarms it.
    `next_attempt_at` None, for one that is not settled: it waits for an admin.
    """

    status: Status
    receipt: Receipt | None = None
    published_at: datetime | None = None
    next_attempt_at: datetime | None = None
    may_have_landed: bool = False
    error: str = ""
    message: str = ""


class LeaseLost(Exception):
    """Another worker has the Publication now, or the lease ran out: this one must not go on."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A destination that takes no posts until its credentials work again."""

    destination: str
    since: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many Entries wait in the queue, by state."""

    ready: int
    draft: int
    held: int


LATENESS_BOUNDS = (1, 10, 60, 600, 3600, 21_600)
"""Seconds, by which published Publications are told apart."""


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """How long after their instant a destination's Publications were published.

    `last_at` and `last` are of the newest date. `within` counts those that were no later than each
    of LATENESS_BOUNDS. One that an admin vouched for counts from when they did.
    """

    last_at: datetime
    last: timedelta
    total_seconds: float
    within: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the ledger holds of a destination. `retries`: attempts after each one's first.

    `lateness` is None before anything was published there.
    """

    publications: Mapping[Status, int]
    attempts: int
    retries: int
    lateness: Lateness | None
