"""The content queue: what it costs at a million Entries, against a hundred."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from functools import partial

from bot.storage.database import open_store
from bot.storage.order import GAP
from content.entry import EntryState
from schedules.forecast import Forecast
from schedules.store import Step, Store
from tests.bench.databases import databases, execute
from tests.bench.ratio import Ratio
from tests.bench.timing import medians
from tests.bot.storage.samples import CHANNELS, DAY, KEYS, NOW, entry, slot

SMALL, BIG = 10**2, 10**6
PAGE = 50
TIMES = 300
AIM = 2.0

FILL = f"""
    WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{size}})
    INSERT INTO entries (id, rank, state, pinned_to, used_on, city, texts, tags, photos, city_key)
    SELECT n, n * {GAP},
        CASE WHEN n % 10 = 0 THEN 'draft' WHEN n % 25 = 0 THEN 'held' ELSE 'ready' END,
        CASE WHEN n % 1000 = 7 THEN {{pinned_to}} END, NULL,
        CAST(replace(CAST(city AS TEXT), '3003603', CAST(n AS TEXT)) AS {{json}}),
        texts, tags, photos, 'geonames:' || n
    FROM numbers CROSS JOIN (SELECT city, texts, tags, photos FROM entries WHERE id = 1) AS pattern
"""
"""Copies of the first Entry, each of a city of its own; one in a thousand is pinned to a date."""

DIALECT = {
    "SQLite": {"pinned_to": "date('2030-01-01', '+' || (n / 1000) || ' days')", "json": "TEXT"},
    "PostgreSQL": {"pinned_to": "date '2030-01-01' + n / 1000", "json": "json"},
}
SETTLE = {"SQLite": "PRAGMA wal_checkpoint(TRUNCATE)", "PostgreSQL": "VACUUM ANALYZE entries"}
"""PostgreSQL does the like by itself some time after so many rows were added."""


def measure() -> Iterator[Ratio]:
    """Next pick, add, move, pages and stock, on each database."""
    with databases("small", "big") as kinds:
        for kind, urls in kinds.items():
            with asyncio.Runner() as runner:
                small = runner.run(filled(kind, urls["small"], SMALL))
                big = runner.run(filled(kind, urls["big"], BIG))
                for what, work in WORKS.items():
                    works = [partial(work, small, SMALL), partial(work, big, BIG)]
                    floor, measured = runner.run(medians(works, times=TIMES))
                    yield Ratio(
                        what=f"queue: {what}, 10⁶ against 10² ({kind})",
                        measured=measured,
                        floor=floor,
                        unit="ms",
                        aim=AIM,
                    )
                runner.run(small.close())
                runner.run(big.close())


async def filled(kind: str, url: str, size: int) -> Store:
    """An open store with so many Entries."""
    store = await open_store(url, channels=CHANNELS)
    await store.add([entry()])
    counted = f"UPDATE counters SET value = {size} WHERE name = 'entries'"
    await execute(url, FILL.format(size=size, **DIALECT[kind]), counted, SETTLE[kind])
    return store


async def first_page(store: Store, size: int) -> AsyncIterator[None]:
    await store.queue(limit=PAGE)
    yield


async def middle_page(store: Store, size: int) -> AsyncIterator[None]:
    await store.queue(after=size // 2, limit=PAGE)
    yield


async def middle_page_of_ready(store: Store, size: int) -> AsyncIterator[None]:
    # Of a hundred fewer are ready behind the middle than are on a page.
    await store.queue(state=EntryState.READY, after=size // 2, limit=PAGE // 2)
    yield


async def twins(store: Store, size: int) -> AsyncIterator[None]:
    """As after each `queue add`."""
    await store.queue(city="geonames:3003603")
    yield


async def pick(store: Store, size: int) -> AsyncIterator[None]:
    await forecast(store).entries([DAY])
    yield


async def open_next(store: Store, size: int) -> AsyncIterator[None]:
    """Pick, take it and schedule its Publications; then it is missed and goes back."""
    latest = await store.latest_edition()
    day = DAY if latest is None else latest.date + timedelta(days=1)
    chosen = (await forecast(store).entries([day]))[day]
    assert chosen is not None
    opened = await store.open_edition(slot(day), chosen, KEYS, at=NOW)
    yield
    await store.close_window(day, at=opened.closes_at, message="")


async def add(store: Store, size: int) -> AsyncIterator[None]:
    (added,) = await store.add([entry()])
    yield
    await store.remove(added.id)


async def move(store: Store, size: int) -> AsyncIterator[None]:
    """Any Entry before any other."""
    moved, before = DRAW.sample(range(1, size + 1), 2)
    await store.move(moved, before=before)
    yield


async def step(store: Store, size: int) -> AsyncIterator[None]:
    """Any Entry past the one in front of it."""
    await store.step(DRAW.randrange(1, size + 1), Step.UP)
    yield


async def stock(store: Store, size: int) -> AsyncIterator[None]:
    await store.stock()
    yield


DRAW = random.Random(1)
WORKS: dict[str, Callable[[Store, int], AsyncIterator[None]]] = {
    "list the first page": first_page,
    "list a page in the middle": middle_page,
    "list a page of ready ones": middle_page_of_ready,
    "look for the same city": twins,
    "next pick": pick,
    "open the next date": open_next,
    "add": add,
    "move": move,
    "step up": step,
    "count the stock": stock,
}
"""The pages first: moves shuffle the order."""


def forecast(store: Store) -> Forecast:
    return Forecast(store=store, repeat_after=timedelta(days=365), fallback_cities=tuple)
