"""Forecast: which Entry comes on which date, if nothing changes until then."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.city import City
from content.entry import Entry, EntryState
from content.fallback import fallback_entry
from content.queue import too_soon
from schedules.store import Store


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Applies the queue's rules to coming dates, which have no Edition yet.

    `repeat_after`: the same city not again within this time. `fallback_cities`: what to choose
    from on a day when no Entry may be posted; empty for a blank day.
    """

    store: Store
    repeat_after: timedelta
    fallback_cities: Callable[[], Sequence[City]]

    async def entries(self, days: Sequence[date]) -> dict[date, Entry | None]:
        """The Entry of each of the dates (in ascending order), None for a blank day.

        A skipped date is one. A pause is not looked at: it says what comes once it is over.
        """
        if not days:
            return {}
        around = days[0] - self.repeat_after, days[-1] + self.repeat_after
        pinned = {
            day: entry
            for day, entry in (await self.store.pinned(days[0], around[1])).items()
            if entry.state is EntryState.READY
        }
        taken = {day: entry.city.key for day, entry in pinned.items()}
        chosen_for: dict[int, set[date]] = {}
        for day, choice in (await self.store.choices(*around)).items():
            taken[day] = choice.city
            chosen_for.setdefault(choice.entry_id, set()).add(day)
        waiting = _Waiting(self.store.unpinned(before=days[0]), chosen_for)
        skipped = await self.store.skips(days[0], days[-1])
        chosen: dict[date, Entry | None] = {}
        for day in days:
            if day in skipped:
                chosen[day] = None
                continue
            entry = pinned.get(day) or await waiting.take(day, taken, self.repeat_after)
            if entry is None:
                entry = fallback_entry(self.fallback_cities(), day, taken, self.repeat_after)
            chosen[day] = entry
            if entry is not None:
                taken[day] = entry.city.key
        return chosen

    async def not_skipped(self, day: date) -> date:
        """The first date from `day` on that no admin skips."""
        skipped = await self.store.skips(day, date.max)
        while day in skipped:
            day += timedelta(days=1)
        return day


class _Waiting:
    """The unpinned Entries in order: those passed over come first again on the next date.

    `chosen_for`: by an Entry's id, the dates that it was chosen for. One that waits all the same
    was posted on none of them.
    """

    def __init__(
        self, entries: AsyncIterator[Entry], chosen_for: Mapping[int, Collection[date]]
    ) -> None:
        self._entries = entries
        self._chosen_for = chosen_for
        self._passed_over: list[Entry] = []

    async def take(self, day: date, taken: dict[date, str], within: timedelta) -> Entry | None:
        for entry in self._passed_over:
            if self._may_come(entry, day, taken, within):
                self._passed_over.remove(entry)
                return entry
        async for entry in self._entries:
            if self._may_come(entry, day, taken, within):
                return entry
            self._passed_over.append(entry)
        return None

    def _may_come(
        self, entry: Entry, day: date, taken: Mapping[date, str], within: timedelta
    ) -> bool:
        """A draft never may, though an older version's rules found it ready when it was written."""
        if entry.state is not EntryState.READY:
            return False
        if missed := self._chosen_for.get(entry.id):
            taken = {other: key for other, key in taken.items() if other not in missed}
        return not too_soon(entry.city, day, taken, within)
