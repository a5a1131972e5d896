"""The queue as it is listed: a page at a time, each Entry with its place and the date it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.app import App
from bot.operations.publishing import FARTHEST_DAYS, MARGIN_DAYS
from bot.operations.queue import find
from content.entry import Entry, EntryState
from schedules.ledger import Stock


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A waiting Entry. `position`: its place in the queue, from 1.

    `comes_on`: the date on which it is posted if nothing changes until then; None for a draft, for
    one that is held, and for one that does not come within a year.
    """

    entry: Entry
    position: int
    comes_on: date | None


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """A page of the queue as it is now. `number` counts from 1, up to `pages`."""

    entries: Sequence[Listed]
    number: int
    pages: int
    stock: Stock


async def queue_page(app: App, number: int, *, size: int) -> QueuePage:
    """A page of so many Entries; the last one when there are not so many pages (any more).

    Only the Entries of the page are read, and of those before it what their dates depend on.
    """
    stock = await app.store.stock()
    pages = max(1, -(-waiting(stock) // size))
    number = min(max(number, 1), pages)
    start = (number - 1) * size
    entries = await app.store.queue(offset=start, limit=size)
    dates = await _dates(app, entries, start + size)
    return QueuePage(
        entries=[
            Listed(entry=entry, position=position, comes_on=dates.get(entry.id))
            for position, entry in enumerate(entries, start + 1)
        ],
        number=number,
        pages=pages,
        stock=stock,
    )


async def listed(app: App, entry_id: int) -> Listed:
    """One waiting Entry, with its place. Raises CannotBeDone."""
    entry = await find(app, entry_id)
    position = await app.store.position(entry_id)
    dates = await _dates(app, [entry], position)
    return Listed(entry=entry, position=position, comes_on=dates.get(entry_id))


def waiting(stock: Stock) -> int:
    """How many Entries wait in all."""
    return stock.ready + stock.draft + stock.held


async def _dates(app: App, entries: Sequence[Entry], places: int) -> Mapping[int, date]:
    """By id the dates of those that come within a year and are among the first `places`.

    It looks a little farther than the places, and a year ahead where that does not tell.
    """
    ready = {entry.id for entry in entries if entry.state is EntryState.READY}
    today = app.rule.local_date(app.clock.now())
    dates = {
        entry.id: entry.date
        for entry in entries
        if entry.id in ready and entry.date is not None and entry.date >= today
    }
    wanted = ready - dates.keys()
    latest = await app.store.latest_edition()
    first = today if latest is None else max(today, latest.date + timedelta(days=1))
    for ahead in sorted({min(places + MARGIN_DAYS, FARTHEST_DAYS), FARTHEST_DAYS}):
        if wanted <= dates.keys():
            break
        days = [first + timedelta(days=each) for each in range(ahead)]
        forecast = await app.forecast.entries(days)
        dates |= {
            entry.id: day
            for day, entry in forecast.items()
            if entry is not None and entry.id in wanted
        }
    return dates
