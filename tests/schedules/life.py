"""A service's life, wake by wake: its clock is set, its settings change, it starts again."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.days import Days
from schedules.forecast import Forecast
from schedules.ledger import Status
from schedules.publish_once import LEAD, PublishOnce
from schedules.slots import SlotRule
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, compose, entry

PARIS = SlotRule(timezone=ZoneInfo("Europe/Paris"), post_at=time(9), late_until=time(23))


@dataclass
class Shown:
    """A post as followers saw it: of which date, when, and in which zone the service was."""

    day: date
    at: datetime
    rule: SlotRule


@dataclass
class Life:
    """Steps through time as `Runner` does, with real Days, publish-once and ledger."""

    store: Store
    clock: FakeClock
    rule: SlotRule = PARIS
    shown: list[Shown] = field(default_factory=list)
    fake: FakePublisher = field(init=False)
    days: Days = field(init=False)
    once: PublishOnce = field(init=False)
    alarm: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.fake = FakePublisher(clock=self.clock)
        self.alarm = self.clock.now()
        self.start(self.rule)

    def start(self, rule: SlotRule) -> None:
        """A new process, perhaps with other settings."""
        self.rule = rule
        self.days = Days(
            store=self.store,
            rule=rule,
            forecast=Forecast(
                store=self.store, repeat_after=timedelta(days=9), fallback_cities=tuple
            ),
            destinations=("fake",),
        )
        self.once = PublishOnce(store=self.store, clock=self.clock, compose=compose, owner="us")

    async def fill(self, count: int) -> None:
        await self.store.add([entry(f"City {number}", number) for number in range(1, count + 1)])

    async def wake(self) -> None:
        """What falls due now."""
        now = self.clock.now()
        await self.days.close_past(now)
        self.alarm = (await self.days.open_due(now, lead=LEAD)).due_at - LEAD
        waiting = (Status.SCHEDULED, Status.PUBLISHING, Status.UNCONFIRMED)
        for publication in await self.store.publications(statuses=waiting):
            before = len(self.fake.posts)
            await self.once.attempt(publication, self.fake)
            if len(self.fake.posts) > before:
                self.shown.append(Shown(day=publication.date, at=self.clock.now(), rule=self.rule))

    async def run_until(self, at: datetime) -> None:
        """Wake every three hours until then, and when the alarm rings."""
        while (now := self.clock.now()) < at:
            wakes = [now + timedelta(hours=3), self.alarm, at]
            self.clock.set(min(wake for wake in wakes if wake > now))
            await self.wake()

    @property
    def dates(self) -> list[date]:
        return [each.day for each in self.shown]
