"""The store suite: several processes on one database, at once."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.storage.database import open_store
from schedules.ledger import Status
from schedules.store import Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import NOW, entry, found, names, opened
from tests.clock import FakeClock

ROOT = Path(__file__).parents[3]


class Worker:
    """A process that runs worker.py."""

    def __init__(self, name: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.storage.worker", str(name)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def obey(self, order: str) -> list[object]:
        """What came of it; nothing when the process died of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: list[object] = json.loads(line) if line else []
        return answer

    def end(self) -> int:
        self._process.communicate()
        return self._process.returncode


@pytest.fixture(scope="session")
def workers() -> Iterator[list[Worker]]:
    """Processes that wait for orders."""
    started = [Worker(number) for number in range(4)]
    yield started
    assert [worker.end() for worker in started] == [0] * 4


async def all_obey(workers: list[Worker], order: str) -> list[object]:
    """Give all the same order at once; what came of it, together."""
    answers = await asyncio.gather(*(asyncio.to_thread(worker.obey, order) for worker in workers))
    return [each for answer in answers for each in answer]


@asynccontextmanager
async def at_work(
    workers: list[Worker], url: str, machine: FakeClock | None = None
) -> AsyncIterator[None]:
    """All have the database open, on machines whose clock shows that."""
    shows = NOW if machine is None else machine.now()
    await all_obey(workers, f"open {shows.isoformat()} {url}")
    yield
    await all_obey(workers, "close")


async def test_processes_that_open_a_new_database_at_once_agree_on_one_edition(
    workers: list[Worker], empty_url: str
) -> None:
    async with at_work(workers, empty_url):
        store = await open_store(empty_url)
        added = await store.add([entry("A"), entry("B")])
        assert await all_obey(workers, "open_editions") == [added[0].id] * 20
        assert await names(store) == ["B"]
        assert len(await store.publications()) == 2
        await store.close()


async def test_of_twenty_claims_by_four_processes_one_gets_it(
    workers: list[Worker], store: Store, url: str, database_clock: DatabaseClock
) -> None:
    await opened(store)
    async with at_work(workers, url, database_clock.machine):
        assert len(await all_obey(workers, "claim")) == 1
    assert (await found(store)).attempts == 1


async def test_an_entry_wanted_for_four_dates_is_chosen_for_one(
    workers: list[Worker], store: Store, url: str
) -> None:
    (only,) = await store.add([entry()])
    async with at_work(workers, url):
        assert await all_obey(workers, "take_one") == [only.id]
    assert len(await store.open_dates()) == 1


async def test_what_processes_append_at_once_stays_together(
    workers: list[Worker], store: Store, url: str
) -> None:
    async with at_work(workers, url):
        ids = await all_obey(workers, "add")
    assert len(set(ids)) == len(ids) == 60
    order = await names(store)
    threes = [order[start : start + 3] for start in range(0, 60, 3)]
    assert all([name[-1] for name in three] == ["a", "b", "c"] for three in threes)
    assert all(len({name[:-1] for name in three}) == 1 for three in threes)


async def test_what_was_armed_is_armed_when_its_process_was_killed(
    store: Store, url: str, database_clock: DatabaseClock
) -> None:
    await opened(store)
    worker = Worker(0)
    await all_obey([worker], f"open {database_clock.machine.now().isoformat()} {url}")
    await all_obey([worker], "arm_and_die")
    assert worker.end() == -signal.SIGKILL
    publication = await found(store)
    assert (publication.status, publication.armed_at) == (Status.PUBLISHING, NOW)
