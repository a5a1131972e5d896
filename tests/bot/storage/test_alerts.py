"""The store suite: alerts are on record with what they tell of, until each channel has them."""

from datetime import timedelta

import pytest

from bot.storage.database import open_store
from schedules.alerts import Alert, AlertKind
from schedules.ledger import Claim, Hold, LeaseLost, Settlement, Status
from schedules.store import EntryNotFound, Store
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
    hour,
    opened,
    settled,
    slot,
)

FAILED = Alert(kind=AlertKind.FAILED, subject="2026-11-22/site", message="Shorten it.")
LOW = Alert(kind=AlertKind.LOW_STOCK, subject="queue", message="Add more.")
COMPLETE = Alert(
    kind=AlertKind.DAY_COMPLETE,
    subject="2026-11-22",
    message="Published on every destination.",
    once="day_complete/2026-11-22",
)
PUBLISHED = Settlement(status=Status.PUBLISHED)


async def claimed(store: Store, destination: str = "site") -> Claim:
    claim = await store.claim(DAY, destination, owner="a", lease=LEASE)
    assert claim is not None
    return claim


async def told(store: Store, channel: str = "admins") -> list[Alert]:
    """Tell a channel all that is due; what that was."""
    alerts = []
    while outgoing := await store.claim_alert(channel, lease=LEASE):
        await store.told(outgoing)
        alerts.append(outgoing.alert)
    return alerts


async def kinds_and_subjects(store: Store) -> list[tuple[AlertKind, str]]:
    return [(alert.kind, alert.subject) for alert in await told(store)]


async def test_a_settlements_alert_is_on_record_for_each_channel_that_is_for_its_kind(
    store: Store,
) -> None:
    await opened(store)
    await store.settle(await claimed(store), Settlement(status=Status.FAILED), alert=FAILED)
    assert {channel: await told(store, channel) for channel in (*CHANNELS, "unknown")} == {
        "admins": [FAILED],
        "dead-man": [],
        "log": [FAILED],
        "unknown": [],
    }


async def test_a_settlement_that_was_refused_raises_no_alert(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    old = await claimed(store)
    await database_clock.advance(LEASE)
    await claimed(store)
    with pytest.raises(LeaseLost):
        await store.settle(old, Settlement(status=Status.FAILED), alert=FAILED)
    assert await told(store, "log") == []


async def test_a_settlement_without_an_alert_raises_none(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.SCHEDULED, next_attempt_at=NOW))
    assert await told(store, "log") == []


async def test_each_publication_that_a_closed_window_gives_up_is_told_of(store: Store) -> None:
    await opened(store, keys={**KEYS, "discord": "k"})
    claim = await store.arm(await claimed(store), text="", lease=LEASE)
    await store.settle(claim, Settlement(status=Status.SCHEDULED, may_have_landed=True))
    await settled(store, PUBLISHED, destination="discord")
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert [(alert.kind, alert.subject, alert.message) for alert in await told(store)] == [
        (AlertKind.UNCONFIRMED, "2026-11-22/site", "Le Mans: Too late."),
        (AlertKind.MISSED, "2026-11-22/twitter:en", "Le Mans: Too late."),
    ]


async def test_a_window_that_is_not_over_or_was_closed_before_raises_no_alert(
    store: Store,
) -> None:
    await opened(store)
    await store.close_window(DAY, at=CLOSED - timedelta(seconds=1), message="Too late.")
    assert await told(store) == []
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert len(await told(store)) == 1
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await told(store) == []


async def test_one_alert_tells_of_all_dates_that_were_missed(store: Store) -> None:
    days = [DAY + timedelta(days=number) for number in range(3)]
    await store.record_missed([slot(day) for day in days], list(KEYS), "Down.")
    assert await told(store) == [
        Alert(kind=AlertKind.MISSED, subject="2026-11-22 to 2026-11-24", message="Down.")
    ]


async def test_an_alert_tells_only_of_the_dates_that_were_recorded(store: Store) -> None:
    await opened(store)
    await store.record_missed([slot(DAY), slot(NEXT)], ["site"], "Down.")
    assert await kinds_and_subjects(store) == [(AlertKind.MISSED, "2026-11-23")]
    await store.record_missed([slot(DAY), slot(NEXT)], ["site"], "Down.")
    assert await told(store) == []


async def test_a_hold_is_told_of_once_for_as_long_as_it_lasts(store: Store) -> None:
    hold = Hold(destination="site", since=NOW, reason="Refused.")
    refused = Alert(kind=AlertKind.CREDENTIALS_REFUSED, subject="site", message="Renew them.")
    await store.hold(hold, alert=refused)
    await store.hold(hold, alert=refused)
    assert await told(store) == [refused]
    await store.release("site")
    await store.hold(hold, alert=refused)
    assert await told(store) == [refused]


async def test_what_is_to_be_told_once_is_never_told_again(store: Store) -> None:
    first = Alert(kind=LOW.kind, subject="queue", message="6 left.", once="low_stock/2026-11-22")
    again = Alert(kind=LOW.kind, subject="queue", message="5 left.", once="low_stock/2026-11-22")
    other = Alert(kind=LOW.kind, subject="queue", message="5 left.", once="low_stock/2026-11-23")
    await store.raise_alert(first)
    await store.raise_alert(again)
    assert await told(store) == [first]
    await store.raise_alert(again)
    await store.raise_alert(other)
    assert await told(store) == [other]
    assert await told(store, "log") == [first, other]


async def test_what_is_not_to_be_told_once_is_told_each_time(store: Store) -> None:
    await store.raise_alert(LOW)
    await store.raise_alert(LOW)
    assert await told(store) == [LOW, LOW]


async def test_alerts_are_told_in_the_order_in_which_they_were_raised(store: Store) -> None:
    alerts = [Alert(kind=AlertKind.FAILED, subject=str(number), message="") for number in range(12)]
    for alert in alerts:
        await store.raise_alert(alert)
    assert await told(store) == alerts


async def test_an_alert_that_is_being_told_is_nobody_elses_until_its_lease_ends(
    store: Store, database_clock: DatabaseClock
) -> None:
    await store.raise_alert(FAILED)
    await store.raise_alert(LOW)
    first = await store.claim_alert("admins", lease=LEASE)
    second = await store.claim_alert("admins", lease=2 * LEASE)
    assert first is not None
    assert second is not None
    assert (first.alert, first.attempts) == (FAILED, 1)
    assert (second.alert, second.attempts) == (LOW, 1)
    await database_clock.advance(LEASE - timedelta(seconds=1))
    assert await store.claim_alert("admins", lease=LEASE) is None
    await database_clock.advance(timedelta(seconds=1))
    again = await store.claim_alert("admins", lease=LEASE)
    assert again is not None
    assert (again.id, again.alert, again.attempts) == (first.id, FAILED, 2)


async def test_what_one_channel_has_the_others_are_still_to_be_told(store: Store) -> None:
    await store.raise_alert(FAILED)
    assert await told(store, "log") == [FAILED]
    assert await told(store, "admins") == [FAILED]


async def test_an_alert_that_was_put_off_is_due_again_and_holds_up_no_other(
    store: Store, database_clock: DatabaseClock
) -> None:
    await store.raise_alert(FAILED)
    await store.raise_alert(LOW)
    first = await store.claim_alert("admins", lease=LEASE)
    assert first is not None
    await store.put_off(first, wait=timedelta(hours=1))
    assert await told(store) == [LOW]
    await database_clock.advance(timedelta(minutes=59))
    assert await told(store) == []
    await database_clock.advance(timedelta(minutes=1))
    again = await store.claim_alert("admins", lease=LEASE)
    assert again is not None
    assert (again.alert, again.attempts) == (FAILED, 2)


async def test_an_alert_raised_while_the_clock_was_days_ahead_is_due_once_it_is_set_right(
    store: Store, database_clock: DatabaseClock
) -> None:
    await database_clock.set(hour(72))
    await store.raise_alert(FAILED)
    await database_clock.set(hour(0))
    assert await store.claim_alert("admins", lease=LEASE) is not None
    assert await store.claim_alert("admins", lease=LEASE) is None


async def test_what_was_told_is_not_due_again(store: Store, database_clock: DatabaseClock) -> None:
    await store.raise_alert(FAILED)
    assert await told(store) == [FAILED]
    for days in (1000, -2000):
        await database_clock.advance(timedelta(days=days))
        assert await told(store) == []


async def test_an_alert_is_on_record_after_the_store_was_opened_again(
    store: Store, url: str, database_clock: DatabaseClock
) -> None:
    await store.raise_alert(FAILED)
    await store.close()
    again = await open_store(url, clock=database_clock.machine)  # channels: of what is raised
    assert await told(again) == [FAILED]
    await again.close()


async def test_the_day_is_complete_when_its_last_publication_is_published(store: Store) -> None:
    await opened(store, keys=KEYS)
    await settled(store, PUBLISHED)
    assert await told(store, "dead-man") == []
    await settled(store, PUBLISHED, destination="twitter:en")
    assert await told(store, "dead-man") == [COMPLETE]
    assert await told(store, "log") == [COMPLETE]
    assert await told(store, "admins") == []


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.PUBLISHED])
async def test_a_day_with_one_that_is_not_published_is_not_complete(
    store: Store, status: Status
) -> None:
    await opened(store, keys=KEYS)
    if status is Status.PUBLISHING:
        await claimed(store)
    else:
        await settled(store, Settlement(status=status))
    await settled(store, PUBLISHED, destination="twitter:en")
    assert await told(store, "dead-man") == []


@pytest.mark.parametrize("status", [Status.UNCONFIRMED, Status.FAILED, Status.MISSED])
async def test_an_admins_word_on_the_last_one_completes_the_day(
    store: Store, status: Status
) -> None:
    await opened(store, keys=KEYS)
    await settled(store, PUBLISHED)
    await settled(store, Settlement(status=status), destination="twitter:en")
    assert await told(store, "dead-man") == []
    await store.resolve(DAY, "twitter:en", PUBLISHED, closes_at=None)
    assert await told(store, "dead-man") == [COMPLETE]
    await store.resolve(DAY, "twitter:en", PUBLISHED, closes_at=None)
    assert await told(store, "dead-man") == []


async def test_an_admins_other_word_does_not_complete_the_day(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.UNCONFIRMED))
    await store.resolve(DAY, "site", Settlement(status=Status.FAILED), closes_at=None)
    assert await told(store, "dead-man") == []


async def test_a_word_that_is_refused_completes_nothing(store: Store) -> None:
    await store.record_missed([SLOT], ["site"], "Down.")
    with pytest.raises(EntryNotFound):
        await store.resolve(DAY, "site", Settlement(status=Status.SCHEDULED), closes_at=None)
    assert await store.resolve(NEXT, "site", PUBLISHED, closes_at=None) is None
    assert await told(store, "dead-man") == []


async def test_a_day_sent_late_by_an_admin_is_complete_then(store: Store) -> None:
    await opened(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    again = Settlement(status=Status.SCHEDULED, next_attempt_at=CLOSED)
    await store.resolve(DAY, "site", again, closes_at=CLOSED + LEASE)
    assert await told(store, "dead-man") == []
    await settled(store, PUBLISHED)
    assert await told(store, "dead-man") == [COMPLETE]


async def test_each_day_is_complete_by_itself(store: Store) -> None:
    await opened(store)
    await opened(store, day=NEXT)
    await settled(store, PUBLISHED)
    assert [alert.subject for alert in await told(store, "dead-man")] == [DAY.isoformat()]


async def test_a_garbled_answer_does_not_keep_an_alert_from_being_raised(store: Store) -> None:
    await opened(store)
    garbled = Alert(kind=AlertKind.FAILED, subject="2026\0", message="<html>\0\ud83d é 🏁")
    await store.settle(await claimed(store), Settlement(status=Status.FAILED), alert=garbled)
    (alert,) = await told(store)
    assert (alert.subject, alert.message) == ("2026\ufffd", "<html>\ufffd\ufffd é 🏁")
