"""Stops: dates that stay blank because an admin wants it so, by a pause or a skip."""

from dataclasses import dataclass
from datetime import date, datetime

from schedules.record import name_of


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Nothing is posted from `since` on until `until`, or until an admin resumes.

    `by`: who paused, as on record. `ended_at`: when an admin resumed.
    """

    since: datetime
    until: datetime | None
    reason: str
    by: str
    ended_at: datetime | None = None

    @property
    def message(self) -> str:
        """In words, who paused and why."""
        return f"Paused by {name_of(self.by)}: {self.reason}"

    def covers(self, instant: datetime) -> bool:
        """Whether it was in force at an instant."""
        ends = [end for end in (self.until, self.ended_at) if end is not None]
        return self.since <= instant and all(instant < end for end in ends)


@dataclass(frozen=True, kw_only=True)
class Skip:
    """A date on which nothing is posted. `at`, `by`: when an admin said so, and who."""

    date: date
    at: datetime
    by: str

    @property
    def message(self) -> str:
        """In words, who skips it."""
        return f"Skipped by {name_of(self.by)}."


class PostingPaused(Exception):
    """A pause is in force: no create may begin. What waits for it stays scheduled."""


class AlreadyOut(ValueError):
    """Something of this date is posted, or may have been: it can be taken down, not skipped."""
