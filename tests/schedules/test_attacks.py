"""What an adversary would try: freezes, slow databases, stops, misbehaving platforms, clocks."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest

from bot.storage.database import open_store
from bot.storage.store import SqlStore
from content.post import Rendering
from schedules.alerts import Alert, AlertKind, Channel
from schedules.clock import Clock, SystemClock
from schedules.days import Days, publication_key
from schedules.errors import AmbiguousOutcome, AuthExpired, Permanent, Transient
from schedules.forecast import Forecast
from schedules.ledger import Claim, Hold, Publication, Settlement, Status
from schedules.publish_once import LEAD, MOST_ATTEMPTS_IN_DOUBT, SEND_LEASE, PublishOnce
from schedules.publisher import CREATE_TIMEOUT, Account, Prepared, Publisher, Receipt
from schedules.runner import Runner
from schedules.slots import Slot, SlotRule
from schedules.store import Store, StoreUnavailable
from schedules.telling import Telling
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, Recorded, compose, entry

DUE = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY = DUE.date()
SLOT = Slot(date=DAY, due_at=DUE, closes_at=datetime(2026, 11, 22, 22, tzinfo=UTC))
AN_HOUR = timedelta(hours=1)


@pytest.fixture
async def scheduled(store: Store) -> Publication:
    await schedule(store, "fake")
    return await row(store)


async def schedule(store: Store, *destinations: str) -> None:
    (queued,) = await store.add([entry()])
    keys = {name: publication_key(DAY, name) for name in destinations}
    await store.open_edition(SLOT, queued, keys, at=DUE - timedelta(minutes=1))


async def row(store: Store) -> Publication:
    found = await store.publication(DAY, "fake")
    assert found is not None
    return found


async def again(once: PublishOnce, fake: FakePublisher, clock: FakeClock) -> Publication:
    """One more attempt, as soon as one may be made."""
    found = await row(once.store)
    if found.next_attempt_at is not None:
        clock.set(max(clock.now(), found.next_attempt_at))
    publication = await once.attempt(found, fake)
    assert publication is not None
    return publication


def let_pass(by: timedelta) -> None:
    """Time passes for all timers of the event loop."""
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + by.total_seconds()  # type: ignore[method-assign]


# Windows, leases, slow databases


async def test_a_window_that_closes_while_preparing_closes_before_the_create(
    once: PublishOnce, scheduled: Publication, clock: FakeClock, alerts: Recorded
) -> None:
    class Slow(FakePublisher):
        async def prepare(self, rendering: Rendering) -> Prepared:
            clock.set(SLOT.closes_at)
            return await super().prepare(rendering)

    clock.set(SLOT.closes_at - timedelta(minutes=1))
    slow = Slow(clock=clock)
    ended = await once.attempt(scheduled, slow)
    assert ended is not None
    assert (ended.status, slow.creates, alerts.kinds) == (Status.MISSED, 0, ["missed"])


class SlowToArm(SqlStore):
    """The same database, whose answer comes late; or a process that is frozen meanwhile."""

    def __init__(self, store: Store, clock: FakeClock, takes: timedelta) -> None:
        vars(self).update(vars(store))
        self._passes, self._takes = clock, takes

    async def arm(self, claim: Claim, *, text: str, lease: timedelta) -> Claim:
        armed = await super().arm(claim, text=text, lease=lease)
        self._passes.advance(self._takes)
        return armed


@pytest.mark.parametrize("takes", [CREATE_TIMEOUT, SEND_LEASE, AN_HOUR], ids=str)
async def test_no_create_begins_after_the_time_that_a_look_up_trusts(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    store: Store,
    takes: timedelta,
) -> None:
    """Another worker may have looked, found nothing, and sent it."""
    frozen = replace(once, store=SlowToArm(store, clock, takes), sends=set())
    ended = await frozen.attempt(scheduled, fake)
    assert ended is not None
    assert (ended.status, ended.armed_at, fake.creates) == (Status.SCHEDULED, None, 0)
    assert (await again(once, fake, clock)).status is Status.PUBLISHED
    assert fake.creates == 1


async def test_a_create_ends_within_the_time_that_a_look_up_trusts(
    once: PublishOnce, scheduled: Publication, clock: FakeClock, store: Store
) -> None:
    """Arming took 20 of its 30 seconds."""

    class TakesElevenSeconds(FakePublisher):
        async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
            let_pass(timedelta(seconds=11))
            for _ in range(5):
                await asyncio.sleep(0)
            return await super().publish(prepared, key=key)

    slow = replace(once, store=SlowToArm(store, clock, timedelta(seconds=20)), sends=set())
    ended = await slow.attempt(scheduled, TakesElevenSeconds(clock=clock))
    assert ended is not None
    assert ended.status is Status.UNCONFIRMED


async def test_a_create_that_the_database_could_not_record_is_found_and_not_sent_again(
    scheduled: Publication, fake: FakePublisher, clock: FakeClock, tmp_path: Path
) -> None:
    database = tmp_path / "city-a-day.db"
    impatient = await open_store(f"sqlite:///{database}?timeout=0.1", clock=clock)
    once = PublishOnce(store=impatient, clock=clock, compose=compose, owner="us")
    other_writer = sqlite3.connect(database)

    def keep_the_database_busy() -> None:
        other_writer.execute("BEGIN IMMEDIATE")

    fake.while_creating = keep_the_database_busy
    with pytest.raises(StoreUnavailable):
        await once.attempt(scheduled, fake)
    other_writer.close()
    clock.advance(SEND_LEASE)
    ended = await once.attempt(scheduled, fake)
    await impatient.close()
    assert ended is not None
    assert (ended.status, fake.creates) == (Status.PUBLISHED, 1)
    assert ended.published_at == DUE


# Doubt


async def test_an_admin_is_told_of_a_doubt_once_however_the_look_ups_fail(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    alerts: Recorded,
) -> None:
    fake.fails["publish"] = [AmbiguousOutcome()]
    fake.fails["look"] = [Transient(), AmbiguousOutcome(), KeyError("x"), Permanent(), Transient()]
    for _ in range(6):
        ended = await again(once, fake, clock)
    assert ended.status is Status.UNCONFIRMED
    assert alerts.kinds == ["unconfirmed"]


@pytest.mark.parametrize("failure", [Transient(), Permanent(), AuthExpired(), KeyError("x")])
async def test_in_doubt_nobody_reads_that_nothing_was_created(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    failure: Exception,
) -> None:
    """Who believes it sends it again."""
    fake.fails["publish"] = [AmbiguousOutcome()]
    fake.fails["look"] = [failure]
    for _ in range(2):
        ended = await again(once, fake, clock)
    assert ended.status is Status.UNCONFIRMED
    assert "nothing was created" not in ended.message
    assert "whether the post is there" in ended.message


async def test_an_admin_is_told_when_a_doubt_becomes_his(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    alerts: Recorded,
) -> None:
    fake.lands = False
    fake.fails["publish"] = [AmbiguousOutcome() for _ in range(MOST_ATTEMPTS_IN_DOUBT)]
    for _ in range(MOST_ATTEMPTS_IN_DOUBT):
        ended = await again(once, fake, clock)
    assert (ended.status, ended.next_attempt_at) == (Status.UNCONFIRMED, None)
    assert alerts.kinds == ["unconfirmed", "unconfirmed"]
    assert "resolve" in alerts.alerts[-1].message


async def test_a_refusal_after_a_doubt_is_told(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    alerts: Recorded,
) -> None:
    fake.lands = False
    fake.fails["publish"] = [AmbiguousOutcome(), Permanent()]
    fake.fails["look"] = [Permanent()]
    for _ in range(3):
        ended = await again(once, fake, clock)
    assert ended.status is Status.FAILED
    assert alerts.kinds == ["unconfirmed", "failed"]


async def test_a_doubt_after_many_failures_to_connect_is_looked_for(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    fake.fails["prepare"] = [Transient() for _ in range(MOST_ATTEMPTS_IN_DOUBT)]
    fake.fails["publish"] = [AmbiguousOutcome()]
    for _ in range(MOST_ATTEMPTS_IN_DOUBT + 1):
        ended = await again(once, fake, clock)
    assert ended.status is Status.UNCONFIRMED
    assert ended.next_attempt_at is not None
    assert ((await again(once, fake, clock)).status, fake.creates) == (Status.PUBLISHED, 1)


async def test_a_post_sent_while_the_clock_was_hours_ahead_is_found_after_it_was_set_right(
    once: PublishOnce, scheduled: Publication, clock: FakeClock
) -> None:
    class WithAClockOfItsOwn(FakePublisher):
        async def find_existing(
            self, rendering: Rendering, *, key: str, since: datetime
        ) -> Receipt | None:
            found = await super().find_existing(rendering, key=key, since=since)
            return found if since <= DUE else None

    fake = WithAClockOfItsOwn(clock=clock)
    clock.set(DUE + 3 * AN_HOUR)
    fake.fails["publish"] = [AmbiguousOutcome()]
    await again(once, fake, clock)
    clock.set(DUE)
    assert (await again(once, fake, clock)).status is Status.PUBLISHED
    assert fake.creates == 1


async def test_a_stop_after_a_conclusive_look_up_leaves_no_doubt_on_record(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock, store: Store
) -> None:
    fake.lands = False
    fake.fails["publish"] = [AmbiguousOutcome()]
    await again(once, fake, clock)
    fake.fails["prepare"] = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await again(once, fake, clock)
    assert ((await row(store)).status, (await row(store)).armed_at) == (Status.SCHEDULED, None)


async def test_refused_credentials_are_told_once_though_the_check_likes_them(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    store: Store,
    alerts: Recorded,
) -> None:
    fake.fails["prepare"] = [AuthExpired() for _ in range(4)]
    for _ in range(4):
        await again(once, fake, clock)
        await store.release("fake")
    assert alerts.kinds == ["credentials_refused"]


async def test_tried_every_minute_a_doubt_becomes_an_admins_all_the_same(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock, store: Store
) -> None:
    """`city-a-day post` asks for an attempt whether one is due or not, and cron may call it."""
    fake.shows = False
    fake.fails["publish"] = [AmbiguousOutcome() for _ in range(60)]
    for _ in range(60):
        await once.attempt(await row(store), fake)
        clock.advance(timedelta(minutes=1))
    ended = await row(store)
    assert (ended.status, ended.next_attempt_at) == (Status.UNCONFIRMED, None)
    assert fake.creates <= MOST_ATTEMPTS_IN_DOUBT


async def test_nobody_waits_hours_for_an_instant_with_a_lease_of_minutes(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock, store: Store
) -> None:
    """After a move to a zone further east, or with a clock that was set back."""
    clock.set(DUE - AN_HOUR)
    assert await once.attempt(scheduled, fake) is None
    assert (clock.now(), (await row(store)).attempts) == (DUE - AN_HOUR, 0)
    clock.set(DUE - LEAD)
    await once.attempt(scheduled, fake)
    assert fake.creates == 1


# Stops


async def test_a_stop_while_an_outcome_is_settled_still_tells_it(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    clock: FakeClock,
    store: Store,
    alerts: Recorded,
) -> None:
    class StopsFirst(SqlStore):
        def __init__(self) -> None:
            vars(self).update(vars(store))

        async def settle(
            self, claim: Claim, settlement: Settlement, *, alert: Alert | None = None
        ) -> Publication:
            attempt.cancel()
            await asyncio.sleep(0)
            return await super().settle(claim, settlement, alert=alert)

    stopped = replace(once, store=StopsFirst(), sends=set())
    fake.fails["prepare"] = [Permanent()]
    attempt = asyncio.create_task(stopped.attempt(scheduled, fake))
    await asyncio.wait([attempt])
    await asyncio.gather(*stopped.sends)
    assert (await row(store)).status is Status.FAILED
    assert alerts.kinds == ["failed"]


# A platform that does not answer


@dataclass
class Hanging(FakePublisher):
    """A platform that does not answer within an hour at one step; `waited` if somebody waited."""

    hangs_at: str = ""
    hung: asyncio.Event = field(default_factory=asyncio.Event)
    waits_for: asyncio.Event | None = None
    waited: bool = False

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        await self._hang("look")
        return await super().find_existing(rendering, key=key, since=since)

    async def check(self) -> Account:
        await self._hang("check")
        return await super().check()

    async def _hang(self, name: str) -> None:
        if name == self.hangs_at:
            self.hung.set()
            if self.waits_for is not None:
                await self.waits_for.wait()
            let_pass(AN_HOUR)
            for _ in range(5):
                await asyncio.sleep(0)
            self.waited = True


async def test_a_look_up_that_hangs_is_given_up(
    once: PublishOnce, scheduled: Publication, clock: FakeClock
) -> None:
    hanging = Hanging(clock=clock)
    hanging.hangs_at = "look"
    hanging.fails["publish"] = [AmbiguousOutcome()]
    for _ in range(2):
        ended = await again(once, hanging, clock)
    assert not hanging.waited
    assert ended.status is Status.UNCONFIRMED


# The runner


class Runners:
    """Runners on one database, for destinations that the test gives."""

    def __init__(self, store: Store, *channels: Channel) -> None:
        self._store, self._channels = store, channels
        self.wakes = 0
        self.made: list[Runner] = []

    def make(self, clock: Clock, *publishers: FakePublisher) -> Runner:
        by_name: dict[str, Publisher] = {each.destination: each for each in publishers}
        forecast = Forecast(
            store=self._store, repeat_after=timedelta(days=9), fallback_cities=self._wakes
        )
        days = Days(
            store=self._store,
            rule=SlotRule(timezone=ZoneInfo("UTC"), post_at=time(8), late_until=time(22)),
            forecast=forecast,
            destinations=tuple(by_name),
        )
        once = PublishOnce(
            store=self._store,
            clock=clock,
            compose=compose,
            owner=f"runner {len(self.made)}",
        )
        runner = Runner(
            store=self._store,
            clock=clock,
            days=days,
            publish_once=once,
            publishers=by_name,
            telling=Telling(store=self._store, channels=self._channels),
            recovery_interval=timedelta(milliseconds=1),
        )
        self.made.append(runner)
        return runner

    def _wakes(self) -> tuple[()]:
        """With an empty queue each wake in the window asks for a city of the gazetteer."""
        self.wakes += 1
        return ()


@pytest.fixture
async def runners(store: Store) -> AsyncIterator[Runners]:
    made = Runners(store)
    yield made
    for runner in made.made:
        await runner.stop()


def far() -> FakeClock:
    """Later than the machine's clock, so that no alarm of APScheduler rings during a test."""
    return FakeClock(datetime(2090, 6, 1, 12, tzinfo=UTC))


async def until(event: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await event.wait()


async def hold(store: Store, name: str, clock: FakeClock) -> None:
    alert = Alert(kind=AlertKind.CREDENTIALS_REFUSED, subject=name, message="refused")
    await store.hold(Hold(destination=name, since=clock.now(), reason="refused"), alert=alert)


def created(fake: FakePublisher) -> asyncio.Event:
    event = asyncio.Event()
    fake.while_creating = event.set
    return event


@pytest.mark.parametrize("trouble", ["hangs", "raises"])
async def test_a_held_destination_whose_check_misbehaves_keeps_no_other_from_its_post(
    store: Store, runners: Runners, trouble: str
) -> None:
    clock = far()
    held, fine = Hanging(clock=clock, destination="a"), FakePublisher(clock=clock, destination="b")
    if trouble == "hangs":
        held.waits_for = asyncio.Event()
        held.hangs_at = "check"
    else:
        held.fails["check"] = [KeyError("id")]
    await store.add([entry()])
    await hold(store, "a", clock)
    sent = created(fine)
    async with asyncio.timeout(10):
        await runners.make(clock, held, fine).start()
    await until(sent)
    assert held.posts == []
    assert list(await store.holds()) == ["a"]


async def test_a_check_that_hangs_is_given_up(store: Store, runners: Runners) -> None:
    clock = far()
    held = Hanging(clock=clock)
    held.hangs_at = "check"
    await store.add([entry()])
    await hold(store, "fake", clock)
    await runners.make(clock, held).start()
    await until(held.hung)
    await runners.made[0].stop()
    assert not held.waited


async def test_a_blank_day_sets_no_alarm_in_the_past(runners: Runners) -> None:
    """It would ring at once, and again, all day long."""
    runner = runners.make(far())
    await runner.start()
    assert runners.wakes > 0
    assert runner._scheduler.get_jobs() == []


async def test_recovery_goes_on_when_the_clock_on_the_wall_is_set_back_a_day(
    store: Store, runners: Runners, monkeypatch: pytest.MonkeyPatch
) -> None:
    class YesterdaysDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return SystemClock().now().astimezone(tz) - timedelta(days=1)

    clock = far()
    fake = FakePublisher(clock=clock)
    sent = created(fake)
    await runners.make(clock, fake).start()
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", YesterdaysDatetime)
    clock.advance(-timedelta(days=1))
    await store.add([entry()])
    await until(sent)
    assert [each.date for each in await store.publications()] == [clock.now().date()]


async def test_a_stop_while_a_channel_is_told_lets_it_be_told(
    store: Store, clock: FakeClock
) -> None:
    class Slow:
        name, kinds = "admin", frozenset(AlertKind)

        async def send(self, alert: Alert) -> None:
            if alert.kind is AlertKind.MISSED:
                asked.set()
                await may_answer.wait()
                told.append(alert.subject)

        async def close(self) -> None:
            """Nothing to give back."""

    asked, may_answer = asyncio.Event(), asyncio.Event()
    told: list[str] = []
    runner = Runners(store, Slow()).make(clock)
    await runner.start()
    await schedule(store, "fake")
    clock.set(SLOT.closes_at)
    await until(asked)
    stop = asyncio.create_task(runner.stop())
    for _ in range(10):
        await asyncio.sleep(0)
    may_answer.set()
    await stop
    assert told == ["2026-11-22/fake"]


async def test_two_runners_on_one_database_send_it_once(store: Store, runners: Runners) -> None:
    clock = far()
    fake = FakePublisher(clock=clock)
    await store.add([entry(name, number) for number, name in enumerate(("Albi", "Metz"), start=1)])
    sent = created(fake)
    await asyncio.gather(*(runners.make(clock, fake).start() for _ in range(2)))
    await until(sent)
    for runner in runners.made:
        await runner.stop()
    assert fake.creates == len(await store.publications()) == 1
    assert len(await store.queue()) == 1


# Several workers, whose clocks differ


async def test_a_worker_whose_clock_is_ahead_does_not_think_another_ones_look_up_conclusive(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, clock: FakeClock
) -> None:
    """Its clock shows ten minutes more than the database's: the create may still be under way."""
    fake.lands = False
    fake.fails["publish"] = [AmbiguousOutcome()]
    await once.attempt(scheduled, fake)
    clock.advance(CREATE_TIMEOUT - timedelta(seconds=1))
    ahead = replace(once, clock=FakeClock(clock.now() + AN_HOUR / 6), owner="ahead", sends=set())
    ended = await ahead.attempt(await row(once.store), fake)
    assert ended is not None
    assert (ended.status, fake.creates) == (Status.UNCONFIRMED, 1)


async def test_a_worker_whose_clock_is_ahead_takes_no_publication_from_another(
    once: PublishOnce, scheduled: Publication, clock: FakeClock, fake: FakePublisher
) -> None:
    assert await once.store.claim(DAY, "fake", owner="us", lease=SEND_LEASE) is not None
    ahead = replace(once, clock=FakeClock(clock.now() + AN_HOUR), owner="ahead", sends=set())
    assert await ahead.attempt(scheduled, fake) is None


# A restored backup: what was posted since is not on record


async def restored(store: Store) -> Publication:
    """As a restore leaves it: it may have been posted, nobody knows what."""
    claim = await store.claim(DAY, "fake", owner="restore", lease=SEND_LEASE)
    assert claim is not None
    claim = await store.arm(claim, text="", lease=SEND_LEASE)
    doubt = Settlement(status=Status.UNCONFIRMED, may_have_landed=True, next_attempt_at=DUE)
    return await store.settle(claim, doubt)


async def test_what_the_platform_shows_after_a_restore_is_published_and_not_sent(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, store: Store, clock: FakeClock
) -> None:
    fake.posts.append((scheduled.key, "2026-11-22 Le Mans, une ville."))
    clock.set(DUE + AN_HOUR)
    ended = await once.attempt(await restored(store), fake)
    assert ended is not None
    assert (ended.status, fake.creates) == (Status.PUBLISHED, 0)


async def test_what_the_platform_does_not_show_after_a_restore_waits_for_an_admin(
    once: PublishOnce,
    scheduled: Publication,
    fake: FakePublisher,
    store: Store,
    clock: FakeClock,
    alerts: Recorded,
) -> None:
    """Another city may have been posted: only an admin can tell."""
    await restored(store)
    clock.set(DUE + AN_HOUR)
    for _ in range(3):
        await once.attempt(await row(store), fake)
    ended = await row(store)
    assert (ended.status, ended.next_attempt_at, fake.creates) == (Status.UNCONFIRMED, None, 0)
    assert alerts.kinds == ["unconfirmed"]


async def test_a_platform_that_is_away_after_a_restore_is_asked_again(
    once: PublishOnce, scheduled: Publication, fake: FakePublisher, store: Store, clock: FakeClock
) -> None:
    fake.posts.append((scheduled.key, "2026-11-22 Le Mans, une ville."))
    fake.fails["look"] = [Transient()]
    await restored(store)
    clock.set(DUE + AN_HOUR)
    ended = await once.attempt(await row(store), fake)
    assert ended is not None
    assert ended.next_attempt_at is not None
    assert (await again(once, fake, clock)).status is Status.PUBLISHED
