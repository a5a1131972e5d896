"""The slot rule: each local date has exactly one instant at which it falls due.

A local time that the clocks skip falls due at the first instant after the gap; one that they show
twice, at the first of the two.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A date in a time zone, the instant at which it falls due and its window's end, in UTC."""

    date: date
    due_at: datetime
    closes_at: datetime
    timezone: str = ""


@dataclass(frozen=True, kw_only=True)
class SlotRule:
    """When the days fall due: `post_at` local time, late until `late_until` of the same date."""

    timezone: ZoneInfo
    post_at: time
    late_until: time

    def slot(self, day: date) -> Slot:
        """The one slot of a local date.

        Where the clocks skip the whole window (23:00 to midnight in Nuuk, each spring), it keeps
        its length after the gap.
        """
        due_at = instant(day, self.post_at, self.timezone)
        closes_at = instant(day, self.late_until, self.timezone)
        if closes_at <= due_at:
            closes_at = due_at + (
                datetime.combine(day, self.late_until) - datetime.combine(day, self.post_at)
            )
        return Slot(date=day, due_at=due_at, closes_at=closes_at, timezone=self.timezone.key)

    def local_date(self, at: datetime) -> date:
        """The local date at an instant."""
        return at.astimezone(self.timezone).date()

    def next_open(self, at: datetime) -> Slot:
        """The earliest slot whose window has not closed at `at`."""
        today = self.local_date(at)
        slots = (self.slot(today + timedelta(days=offset)) for offset in (-1, 0, 1))
        return next(slot for slot in slots if at < slot.closes_at)


def once_over(slot: Slot, day: date, timezone: str) -> Slot:
    """A slot, put off until `day`, which had its city, is over in the zone that it had it in.

    After a move to a zone further east the next date begins while that day still lasts in the old
    one, and who has seen its city would see a second. The window may have closed by then.
    """
    if not timezone or timezone == slot.timezone:
        return slot
    over = instant(day + timedelta(days=1), time(0), ZoneInfo(timezone))
    return replace(slot, due_at=max(slot.due_at, over))


def instant(day: date, at: time, timezone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the local clock shows `at` on `day` (see the slot rule)."""
    wall = datetime.combine(day, at, timezone)
    earlier = wall.replace(fold=0).astimezone(UTC)
    if earlier.astimezone(timezone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return earlier
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> datetime:
    """The first instant after the gap that swallows `wall`, to the second.

    In a gap, fold=1 reads `wall` with the offset after the change and so names an instant before
    it; fold=0 names one after it (PEP 495). The change lies between them.
    """
    zone = wall.tzinfo
    before = int(wall.replace(fold=1).timestamp())
    after = int(wall.replace(fold=0).timestamp())
    offset_before = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)
