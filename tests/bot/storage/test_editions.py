"""The store suite: an Edition for each date, opened once, closed, resolved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schedules.ledger import Choice, Edition, Settlement, Status
from schedules.store import EntryNotFound, Store
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
    CLOSED,
    DAY,
    KEYS,
    LEASE,
    NEXT,
    NOW,
    RECEIPT,
    SLOT,
    entry,
    found,
    hour,
    names,
    opened,
    settled,
    slot,
    statuses,
)


async def test_opening_schedules_a_publication_for_each_destination(store: Store) -> None:
    (added,) = await store.add([entry()])
    await store.open_edition(SLOT, added, KEYS, at=hour(-1))
    scheduled = await store.publications(day=DAY)
    assert {each.destination: each.key for each in scheduled} == KEYS
    assert all(
        each.status == Status.SCHEDULED
        and each.next_attempt_at == each.due_at == SLOT.due_at
        and each.closes_at == SLOT.closes_at
        and each.attempts == 0
        and each.entry == added
        for each in scheduled
    )


async def test_an_edition_keeps_the_entry_as_it_was_when_it_was_chosen(store: Store) -> None:
    (added,) = await store.add([entry(on=DAY)])
    edition = await store.open_edition(SLOT, added, KEYS, at=NOW)
    assert edition == Edition(
        date=DAY,
        entry=added,
        due_at=SLOT.due_at,
        closes_at=SLOT.closes_at,
        timezone="Europe/Paris",
    )
    assert await store.edition(DAY) == edition


async def test_the_chosen_entry_leaves_the_queue(store: Store) -> None:
    first, _ = await store.add([entry("A"), entry("B")])
    await store.open_edition(SLOT, first, KEYS, at=NOW)
    assert await names(store) == ["B"]


async def test_the_first_caller_decides(store: Store) -> None:
    first, second = await store.add([entry("A"), entry("B")])
    edition = await store.open_edition(SLOT, first, {"site": "k"}, at=NOW)
    assert await store.open_edition(SLOT, second, KEYS, at=NOW) == edition
    assert await names(store) == ["B"]
    assert await statuses(store) == {"site": Status.SCHEDULED}


async def test_an_entry_is_chosen_for_one_date_only(store: Store) -> None:
    first = await opened(store)
    with pytest.raises(EntryNotFound):
        await store.open_edition(slot(NEXT), first, KEYS, at=NOW)
    assert await store.edition(NEXT) is None
    assert await statuses(store, NEXT) == {}


async def test_an_entry_that_is_none_of_the_queues_can_be_chosen(store: Store) -> None:
    await store.add([entry("A")])
    edition = await store.open_edition(SLOT, entry("Gazetteer"), KEYS, at=NOW)
    assert edition.entry == entry("Gazetteer")
    assert await names(store) == ["A"]


async def test_a_missed_date_is_on_record(store: Store) -> None:
    assert await store.record_missed([SLOT], ["site", "twitter"], "Nothing was ready.")
    missed = await found(store)
    assert (missed.status, missed.message, missed.entry) == (
        Status.MISSED,
        "Nothing was ready.",
        None,
    )
    edition = await store.latest_edition()
    assert edition is not None
    assert (edition.date, edition.entry) == (DAY, None)


async def test_of_several_missed_dates_those_without_an_edition_are_recorded(
    store: Store,
) -> None:
    await opened(store, day=NEXT)
    days = [DAY, NEXT, NEXT + timedelta(days=1)]
    recorded = await store.record_missed([slot(day) for day in days], ["site"], "Down.")
    assert list(recorded) == [days[0], days[2]]
    assert [await statuses(store, day) for day in days] == [
        {"site": Status.MISSED},
        {"site": Status.SCHEDULED},
        {"site": Status.MISSED},
    ]
    assert list(await store.record_missed([], ["site"], "Down.")) == []


async def test_a_missed_date_says_where_it_was_that_date(store: Store) -> None:
    await store.record_missed([SLOT], ["site"], "Down.")
    edition = await store.edition(DAY)
    assert edition is not None
    assert edition.timezone == "Europe/Paris"


async def test_a_date_with_an_edition_is_not_recorded_as_missed(store: Store) -> None:
    await opened(store)
    assert not await store.record_missed([SLOT], ["site"], "Down.")
    assert await statuses(store) == {"site": Status.SCHEDULED}


async def test_a_wholly_missed_date_is_opened_again(store: Store) -> None:
    await store.record_missed([SLOT], ["site", "gone"], "Down.")
    (added,) = await store.add([entry()])
    later = replace(SLOT, closes_at=hour(20))
    edition = await store.open_edition(later, added, KEYS, at=hour(15))
    assert (edition.entry, edition.closes_at) == (added, hour(20))
    assert await statuses(store) == {
        "gone": Status.MISSED,
        "site": Status.SCHEDULED,
        "twitter:en": Status.SCHEDULED,
    }
    assert (await found(store)).key == KEYS["site"]
    assert await names(store) == []


async def test_opening_again_gives_the_earlier_entry_back(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.MISSED))
    (other,) = await store.add([entry("Other")])
    await store.open_edition(SLOT, other, KEYS, at=NOW)
    assert await names(store) == ["Le Mans"]


@pytest.mark.parametrize(
    "status", [Status.PUBLISHED, Status.FAILED, Status.UNCONFIRMED, Status.CANCELLED]
)
async def test_a_date_that_is_not_wholly_missed_is_not_opened_again(
    store: Store, status: Status
) -> None:
    first, second = await store.add([entry("A"), entry("B")])
    edition = await store.open_edition(SLOT, first, KEYS, at=NOW)
    await settled(store, Settlement(status=status, receipt=RECEIPT))
    await settled(store, Settlement(status=Status.MISSED), destination="twitter:en")
    assert await store.open_edition(SLOT, second, KEYS, at=NOW) == edition


async def test_an_edition_without_destinations_is_not_opened_again(store: Store) -> None:
    first, second = await store.add([entry("A"), entry("B")])
    edition = await store.open_edition(SLOT, first, {}, at=NOW)
    assert await store.open_edition(SLOT, second, KEYS, at=NOW) == edition


async def test_editions_come_by_date(store: Store) -> None:
    for day in (NEXT, DAY, NEXT + timedelta(days=1)):
        await store.record_missed([slot(day)], [], "")
    assert [edition.date for edition in await store.editions(DAY, NEXT)] == [DAY, NEXT]
    latest = await store.latest_edition()
    assert latest is not None
    assert latest.date == NEXT + timedelta(days=1)


async def test_what_was_chosen_is_known_without_reading_whole_editions(store: Store) -> None:
    chosen = await opened(store)
    await store.open_edition(slot(NEXT), entry("Gazetteer"), KEYS, at=NOW)
    await store.record_missed([slot(NEXT + timedelta(days=1))], ["site"], "Down.")
    assert await store.choices(DAY, NEXT + timedelta(days=1)) == {
        DAY: Choice(entry_id=chosen.id, city=chosen.city.key),
        NEXT: Choice(entry_id=0, city=entry("Gazetteer").city.key),
    }
    assert list(await store.choices(NEXT, NEXT)) == [NEXT]


async def test_a_date_that_is_opened_again_has_the_later_choice(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.MISSED))
    metz = entry("Metz")
    (other,) = await store.add([replace(metz, city=replace(metz.city, geoname_id=None))])
    await store.open_edition(SLOT, other, KEYS, at=NOW)
    assert await store.choices(DAY, DAY) == {
        DAY: Choice(entry_id=other.id, city="FR:metz:48.0,0.2")
    }


async def test_a_new_database_has_no_edition(store: Store) -> None:
    assert await store.latest_edition() is None
    assert await store.first_posted() is None
    assert await store.edition(DAY) is None
    assert list(await store.editions(DAY, NEXT)) == []
    assert list(await store.open_dates()) == []


async def test_a_window_is_not_closed_before_its_end(store: Store) -> None:
    await opened(store)
    before = CLOSED - timedelta(microseconds=1)
    assert list(await store.close_window(DAY, at=before, message="Too late.")) == []
    assert await statuses(store) == {"site": Status.SCHEDULED}


async def test_closing_a_date_without_an_edition_does_nothing(store: Store) -> None:
    assert list(await store.close_window(DAY, at=CLOSED, message="Too late.")) == []


async def test_what_was_not_begun_is_missed_and_its_entry_is_the_queues_head(store: Store) -> None:
    await opened(store)
    await store.add([entry("Next")])
    missed = await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert [(each.id, each.status, each.message, each.next_attempt_at) for each in missed] == [
        ("2026-11-22/site", Status.MISSED, "Too late.", None)
    ]
    assert await names(store) == ["Le Mans", "Next"]


async def test_an_entry_that_goes_back_is_pinned_no_more(store: Store) -> None:
    (added,) = await store.add([entry(on=DAY)])
    await store.open_edition(SLOT, added, KEYS, at=NOW)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await store.entry(added.id) == replace(added, date=None)


async def test_closing_twice_gives_the_entry_back_once(store: Store) -> None:
    await opened(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    await store.add([entry("Next")])
    (late, _) = await store.queue()
    await store.move(late.id, before=None)
    assert list(await store.close_window(DAY, at=CLOSED, message="Too late.")) == []
    assert await names(store) == ["Next", "Le Mans"]


async def test_what_may_have_landed_is_not_missed_but_unconfirmed(store: Store) -> None:
    await opened(store)
    claim = await store.claim(DAY, "site", owner="a", lease=LEASE)
    assert claim is not None
    claim = await store.arm(claim, text="", lease=LEASE)
    await store.settle(claim, Settlement(status=Status.SCHEDULED, may_have_landed=True))
    changed = await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert [(each.status, each.armed_at) for each in changed] == [(Status.UNCONFIRMED, NOW)]
    assert await names(store) == []


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.UNCONFIRMED])
async def test_the_entry_stays_away_when_it_was_or_may_have_been_posted_anywhere(
    store: Store, status: Status
) -> None:
    await opened(store, keys=KEYS)
    await settled(store, Settlement(status=status))
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await statuses(store) == {"site": status, "twitter:en": Status.MISSED}
    assert await names(store) == []


async def test_the_entry_stays_away_while_it_is_being_posted(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store)
    await database_clock.set(CLOSED)
    await store.claim(DAY, "site", owner="a", lease=LEASE)
    assert list(await store.close_window(DAY, at=CLOSED, message="Too late.")) == []
    assert await names(store) == []


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.MISSED])
async def test_the_entry_goes_back_when_nothing_of_it_was_posted(
    store: Store, status: Status
) -> None:
    await opened(store)
    await settled(store, Settlement(status=status))
    assert await names(store) == []
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert await names(store) == ["Le Mans"]


async def test_a_date_is_open_until_everything_is_settled(store: Store) -> None:
    await opened(store, keys=KEYS)
    await settled(store, Settlement(status=Status.PUBLISHED, receipt=RECEIPT))
    assert [edition.date for edition in await store.open_dates()] == [DAY]
    await settled(store, Settlement(status=Status.FAILED), destination="twitter:en")
    assert list(await store.open_dates()) == []


async def test_a_failed_date_is_open_until_its_entry_has_gone_back(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.FAILED))
    assert [edition.date for edition in await store.open_dates()] == [DAY]
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert list(await store.open_dates()) == []


async def test_an_unconfirmed_date_stays_open_after_its_window(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.UNCONFIRMED, may_have_landed=True))
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    assert [edition.date for edition in await store.open_dates()] == [DAY]


async def test_a_date_recorded_as_missed_is_not_open(store: Store) -> None:
    await store.record_missed([SLOT], ["site"], "Down.")
    assert list(await store.open_dates()) == []


async def test_an_admin_confirms_an_unconfirmed_publication(store: Store) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.UNCONFIRMED, may_have_landed=True))
    published = Settlement(status=Status.PUBLISHED, receipt=RECEIPT, published_at=hour(1))
    resolved = await store.resolve(DAY, "site", published, closes_at=None)
    assert resolved is not None
    assert (resolved.status, resolved.receipt, resolved.published_at) == (
        Status.PUBLISHED,
        RECEIPT,
        hour(1),
    )
    assert list(await store.open_dates()) == []


async def test_an_admin_has_a_failed_publication_sent_again_in_a_longer_window(
    store: Store,
) -> None:
    await opened(store)
    await settled(store, Settlement(status=Status.FAILED))
    again = Settlement(status=Status.SCHEDULED, next_attempt_at=hour(2))
    resolved = await store.resolve(DAY, "site", again, closes_at=hour(30))
    assert resolved is not None
    assert (resolved.status, resolved.next_attempt_at, resolved.closes_at, resolved.armed_at) == (
        Status.SCHEDULED,
        hour(2),
        hour(30),
        None,
    )


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.PUBLISHED, Status.CANCELLED])
async def test_nothing_else_can_be_resolved(store: Store, status: Status) -> None:
    await opened(store)
    before = await settled(store, Settlement(status=status))
    again = Settlement(status=Status.SCHEDULED)
    assert await store.resolve(DAY, "site", again, closes_at=hour(30)) is None
    assert await store.publication(DAY, "site") == before


async def test_what_is_not_there_cannot_be_resolved(store: Store) -> None:
    again = Settlement(status=Status.SCHEDULED)
    assert await store.resolve(DAY, "site", again, closes_at=None) is None


async def test_sending_a_missed_publication_takes_its_entry_from_the_queue_again(
    store: Store,
) -> None:
    await opened(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    again = Settlement(status=Status.SCHEDULED)
    assert await store.resolve(DAY, "site", again, closes_at=hour(30))
    assert await names(store) == []
    assert [edition.date for edition in await store.open_dates()] == [DAY]


async def test_a_city_chosen_for_another_date_since_is_not_sent_for_the_missed_one(
    store: Store,
) -> None:
    added = await opened(store)
    await store.close_window(DAY, at=CLOSED, message="Too late.")
    await store.open_edition(slot(NEXT), added, KEYS, at=hour(24))
    again = Settlement(status=Status.SCHEDULED)
    with pytest.raises(EntryNotFound, match=NEXT.isoformat()):
        await store.resolve(DAY, "site", again, closes_at=hour(30))
    assert await statuses(store) == {"site": Status.MISSED}


async def test_a_date_without_a_city_has_nothing_to_send_again(store: Store) -> None:
    await store.record_missed([SLOT], ["site"], "Down.")
    again = Settlement(status=Status.SCHEDULED)
    with pytest.raises(EntryNotFound, match=DAY.isoformat()):
        await store.resolve(DAY, "site", again, closes_at=None)


@pytest.mark.parametrize("outcome", [Status.PUBLISHED, Status.SCHEDULED])
async def test_an_admin_settles_a_city_that_was_none_of_the_queues(
    store: Store, outcome: Status
) -> None:
    await store.open_edition(SLOT, entry(), KEYS, at=NOW)
    claim = await store.claim(DAY, "site", owner="a", lease=LEASE)
    assert claim is not None
    await store.settle(claim, Settlement(status=Status.UNCONFIRMED, may_have_landed=True))
    resolved = await store.resolve(DAY, "site", Settlement(status=outcome), closes_at=None)
    assert resolved is not None
    assert resolved.status is outcome


async def test_what_a_dead_worker_held_is_missed_when_the_window_closes(
    store: Store, database_clock: DatabaseClock
) -> None:
    await opened(store, keys=KEYS)
    for destination in KEYS:
        await store.claim(DAY, destination, owner="dead", lease=LEASE)
    await database_clock.set(CLOSED)
    closed = await store.close_window(DAY, at=CLOSED, message="closed")
    assert {publication.status for publication in closed} == {Status.MISSED}
    assert len(closed) == len(KEYS)
    assert len(await store.queue()) == 1


async def test_the_first_date_posted_is_the_earliest_of_which_something_may_be_there(
    store: Store,
) -> None:
    added = await store.add([entry("A"), entry("B")])
    for each, day in zip(added, (NEXT, DAY), strict=True):
        await store.open_edition(slot(day), each, KEYS, at=NOW)
    assert await store.first_posted() is None
    for day, status in ((DAY, Status.FAILED), (NEXT, Status.PUBLISHED)):
        claim = await store.claim(day, next(iter(KEYS)), owner="us", lease=LEASE)
        assert claim is not None
        await store.settle(claim, Settlement(status=status))
    assert await store.first_posted() == NEXT
