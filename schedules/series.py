"""Series: where a day stands in it, by the ledger alone, so that each replica says the same."""

from dataclasses import dataclass
from datetime import date, timedelta

from content.city import City
from content.facts import Series
from schedules.clock import Clock
from schedules.forecast import Forecast
from schedules.ledger import Status
from schedules.slots import SlotRule
from schedules.store import Store

FARTHEST_FORECAST = timedelta(days=31)
"""How far ahead the city of the day before is foretold for a preview."""
NOT_OUT = frozenset({Status.MISSED, Status.FAILED, Status.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class SeriesOfDays:
    """Tells the number of a day, and the city of the day before it.

    `started`: the first day; None for the first one of the ledger that was posted.
    """

    store: Store
    forecast: Forecast
    rule: SlotRule
    clock: Clock
    started: date | None = None

    async def at(self, day: date) -> Series:
        """Where a date stands. Raises StoreUnavailable."""
        today = self.rule.local_date(self.clock.now())
        first = self.started or await self.store.first_posted() or min(today, day)
        number = (day - first).days + 1
        return Series(
            number=number if number > 0 else None,
            last_city=await self._city(day - timedelta(days=1), today),
        )

    async def _city(self, day: date, today: date) -> City | None:
        """The city that was seen on a date, or will be if nothing changes until then."""
        edition = await self.store.edition(day)
        if edition is not None:
            publications = await self.store.publications(day=day)
            if edition.entry is None or {each.status for each in publications} <= NOT_OUT:
                return None
            return edition.entry.city
        if not today <= day <= today + FARTHEST_FORECAST:
            return None
        opened = {each.date for each in await self.store.editions(today, day)}
        ahead = ((today + timedelta(days=offset)) for offset in range((day - today).days + 1))
        entries = await self.forecast.entries([each for each in ahead if each not in opened])
        entry = entries.get(day)  # none, if it was opened in between
        return None if entry is None else entry.city
