"""Dates that are spoken for: whether an Entry may be pinned to one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from bot.app import App
from bot.operations.refusal import CannotBeDone
from content.city import City
from content.entry import Entry, EntryState
from content.phrase import Phrase
from content.queue import too_soon

FARTHEST = timedelta(days=3660)
LOOKED_AT = 200
"""Dates among which free ones are looked for."""


@dataclass(frozen=True, kw_only=True)
class TakenDates:
    """Which dates have their city already. `within`: the same city not again within this time."""

    today: date
    within: timedelta
    _taken: set[date] = field(default_factory=set, init=False)
    _skipped: set[date] = field(default_factory=set, init=False)
    _of_city: dict[str, dict[date, str]] = field(default_factory=dict, init=False)

    def take(self, day: date, city: City | None) -> None:
        """The date has its city now, or is on record without one."""
        self._taken.add(day)
        if city is not None:
            self._of_city.setdefault(city.key, {})[day] = city.key

    def skip(self, days: Iterable[date]) -> None:
        """Nothing is posted on these dates."""
        self._skipped.update(days)

    def refuse(self, day: date, city: City) -> None:
        """Raise CannotBeDone when the city may not be pinned to the date."""
        if day < self.today:
            raise CannotBeDone(
                Phrase("{day} is past: today is {today}.", day=day, today=self.today)
            )
        if day > self.today + FARTHEST:
            raise CannotBeDone(
                Phrase("{day} is more than ten years away: choose an earlier date.", day=day)
            )
        if day in self._skipped:
            raise CannotBeDone(
                Phrase("{day} is skipped: choose another date, or take the skip back.", day=day)
            )
        if day in self._taken:
            raise CannotBeDone(Phrase("{day} already has its city: choose another date.", day=day))
        if self._too_soon(day, city):
            raise CannotBeDone(
                Phrase(
                    "{city} comes less than {days} days before or after {day} already"
                    " (CITY_A_DAY_REPEAT_AFTER_DAYS).",
                    city=city.name,
                    days=self.within.days,
                    day=day,
                )
            )

    def are_free(self, day: date, city: City) -> bool:
        """Whether a date from today on is free for the city."""
        taken = day in self._taken or day in self._skipped
        return not taken and not self._too_soon(day, city)

    def _too_soon(self, day: date, city: City) -> bool:
        return too_soon(city, day, self._of_city.get(city.key, {}), self.within)


async def free_dates(app: App, entry: Entry, *, limit: int) -> Sequence[date]:
    """The next dates that the Entry may be pinned to, from today on while today is open."""
    today = app.rule.local_date(app.clock.now())
    if app.clock.now() >= app.rule.slot(today).closes_at:
        today += timedelta(days=1)
    coming = [today + timedelta(days=ahead) for ahead in range(LOOKED_AT)]
    pinned = await app.store.pinned(date.min, date.max, states=tuple(EntryState))
    others = [each for each in pinned.values() if each.id != entry.id]
    dates = await taken_dates(app, coming, waiting=others)
    return list(islice((day for day in coming if dates.are_free(day, entry.city)), limit))


async def taken_dates(app: App, wanted: Iterable[date], *, waiting: Iterable[Entry]) -> TakenDates:
    """What is taken on and around the wanted dates, by Editions and by the `waiting` Entries.

    A draft's or a held Entry's date is taken as well: it may be ready by then.
    """
    within = timedelta(days=app.settings.repeat_after_days)
    dates = TakenDates(today=app.rule.local_date(app.clock.now()), within=within)
    asked = [day for day in wanted if dates.today <= day <= dates.today + FARTHEST]
    if not asked:
        return dates
    first, last = min(asked) - within, max(asked) + within
    for entry in waiting:
        if entry.date is not None and first <= entry.date <= last:
            dates.take(entry.date, entry.city)
    dates.skip(await app.store.skips(min(asked), max(asked)))
    for edition in await app.store.editions(first, last):
        dates.take(edition.date, edition.entry.city if edition.entry else None)
    return dates
