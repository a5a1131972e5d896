"""The store suite: several stores with connections of their own, at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.storage.blank import lock_stops
from bot.storage.database import open_store
from bot.storage.store import SqlStore
from schedules.alerts import Alert, AlertKind
from schedules.ledger import LeaseLost, Publication, Settlement, Status
from schedules.stops import AlreadyOut, PostingPaused
from schedules.store import DateSkipped, Step, Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
    CHANNELS,
    CLOSED,
    DAY,
    KEYS,
    LEASE,
    NEXT,
    NOW,
    SLOT,
    entry,
    found,
    names,
    opened,
    slot,
    statuses,
)


@pytest.fixture
async def stores(url: str, database_clock: DatabaseClock) -> AsyncIterator[list[Store]]:
    """Twenty users of four stores."""
    four = [
        await open_store(url, clock=database_clock.machine, channels=CHANNELS) for _ in range(4)
    ]
    yield [*four] * 5
    for store in four:
        await store.close()


async def test_of_twenty_claims_one_gets_it(stores: list[Store]) -> None:
    await opened(stores[0])
    claims = await asyncio.gather(
        *(store.claim(DAY, "site", owner="a", lease=LEASE) for store in stores)
    )
    assert sum(claim is not None for claim in claims) == 1
    assert (await found(stores[0])).attempts == 1


async def test_of_twenty_claims_of_a_lease_that_ran_out_one_gets_it(
    stores: list[Store], database_clock: DatabaseClock
) -> None:
    await opened(stores[0])
    await stores[0].claim(DAY, "site", owner="dead", lease=LEASE)
    await database_clock.advance(LEASE)
    claims = await asyncio.gather(
        *(store.claim(DAY, "site", owner="a", lease=LEASE) for store in stores)
    )
    assert sum(claim is not None for claim in claims) == 1


async def test_twenty_who_open_a_date_get_one_edition(stores: list[Store]) -> None:
    added = await stores[0].add([entry(str(number)) for number in range(20)])
    editions = await asyncio.gather(
        *(
            store.open_edition(SLOT, chosen, KEYS, at=NOW)
            for store, chosen in zip(stores, added, strict=True)
        )
    )
    assert len({edition.entry.id for edition in editions if edition.entry}) == 1
    assert len(await names(stores[0])) == 19
    assert len(await stores[0].publications()) == 2


async def test_twenty_who_open_a_missed_date_again_get_one_edition(stores: list[Store]) -> None:
    added = await stores[0].add([entry(str(number)) for number in range(20)])
    await stores[0].record_missed([SLOT], ["site"], "Down.")
    editions = await asyncio.gather(
        *(
            store.open_edition(SLOT, chosen, KEYS, at=NOW)
            for store, chosen in zip(stores, added, strict=True)
        )
    )
    assert len({edition.entry.id for edition in editions if edition.entry}) == 1
    assert len(await names(stores[0])) == 19


async def test_a_date_is_either_opened_or_recorded_as_missed(stores: list[Store]) -> None:
    """It may be recorded and then opened again, but is never both."""
    (only,) = await stores[0].add([entry()])
    await asyncio.gather(
        *(
            store.record_missed([SLOT], ["site"], "Down.")
            if number % 2
            else store.open_edition(SLOT, only, {"site": "k"}, at=NOW)
            for number, store in enumerate(stores)
        )
    )
    assert await statuses(stores[0]) == {"site": Status.SCHEDULED}
    assert await names(stores[0]) == []


async def test_a_window_closed_twenty_times_at_once_is_missed_once(stores: list[Store]) -> None:
    await opened(stores[0], keys=KEYS)
    closed = await asyncio.gather(
        *(store.close_window(DAY, at=CLOSED, message="Too late.") for store in stores)
    )
    assert sorted(each.destination for missed in closed for each in missed) == sorted(KEYS)
    assert await names(stores[0]) == ["Le Mans"]


async def test_a_claim_and_the_closing_of_its_window_never_both_win(
    stores: list[Store], database_clock: DatabaseClock
) -> None:
    await opened(stores[0])
    await database_clock.set(CLOSED)
    claim, missed = await asyncio.gather(
        stores[0].claim(DAY, "site", owner="a", lease=LEASE),
        stores[1].close_window(DAY, at=CLOSED, message="Too late."),
    )
    assert (claim is None) == bool(missed)
    assert await names(stores[0]) == (["Le Mans"] if missed else [])


async def test_one_claim_is_settled_once(stores: list[Store]) -> None:
    await opened(stores[0])
    claim = await stores[0].claim(DAY, "site", owner="a", lease=LEASE)
    assert claim is not None
    settled = await asyncio.gather(
        *(store.settle(claim, Settlement(status=Status.PUBLISHED)) for store in stores),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Publication) for each in settled) == 1
    assert sum(isinstance(each, LeaseLost) for each in settled) == 19


async def test_all_destinations_settled_at_once_leave_nothing_open(stores: list[Store]) -> None:
    keys = {f"to-{number}": f"key-{number}" for number in range(20)}
    await opened(stores[0], keys=keys)
    published = Settlement(status=Status.PUBLISHED)

    async def publish(store: Store, destination: str) -> None:
        claim = await store.claim(DAY, destination, owner="a", lease=LEASE)
        assert claim is not None
        await store.settle(claim, published)

    await asyncio.gather(*map(publish, stores, keys))
    assert list(await stores[0].open_dates()) == []


async def test_a_day_that_is_completed_twenty_times_at_once_is_complete_once(
    stores: list[Store],
) -> None:
    keys = {f"to-{number}": f"key-{number}" for number in range(20)}
    await opened(stores[0], keys=keys)
    claims = [await stores[0].claim(DAY, each, owner="a", lease=LEASE) for each in keys]
    await asyncio.gather(
        *(
            store.settle(claim, Settlement(status=Status.PUBLISHED))
            for store, claim in zip(stores, claims, strict=True)
            if claim is not None
        )
    )
    complete = await stores[0].claim_alert("dead-man", lease=LEASE)
    assert complete is not None
    assert complete.alert.subject == DAY.isoformat()
    assert await stores[0].claim_alert("dead-man", lease=LEASE) is None


async def test_once_a_pause_is_answered_nothing_is_armed(stores: list[Store]) -> None:
    """Whoever of twenty was armed was so before the pause was."""
    keys = {f"to-{number}": f"key-{number}" for number in range(19)}
    await opened(stores[0], keys=keys)
    claims = [await stores[0].claim(DAY, each, owner="a", lease=LEASE) for each in keys]
    ended: list[str] = []

    async def arm(number: int) -> None:
        claim = claims[number]
        assert claim is not None
        try:
            await stores[number].arm(claim, text="x", lease=LEASE)
        except PostingPaused:
            ended.append("refused")

    async def pause() -> None:
        assert await stores[19].pause(reason="Now.", until=None, by="anna") is not None
        ended.append("paused")
        armed_by_then.extend(
            each.id for each in await stores[19].publications() if each.armed_at is not None
        )

    armed_by_then: list[str] = []
    await asyncio.gather(*map(arm, range(9)), pause(), *map(arm, range(9, 19)))
    armed = [each.id for each in await stores[0].publications() if each.armed_at is not None]
    assert armed == armed_by_then
    assert len(armed) + ended.count("refused") == 19


async def test_a_pause_waits_for_whoever_is_arming_right_now(store: SqlStore, url: str) -> None:
    """Answered before that one has committed, it would not know of a create that goes out."""
    other = await open_store(url)
    async with store._write() as arming:
        await lock_stops(arming, shared=True)
        pausing = asyncio.create_task(other.pause(reason="Now.", until=None, by="anna"))
        assert not (await asyncio.wait([pausing], timeout=0.3))[0]
    assert await pausing is not None
    await other.close()


async def test_of_twenty_who_pause_one_does_and_of_twenty_who_resume(stores: list[Store]) -> None:
    begun = await asyncio.gather(
        *(store.pause(reason="Now.", until=None, by="anna") for store in stores)
    )
    assert sum(each is not None for each in begun) == 1
    ended = await asyncio.gather(*(store.resume(by="anna") for store in stores))
    assert sum(each is not None for each in ended) == 1


async def test_a_date_is_either_skipped_or_armed(stores: list[Store]) -> None:
    await opened(stores[0])
    claim = await stores[0].claim(DAY, "site", owner="a", lease=LEASE)
    assert claim is not None
    outcomes = await asyncio.gather(
        stores[0].arm(claim, text="x", lease=LEASE),
        *(store.skip(DAY, by="anna") for store in stores[1:4]),
        return_exceptions=True,
    )
    armed = not isinstance(outcomes[0], LeaseLost)
    assert sum(each is True for each in outcomes[1:]) == (0 if armed else 1)
    assert any(isinstance(each, AlreadyOut) for each in outcomes[1:]) == armed
    assert bool(await stores[0].skips(DAY, DAY)) != armed


async def test_a_date_is_either_skipped_or_opened(stores: list[Store]) -> None:
    """It may be opened and then skipped, which cancels it, but is never both."""
    (only,) = await stores[0].add([entry()])
    outcomes = await asyncio.gather(
        *(
            store.skip(DAY, by="anna")
            if number % 2
            else store.open_edition(SLOT, only, {"site": "k"}, at=NOW)
            for number, store in enumerate(stores)
        ),
        return_exceptions=True,
    )
    assert sum(each is True for each in outcomes) == 1
    refused = [each for each in outcomes if isinstance(each, BaseException)]
    assert all(isinstance(each, DateSkipped) for each in refused)
    assert set((await statuses(stores[0])).values()) <= {Status.CANCELLED}
    assert await names(stores[0]) == ["Le Mans"]


async def test_an_alert_claimed_twenty_times_at_once_is_told_by_one(stores: list[Store]) -> None:
    failed = Alert(kind=AlertKind.FAILED, subject="2026-11-22/site", message="No.")
    await stores[0].raise_alert(failed)
    claims = await asyncio.gather(*(store.claim_alert("admins", lease=LEASE) for store in stores))
    assert [claim.alert for claim in claims if claim] == [failed]


async def test_of_twenty_who_raise_an_alert_once_one_does(stores: list[Store]) -> None:
    low = Alert(kind=AlertKind.LOW_STOCK, subject="queue", message="Low.", once="low_stock/today")
    await asyncio.gather(*(store.raise_alert(low) for store in stores))
    claims = [await stores[0].claim_alert("admins", lease=LEASE) for _ in range(2)]
    assert [claim.alert for claim in claims if claim] == [low]


async def test_of_twenty_who_fill_a_new_queue_one_does(stores: list[Store]) -> None:
    added = await asyncio.gather(
        *(
            store.add([entry(f"{number}-{part}") for part in "ab"], if_never_filled=True)
            for number, store in enumerate(stores)
        )
    )
    (filled,) = [each for each in added if each]
    assert await names(stores[0]) == [each.city.name for each in filled]


async def test_dates_recorded_as_missed_at_once_are_recorded_and_told_of_once(
    stores: list[Store],
) -> None:
    slots = [slot(DAY), slot(NEXT)]
    recorded = await asyncio.gather(
        *(store.record_missed(slots, ["site"], "Down.") for store in stores)
    )
    assert [day for days in recorded for day in days] == [DAY, NEXT]
    assert await stores[0].claim_alert("admins", lease=LEASE) is not None
    assert await stores[0].claim_alert("admins", lease=LEASE) is None


async def test_moves_at_once_lose_no_entry(stores: list[Store]) -> None:
    added = await stores[0].add([entry(str(number)) for number in range(20)])
    await asyncio.gather(
        *(
            store.move(moved.id, before=added[3].id)
            for store, moved in zip(stores, added, strict=True)
        )
    )
    order = await names(stores[0])
    assert sorted(order, key=int) == [str(number) for number in range(20)]
    assert order[-1] == "3"


async def test_a_claim_that_is_cancelled_at_any_moment_leaves_the_database_free(
    stores: list[Store],
) -> None:
    await opened(stores[0])
    for moment in range(40):
        claim = asyncio.create_task(stores[0].claim(DAY, "site", owner="a", lease=LEASE))
        for _ in range(moment):
            await asyncio.sleep(0)
        claim.cancel()
        await asyncio.wait([claim])
        async with asyncio.timeout(5):
            await stores[1].check()
        await stores[1].expire_leases("a")


async def test_of_twenty_steps_at_once_each_moves_one_place(stores: list[Store]) -> None:
    """None by what it saw before another one moved."""
    added = await stores[0].add([entry(str(number)) for number in range(30)])
    last, second = added[-1], added[1]
    await asyncio.gather(*(store.step(last.id, Step.UP) for store in stores[:10]))
    assert await stores[0].position(last.id) == 20
    await asyncio.gather(
        *(store.step(last.id, Step.UP) for store in stores[:5]),
        *(store.step(second.id, Step.DOWN) for store in stores[5:10]),
    )
    assert len(await stores[0].queue()) == 30
    assert await stores[0].position(last.id) == 15
    assert await stores[0].position(second.id) == 7
