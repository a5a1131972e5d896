"""The runner: APScheduler wakes it, the slot rule and the ledger tell it what there is to do.

APScheduler wakes it at the next instant at which something falls due. It wakes by itself every
`RECOVERY_INTERVAL` besides, for whatever an alarm cannot know of: a crash, an admin's word, a clock
that was set back, which would keep APScheduler's own intervals from ending.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schedules.clock import Clock
from schedules.days import Days
from schedules.errors import PublishError, Transient, only, where
from schedules.ledger import Hold, Publication, Status
from schedules.publish_once import LEAD, PublishOnce
from schedules.publisher import Publisher
from schedules.store import Store, StoreUnavailable
from schedules.telling import Telling

log = structlog.get_logger()

RECOVERY_INTERVAL = timedelta(seconds=20)
HOLD_CHECK_INTERVAL = timedelta(minutes=10)
CHECK_TIMEOUT = timedelta(minutes=1)
LAST_WORDS = timedelta(seconds=5)
"""How long a stop waits for alerts to be told; what is left is told after the next start."""
OPEN = (Status.SCHEDULED, Status.PUBLISHING, Status.UNCONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Keeps the promise, day after day, until it is stopped."""

    store: Store
    clock: Clock
    days: Days
    publish_once: PublishOnce
    publishers: Mapping[str, Publisher]
    telling: Telling
    recovery_interval: timedelta = RECOVERY_INTERVAL
    _scheduler: AsyncIOScheduler = field(init=False, default_factory=lambda: _scheduler())
    _attempts: dict[str, asyncio.Task[None]] = field(init=False, default_factory=dict)
    _recovery: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _tells: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _one_at_a_time: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _hold_checked: dict[str, datetime] = field(init=False, default_factory=dict)
    _asked_to_look: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _woke_at: deque[datetime] = field(init=False, default_factory=lambda: deque(maxlen=1))

    @property
    def awake(self) -> bool:
        """Whether it has woken up lately, could read the database, and APScheduler runs."""
        late = 3 * self.recovery_interval
        lately = any(abs(self.clock.now() - at) <= late for at in self._woke_at)
        return lately and bool(self._scheduler.running)

    async def start(self) -> None:
        """Wake now, and from now on whenever something falls due. Raises StoreUnavailable."""
        await self._wake()
        self._scheduler.start()
        self._recovery.add(asyncio.create_task(self._recover()))

    async def stop(self) -> None:
        """Give back what waits for its hour, and let creates in flight finish and settle."""
        async with self._one_at_a_time:  # a wake under way may have something to tell yet
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)
            stopped = [*self._recovery, *self._attempts.values()]
            for task in stopped:
                task.cancel()
            await asyncio.gather(*stopped, return_exceptions=True)
            await asyncio.gather(*self.publish_once.sends, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS.total_seconds()):
                await asyncio.gather(*self._tells)
                await self._tell_safely()

    def look_now(self) -> None:
        """An admin has just given his word: see at once what there is to do, if this runs."""
        self._asked_to_look.set()

    async def _recover(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.recovery_interval.total_seconds()):
                    await self._asked_to_look.wait()
            self._asked_to_look.clear()
            await self._wake_safely()

    async def _wake_safely(self) -> None:
        try:
            await self._wake()
        except StoreUnavailable as error:
            log.error("store_unavailable", message=str(error))  # noqa: TRY400 - says it all
        except Exception:  # the loop must outlive any one failure; it is logged and tried again
            log.exception("wake_failed")

    async def _wake(self) -> None:
        async with self._one_at_a_time:
            now = self.clock.now()
            await self.days.close_past(now)
            coming = await self.days.open_due(now, lead=LEAD)
            alarms = [coming.due_at - LEAD]
            holds, pause = await self.store.holds(), await self.store.paused()
            # Ours is read last: a wake that comes a little early would find nothing to do.
            database_now = await self.store.now()
            by_the_database = self.clock.now() - database_now
            if pause is not None and pause.until is not None:
                alarms.append(pause.until + by_the_database)
            for publication in await self.store.publications(statuses=OPEN):
                if pause is not None and publication.armed_at is None:
                    continue
                step_at = _next_step_at(publication, by_the_database=by_the_database)
                if step_at is None or publication.destination not in self.publishers:
                    continue
                if step_at > now:
                    alarms.append(step_at)
                else:
                    self._start(publication, holds.get(publication.destination))
            # On a blank day the next slot lies in the past: that one is for the recovery.
            if ahead := [at for at in alarms if at > now]:
                self._alarm(min(ahead))
        self._woke_at.append(now)
        self._tell()

    def _tell(self) -> None:
        """Tell what is due, beside everything else: a channel may be slow."""
        if not self._tells:
            task = asyncio.create_task(self._tell_safely())
            self._tells.add(task)
            task.add_done_callback(self._tells.discard)

    async def _tell_safely(self) -> None:
        try:
            await self.telling.tell_due()
        except StoreUnavailable as error:
            log.error("store_unavailable", message=str(error))  # noqa: TRY400 - says it all
        except Exception:  # an alert must never cost a post; what was not told is tried again
            log.exception("telling_failed")

    def _start(self, publication: Publication, hold: Hold | None) -> None:
        if publication.id not in self._attempts:
            attempt = asyncio.create_task(self._attempt(publication, hold), name=publication.id)
            self._attempts[publication.id] = attempt

    async def _attempt(self, publication: Publication, hold: Hold | None) -> None:
        try:
            publisher = self.publishers[publication.destination]
            if hold is not None and not await self._works_again(hold, publisher):
                return
            settled = await self.publish_once.attempt(publication, publisher)
        except StoreUnavailable as error:
            log.error("store_unavailable", message=str(error))  # noqa: TRY400 - says it all
        except Exception:  # one destination's failure must not stop the others
            log.exception("attempt_failed", publication=publication.id)
        else:
            if settled is not None and settled.next_attempt_at is not None:
                self._alarm(settled.next_attempt_at)
        finally:
            del self._attempts[publication.id]
            self._tell()

    async def _works_again(self, hold: Hold, publisher: Publisher) -> bool:
        """Whether the credentials of a destination on hold are accepted, which ends the hold."""
        now, checked_at = self.clock.now(), self._hold_checked.get(hold.destination)
        if checked_at is not None and checked_at <= now < checked_at + HOLD_CHECK_INTERVAL:
            return False
        self._hold_checked[hold.destination] = now
        try:
            account = await only(Transient, publisher.check(), within=CHECK_TIMEOUT)
        except PublishError as error:
            log.warning(
                "on_hold",
                destination=hold.destination,
                cause=where(error.__cause__),
                message=error.user_message,
            )
            return False
        await self.store.release(hold.destination)
        log.info("released", destination=hold.destination, account=account.name)
        return True

    def _alarm(self, at: datetime) -> None:
        """Wake at `at`, unless an earlier alarm is set: that one sets the next."""
        job = self._scheduler.get_job("alarm")
        if job is not None and self.clock.now() < job.trigger.run_date <= at:
            return
        self._scheduler.add_job(
            self._wake_safely, "date", run_date=at, id="alarm", replace_existing=True
        )


def _next_step_at(publication: Publication, *, by_the_database: timedelta) -> datetime | None:
    """When there is something to do; None when only an admin can.

    `by_the_database`: how much our clock is ahead of the one that leases go by.
    """
    if publication.status is Status.PUBLISHING and publication.lease_until is not None:
        return publication.lease_until + by_the_database
    if publication.next_attempt_at is None:
        return None
    if publication.attempts == 0:
        return publication.next_attempt_at - LEAD
    return publication.next_attempt_at


def _scheduler() -> AsyncIOScheduler:
    # APScheduler's defaults must not decide anything: a late alarm still rings, once.
    return AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
