"""Cities that the queue could take."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.app import App
from bot.operations import queue
from bot.operations.queue import Changes
from content.city import City
from content.city_areas import FRENCH
from content.gazetteer import Gazetteer
from content.queue import suggested
from tests.clock import FakeClock

DAY = date(2026, 11, 22)


def gazetteer_cities() -> Sequence[City]:
    return Gazetteer().of_french()[:100]


async def test_french_cities_are_suggested_the_larger_first(app: App) -> None:
    cities = await queue.suggestions(app, 10)
    assert len(cities) == 10
    assert {city.country for city in cities} <= FRENCH
    populations = [city.population for city in cities]
    assert populations == sorted(populations, reverse=True)
    assert populations[-1] > 50_000


async def test_none_that_waits_or_was_posted_is_suggested(app: App, clock: FakeClock) -> None:
    cities = await queue.suggestions(app, 3)
    labels = [app.gazetteer.label(city) for city in cities]
    tomorrow = app.rule.local_date(clock.now()) + timedelta(days=1)
    await queue.add(app, labels[0], Changes())
    await queue.add(app, labels[1], Changes(texts={"fr": "Une ville."}, on=tomorrow))
    posted = await queue.add(app, labels[2], Changes(texts={"fr": "Une ville."}))
    assert not set(cities) & set(await queue.suggestions(app, 100))
    edition = await app.days.open_now(clock.now())
    assert edition is not None
    assert edition.entry == posted
    assert not set(cities) & set(await queue.suggestions(app, 100))


def test_they_are_the_same_all_day_and_others_the_day_after() -> None:
    cities = gazetteer_cities()
    first = suggested(cities, DAY, spoken_for=(), limit=10)
    assert suggested(cities, DAY, spoken_for=(), limit=10) == first
    assert suggested(cities, DAY + timedelta(days=1), spoken_for=(), limit=10) != first


def test_one_that_is_taken_makes_room_and_the_others_stay() -> None:
    cities = gazetteer_cities()
    taken, *others = suggested(cities, DAY, spoken_for=(), limit=5)
    after = suggested(cities, DAY, spoken_for={taken.key}, limit=5)
    assert len(set(others) & set(after)) >= 4
    assert taken not in after


def test_there_are_fewer_where_fewer_are_left() -> None:
    cities = gazetteer_cities()[:3]
    assert len(suggested(cities, DAY, spoken_for={cities[0].key}, limit=5)) == 2
    assert len(suggested(cities, DAY, spoken_for=(), limit=0)) == 0
