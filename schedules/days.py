"""Days: opens each date's Edition when its slot comes near, and closes it when its window ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

import structlog

from schedules.alerts import Alert, AlertKind, Alerts
from schedules.forecast import Forecast
from schedules.ledger import Edition
from schedules.slots import Slot, SlotRule
from schedules.store import EntryNotFound, Store

log = structlog.get_logger()

LOW_STOCK_DAYS = 7
LATEST_WINDOW = timedelta(hours=1)
"""How long an admin's "now" is tried, where the day's own window leaves less."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """One Edition a date, in order, none twice; a date that got none is put on record."""

    store: Store
    rule: SlotRule
    forecast: Forecast
    destinations: Sequence[str]
    alerts: Alerts
    _told_of_blank: set[date] = field(default_factory=set, init=False)

    async def open_due(self, at: datetime, *, lead: timedelta) -> Slot:
        """Open the slot that is near or due at `at`; give back the one that comes next.

        Dates that passed without an Edition since the latest one are recorded as missed: there is
        never a burst of several days at once.
        """
        slot = self.rule.next_open(at)
        latest = await self.store.latest_edition()
        if latest is not None:
            await self._record_missed(latest.date, slot.date)
            if latest.date >= slot.date:
                return self.rule.slot(latest.date + timedelta(days=1))
        if at >= slot.due_at - lead and await self.open(slot, at=at) is not None:
            return self.rule.slot(slot.date + timedelta(days=1))
        return slot

    async def open_now(self, at: datetime) -> Edition | None:
        """Today's Edition, due at once; the one there is when today has one. None: queue empty."""
        slot = self.rule.slot(self.rule.local_date(at))
        await self.close_past(at)  # the city of a day that was missed comes first
        latest = await self.store.latest_edition()
        if latest is not None:
            await self._record_missed(latest.date, slot.date)
        return await self.open(
            Slot(
                date=slot.date,
                due_at=min(slot.due_at, at),
                closes_at=max(slot.closes_at, at + LATEST_WINDOW),
            ),
            at=at,
        )

    async def open(self, slot: Slot, *, at: datetime) -> Edition | None:
        """Choose the Entry of a slot and schedule its Publications. None when there is no Entry."""
        while True:
            before = await self.store.edition(slot.date)
            entry = (await self.forecast.entries([slot.date]))[slot.date]
            if entry is None:
                if before is None:
                    await self._tell_of_blank_day(slot.date)
                return before
            keys = {name: publication_key(slot.date, name) for name in self.destinations}
            try:
                edition = await self.store.open_edition(slot, entry, keys, at=at)
            except EntryNotFound:
                continue  # an admin took it between the two steps: choose again
            if edition != before:
                chosen = edition.entry or entry  # of two callers at once the first one's
                city = chosen.city.name
                log.info("edition", date=slot.date.isoformat(), city=city, entry=chosen.id)
                await self._warn_of_low_stock()
            return edition

    async def close_past(self, at: datetime) -> None:
        """Turn what was not sent inside its window into `missed`, and tell an admin."""
        for edition in await self.store.open_dates():
            if edition.closes_at > at:
                continue
            message = "The day's window closed before it could be sent."
            for missed in await self.store.close_window(edition.date, at=at, message=message):
                await self._alert(AlertKind(missed.status.value), missed.id, missed.message)

    async def _record_missed(self, latest: date, next_date: date) -> None:
        """Put the dates between the two on record, and tell an admin: once, be it years."""
        message = (
            "No Entry could be chosen in the day's window: nothing ran, or the queue was empty."
        )
        recorded: list[str] = []
        try:
            for offset in range(1, (next_date - latest).days):
                slot = self.rule.slot(latest + timedelta(days=offset))
                if await self.store.record_missed(slot, self.destinations, message):
                    recorded.append(slot.date.isoformat())
        finally:  # what is on record is not recorded, and so not told, a second time
            if recorded:
                dates = " to ".join(dict.fromkeys((recorded[0], recorded[-1])))
                await self._alert(AlertKind.MISSED, dates, message)

    async def _tell_of_blank_day(self, day: date) -> None:
        if day not in self._told_of_blank:
            self._told_of_blank.add(day)
            message = "No Entry may be posted: add a city with city-a-day queue add"
            await self._alert(AlertKind.EMPTY_QUEUE, day.isoformat(), message)

    async def _warn_of_low_stock(self) -> None:
        ready = (await self.store.stock()).ready
        if ready < LOW_STOCK_DAYS:
            message = f"Only {ready} ready in the queue. Add more with: city-a-day queue add CITY"
            await self._alert(AlertKind.LOW_STOCK, "queue", message)

    async def _alert(self, kind: AlertKind, subject: str, message: str) -> None:
        await self.alerts.send(Alert(kind=kind, subject=subject, message=message))


def publication_key(day: date, destination: str) -> str:
    """The key of a Publication: 25 characters, as many as Discord's nonce takes."""
    digest = sha256(f"{day.isoformat()}/{destination}".encode()).hexdigest()
    return f"{day:%Y%m%d}-{digest[:16]}"
