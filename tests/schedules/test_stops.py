"""Pauses and skips over days: nothing goes out meanwhile, none is lost, none comes twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from content.post import Rendering
from schedules.ledger import Cause, Status
from schedules.publish_once import PublishOnce
from schedules.publisher import Prepared
from schedules.series import SeriesOfDays
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.life import PARIS, Life
from tests.schedules.parts import FakePublisher, Recorded, entry
from tests.schedules.test_publish_once import crash_while_creating, row, scheduled

__all__ = ["scheduled"]

DAY = date(2026, 11, 22)
ANNA = "cli:anna"


def at(offset: int, hour: int) -> datetime:
    """An hour in Paris, so many days after the first."""
    day = DAY + timedelta(days=offset)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 1)


@pytest.fixture
async def life(store: Store, clock: FakeClock) -> Life:
    clock.set(at(0, 6))
    lived = Life(store=store, clock=clock)
    await lived.fill(9)
    return lived


async def pause(store: Store, until: datetime | None = None) -> None:
    assert await store.pause(reason="Holidays.", until=until, by=ANNA) is not None


async def shown(store: Store, offset: int) -> tuple[Status, str]:
    found = await store.publication(DAY + timedelta(days=offset), "fake")
    assert found is not None
    return found.status, found.error


async def first_in_queue(store: Store) -> str:
    return (await store.queue(limit=1))[0].city.name


async def test_days_that_pass_under_a_pause_are_cancelled_and_told_of_one_by_one(
    life: Life, store: Store, alerts: Recorded
) -> None:
    await life.run_until(at(0, 12))
    await pause(store)
    await life.run_until(at(3, 7))
    assert life.dates == [DAY]
    assert [await shown(store, offset) for offset in (1, 2)] == [
        (Status.CANCELLED, Cause.PAUSED)
    ] * 2
    told = [each.subject for each in alerts.alerts if each.kind == "paused"]
    assert told == [str(DAY + timedelta(days=1)), str(DAY + timedelta(days=2))]
    assert "missed" not in alerts.kinds
    assert await first_in_queue(store) == "City 2"


async def test_a_pause_before_the_first_day_is_told_of_as_well(
    life: Life, store: Store, alerts: Recorded
) -> None:
    await pause(store)
    await life.run_until(at(2, 7))
    assert [each.subject for each in alerts.alerts if each.kind == "paused"] == [
        str(DAY),
        str(DAY + timedelta(days=1)),
    ]


async def test_a_day_that_is_resumed_inside_its_window_is_posted_late(
    life: Life, store: Store, alerts: Recorded
) -> None:
    await pause(store)
    await life.run_until(at(0, 15))
    assert life.dates == []
    await store.resume(by=ANNA)
    await life.run_until(at(0, 18))
    assert life.dates == [DAY]
    assert "paused" not in alerts.kinds


async def test_a_pause_with_an_end_needs_nobody_to_end_it(life: Life, store: Store) -> None:
    await pause(store, until=at(2, 0))
    await life.run_until(at(3, 12))
    assert life.dates == [DAY + timedelta(days=2), DAY + timedelta(days=3)]


async def test_days_that_pass_while_the_service_is_down_and_paused_count_as_paused(
    life: Life, store: Store, clock: FakeClock, alerts: Recorded
) -> None:
    await life.run_until(at(0, 12))
    await pause(store, until=at(3, 0))
    clock.set(at(5, 10))
    await life.wake()
    assert [await shown(store, offset) for offset in (1, 2, 3, 4)] == [
        (Status.CANCELLED, Cause.PAUSED),
        (Status.CANCELLED, Cause.PAUSED),
        (Status.MISSED, ""),
        (Status.MISSED, ""),
    ]
    assert life.dates == [DAY, DAY + timedelta(days=5)]
    assert sorted(kind for kind in alerts.kinds if kind in ("paused", "missed")) == [
        "missed",
        "paused",
    ]


async def test_what_is_scheduled_when_a_pause_begins_waits_for_its_end(
    life: Life, store: Store, clock: FakeClock
) -> None:
    clock.set(at(0, 9) - timedelta(minutes=1))
    await life.days.open_due(clock.now(), lead=timedelta(minutes=1))
    await pause(store)
    await life.run_until(at(0, 12))
    assert life.dates == []
    await store.resume(by=ANNA)
    await life.wake()
    assert life.dates == [DAY]


async def test_a_pause_that_a_wrong_clock_saw_closing_a_day_costs_it_nothing(
    life: Life, store: Store, clock: FakeClock
) -> None:
    await pause(store)
    clock.set(at(1, 10))
    await life.wake()
    assert await shown(store, 0) == (Status.CANCELLED, Cause.PAUSED)
    clock.set(at(0, 12))
    await store.resume(by=ANNA)
    await life.wake()
    assert life.dates == [DAY]


async def test_a_skipped_date_stays_blank_without_an_alert_and_the_next_is_posted(
    life: Life, store: Store, alerts: Recorded
) -> None:
    await store.skip(DAY + timedelta(days=1), by=ANNA)
    await life.run_until(at(2, 12))
    assert life.dates == [DAY, DAY + timedelta(days=2)]
    assert await shown(store, 1) == (Status.CANCELLED, Cause.SKIPPED)
    assert not {"missed", "paused", "empty_queue"} & set(alerts.kinds)
    assert await first_in_queue(store) == "City 3"


async def test_a_far_skip_opens_nothing_ahead(life: Life, store: Store) -> None:
    await store.skip(DAY + timedelta(days=30), by=ANNA)
    await life.run_until(at(1, 12))
    assert life.dates == [DAY, DAY + timedelta(days=1)]


async def test_a_skip_that_is_taken_back_inside_the_window_is_posted_late(
    life: Life, store: Store
) -> None:
    await store.skip(DAY, by=ANNA)
    await life.run_until(at(0, 15))
    assert await shown(store, 0) == (Status.CANCELLED, Cause.SKIPPED)
    await store.unskip(DAY, by=ANNA)
    await life.run_until(at(0, 18))
    assert life.dates == [DAY]


async def test_a_day_cancelled_before_its_hour_and_taken_back_gets_its_city_once(
    life: Life, store: Store, clock: FakeClock
) -> None:
    clock.set(at(0, 9) - timedelta(minutes=1))
    await life.days.open_due(clock.now(), lead=timedelta(minutes=1))
    await store.skip(DAY, by=ANNA)
    await life.run_until(at(0, 12))
    await store.unskip(DAY, by=ANNA)
    await life.run_until(at(1, 12))
    assert life.dates == [DAY, DAY + timedelta(days=1)]
    assert ["City 1" in text for _, text in life.fake.posts] == [True, False]


async def test_now_posts_nothing_during_a_pause_or_on_a_skipped_date(
    life: Life, store: Store, clock: FakeClock
) -> None:
    await pause(store)
    assert await life.days.open_now(clock.now()) is None
    await store.resume(by=ANNA)
    await store.skip(DAY, by=ANNA)
    assert await life.days.open_now(clock.now()) is None


async def test_a_forecast_leaves_a_skipped_date_blank(life: Life, store: Store) -> None:
    await store.skip(DAY, by=ANNA)
    days = [DAY, DAY + timedelta(days=1)]
    coming = await life.days.forecast.entries(days)
    assert [found.city.name if found else None for found in coming.values()] == [None, "City 1"]
    assert await life.days.forecast.not_skipped(DAY) == days[1]


async def test_a_worker_whom_a_pause_overtakes_gives_back_and_sends_afterwards(
    once: PublishOnce, store: Store, clock: FakeClock
) -> None:
    await store.add([entry()])
    life = Life(store=store, clock=clock)
    clock.set(PARIS.slot(DAY).due_at)
    await life.days.open_due(clock.now(), lead=timedelta(0))
    (publication,) = await store.publications(day=DAY)

    class PausedWhilePreparing(FakePublisher):
        async def prepare(self, rendering: Rendering) -> Prepared:
            await pause(store)
            return await super().prepare(rendering)

    assert await once.attempt(publication, PausedWhilePreparing(clock=clock)) is None
    given_back = (await store.publications(day=DAY))[0]
    assert (given_back.status, given_back.armed_at) == (Status.SCHEDULED, None)
    await store.resume(by=ANNA)
    fake = FakePublisher(clock=clock)
    settled = await once.attempt(given_back, fake)
    assert settled is not None
    assert (settled.status, fake.creates) == (Status.PUBLISHED, 1)


async def test_a_doubt_is_looked_for_during_a_pause_but_nothing_is_sent_anew(
    once: PublishOnce,
    scheduled: object,
    fake: FakePublisher,
    clock: FakeClock,
    store: Store,
) -> None:
    before = await row(store)
    await crash_while_creating(once, before, fake, landed=False)
    await pause(store)
    clock.advance(timedelta(minutes=10))
    assert await once.attempt(await row(store), fake) is None
    assert fake.steps[-2:] == ["look", "prepare"]
    assert fake.creates == 1
    waiting = await row(store)
    assert (waiting.status, waiting.armed_at) == (Status.SCHEDULED, None)
    await store.resume(by=ANNA)
    await once.attempt(waiting, fake)
    assert (fake.creates, len(fake.posts)) == (2, 1)


async def test_the_series_is_counted_from_a_first_post_that_was_taken_down(
    life: Life, store: Store, clock: FakeClock
) -> None:
    await life.run_until(at(1, 12))
    first = (await store.publications(day=DAY))[0]
    gone = await store.take_down(first, status=Status.CANCELLED, message="x", key="another")
    assert gone is not None
    series = SeriesOfDays(store=store, forecast=life.days.forecast, rule=PARIS, clock=clock)
    second = await series.at(DAY + timedelta(days=1))
    assert (second.number, second.last_city) == (2, None)
