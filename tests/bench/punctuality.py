"""From a slot's instant to its create request at the platform, over many slots."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from threading import Thread

import aiohttp

from bot.app import App, assemble
from bot.platform import Surroundings
from bot.registry import build_publishers
from bot.settings import Settings
from bot.storage.database import open_store
from bot.testing import sample_picture
from bot.testing.server import Recorded
from content.credit import Credit
from content.entry import Entry, Photo
from schedules.clock import SystemClock
from schedules.ledger import Status
from schedules.slots import Slot
from tests.bench.ratio import Ratio
from tests.platforms.x import XServer
from tests.schedules.parts import city

SLOTS = 200
LEAD = timedelta(seconds=0.6)
"""Enough for what is done beforehand: in earnest it is a minute."""

AIM_P99_MS = 100.0
CLOCK = SystemClock()


class Timed(XServer):
    """Notes when each create request is there. It has a thread of its own, as the world has."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[datetime] = []

    def is_create(self, request: Recorded) -> bool:
        """Asked once for each request, when it has come in."""
        create = super().is_create(request)
        if create:
            self.came.append(CLOCK.now())
        return create


def measure() -> Iterator[Ratio]:
    """The service's, against a bare request at such instants, and against the aim."""
    with asyncio.Runner() as runner:
        posted, bare = runner.run(lateness())
    for name, number in (("p50", 49), ("p99", 98)):
        measured, floor = percentile(posted, number), percentile(bare, number)
        yield Ratio(
            what=f"punctuality: {name} of {SLOTS} slots, against a bare request",
            measured=measured,
            floor=floor,
            unit="ms",
        )
    yield Ratio(
        what=f"punctuality: p99 of {SLOTS} slots, against {AIM_P99_MS:.0f} ms",
        measured=percentile(posted, 98),
        floor=AIM_P99_MS,
        unit="ms",
        aim=1.0,
    )


def percentile(milliseconds: Sequence[float], number: int) -> float:
    return quantiles(milliseconds, n=100, method="inclusive")[number]


async def lateness() -> tuple[list[float], list[float]]:
    """Milliseconds from each slot's instant to its create: the service's, and the bare ones'."""
    posted, bare = [], []
    with tempfile.TemporaryDirectory() as folder, in_a_thread() as server:
        async with opened(Path(folder), server.url) as app:
            for number in range(SLOTS):
                due = CLOCK.now() + LEAD
                await post(app, date(2026, 1, 1) + timedelta(days=number), due)
                posted.append((server.came[-1] - due) / timedelta(milliseconds=1))
                due = CLOCK.now() + LEAD / 3
                await request(server.url, due)
                bare.append((server.came[-1] - due) / timedelta(milliseconds=1))
    return posted, bare


async def post(app: App, day: date, due: datetime) -> None:
    """One Publication, from its claim to its receipt."""
    slot = Slot(date=day, due_at=due, closes_at=due + timedelta(hours=1))
    file = app.photos.add(sample_picture(1600, 900), "image/jpeg")
    credit = Credit(author="NASA", source="ISS062-E-1", licence="public domain")
    entry = Entry(
        city=city("Nîmes", day.toordinal()),
        texts={"fr": f"Nîmes, jour {day}.", "en": f"Nîmes, day {day}."},
        photos=(Photo(file=file, alt="Nîmes.", credit=credit),),
    )
    await app.store.open_edition(slot, entry, {"twitter": f"{day:%Y%m%d}"}, at=CLOCK.now())
    (publication,) = await app.store.publications(day=day)
    ended = await app.publish_once.attempt(publication, app.publishers["twitter"])
    if ended is None or ended.status is not Status.PUBLISHED:
        raise RuntimeError(f"{day} was not published: {ended}")


async def request(url: str, due: datetime) -> None:
    """What cannot be done without: a connection and a request, when it is time."""
    await CLOCK.sleep_until(due)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/2/tweets", json={"text": "bare"}) as answer,
    ):
        await answer.read()


@contextmanager
def in_a_thread() -> Iterator[Timed]:
    """The platform, in a thread with a loop of its own."""
    server, loop = Timed(), asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        yield server
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[App]:
    """The service's parts, with X and a database in a file."""
    keys = XServer().keys
    sections = {
        "twitter": {
            "api_url": url,
            "api_key": keys.api_key,
            "api_secret": keys.api_secret,
            "access_token": keys.access_token,
            "access_token_secret": keys.access_token_secret,
        }
    }
    surroundings = Surroundings(destination="", data_dir=folder, web_url="", clock=CLOCK)
    publishers = build_publishers(["twitter"], sections, surroundings)
    store = await open_store(f"sqlite:///{folder / 'city-a-day.db'}", clock=CLOCK)
    yield assemble(
        Settings(data_dir=folder),
        owner="bench",
        clock=CLOCK,
        store=store,
        publishers=publishers,
        channels=(),
    )
    for publisher in publishers.values():
        await publisher.close()
    await store.close()
