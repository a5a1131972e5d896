"""The store suite: what there is, in numbers, is counted by the database."""

from datetime import timedelta

from schedules.alerts import Alert, AlertKind
from schedules.ledger import LATENESS_BOUNDS, Lateness, Settlement, Status
from schedules.store import Store
from tests.bot.storage.samples import (
    DAY,
    KEYS,
    LEASE,
    NEXT,
    NOW,
    RECEIPT,
    entry,
    opened,
    settled,
    slot,
)

WITHIN_ALL = tuple(1 for _ in LATENESS_BOUNDS)


def published(late: timedelta) -> Settlement:
    return Settlement(status=Status.PUBLISHED, receipt=RECEIPT, published_at=NOW + late)


async def test_before_the_first_day_there_is_nothing_to_count(store: Store) -> None:
    assert await store.figures() == {}
    assert await store.untold() == {}


async def test_publications_are_counted_by_destination_and_status(store: Store) -> None:
    await opened(store, keys=KEYS)
    await store.open_edition(slot(NEXT), entry(), KEYS, at=NOW)
    await settled(store, published(timedelta(seconds=2)))
    figures = await store.figures()
    assert list(figures) == ["site", "twitter:en"]
    assert figures["site"].publications == {Status.PUBLISHED: 1, Status.SCHEDULED: 1}
    assert figures["twitter:en"].publications == {Status.SCHEDULED: 2}
    assert figures["twitter:en"].lateness is None


async def test_attempts_after_the_first_are_retries(store: Store) -> None:
    await opened(store, keys=KEYS)
    for _ in range(3):
        await settled(store, Settlement(status=Status.SCHEDULED, next_attempt_at=NOW))
    site, twitter = (await store.figures()).values()
    assert (site.attempts, site.retries) == (3, 2)
    assert (twitter.attempts, twitter.retries) == (0, 0)


async def test_lateness_is_counted_from_each_dates_instant(store: Store) -> None:
    await opened(store)
    await settled(store, published(timedelta(seconds=30)))
    figures = await store.figures()
    first = figures["site"].lateness
    assert first is not None
    assert (first.last_at, first.last) == (NOW + timedelta(seconds=30), timedelta(seconds=30))
    assert abs(first.total_seconds - 30) < 0.001
    assert first.within == tuple(int(bound >= 30) for bound in LATENESS_BOUNDS)


async def test_the_newest_date_is_the_last_and_all_dates_are_in_the_distribution(
    store: Store,
) -> None:
    await opened(store)
    await store.open_edition(slot(NEXT), entry(), {"site": "k"}, at=NOW)
    claim = await store.claim(NEXT, "site", owner="worker", lease=LEASE)
    assert claim is not None
    next_due = slot(NEXT).due_at
    on_time = Settlement(status=Status.PUBLISHED, published_at=next_due)
    await store.settle(claim, on_time)
    two_days_late = published(timedelta(days=2))
    await settled(store, two_days_late)
    lateness = (await store.figures())["site"].lateness
    assert lateness == Lateness(
        last_at=next_due,
        last=timedelta(0),
        total_seconds=lateness.total_seconds if lateness else 0.0,
        within=WITHIN_ALL,
    )
    assert abs(lateness.total_seconds - 2 * 86_400) < 0.001


async def test_one_published_without_an_instant_is_counted_but_not_timed(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.PUBLISHED))
    figures = (await store.figures())["site"]
    assert figures.publications == {Status.PUBLISHED: 1}
    assert figures.lateness is None


async def test_alerts_count_as_untold_until_the_channel_has_them(store: Store) -> None:
    for subject in ("a", "b"):
        await store.raise_alert(Alert(kind=AlertKind.FAILED, subject=subject, message=""))
    await store.raise_alert(Alert(kind=AlertKind.DAY_COMPLETE, subject=str(DAY), message=""))
    assert await store.untold() == {"admins": 2, "dead-man": 1, "log": 3}
    outgoing = await store.claim_alert("dead-man", lease=LEASE)
    assert outgoing is not None
    await store.told(outgoing)
    assert await store.untold() == {"admins": 2, "log": 3}
