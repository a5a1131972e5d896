"""PostgreSQL: leases go by the database's clock, however wrong the machine's is."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.storage.database import open_store
from schedules.alerts import Alert, AlertKind
from schedules.ledger import Claim, LeaseLost, Settlement, Status
from schedules.store import Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
    CHANNELS,
    CLOSED,
    DAY,
    LEASE,
    NOW,
    found,
    hour,
    opened,
)
from tests.clock import FakeClock

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)

SECOND = timedelta(seconds=1)


@pytest.fixture(params=[-5, 5], ids=["slow", "fast"])
async def store(
    url: str, database_clock: DatabaseClock, request: pytest.FixtureRequest
) -> AsyncIterator[Store]:
    """A store on a machine whose clock is five hours slow or fast, with its one Entry chosen."""
    machine = FakeClock(database_clock.now() + timedelta(hours=request.param))
    wrong = await open_store(url, clock=machine, channels=CHANNELS)
    await opened(wrong)
    yield wrong
    await wrong.close()


@pytest.fixture
async def right(url: str, database_clock: DatabaseClock) -> AsyncIterator[Store]:
    """A store on a machine whose clock is right."""
    other = await open_store(url, clock=FakeClock(database_clock.now()), channels=CHANNELS)
    yield other
    await other.close()


async def claimed(store: Store, owner: str = "a") -> Claim:
    claim = await store.claim(DAY, "site", owner=owner, lease=LEASE)
    assert claim is not None
    return claim


async def test_it_is_what_the_database_says(store: Store, database_clock: DatabaseClock) -> None:
    assert await store.now() == NOW
    await database_clock.advance(LEASE)
    assert await store.now() == NOW + LEASE


async def test_a_lease_lasts_as_long_for_a_machine_whose_clock_is_wrong(
    store: Store, right: Store, database_clock: DatabaseClock
) -> None:
    assert (await claimed(right)).lease_until == NOW + LEASE
    await database_clock.advance(LEASE - SECOND)
    assert await store.claim(DAY, "site", owner="b", lease=LEASE) is None
    await database_clock.advance(SECOND)
    assert (await claimed(store, "b")).lease_until == NOW + 2 * LEASE


async def test_the_lease_of_a_machine_whose_clock_is_wrong_lasts_as_long(
    store: Store, right: Store, database_clock: DatabaseClock
) -> None:
    await claimed(store)
    await database_clock.advance(LEASE - SECOND)
    assert await right.claim(DAY, "site", owner="b", lease=LEASE) is None
    await database_clock.advance(SECOND)
    assert (await claimed(right, "b")).lease_until == NOW + 2 * LEASE


async def test_it_arms_at_the_databases_instant(
    store: Store, database_clock: DatabaseClock
) -> None:
    claim = await claimed(store)
    await database_clock.advance(SECOND)
    armed = await store.arm(claim, text="", lease=LEASE)
    assert armed.publication.armed_at == NOW + SECOND
    assert armed.lease_until == NOW + SECOND + LEASE


async def test_it_cannot_arm_once_the_database_says_that_its_lease_ran_out(
    store: Store, database_clock: DatabaseClock
) -> None:
    claim = await claimed(store)
    await database_clock.advance(LEASE)
    with pytest.raises(LeaseLost):
        await store.arm(claim, text="", lease=LEASE)
    assert (await found(store)).armed_at is None


async def test_it_disarms_while_its_lease_lasts_and_not_later(
    store: Store, database_clock: DatabaseClock
) -> None:
    claim = await store.arm(await claimed(store), text="", lease=LEASE)
    await database_clock.advance(LEASE - SECOND)
    await store.disarm(claim)
    assert (await found(store)).armed_at is None
    await database_clock.advance(SECOND)
    with pytest.raises(LeaseLost):
        await store.disarm(claim)


async def test_the_leases_that_it_ends_have_ended_for_everybody(store: Store, right: Store) -> None:
    await claimed(right, "dead")
    assert await store.expire_leases("dead") == 1
    assert (await found(right)).lease_until == NOW
    assert (await claimed(right, "b")).lease_until == NOW + LEASE


async def test_closing_a_window_leaves_alone_what_is_being_posted(
    store: Store, right: Store
) -> None:
    """A machine whose clock is a day fast closes windows too soon: the lease still holds."""
    await claimed(right)
    assert list(await store.close_window(DAY, at=CLOSED + timedelta(days=1), message="")) == []
    assert (await found(store)).status is Status.PUBLISHING


async def test_closing_a_window_gives_up_what_a_dead_worker_held(
    store: Store, right: Store, database_clock: DatabaseClock
) -> None:
    await claimed(right, "dead")
    await database_clock.advance(LEASE)
    (missed,) = await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert missed.status is Status.MISSED


async def test_an_alert_is_due_when_the_database_says_so(
    store: Store, database_clock: DatabaseClock
) -> None:
    failed = Alert(kind=AlertKind.FAILED, subject="2026-11-22/site", message="No.")
    await store.settle(await claimed(store), Settlement(status=Status.FAILED), alert=failed)
    outgoing = await store.claim_alert("admins", lease=LEASE)
    assert outgoing is not None
    assert await store.claim_alert("admins", lease=LEASE) is None
    await store.put_off(outgoing, wait=timedelta(hours=1))
    await database_clock.set(hour(1) - SECOND)
    assert await store.claim_alert("admins", lease=LEASE) is None
    await database_clock.set(hour(1))
    assert await store.claim_alert("admins", lease=LEASE) is not None
