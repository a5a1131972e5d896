"""Each local date has exactly one due instant, in every time zone; `make proof` goes on to 2036."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from schedules.slots import SlotRule, instant

HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)


def rule(zone: str = "Europe/Paris", at: time = time(9), until: time = time(23)) -> SlotRule:
    return SlotRule(timezone=ZoneInfo(zone), post_at=at, late_until=until)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def changes(name: str) -> tuple[tuple[date, tuple[timedelta | None, ...]], ...]:
    """The dates on which the zone's clocks are set, with their offsets at each half hour."""
    zone = ZoneInfo(name)
    noons = [datetime.combine(day, time(12), zone) for day in days(FIRST, LAST)]
    found: list[tuple[date, tuple[timedelta | None, ...]]] = [(FIRST, (noons[0].utcoffset(),))]
    for before, after in pairwise(noons):
        if before.utcoffset() != after.utcoffset():
            start = before.astimezone(UTC)
            steps = (start + timedelta(minutes=30 * step) for step in range(49))
            offsets = tuple(step.astimezone(zone).utcoffset() for step in steps)
            found.append((after.date(), offsets))
    return tuple(found)


def zones_with_distinct_clocks() -> dict[str, list[date]]:
    """One zone of each set whose clocks show the same from 2026 to 2030, and the dates to try.

    A zone's other dates have one offset from midnight to midnight: any of them tells all.
    """
    zones: dict[tuple[tuple[date, tuple[timedelta | None, ...]], ...], str] = {}
    for name in sorted(available_timezones() - {"localtime"}):
        zones.setdefault(changes(name), name)
    return {
        name: sorted(
            {day + timedelta(days=offset) for day, _ in set_on for offset in (-2, -1, 0, 1, 2)}
        )
        for set_on, name in zones.items()
    }


def test_every_half_hour_of_every_zone_has_one_instant_a_date_in_order() -> None:
    for name, dates in zones_with_distinct_clocks().items():
        zone = ZoneInfo(name)
        for at in HALF_HOURS:
            dues = [instant(day, at, zone) for day in dates]
            assert all(before < after for before, after in pairwise(dues)), (name, at)
            for day, due in zip(dates, dues, strict=True):
                local = due.astimezone(zone)
                as_the_clock_shows = (local.date(), local.time(), local.fold) == (day, at, 0)
                assert as_the_clock_shows or _is_first_after_gap(due, zone), (name, day, at)


def test_at_its_instant_each_date_is_the_open_one_even_where_the_clocks_skip_its_window() -> None:
    for name, dates in zones_with_distinct_clocks().items():
        for at, until in ((time(0), time(0, 1)), (time(2), time(2, 30)), (time(23), time(23, 59))):
            slots = rule(name, at, until)
            for day in dates:
                assert slots.next_open(slots.slot(day).due_at).date == day, (name, day, at)


def _is_first_after_gap(due: datetime, zone: ZoneInfo) -> bool:
    before = (due - timedelta(seconds=1)).astimezone(zone)
    return before.utcoffset() != due.astimezone(zone).utcoffset()


def test_a_time_that_the_clocks_skip_falls_due_right_after_the_gap() -> None:
    due = instant(date(2027, 3, 28), time(2, 30), ZoneInfo("Europe/Paris"))
    assert due == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_show_twice_falls_due_the_first_time() -> None:
    due = instant(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Paris"))
    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_midnight_after_the_clocks_change_is_not_skipped() -> None:
    assert instant(date(2027, 3, 29), time(0), ZoneInfo("Europe/Paris")) == datetime(
        2027, 3, 28, 22, tzinfo=UTC
    )


def test_a_gap_of_half_an_hour_ends_where_it_ends() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    due = instant(date(2026, 10, 4), time(2, 15), zone)
    assert due.astimezone(zone).time() == time(2, 30)


def test_the_open_slot_is_todays_until_its_window_closes() -> None:
    at = datetime(2026, 11, 22, 21, 59, tzinfo=UTC)
    assert rule().next_open(at).date == date(2026, 11, 22)
    assert rule().next_open(at + timedelta(minutes=1)).date == date(2026, 11, 23)
