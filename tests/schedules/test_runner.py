"""The runner wakes at the hour, recovers what a crash left, and stops without losing a post."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import open_store
from schedules.alerts import Alert, AlertKind
from schedules.clock import Clock, SystemClock
from schedules.days import Days
from schedules.errors import AuthExpired, Permanent
from schedules.forecast import Forecast
from schedules.ledger import Hold, Publication, Settlement, Status
from schedules.publish_once import PublishOnce
from schedules.runner import HOLD_CHECK_INTERVAL, RECOVERY_INTERVAL, Runner
from schedules.slots import SlotRule
from schedules.store import Store
from schedules.telling import Telling
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, compose, entry

FAR = datetime(2090, 6, 1, 12, tzinfo=UTC)
"""Later than the machine's clock, so that no alarm of APScheduler rings during a test."""


REFUSED = Alert(kind=AlertKind.CREDENTIALS_REFUSED, subject="fake", message="refused")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(FAR)


@pytest.fixture
async def runner(store: Store, clock: FakeClock, fake: FakePublisher) -> AsyncIterator[Runner]:
    await store.add([entry(name, number) for number, name in enumerate(("Albi", "Metz"), start=1)])
    made = runner_of(
        store, clock, fake, SlotRule(timezone=ZoneInfo("UTC"), post_at=time(9), late_until=time(23))
    )
    yield made
    await made.stop()


def runner_of(store: Store, clock: Clock, fake: FakePublisher, rule: SlotRule) -> Runner:
    forecast = Forecast(store=store, repeat_after=timedelta(days=9), fallback_cities=tuple)
    return Runner(
        store=store,
        clock=clock,
        days=Days(store=store, rule=rule, forecast=forecast, destinations=("fake",)),
        publish_once=PublishOnce(store=store, clock=clock, compose=compose, owner="us"),
        publishers={"fake": fake},
        telling=Telling(store=store, channels=()),
    )


def created(fake: FakePublisher) -> asyncio.Event:
    event = asyncio.Event()
    fake.while_creating = event.set
    return event


async def only(store: Store) -> Publication:
    (publication,) = await store.publications()
    return publication


async def test_started_late_it_publishes_at_once_inside_the_window(
    runner: Runner, fake: FakePublisher, store: Store
) -> None:
    sent = created(fake)
    await runner.start()
    await sent.wait()
    await runner.stop()
    assert (await only(store)).status is Status.PUBLISHED


async def test_started_again_it_publishes_nothing_more(
    runner: Runner, fake: FakePublisher, store: Store, clock: FakeClock
) -> None:
    sent = created(fake)
    await runner.start()
    await sent.wait()
    await runner.stop()
    for _ in range(40):
        again = runner_of(store, clock, fake, runner.days.rule)
        await again.start()
        await again.stop()
    assert fake.creates == 1


async def test_at_its_hour_apscheduler_wakes_it_and_the_post_goes_out(store: Store) -> None:
    clock = SystemClock()
    now = clock.now()
    hour = (now + timedelta(seconds=0.4)).time()
    late = (now + timedelta(seconds=60)).time()
    if late < hour:
        pytest.skip("it is a minute to midnight: the window would span two dates")
    fake = FakePublisher(clock=FakeClock())
    await store.add([entry()])
    rule = SlotRule(timezone=ZoneInfo("UTC"), post_at=hour, late_until=late)
    runner = runner_of(store, clock, fake, rule)
    sent = created(fake)
    await runner.start()
    assert fake.creates == 0
    async with asyncio.timeout(5):
        await sent.wait()
    await runner.stop()
    publication = await only(store)
    assert publication.published_at is not None
    assert timedelta(0) <= publication.published_at - publication.due_at < timedelta(seconds=1)


async def test_it_wakes_when_a_pause_ends(tmp_path: Path) -> None:
    clock = SystemClock()
    store = await open_store(f"sqlite:///{tmp_path / 'own.db'}", clock=clock)
    fake = FakePublisher(clock=FakeClock())
    await store.add([entry()])
    rule = SlotRule(timezone=ZoneInfo("UTC"), post_at=time(0), late_until=time(23, 59, 59))
    runner = runner_of(store, clock, fake, rule)
    ends_at = clock.now() + timedelta(seconds=0.5)
    await store.pause(reason="Holidays.", until=ends_at, by="cli:anna")
    sent = created(fake)
    await runner.start()
    assert fake.creates == 0
    async with asyncio.timeout(5):
        await sent.wait()
    assert clock.now() >= ends_at
    await runner.stop()
    await store.close()


async def test_an_admins_word_is_heard_at_once(
    runner: Runner, fake: FakePublisher, store: Store, clock: FakeClock
) -> None:
    fake.fails["publish"] = [Permanent("It is too long.")]
    refused = created(fake)
    await runner.start()
    await refused.wait()
    await asyncio.gather(*runner.publish_once.sends)
    found = await only(store)
    assert found.status is Status.FAILED
    again = created(fake)
    word = Settlement(status=Status.SCHEDULED, next_attempt_at=clock.now())
    await store.resolve(found.date, found.destination, word, closes_at=None)
    runner.look_now()
    async with asyncio.timeout(RECOVERY_INTERVAL.total_seconds() / 2):
        await again.wait()


async def test_a_destination_on_hold_gets_nothing_until_its_credentials_work(
    runner: Runner, fake: FakePublisher, store: Store
) -> None:
    await store.hold(Hold(destination="fake", since=FAR, reason="refused"), alert=REFUSED)
    fake.fails["check"] = [AuthExpired()]
    checked = fake.while_checking = asyncio.Event()
    await runner.start()
    await checked.wait()
    await runner.stop()
    assert fake.steps == ["check"]
    assert list(await store.holds()) == ["fake"]


async def test_a_hold_ends_when_the_credentials_work_again(
    runner: Runner, fake: FakePublisher, store: Store, clock: FakeClock
) -> None:
    await store.hold(Hold(destination="fake", since=FAR, reason="refused"), alert=REFUSED)
    sent = created(fake)
    clock.advance(HOLD_CHECK_INTERVAL)
    await runner.start()
    await sent.wait()
    await runner.stop()
    assert await store.holds() == {}
    assert (await only(store)).status is Status.PUBLISHED


async def test_a_stop_while_waiting_for_the_hour_leaves_it_scheduled(
    store: Store, fake: FakePublisher
) -> None:
    clock = SystemClock()
    now = clock.now()
    rule = SlotRule(
        timezone=ZoneInfo("UTC"),
        post_at=(now + timedelta(seconds=30)).time(),
        late_until=time(23, 59, 59),
    )
    if rule.post_at < now.time():
        pytest.skip("it is half a minute to midnight: the slot would be tomorrow's")
    await store.add([entry()])
    runner = runner_of(store, clock, fake, rule)
    await runner.start()
    await runner.stop()
    assert (await only(store)).status is Status.SCHEDULED
    assert fake.creates == 0
