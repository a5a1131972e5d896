"""One Edition a date, in order, none twice; a date without one is put on record."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.city import City
from schedules.alerts import AlertKind
from schedules.days import Days, publication_key
from schedules.forecast import Forecast
from schedules.ledger import Edition, Settlement, Status
from schedules.slots import SlotRule
from schedules.store import Store
from tests.schedules.parts import Recorded, city, entry

DAY = date(2026, 11, 22)
LEAD = timedelta(minutes=1)
NAMES = ("Le Mans", "Nîmes", "Metz", "Albi", "Arras", "Laon", "Brest", "Dijon", "Tours", "Pau")


def morning(day: date, hour: int = 9) -> datetime:
    """An hour of a winter day in Paris."""
    return datetime(day.year, day.month, day.day, hour - 1, tzinfo=UTC)


@pytest.fixture
def days(store: Store) -> Days:
    return days_of(store)


def days_of(store: Store, fallback: tuple[City, ...] = ()) -> Days:
    return Days(
        store=store,
        rule=SlotRule(timezone=ZoneInfo("Europe/Paris"), post_at=time(9), late_until=time(23)),
        forecast=Forecast(
            store=store, repeat_after=timedelta(days=365), fallback_cities=lambda: fallback
        ),
        destinations=("site", "twitter"),
    )


async def fill(store: Store, *names: str) -> None:
    await store.add([entry(name, number) for number, name in enumerate(names or NAMES, start=1)])


def shown(edition: Edition | None) -> str | None:
    return edition.entry.city.name if edition is not None and edition.entry is not None else None


async def waiting(store: Store) -> list[str]:
    return [each.city.name for each in await store.queue()]


async def test_an_edition_opens_shortly_before_its_hour_and_not_earlier(
    days: Days, store: Store
) -> None:
    await fill(store)
    await days.open_due(morning(DAY) - timedelta(minutes=2), lead=LEAD)
    assert await store.edition(DAY) is None
    await days.open_due(morning(DAY) - LEAD, lead=LEAD)
    assert shown(await store.edition(DAY)) == "Le Mans"


async def test_each_destination_gets_its_publication_with_a_key_of_its_own(
    days: Days, store: Store
) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    publications = await store.publications(day=DAY)
    assert [each.destination for each in publications] == ["site", "twitter"]
    assert {each.status for each in publications} == {Status.SCHEDULED}
    assert len({each.key for each in publications}) == 2


async def test_asking_again_opens_nothing_more(days: Days, store: Store) -> None:
    await fill(store)
    for _ in range(5):
        coming = await days.open_due(morning(DAY), lead=LEAD)
    assert len(await store.editions(DAY - timedelta(days=9), DAY + timedelta(days=9))) == 1
    assert coming.date == DAY + timedelta(days=1)


async def test_post_now_before_the_hour_is_the_days_only_edition(days: Days, store: Store) -> None:
    await fill(store)
    early = morning(DAY, hour=7)
    edition = await days.open_now(early)
    assert edition is not None
    assert edition.due_at == early
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Le Mans"
    assert len(await waiting(store)) == len(NAMES) - 1


async def test_post_now_after_the_window_still_has_time_to_be_sent(
    days: Days, store: Store
) -> None:
    await fill(store)
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    edition = await days.open_now(late)
    assert edition is not None
    assert edition.closes_at > late


async def test_down_for_three_days_gives_one_post_and_three_dates_on_record(
    days: Days, store: Store, alerts: Recorded
) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    back = DAY + timedelta(days=4)
    await days.open_due(morning(back, hour=12), lead=LEAD)
    editions = await store.editions(DAY, back)
    assert [shown(each) for each in editions] == ["Le Mans", None, None, None, "Nîmes"]
    missed = await store.publications(statuses=(Status.MISSED,))
    assert len(missed) == 3 * 2
    assert alerts.kinds.count("missed") == 1


async def test_down_for_two_years_is_told_in_one_alert_with_all_dates_on_record(
    days: Days, store: Store, alerts: Recorded
) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    back = DAY + timedelta(days=731)
    await days.open_due(morning(back, hour=12), lead=LEAD)
    assert len(await store.editions(DAY, back)) == 732
    (missed,) = [alert for alert in alerts.alerts if alert.kind is AlertKind.MISSED]
    assert missed.subject == f"{DAY + timedelta(days=1)} to {back - timedelta(days=1)}"


@pytest.mark.parametrize("now", ["open_now", "open_due"])
async def test_after_days_without_a_run_post_now_puts_them_on_record_too(
    days: Days, store: Store, alerts: Recorded, now: str
) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    back = DAY + timedelta(days=4)
    if now == "open_now":
        await days.open_now(morning(back, hour=12))
    await days.open_due(morning(back, hour=12), lead=LEAD)
    editions = await store.editions(DAY, back)
    assert [shown(each) is None for each in editions] == [False, True, True, True, False]
    assert "missed" in alerts.kinds


async def test_post_now_after_a_missed_day_takes_that_days_city(days: Days, store: Store) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    edition = await days.open_now(morning(DAY + timedelta(days=1), hour=12))
    assert shown(edition) == "Le Mans"


async def test_post_now_with_an_empty_queue_is_todays_city_where_today_has_one(
    days: Days, store: Store, alerts: Recorded
) -> None:
    await fill(store, "Le Mans")
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await days.open_now(morning(DAY, hour=12))) == "Le Mans"
    assert "empty_queue" not in alerts.kinds


async def test_a_first_start_misses_nothing(days: Days, store: Store, alerts: Recorded) -> None:
    await fill(store)
    await days.open_due(morning(DAY, hour=23) + timedelta(minutes=30), lead=LEAD)
    assert await store.publications() == []
    assert alerts.alerts == []


async def test_a_missed_day_gives_its_entry_back_to_the_head_of_the_queue(
    days: Days, store: Store, alerts: Recorded
) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    await days.close_past(morning(DAY, hour=23))
    assert await waiting(store) == list(NAMES)
    assert alerts.kinds == ["missed", "missed"]
    await days.close_past(morning(DAY, hour=23))
    assert len(alerts.alerts) == 2


@pytest.mark.parametrize("missed_days", [1, 3])
async def test_the_city_of_a_missed_day_comes_on_the_next(
    days: Days, store: Store, missed_days: int
) -> None:
    await fill(store)
    day = DAY
    for day in [DAY + timedelta(days=number) for number in range(missed_days)]:
        await days.open_due(morning(day), lead=LEAD)
        await days.close_past(morning(day, hour=23))
    await days.open_due(morning(day + timedelta(days=1)), lead=LEAD)
    assert shown(await store.edition(day + timedelta(days=1))) == "Le Mans"


async def test_the_city_of_a_day_that_one_destination_got_does_not_come_again(
    days: Days, store: Store
) -> None:
    await store.add([entry("Le Mans", 1), entry("Le Mans", 1), entry("Nîmes", 2)])
    await days.open_due(morning(DAY), lead=LEAD)
    claim = await store.claim(DAY, "site", owner="us", lease=LEAD)
    assert claim is not None
    await store.settle(claim, Settlement(status=Status.PUBLISHED))
    await days.close_past(morning(DAY, hour=23))
    await days.open_due(morning(DAY + timedelta(days=1)), lead=LEAD)
    assert shown(await store.edition(DAY + timedelta(days=1))) == "Nîmes"


async def test_the_window_open_nothing_is_missed(days: Days, store: Store) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    await days.close_past(morning(DAY, hour=22))
    assert {each.status for each in await store.publications()} == {Status.SCHEDULED}


async def test_a_pinned_entry_wins_its_date(days: Days, store: Store) -> None:
    await fill(store)
    await store.add([entry("Chartres", 99, date=DAY)])
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Chartres"


async def test_a_pinned_entry_waits_for_its_date(days: Days, store: Store) -> None:
    await store.add([entry("Chartres", 99, date=DAY + timedelta(days=1))])
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Le Mans"


async def test_an_entry_whose_date_was_missed_comes_as_soon_as_it_can(
    days: Days, store: Store
) -> None:
    await store.add([entry("Chartres", 99, date=DAY - timedelta(days=1))])
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Chartres"


async def test_a_city_does_not_come_twice_within_the_set_number_of_days(
    days: Days, store: Store
) -> None:
    await store.add([entry("Le Mans", 1), entry("Le Mans", 1), entry("Nîmes", 2)])
    await days.open_due(morning(DAY), lead=LEAD)
    await days.open_due(morning(DAY + timedelta(days=1)), lead=LEAD)
    assert shown(await store.edition(DAY + timedelta(days=1))) == "Nîmes"
    assert await waiting(store) == ["Le Mans"]


async def test_a_city_that_is_pinned_soon_does_not_come_before(days: Days, store: Store) -> None:
    await store.add([entry("Le Mans", 1, date=DAY + timedelta(days=3))])
    await store.add([entry("Le Mans", 1), entry("Nîmes", 2)])
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Nîmes"


async def test_held_entries_and_drafts_are_passed_over(days: Days, store: Store) -> None:
    await store.add([entry("Albi", 1, held=True), replace(entry("Arras", 2), texts={})])
    await fill(store, "Metz")
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Metz"


async def test_an_empty_queue_is_no_blank_day_where_the_gazetteer_may_choose(
    store: Store,
) -> None:
    large = replace(city("Nîmes", 7), population=150_000)
    days = days_of(store, fallback=(large,))
    await days.open_due(morning(DAY), lead=LEAD)
    assert shown(await store.edition(DAY)) == "Nîmes"


async def test_a_blank_day_is_told_once(days: Days, store: Store, alerts: Recorded) -> None:
    for _ in range(3):
        await days.open_due(morning(DAY), lead=LEAD)
    assert alerts.kinds == ["empty_queue"]


async def test_low_stock_warns(days: Days, store: Store, alerts: Recorded) -> None:
    await fill(store, *NAMES[:7])
    await days.open_due(morning(DAY), lead=LEAD)
    assert alerts.kinds == ["low_stock"]


async def test_low_stock_warns_once_a_day(days: Days, store: Store, alerts: Recorded) -> None:
    await fill(store, *NAMES[:3])
    for _ in range(3):
        await days.open_now(morning(DAY))
    assert alerts.kinds == ["low_stock"]


async def test_a_zone_further_west_does_not_bring_a_date_back(store: Store, days: Days) -> None:
    await fill(store)
    await days.open_due(morning(DAY), lead=LEAD)
    west = replace(
        days,
        rule=replace(days.rule, timezone=ZoneInfo("Pacific/Honolulu"), post_at=time(0, 1)),
    )
    await west.open_due(morning(DAY), lead=LEAD)
    assert len(await store.editions(date(2026, 1, 1), date(2027, 1, 1))) == 1


def test_a_key_fits_discords_nonce_and_differs_by_date_and_destination() -> None:
    keys = {
        publication_key(day, destination)
        for day in (DAY, DAY + timedelta(days=1))
        for destination in ("site", "twitter", "twitter:en")
    }
    assert len(keys) == 6
    assert {len(key) for key in keys} == {25}
