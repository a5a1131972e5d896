"""Where a day stands in the series: by the ledger, the same for each replica and each retry."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.forecast import Forecast
from schedules.ledger import Settlement, Status
from schedules.series import SeriesOfDays
from schedules.slots import SlotRule
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import entry

DAY = date(2026, 11, 22)
RULE = SlotRule(timezone=ZoneInfo("Europe/Paris"), post_at=time(9), late_until=time(23))


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def series(store: Store, clock: FakeClock, started: date | None = None) -> SeriesOfDays:
    forecast = Forecast(store=store, repeat_after=timedelta(days=365), fallback_cities=tuple)
    return SeriesOfDays(store=store, forecast=forecast, rule=RULE, clock=clock, started=started)


async def open_day(store: Store, day: date, name: str, number: int, *become: Status) -> None:
    """A date with a city of its own; its destinations' Publications become what is given."""
    (added,) = await store.add([entry(name, number)])
    slot = RULE.slot(day)
    keys = {f"to-{index}": f"{day}-{index}" for index in range(len(become))}
    await store.open_edition(slot, added, keys, at=slot.due_at)
    for destination, status in zip(keys, become, strict=True):
        if status is Status.SCHEDULED:
            continue
        claim = await store.claim(day, destination, owner="us", lease=timedelta(minutes=1))
        assert claim is not None
        await store.settle(claim, Settlement(status=status))


async def last(of: SeriesOfDays, day: date) -> str | None:
    city = (await of.at(day)).last_city
    return city.name if city else None


async def test_the_first_day_of_the_ledger_is_day_1(store: Store, clock: FakeClock) -> None:
    await open_day(store, DAY, "Metz", 1, Status.PUBLISHED)
    await open_day(store, after(3), "Albi", 2, Status.PUBLISHED)
    days = [DAY, after(1), after(3), after(11)]
    of = series(store, clock)
    assert [(await of.at(day)).number for day in days] == [1, 2, 4, 12]
    assert (await of.at(after(-1))).number is None


async def test_a_day_of_which_nothing_was_posted_begins_no_series(
    store: Store, clock: FakeClock
) -> None:
    await open_day(store, after(-1), "Albi", 1, Status.FAILED, Status.MISSED)
    await open_day(store, DAY, "Metz", 2, Status.SCHEDULED)
    assert (await series(store, clock).at(DAY)).number == 1


async def test_before_there_is_a_ledger_today_is_day_1(store: Store, clock: FakeClock) -> None:
    of = series(store, clock)
    assert [(await of.at(day)).number for day in (DAY, after(4))] == [1, 5]


async def test_a_series_that_began_elsewhere_goes_on(store: Store, clock: FakeClock) -> None:
    await open_day(store, DAY, "Metz", 1, Status.PUBLISHED)
    of = series(store, clock, started=date(2021, 5, 1))
    assert (await of.at(DAY)).number == 2_032
    assert (await of.at(date(2021, 4, 30))).number is None


async def test_the_last_city_is_that_of_the_day_before(store: Store, clock: FakeClock) -> None:
    await open_day(store, after(-2), "Albi", 1, Status.PUBLISHED)
    await open_day(store, after(-1), "Metz", 2, Status.FAILED, Status.PUBLISHED)
    of = series(store, clock)
    assert await last(of, DAY) == "Metz"
    assert await last(of, after(-2)) is None


@pytest.mark.parametrize("status", [Status.MISSED, Status.FAILED, Status.CANCELLED])
async def test_a_city_that_nobody_saw_is_not_the_last_one(
    store: Store, clock: FakeClock, status: Status
) -> None:
    await open_day(store, after(-1), "Metz", 1, status, status)
    assert await last(series(store, clock), DAY) is None


async def test_a_date_without_a_city_has_none(store: Store, clock: FakeClock) -> None:
    await store.record_missed([RULE.slot(after(-1))], ["site"], "Nothing ran.")
    assert await last(series(store, clock), DAY) is None


async def test_for_a_coming_day_it_is_the_one_on_its_way_or_foretold(
    store: Store, clock: FakeClock
) -> None:
    await store.add([entry("Nîmes", 7), entry("Pau", 8)])
    of = series(store, clock)
    assert await last(of, DAY) is None
    assert [await last(of, after(days)) for days in (1, 2, 3)] == ["Nîmes", "Pau", None]
    assert await last(of, after(500)) is None
    await open_day(store, DAY, "Metz", 1, Status.SCHEDULED)
    assert [await last(of, after(days)) for days in (1, 2, 3)] == ["Metz", "Nîmes", "Pau"]


async def test_a_retry_on_another_day_says_the_same(store: Store, clock: FakeClock) -> None:
    await open_day(store, after(-1), "Metz", 1, Status.PUBLISHED)
    await open_day(store, DAY, "Albi", 2, Status.SCHEDULED)
    before = await series(store, clock).at(DAY)
    await store.add([entry("Nîmes", 7)])
    late = FakeClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    await open_day(store, after(1), "Pau", 3, Status.PUBLISHED)
    assert await series(store, late).at(DAY) == before
