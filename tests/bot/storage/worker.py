"""A process of its own that works on databases. Each line that it reads is an order.

Run as `python -m tests.bot.storage.worker NAME`. Orders are "open INSTANT URL", where the machine's
clock shows that instant, "close" and the names of the functions here; each is answered with a line
of JSON.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.storage.database import open_store
from bot.storage.store import SqlStore
from content.entry import Entry
from schedules.store import EntryNotFound, Store
from tests.bot.storage.samples import DAY, KEYS, LEASE, NOW, SLOT, entry
from tests.clock import FakeClock

AT_ONCE = 5


async def open_editions(store: Store, name: str) -> list[int]:
    """Choose the first Entry of the queue, or one of its own; the ids that the date then has."""
    waiting = await store.queue(limit=1)
    chosen = waiting[0] if waiting else entry(name)
    editions = await asyncio.gather(
        *(store.open_edition(SLOT, chosen, KEYS, at=NOW) for _ in range(AT_ONCE))
    )
    return [edition.entry.id for edition in editions if edition.entry]


async def take_one(store: Store, name: str) -> list[int]:
    """Choose a new database's one Entry for a date of the worker's own; its id when it got it."""
    first = replace(entry(), id=1)
    slot = replace(SLOT, date=DAY + timedelta(days=int(name)))
    try:
        edition = await store.open_edition(slot, first, KEYS, at=NOW)
    except EntryNotFound:
        return []
    return [edition.entry.id] if edition.entry else []


async def claim(store: Store, name: str) -> list[str]:
    """The tokens that it got."""
    claims = await asyncio.gather(
        *(store.claim(DAY, "site", owner=name, lease=LEASE) for _ in range(AT_ONCE))
    )
    return [claim.token for claim in claims if claim]


async def add(store: Store, name: str) -> list[int]:
    """The ids of the Entries that it appended."""
    added: list[Entry] = []
    for number in range(AT_ONCE):
        added += await store.add([entry(f"{name}-{number}-{part}") for part in "abc"])
    return [each.id for each in added]


async def arm_and_die(store: Store, name: str) -> list[str]:
    """Killed by the system right after arming."""
    claim = await store.claim(DAY, "site", owner=name, lease=LEASE)
    if claim is None:
        raise RuntimeError("there is nothing to claim")
    await store.arm(claim, text="", lease=LEASE)
    os.kill(os.getpid(), signal.SIGKILL)
    return []


ORDERS = {each.__name__: each for each in (open_editions, take_one, claim, add, arm_and_die)}


async def obey(name: str, store: SqlStore | None, line: str) -> SqlStore | None:
    """Do what a line says; the store that is open afterwards."""
    order, _, what = line.strip().partition(" ")
    answer: Sequence[object] = []
    if order == "open":
        instant, _, url = what.partition(" ")
        store = await open_store(url, clock=FakeClock(datetime.fromisoformat(instant)))
    elif store is not None and order == "close":
        await store.close()
        store = None
    elif store is not None:
        answer = await ORDERS[order](store, name)
    print(json.dumps(answer), flush=True)  # noqa: T201 - it talks to the test
    return store


async def main(name: str) -> None:
    store: SqlStore | None = None
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            store = await obey(name, store, line)
    finally:
        if store is not None:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
