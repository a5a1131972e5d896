"""Ten years of ten destinations in the ledger, against an empty one."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert

from bot.app import App, assemble
from bot.operations.health import status
from bot.settings import Settings
from bot.storage.database import open_store
from bot.storage.rows import snapshot
from bot.storage.schema import alerts, editions, publications
from content.entry import Entry
from schedules.alerts import AlertKind
from schedules.ledger import Status
from tests.bench.databases import databases, execute
from tests.bench.ratio import Ratio
from tests.bench.timing import medians
from tests.bot.storage.samples import CHANNELS, entry, slot
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher

DAYS = 3652
DESTINATIONS = [f"to-{number}" for number in range(10)]
WAITING = 100
TIMES = 100
AIM = 1.5
DAY = date(2090, 11, 22)
"""Today. In the future, so that none of APScheduler's alarms rings: it has the real clock."""

NOW = slot(DAY).due_at - timedelta(hours=6)  # the last Edition is yesterday's, today's is to come
SETTLE = {"SQLite": "PRAGMA wal_checkpoint(TRUNCATE)", "PostgreSQL": "VACUUM ANALYZE"}


def measure() -> Iterator[Ratio]:
    """Start, status and recovery, on each database."""
    with databases("empty", "full") as kinds, tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        for kind, urls in kinds.items():
            with asyncio.Runner() as runner:
                runner.run(fill(kind, urls["empty"], 0))
                runner.run(fill(kind, urls["full"], DAYS))
                for what, work in WORKS.items():
                    apps = [runner.run(opened(settings, url)) for url in urls.values()]
                    works = [
                        partial(work, app, url)
                        for app, url in zip(apps, urls.values(), strict=True)
                    ]
                    floor, measured = runner.run(medians(works, times=TIMES))
                    for app in apps:
                        runner.run(app.store.close())
                    yield Ratio(
                        what=f"history: {what}, ten years against none ({kind})",
                        measured=measured,
                        floor=floor,
                        unit="ms",
                        aim=AIM,
                    )


async def opened(settings: Settings, url: str) -> App:
    """The service's parts on a database, with ten destinations and nobody to be told."""
    clock = FakeClock(NOW)
    store = await open_store(url, clock=clock, channels=CHANNELS)
    return assemble(
        settings,
        owner="service",
        clock=clock,
        store=store,
        publishers={name: FakePublisher(clock, destination=name) for name in DESTINATIONS},
        channels=(),
    )


async def start(app: App, url: str) -> AsyncIterator[None]:
    """From opening the database to a runner that is awake."""
    started = await opened(app.settings, url)
    await started.store.expire_leases("service")
    await started.runner.start()
    yield
    await started.runner.stop()
    await started.store.close()


async def show_status(app: App, url: str) -> AsyncIterator[None]:
    await status(app)
    yield


async def recover(app: App, url: str) -> AsyncIterator[None]:
    """What the runner does every twenty seconds."""
    await app.runner._wake()
    yield


WORKS: dict[str, Callable[[App, str], AsyncIterator[None]]] = {
    "start": start,
    "status": show_status,
    "recovery": recover,
}


async def fill(kind: str, url: str, days: int) -> None:
    """Entries that wait, and the days up to yesterday, published everywhere."""
    store = await open_store(url, channels=CHANNELS)
    await store.add([city(number) for number in range(WAITING)])
    past = [DAY - timedelta(days=back) for back in range(days, 0, -1)]
    async with store._write() as connection:
        if past:
            await connection.execute(insert(editions), [edition_row(day) for day in past])
            published = [publication_row(day, name) for day in past for name in DESTINATIONS]
            await connection.execute(insert(publications), published)
            await connection.execute(insert(alerts), [alert_row(day) for day in past])
    await store.close()
    await execute(url, SETTLE[kind])


def city(number: int) -> Entry:
    pattern = entry(f"City {number}")
    return replace(pattern, city=replace(pattern.city, geoname_id=number))


def edition_row(day: date) -> dict[str, object]:
    due = slot(day)
    return {
        "date": day,
        "entry": snapshot(replace(city(day.toordinal()), id=day.toordinal())),
        "opened_at": due.due_at,
        "due_at": due.due_at,
        "closes_at": due.closes_at,
        "timezone": due.timezone,
        "entry_id": day.toordinal(),
        "city_key": city(day.toordinal()).city.key,
        "open": False,
    }


def publication_row(day: date, destination: str) -> dict[str, object]:
    return {
        "date": day,
        "destination": destination,
        "status": Status.PUBLISHED.value,
        "key": f"{day}/{destination}",
        "attempts": 1,
        "sent_text": "A city, two or three sentences about it, its hashtags and its credit. " * 3,
        "remote_id": f"{day.toordinal()}",
        "url": f"https://example.org/{destination}/{day.toordinal()}",
        "published_at": slot(day).due_at,
        "error": "",
        "message": "",
    }


def alert_row(day: date) -> dict[str, object]:
    """Told long ago."""
    return {
        "channel": "dead-man",
        "kind": AlertKind.DAY_COMPLETE.value,
        "subject": day.isoformat(),
        "message": "Published on every destination.",
        "once": f"day_complete/{day}",
        "raised_at": slot(day).due_at,
        "attempts": 1,
        "due_at": slot(day).due_at,
        "told_at": slot(day).due_at,
    }
