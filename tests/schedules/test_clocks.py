"""Clocks that are set, machines that sleep, settings that change: still one city a date."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.database import open_store
from schedules.alerts import AlertKind
from schedules.ledger import Status
from schedules.slots import SlotRule
from schedules.store import Store
from tests.clock import FakeClock
from tests.empty_database import empty_database
from tests.schedules.life import PARIS, Life
from tests.schedules.parts import Recorded

DAY = date(2026, 11, 22)
HOUR = timedelta(hours=1)
THREE_DAYS = timedelta(days=3)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
async def life(store: Store, clock: FakeClock) -> Life:
    """It has posted the city of 22 November, in Paris, and it is noon."""
    made = Life(store, clock)
    await made.fill(40)
    clock.set(utc(22, 7))
    await made.run_until(utc(22, 11))
    assert made.dates == [DAY]
    return made


def november(*days: int) -> list[date]:
    return [date(2026, 11, day) for day in days]


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["forward", "back"])
async def test_a_clock_that_is_set_by_an_hour_changes_no_date(life: Life, by: timedelta) -> None:
    life.clock.advance(by)
    await life.run_until(utc(25, 12))
    assert life.dates == november(22, 23, 24, 25)


async def test_a_clock_set_back_by_an_hour_right_after_the_post_posts_no_second(
    store: Store, clock: FakeClock
) -> None:
    life = Life(store, clock)
    await life.fill(9)
    clock.set(utc(22, 8))
    await life.wake()
    clock.set(utc(22, 7))
    await life.run_until(utc(22, 20))
    assert life.dates == november(22)


async def test_a_clock_three_days_ahead_posts_one_city_and_puts_two_dates_on_record(
    life: Life,
) -> None:
    life.clock.advance(THREE_DAYS)
    await life.wake()
    assert life.dates == november(22, 25)
    missed = await life.store.publications(statuses=(Status.MISSED,))
    assert [each.date for each in missed] == november(24, 23)


async def test_set_right_again_the_dates_that_it_had_leapt_over_get_their_city(life: Life) -> None:
    life.clock.advance(THREE_DAYS)
    await life.wake()
    life.clock.advance(-THREE_DAYS)
    await life.run_until(utc(27, 12))
    assert sorted(life.dates) == november(22, 23, 24, 25, 26, 27)


async def test_a_clock_three_days_behind_waits_for_the_next_date(life: Life) -> None:
    life.clock.advance(-THREE_DAYS)
    await life.run_until(utc(24, 12))
    assert life.dates == november(22, 23, 24)


async def test_a_machine_that_slept_through_the_hour_posts_late_the_same_day(life: Life) -> None:
    life.clock.set(utc(23, 15))
    await life.wake()
    assert life.dates == november(22, 23)
    (publication,) = await life.store.publications(day=date(2026, 11, 23))
    assert publication.published_at == utc(23, 15)


async def test_asleep_for_three_days_there_is_one_post_and_the_queue_keeps_its_order(
    life: Life,
) -> None:
    before = [each.city.name for each in await life.store.queue()]
    life.clock.set(utc(26, 12))
    for _ in range(3):
        await life.wake()
    assert life.dates == november(22, 26)
    assert [each.city.name for each in await life.store.queue()] == before[1:]


@pytest.mark.parametrize(
    ("post_at", "timezone"),
    [
        (time(15), "Europe/Paris"),
        (time(9), "America/New_York"),
        (time(9), "Pacific/Honolulu"),
        (time(23, 30), "Pacific/Honolulu"),
        (time(9), "Asia/Tokyo"),
        (time(0, 5), "Asia/Tokyo"),
        (time(9), "Pacific/Auckland"),
        (time(0, 1), "Pacific/Kiritimati"),
    ],
)
async def test_settings_changed_at_noon_post_no_second_city_that_day(
    life: Life, post_at: time, timezone: str
) -> None:
    """Not that day in the old zone, nor a date twice in the new one; and no date is left out."""
    late = time(23, 59)
    life.start(SlotRule(timezone=ZoneInfo(timezone), post_at=post_at, late_until=late))
    await life.run_until(utc(26, 0))
    paris = ZoneInfo("Europe/Paris")
    seen = [each.at.astimezone(paris).date() for each in life.shown]
    assert seen.count(DAY) == 1
    assert life.dates == november(*range(22, 22 + len(life.dates)))
    assert len(life.dates) >= 3


async def test_after_a_move_around_the_world_a_date_without_time_for_it_is_on_record(
    store: Store, clock: FakeClock
) -> None:
    """In Pago Pago the 22nd lasts until the 23rd is over, or nearly so, in Kiritimati."""
    west = SlotRule(timezone=ZoneInfo("Pacific/Pago_Pago"), post_at=time(9), late_until=time(23))
    life = Life(store, clock, west)
    await life.fill(9)
    clock.set(utc(22, 20, 1))
    await life.wake()
    life.start(replace(west, timezone=ZoneInfo("Pacific/Kiritimati")))
    await life.run_until(utc(24, 20))
    assert life.dates == november(22, 24, 25)
    (missed,) = await store.publications(statuses=(Status.MISSED,))
    assert missed.date == date(2026, 11, 23)


async def test_post_now_after_a_move_east_waits_for_the_old_day_to_end(life: Life) -> None:
    life.start(replace(PARIS, timezone=ZoneInfo("Pacific/Auckland")))
    edition = await life.days.open_now(life.clock.now())
    assert edition is not None
    assert (edition.date, edition.due_at) == (date(2026, 11, 23), utc(22, 23))


AUCKLAND = replace(PARIS, timezone=ZoneInfo("Pacific/Auckland"))


async def test_a_missed_date_that_a_move_west_brings_back_gets_no_city_after_the_next_ones(
    store: Store, clock: FakeClock
) -> None:
    """In Paris it is still the 22nd, half an hour after the city of the 23rd went out."""
    life = Life(store, clock, AUCKLAND)
    await life.fill(9)
    for at in (utc(20, 20, 1), utc(22, 20, 1)):
        clock.set(at)
        await life.wake()
    assert life.dates == november(21, 23)
    life.start(PARIS)
    await life.run_until(utc(24, 12))
    assert life.dates == november(21, 23, 24)


async def test_post_now_after_a_move_west_is_the_city_that_is_out(
    store: Store, clock: FakeClock
) -> None:
    life = Life(store, clock, AUCKLAND)
    await life.fill(9)
    clock.set(utc(22, 20, 1))
    await life.wake()
    life.start(PARIS)
    edition = await life.days.open_now(clock.now())
    await life.wake()
    assert edition is not None
    assert (edition.date, life.dates) == (date(2026, 11, 23), november(23))


async def test_after_a_first_start_years_ahead_an_admin_is_told_and_his_word_mends_it(
    store: Store, alerts: Recorded
) -> None:
    """Whether the clock is wrong now or was then, nobody but an admin knows."""
    clock = FakeClock(utc(22, 12) + timedelta(days=3653))
    life = Life(store, clock)
    await life.fill(9)
    await life.wake()
    clock.set(utc(22, 12))
    await life.run_until(utc(23, 12))
    told = [alert for alert in alerts.alerts if alert.kind is AlertKind.MISSED]
    assert [alert.subject for alert in told] == ["2026-11-22", "2026-11-23"]
    assert "city-a-day post" in told[0].message
    await life.days.open_now(clock.now())
    await life.run_until(utc(25, 12))
    assert life.dates[1:] == november(23, 24, 25)


async def test_started_forty_times_in_a_minute_it_posts_once(store: Store) -> None:
    clock = FakeClock(utc(22, 7, 59))
    life = Life(store, clock)
    await life.fill(9)
    for _ in range(40):
        clock.advance(timedelta(seconds=1.5))
        life.start(PARIS)
        await life.wake()
    assert (life.dates, life.fake.creates) == ([DAY], 1)


ZONES = ["Europe/Paris", "Pacific/Auckland", "America/Nuuk", "Pacific/Pago_Pago", "Asia/Kathmandu"]
PASSING = st.sampled_from([timedelta(minutes=20), HOUR, 7 * HOUR, 25 * HOUR])
SETTING = st.sampled_from([HOUR, -HOUR, THREE_DAYS, -THREE_DAYS])
RULES = st.builds(
    SlotRule,
    timezone=st.sampled_from(ZONES).map(ZoneInfo),
    post_at=st.sampled_from([time(0), time(2, 30), time(9), time(22, 30)]),
    late_until=st.sampled_from([time(23), time(23, 59)]),
)
EVENTS = st.lists(
    st.one_of(PASSING.map(lambda by: ("pass", by)), SETTING.map(lambda by: ("set", by)), RULES),
    min_size=4,
    max_size=24,
)


@settings(max_examples=15, deadline=None)
@given(events=EVENTS)
async def test_whatever_happens_to_clock_and_settings_no_date_has_two_posts(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, timedelta] | SlotRule]
) -> None:
    clock = FakeClock(utc(22, 7))
    file: Path = tmp_path_factory.mktemp("life") / "city-a-day.db"
    file.write_bytes(await asyncio.to_thread(empty_database))  # noqa: ASYNC240 - a small file
    store = await open_store(f"sqlite:///{file}", clock=clock)
    life = Life(store, clock)
    await life.fill(40)
    clock_was_set = False
    for event in events:
        if isinstance(event, SlotRule):
            life.start(event)
        else:
            clock.advance(event[1])
            clock_was_set |= event[0] == "set"
        await life.wake()
    recorded = await store.publications()
    await store.close()
    assert max(Counter(life.dates).values(), default=1) == 1
    assert [each.id for each in recorded] == list(dict.fromkeys(each.id for each in recorded))
    if recorded and not clock_was_set:  # then nobody saw two in one day of theirs
        for earlier, later in pairwise(life.shown):
            there = later.at.astimezone(earlier.rule.timezone).date()
            assert later.day > earlier.day
            assert there > earlier.day
        first, last = recorded[-1].date, recorded[0].date
        assert len(recorded) == (last - first).days + 1, "each date is on record"
