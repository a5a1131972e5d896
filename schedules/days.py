"""Days: opens each date's Edition when its slot comes near, and closes it when its window ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import structlog

from content.entry import EntryState
from content.phrase import Phrase
from schedules.alerts import Alert, AlertKind
from schedules.forecast import Forecast
from schedules.ledger import Edition
from schedules.slots import Slot, SlotRule, once_over
from schedules.store import DateSkipped, EntryNotFound, Store

log = structlog.get_logger()

LOW_STOCK_DAYS = 7
LATEST_WINDOW = timedelta(hours=1)
"""How long an admin's "now" is tried, where the day's own window leaves less."""
FARTHEST_AHEAD = timedelta(days=2)
"""No zone and no admin has an Edition fall due so long after now: our clock is wrong, or was."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """One Edition a date, in order, none twice; a date that got none is put on record."""

    store: Store
    rule: SlotRule
    forecast: Forecast
    destinations: Sequence[str]

    async def open_due(self, at: datetime, *, lead: timedelta) -> Slot:
        """Open the slot that is near or due at `at`; give back the one that comes next.

        Dates that passed without an Edition since the latest one are recorded as missed: there is
        never a burst of several days at once. One of them whose window is open all the same (the
        clock was wrong, and is set back) is opened again. During a pause none is opened: one whose
        window is still open when it ends is opened then. A skipped date is put on record.
        """
        slot = self.rule.next_open(at)
        latest = await self._latest(at) or await self.store.latest_edition()
        if latest is None:
            await self._record_paused_before_the_first(slot)
        else:
            if latest.date >= slot.date and not await self._came_to_nothing(slot.date, at):
                if latest.due_at >= at + FARTHEST_AHEAD:
                    await self._tell_of_clock(slot.date, latest)
                return self._next(latest)
            slot = await self._after(latest, slot)
        if at < slot.due_at - lead:
            return slot
        if await self._is_skipped(slot.date):
            await self._record_missed([slot])
        elif await self.store.paused() or await self.open(slot, at=at) is None:
            return slot
        return self.rule.slot(slot.date + timedelta(days=1))

    def _next(self, latest: Edition) -> Slot:
        slot = self.rule.slot(latest.date + timedelta(days=1))
        return once_over(slot, latest.date, latest.timezone)

    async def _after(self, latest: Edition, slot: Slot) -> Slot:
        """The slot, when the dates between are on record and the latest Edition's day is over."""
        if latest.date >= slot.date:
            return slot
        await self._record_missed(self._between(latest.date, slot.date))
        return once_over(slot, latest.date, latest.timezone)

    async def _latest(self, at: datetime) -> Edition | None:
        """The latest Edition, but for those so far ahead that only a wrong clock opened them."""
        return await self.store.latest_edition(due_before=at + FARTHEST_AHEAD)

    async def _came_to_nothing(self, day: date, at: datetime) -> bool:
        """Whether all of a date came to nothing, and its window is open all the same.

        Its window as it is on record: a move to a zone further west brings back one that is over,
        and another city is out since.
        """
        edition = await self.store.edition(day)
        if edition is None or edition.closes_at <= at or await self._is_skipped(day):
            return False
        publications = await self.store.publications(day=day)
        return all(each.came_to_nothing for each in publications) and (
            bool(publications) or edition.entry is None
        )

    async def _is_skipped(self, day: date) -> bool:
        return day in await self.store.skips(day, day)

    async def open_now(self, at: datetime) -> Edition | None:
        """Today's Edition, due at once; the one there is when today has one.

        None: the queue is empty, or an admin has paused or skips today. Where it was a later date
        already, before a move to a zone further west, it is that one's.
        """
        slot = self.rule.slot(self.rule.local_date(at))
        await self.close_past(at)  # the city of a day that was missed comes first
        latest = await self._latest(at)
        slot = replace(slot, due_at=min(slot.due_at, at))
        if latest is not None:
            if latest.date > slot.date and not await self._came_to_nothing(slot.date, at):
                return await self.store.edition(slot.date) or latest
            slot = await self._after(latest, slot)
        if await self.store.paused() or await self._is_skipped(slot.date):
            return await self.store.edition(slot.date)
        closes_at = max(slot.closes_at, max(slot.due_at, at) + LATEST_WINDOW)
        return await self.open(replace(slot, closes_at=closes_at), at=at)

    async def open(self, slot: Slot, *, at: datetime) -> Edition | None:
        """Choose the Entry of a slot and schedule its Publications. None when there is no Entry."""
        while True:
            before = await self.store.edition(slot.date)
            entry = (await self.forecast.entries([slot.date]))[slot.date]
            if entry is None:
                if before is None and not await self._is_skipped(slot.date):
                    await self._tell_of_blank_day(slot.date)
                return before
            keys = {name: publication_key(slot.date, name) for name in self.destinations}
            try:
                edition = await self.store.open_edition(slot, entry, keys, at=at)
            except EntryNotFound:
                continue  # an admin took it between the two steps: choose again
            except DateSkipped:
                return before
            if edition != before:
                chosen = edition.entry or entry  # of two callers at once the first one's
                city = chosen.city.name
                log.info("edition", date=slot.date.isoformat(), city=city, entry=chosen.id)
                await self._warn_of_low_stock(slot.date)
            return edition

    async def close_past(self, at: datetime) -> None:
        """Turn what was not sent inside its window into `missed`, and tell an admin.

        Where it closed under a pause, into `cancelled`.
        """
        message = Phrase("The day's window closed before it could be sent.")
        for edition in await self.store.open_dates():
            if edition.closes_at <= at:
                await self.store.close_window(edition.date, at=at, message=message)

    def _between(self, day: date, next_date: date) -> Sequence[Slot]:
        days = range(1, (next_date - day).days)
        return [self.rule.slot(day + timedelta(days=offset)) for offset in days]

    async def _record_paused_before_the_first(self, slot: Slot) -> None:
        """Before anything is on record the first pause tells from when on a day was to come."""
        for pause in (await self.store.pauses())[:1]:
            first = self.rule.next_open(pause.since).date
            await self._record_missed(self._between(first - timedelta(days=1), slot.date))

    async def _record_missed(self, slots: Sequence[Slot]) -> None:
        """Put dates on record that got no Edition, and tell an admin: once, be it years."""
        if slots:
            message = Phrase(
                "No Entry could be chosen in the day's window: nothing ran, or the queue was empty."
            )
            await self.store.record_missed(slots, self.destinations, message)

    async def _tell_of_blank_day(self, day: date) -> None:
        message = Phrase("No Entry may be posted: add a city.")
        await self._alert_once(AlertKind.EMPTY_QUEUE, day, day.isoformat(), message)

    async def _tell_of_clock(self, day: date, latest: Edition) -> None:
        message = (
            f"There is a city on record for {latest.date}: the clock is wrong, or was. Nothing is"
            " posted by itself until then. If the clock is right now: city-a-day post; the next"
            " days follow by themselves."
        )
        await self._alert_once(AlertKind.MISSED, day, day.isoformat(), message)

    async def _warn_of_low_stock(self, day: date) -> None:
        ready = len(await self.store.queue(state=EntryState.READY, limit=LOW_STOCK_DAYS))
        if ready < LOW_STOCK_DAYS:
            message = f"Only {ready} ready in the queue."
            await self._alert_once(AlertKind.LOW_STOCK, day, "queue", message)

    async def _alert_once(self, kind: AlertKind, day: date, subject: str, message: str) -> None:
        once = f"{kind.value}/{day.isoformat()}"
        await self.store.raise_alert(Alert(kind=kind, subject=subject, message=message, once=once))


def publication_key(day: date, destination: str) -> str:
    """The key of a Publication: 25 characters, as many as Discord's nonce takes."""
    digest = sha256(f"{day.isoformat()}/{destination}".encode()).hexdigest()
    return f"{day:%Y%m%d}-{digest[:16]}"
