"""History: what was posted where, by date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.app import App
from schedules.ledger import Publication


@dataclass(frozen=True, kw_only=True)
class HistoryDay:
    """A date on record, the name of its city (empty for none) and its Publications."""

    date: date
    city: str
    publications: Sequence[Publication]


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """The dates on record from `first` to `until`, the newest first.

    `newest` and `oldest`: the ends of what is on record. `newer`, `older`, `last_page`: what
    `until` of those pages is.
    """

    days: Sequence[HistoryDay]
    first: date
    until: date
    newest: date
    oldest: date

    @property
    def newer(self) -> date:
        """The page after this one in time."""
        return min(self.until + self._length, self.newest)

    @property
    def older(self) -> date:
        """The page before this one in time."""
        return max(self.first - timedelta(days=1), self.oldest)

    @property
    def last_page(self) -> date:
        """The page that begins with the oldest date."""
        return min(self.oldest + self._length - timedelta(days=1), self.newest)

    @property
    def _length(self) -> timedelta:
        return self.until - self.first + timedelta(days=1)


async def history(app: App, *, until: date | None, days: int) -> HistoryPage | None:
    """A page of so many dates, up to `until` or to the newest on record. None: nothing is."""
    latest = await app.store.latest_edition()
    if latest is None:
        return None
    oldest = min(await app.store.first_posted() or latest.date, latest.date)
    last = min(max(until or latest.date, oldest), latest.date)
    first = last - timedelta(days=days - 1)
    editions = {each.date: each for each in await app.store.editions(first, last)}
    found = []
    for day in sorted(editions, reverse=True):
        entry = editions[day].entry
        found.append(
            HistoryDay(
                date=day,
                city=entry.city.name if entry is not None else "",
                publications=await app.store.publications(day=day),
            )
        )
    return HistoryPage(days=found, first=first, until=last, newest=latest.date, oldest=oldest)
