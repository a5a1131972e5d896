"""Changes: what admins did, who and when; kept for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from content.entry import Entry
from content.phrase import Phrase

SERVICE = "service"
"""Who acts when nobody does; and the subject of what concerns all of it."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was done by whom, and when (UTC).

    `by` is "service", "cli:USER" or "discord:USERID NAME", `action` a word such as "edited",
    `subject` what it was done to: "entry/17", "2026-11-22/discord", a date, "queue", "service".
    `before` and `after` hold what was there and what is; of something that was edited only what
    differs, and its city. None: it was not there, or is gone.
    """

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class Removed:
    """An Entry that was taken out of the queue, and the Change that brings it back.

    None: it is not on record.
    """

    entry: Entry
    change: int | None


class CannotRestore(LookupError):
    """There is no such removal on record, or it has been undone, or the Entry changed since."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)


def entry_subject(entry_id: int) -> str:
    """An Entry as the subject of a Change."""
    return f"entry/{entry_id}"


def name_of(by: str) -> str:
    """Who acted, without where: "alice" of "discord:1234 alice", "ada" of "cli:ada"."""
    where, _, name = by.partition(":")
    if where == "discord":
        return name.partition(" ")[2] or name
    return name or by
