"""Every slot of every zone: `python -m tests.proof.days`, a part of `make proof`.

Each IANA zone, each half hour of the day, each date from 2026 to 2036, one after the other, with
nothing left out as alike: one instant a date, in order, none twice, on its own date.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from schedules.slots import instant

FIRST, LAST = date(2026, 1, 1), date(2036, 12, 31)
DATES = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]


@dataclass
class Counts:
    """`moved`: the clocks skip the time, so the slot comes right after the gap."""

    slots: int = 0
    moved: int = 0
    twice_or_out_of_order: int = 0
    elsewhere: int = 0

    def add(self, other: "Counts") -> None:
        self.slots += other.slots
        self.moved += other.moved
        self.twice_or_out_of_order += other.twice_or_out_of_order
        self.elsewhere += other.elsewhere


def count(name: str) -> Counts:
    """All slots of a zone."""
    zone, counts = ZoneInfo(name), Counts()
    for at in HALF_HOURS:
        before = None
        for day in DATES:
            due = instant(day, at, zone)
            local = due.astimezone(zone)
            counts.slots += 1
            counts.twice_or_out_of_order += before is not None and due <= before
            wanted = datetime.combine(day, at)
            if local.replace(tzinfo=None) != wanted:
                counts.moved += 1
                # The clock shows the time that was wanted neither a second before nor then.
                shown = (due - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
                counts.elsewhere += not shown < wanted < local.replace(tzinfo=None)
            before = due
    return counts


def main() -> int:
    """Print the counts; 1 when one of those that must be 0 is not."""
    zones = sorted(available_timezones() - {"localtime"})
    total = Counts()
    with ProcessPoolExecutor() as pool:
        for counts in pool.map(count, zones, chunksize=8):
            total.add(counts)
    print(  # noqa: T201 - a program that prints
        f"Days: {len(zones)} zones x {len(HALF_HOURS)} half hours x {len(DATES)} dates"
        f" ({FIRST} to {LAST}) = {total.slots:,} slots\n"
        f"  twice or out of order: {total.twice_or_out_of_order}\n"
        f"  neither at the time nor right after its gap: {total.elsewhere}\n"
        f"  right after a gap of the clocks, where the time is skipped: {total.moved:,}"
    )
    return int(total.twice_or_out_of_order + total.elsewhere > 0)


if __name__ == "__main__":
    sys.exit(main())
