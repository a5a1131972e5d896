"""The store suite: of several workers one leads, by the database's clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.storage.database import open_store
from bot.storage.store import SqlStore
from tests.bot.storage.database_clock import DatabaseClock
from tests.clock import FakeClock

LEASE = timedelta(seconds=15)
SECOND = timedelta(seconds=1)

Lead = Callable[[str], Awaitable[bool]]


@pytest.fixture
async def lead(store: SqlStore) -> Lead:
    async def asked(owner: str) -> bool:
        return await store.lead("discord", owner=owner, lease=LEASE)

    return asked


@pytest.fixture
async def others(url: str, database_clock: DatabaseClock) -> AsyncIterator[list[SqlStore]]:
    """Four replicas, each with connections of its own."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(4):
            clock = FakeClock(database_clock.machine.now())
            opened.append(await open_store(url, clock=clock))
            stack.push_async_callback(opened[-1].close)
        yield opened


async def test_the_first_one_leads_and_goes_on_leading(lead: Lead) -> None:
    assert await lead("a")
    assert not await lead("b")
    assert await lead("a")


async def test_of_many_that_ask_at_once_one_leads(others: list[SqlStore]) -> None:
    answers = await asyncio.gather(
        *(
            store.lead("discord", owner=str(number), lease=LEASE)
            for number, store in enumerate(others)
            for _ in range(3)
        )
    )
    leading = {index // 3 for index, leads in enumerate(answers) if leads}
    assert len(leading) == 1
    assert sum(answers) == 3


async def test_of_many_that_ask_at_once_one_takes_over(
    lead: Lead, others: list[SqlStore], database_clock: DatabaseClock
) -> None:
    assert await lead("dead")
    await database_clock.advance(LEASE)
    for store in others:
        assert isinstance(store._clock, FakeClock)
        store._clock.set(database_clock.machine.now())
    answers = await asyncio.gather(
        *(
            store.lead("discord", owner=str(number), lease=LEASE)
            for number, store in enumerate(others)
        )
    )
    assert sum(answers) == 1
    assert not await lead("dead")


async def test_another_one_takes_over_when_the_lease_ran_out(
    lead: Lead, database_clock: DatabaseClock
) -> None:
    await lead("a")
    await database_clock.advance(LEASE - SECOND)
    assert not await lead("b")
    await database_clock.advance(SECOND)
    assert await lead("b")
    assert not await lead("a")


async def test_a_lease_that_is_renewed_lasts_from_then_on(
    lead: Lead, database_clock: DatabaseClock
) -> None:
    await lead("a")
    await database_clock.advance(LEASE - SECOND)
    await lead("a")
    await database_clock.advance(LEASE - SECOND)
    assert not await lead("b")


async def test_who_steps_down_makes_way_at_once(store: SqlStore, lead: Lead) -> None:
    await lead("a")
    await store.step_down("discord", owner="b")
    assert not await lead("b")
    await store.step_down("discord", owner="a")
    assert await lead("b")


async def test_each_name_has_its_leader(store: SqlStore, lead: Lead) -> None:
    assert await lead("a")
    assert await store.lead("other", owner="b", lease=LEASE)


async def test_a_clock_that_was_set_back_keeps_nobody_out_for_hours(
    lead: Lead, database_clock: DatabaseClock
) -> None:
    await lead("dead")
    await database_clock.advance(-timedelta(hours=3))
    assert await lead("b")
    assert not await lead("dead")


async def test_a_leader_that_lives_goes_on_when_the_clock_was_set_back(
    lead: Lead, database_clock: DatabaseClock
) -> None:
    await lead("a")
    await database_clock.advance(-timedelta(hours=3))
    assert await lead("a")
    assert not await lead("b")
