"""The store suite: pauses and skips: what they keep from beginning, what they leave on record."""

from datetime import timedelta

import pytest

from schedules.alerts import Alert, AlertKind
from schedules.ledger import Cause, LeaseLost, Settlement, Status
from schedules.stops import AlreadyOut, PostingPaused
from schedules.store import DateSkipped, DateTaken, Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
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
    settled,
    slot,
    statuses,
)

ANNA, BEN = "cli:anna", "cli:ben"


async def pause(store: Store, *, hours: float | None = None) -> None:
    until = None if hours is None else NOW + timedelta(hours=hours)
    assert await store.pause(reason="Holidays.", until=until, by=ANNA) is not None


async def told(store: Store) -> list[Alert]:
    """What admins are told, in order."""
    alerts = []
    while outgoing := await store.claim_alert("admins", lease=LEASE):
        alerts.append(outgoing.alert)
        await store.told(outgoing)
    return alerts


async def test_a_pause_is_on_record_with_who_and_why_until_it_is_resumed(store: Store) -> None:
    await pause(store)
    found_ = await store.paused()
    assert found_ is not None
    assert (found_.since, found_.until, found_.reason, found_.by) == (NOW, None, "Holidays.", ANNA)
    ended = await store.resume(by=BEN)
    assert ended is not None
    assert ended.ended_at == NOW
    assert await store.paused() is None
    assert await store.resume(by=BEN) is None
    assert list(await store.pauses()) == [ended]


async def test_a_second_pause_is_refused_and_one_after_the_end_is_not(
    store: Store, database_clock: DatabaseClock
) -> None:
    await pause(store, hours=2)
    assert await store.pause(reason="Too.", until=None, by=BEN) is None
    await database_clock.advance(timedelta(hours=2))
    assert await store.paused() is None
    await pause(store)
    assert len(await store.pauses()) == 2


async def test_a_clock_set_back_ends_no_pause(store: Store, database_clock: DatabaseClock) -> None:
    await pause(store)
    await database_clock.set(NOW - timedelta(days=3))
    assert await store.paused() is not None


async def test_during_a_pause_nothing_is_armed_and_afterwards_it_is(store: Store) -> None:
    await opened(store)
    claim = await store.claim(DAY, "site", owner="us", lease=LEASE)
    assert claim is not None
    await pause(store)
    with pytest.raises(PostingPaused):
        await store.arm(claim, text="x", lease=LEASE)
    assert (await found(store)).armed_at is None
    await store.resume(by=ANNA)
    assert (await store.arm(claim, text="x", lease=LEASE)).publication.armed_at == NOW


async def test_during_a_pause_only_what_may_have_landed_is_to_be_had(store: Store) -> None:
    await opened(store, keys=KEYS)
    claim = await store.claim(DAY, "site", owner="us", lease=LEASE)
    assert claim is not None
    claim = await store.arm(claim, text="x", lease=LEASE)
    await pause(store)
    doubt = Settlement(status=Status.UNCONFIRMED, may_have_landed=True, next_attempt_at=NOW)
    await store.settle(claim, doubt)
    assert await store.claim(DAY, "site", owner="us", lease=LEASE) is not None
    assert await store.claim(DAY, "twitter:en", owner="us", lease=LEASE) is None


async def test_a_window_that_closes_under_a_pause_is_cancelled_with_who_and_why(
    store: Store,
) -> None:
    await opened(store, keys=KEYS)
    await pause(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    publication = await found(store)
    assert (publication.status, publication.error) == (Status.CANCELLED, Cause.PAUSED)
    assert publication.message == "Paused by anna: Holidays."
    assert await names(store) == ["Le Mans"]
    (alert,) = await told(store)
    assert (alert.kind, alert.subject) == (AlertKind.PAUSED, DAY.isoformat())
    assert "site, twitter:en" in alert.message
    assert "Holidays." in alert.message


async def test_a_window_that_closes_after_a_pause_is_missed(store: Store) -> None:
    await opened(store)
    await pause(store, hours=2)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await statuses(store) == {"site": Status.MISSED}


async def test_what_is_armed_when_its_window_closes_under_a_pause_is_looked_for(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    claim = await store.claim(DAY, "site", owner="dead", lease=LEASE)
    assert claim is not None
    await store.arm(claim, text="x", lease=LEASE)
    await pause(store)
    await database_clock.set(CLOSED)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await statuses(store) == {"site": Status.UNCONFIRMED}
    assert await names(store) == []


async def test_dates_that_passed_are_told_apart_by_why_they_are_blank(store: Store) -> None:
    days = [DAY + timedelta(days=number) for number in range(4)]
    await store.skip(days[3], by=BEN)
    await pause(store, hours=40)  # over the ends of two windows
    await store.record_missed([slot(day) for day in days], ["site"], "Down.")
    recorded = [await found(store, day=day) for day in days]
    assert [each.error for each in recorded] == [Cause.PAUSED, Cause.PAUSED, "", Cause.SKIPPED]
    assert [each.status for each in recorded[2:]] == [Status.MISSED, Status.CANCELLED]
    assert {alert.kind: alert.subject for alert in await told(store)} == {
        AlertKind.PAUSED: f"{days[0]} to {days[1]}",
        AlertKind.MISSED: days[2].isoformat(),
    }


async def test_a_date_cancelled_by_a_pause_is_opened_again_like_a_missed_one(
    store: Store,
) -> None:
    chosen = await opened(store)
    await pause(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    await store.open_edition(SLOT, chosen, {"site": "k-site"}, at=NOW)
    assert await statuses(store) == {"site": Status.SCHEDULED}


async def test_a_skipped_date_is_never_opened_and_takes_no_pin(store: Store) -> None:
    (added,) = await store.add([entry()])
    assert await store.skip(DAY, by=ANNA)
    assert not await store.skip(DAY, by=BEN)
    assert (await store.skips(DAY, NEXT))[DAY].by == ANNA
    with pytest.raises(DateSkipped):
        await store.open_edition(SLOT, added, KEYS, at=NOW)
    with pytest.raises(DateTaken):
        await store.add([entry(on=DAY)])
    assert await names(store) == ["Le Mans"]
    assert await store.unskip(DAY, by=BEN)
    assert not await store.unskip(DAY, by=BEN)
    await store.open_edition(SLOT, added, KEYS, at=NOW)


async def test_a_date_that_an_entry_is_pinned_to_is_not_skipped(store: Store) -> None:
    await store.add([entry("Nîmes", on=DAY)])
    with pytest.raises(DateTaken, match="Nîmes"):
        await store.skip(DAY, by=ANNA)
    assert await store.skips(DAY, DAY) == {}


async def test_skipping_today_gives_its_entry_back_and_ends_the_claim(store: Store) -> None:
    await opened(store, keys=KEYS)
    await store.add([entry("Metz")])
    claim = await store.claim(DAY, "site", owner="us", lease=LEASE)
    assert claim is not None
    await store.skip(DAY, by=ANNA)
    assert set((await statuses(store)).values()) == {Status.CANCELLED}
    assert await names(store) == ["Le Mans", "Metz"]
    assert list(await store.open_dates()) == []
    with pytest.raises(LeaseLost):
        await store.arm(claim, text="x", lease=LEASE)
    assert await told(store) == []


async def test_what_is_out_or_may_be_is_not_skipped(store: Store) -> None:
    await opened(store, keys=KEYS)
    await settled(store, Settlement(status=Status.PUBLISHED, published_at=NOW))
    with pytest.raises(AlreadyOut):
        await store.skip(DAY, by=ANNA)
    assert await store.skips(DAY, DAY) == {}
    assert await statuses(store) == {"site": Status.PUBLISHED, "twitter:en": Status.SCHEDULED}


async def test_what_is_in_flight_is_not_skipped(store: Store) -> None:
    await opened(store)
    claim = await store.claim(DAY, "site", owner="us", lease=LEASE)
    assert claim is not None
    await store.arm(claim, text="x", lease=LEASE)
    with pytest.raises(AlreadyOut):
        await store.skip(DAY, by=ANNA)
    assert await statuses(store) == {"site": Status.PUBLISHING}
