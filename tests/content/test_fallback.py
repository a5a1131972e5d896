"""The city for a day without an Entry: the same whenever asked, not too soon, and told truly."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.city import City
from content.entry import EntryState
from content.fallback import facts, fallback_entry
from content.gazetteer import Gazetteer
from content.queue import too_soon

DAY = date(2026, 11, 22)
YEAR = timedelta(days=365)


def city(
    name: str = "Le Mans",
    *,
    country: str = "FR",
    department: str = "Sarthe",
    region: str = "Pays de la Loire",
    population: int = 146_249,
    altitude: int = 65,
) -> City:
    return City(
        name=name,
        country=country,
        department=department,
        region=region,
        latitude=48.0,
        longitude=0.2,
        population=population,
        altitude=altitude,
    )


CITIES = [city(f"Ville {letter}") for letter in "ABCDEFGH"]


def chosen(day: date, taken: Mapping[date, str]) -> City:
    entry = fallback_entry(CITIES, day, taken, YEAR)
    assert entry is not None
    return entry.city


# Which city


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2036, 1, 1)))
def test_a_date_has_the_same_city_whenever_asked(day: date) -> None:
    assert chosen(day, {}) == chosen(day, {})


def test_the_city_of_a_date_is_the_same_once_it_is_taken() -> None:
    first = chosen(DAY, {})
    assert chosen(DAY, {DAY: first.key}) == first


def test_the_city_of_a_date_stays_so_in_later_versions() -> None:
    assert chosen(DAY, {}).name == "Ville D"


def test_days_in_a_row_have_no_city_twice() -> None:
    taken: dict[date, str] = {}
    for number in range(len(CITIES)):
        day = DAY + timedelta(days=number)
        taken[day] = chosen(day, taken).key
    assert len(set(taken.values())) == len(CITIES)


def test_when_each_city_comes_too_soon_there_is_none() -> None:
    taken = {DAY - timedelta(days=number): each.key for number, each in enumerate(CITIES, start=1)}
    assert fallback_entry(CITIES, DAY, taken, YEAR) is None


def test_no_cities_make_no_entry() -> None:
    assert fallback_entry([], DAY, {}, YEAR) is None


def test_a_small_city_is_not_chosen() -> None:
    small, large = city("Petite", population=19_999), city("Grande", population=20_000)
    entry = fallback_entry([small, large, small], DAY, {}, YEAR)
    assert entry is not None
    assert entry.city == large


def test_the_entry_is_ready_in_both_languages() -> None:
    entry = fallback_entry(CITIES, DAY, {}, YEAR)
    assert entry is not None
    assert entry.state is EntryState.READY
    assert sorted(entry.texts) == ["en", "fr"]


# How it is told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "compte 146\u202f249\u00a0habitants et se trouve à 65\u00a0m d’altitude."),
        ("en", "has 146,249\u00a0inhabitants and lies 65\u00a0m above sea level."),
    ],
)
def test_population_and_altitude_are_told_in_a_sentence(language: str, told: str) -> None:
    assert facts(city(), language) == f"Le Mans (Sarthe, Pays de la Loire) {told}"


@pytest.mark.parametrize("altitude", [0, -4])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_altitude_that_is_not_known_is_not_told(language: str, altitude: int) -> None:
    told = facts(city(altitude=altitude), language)
    assert told.endswith("habitants.")
    assert "\u00a0m" not in told


def test_a_population_that_is_not_known_is_not_told() -> None:
    assert facts(city("X", population=0), "fr").endswith("Loire) se trouve à 65\u00a0m d’altitude.")


def test_a_city_of_which_nothing_is_known_is_named() -> None:
    unknown = city("X", country="KE", department="", region="", population=0, altitude=0)
    assert facts(unknown, "fr") == "X (Kenya)."


@pytest.mark.parametrize(
    ("language", "told"), [("fr", "compte 1\u00a0habitant et"), ("en", "has 1\u00a0inhabitant and")]
)
def test_one_inhabitant_is_one(language: str, told: str) -> None:
    assert told in facts(city(population=1), language)


def test_a_plural_name_has_a_plural_verb_in_french() -> None:
    told = facts(city("Les Sables-d'Olonne"), "fr")
    assert told.startswith("Les Sables-d’Olonne (")
    assert " comptent 146\u202f249\u00a0habitants et se trouvent à " in told


def test_a_plural_name_is_one_city_in_english() -> None:
    assert "has 146,249" in facts(city("Les Ulis"), "en")


def test_lesquin_is_no_plural() -> None:
    assert " compte " in facts(city("Lesquin"), "fr")


@pytest.mark.parametrize(
    ("of", "begins"),
    [
        (city("Paris", department="Paris", region="Île-de-France"), "Paris (Île-de-France) "),
        (
            city("Saint-Denis", country="RE", department="La Réunion", region="La Réunion"),
            "Saint-Denis (La Réunion) ",
        ),
        (city("Amsterdam", country="NL", department="", region=""), "Amsterdam (Pays-Bas) "),
        (city("Monaco", country="MC", department="", region=""), "Monaco compte"),
        (city("Nulle part", country="", department="", region=""), "Nulle part compte"),
        (city("Nice", department="Côte d'Or", region=""), "Nice (Côte d’Or) "),
    ],
    ids=lambda value: value.name if isinstance(value, City) else "",
)
def test_the_place_is_told_without_repeating_itself(of: City, begins: str) -> None:
    assert facts(of, "fr").startswith(begins)


def test_every_city_that_may_be_chosen_reads_well() -> None:
    for each in Gazetteer().of_french():
        for language in ("fr", "en"):
            told = facts(each, language)
            assert "'" not in told, told
            assert "()" not in told, told
            assert "  " not in told, told
            assert told.endswith("."), told
            assert told.count(".") == 1, told


# Too soon


@pytest.mark.parametrize(("days", "soon"), [(1, True), (9, True), (10, False), (11, False)])
@pytest.mark.parametrize("sign", [1, -1], ids=["after", "before"])
def test_a_city_is_too_soon_within_the_time_on_either_side(
    days: int, soon: bool, sign: int
) -> None:
    taken = {DAY + sign * timedelta(days=days): city().key}
    assert too_soon(city(), DAY, taken, timedelta(days=10)) is soon


def test_another_city_is_never_too_soon() -> None:
    taken = {DAY + timedelta(days=1): city("Nîmes").key}
    assert not too_soon(city(), DAY, taken, YEAR)


def test_its_own_date_does_not_make_a_city_too_soon() -> None:
    assert not too_soon(city(), DAY, {DAY: city().key}, YEAR)


def test_without_a_time_between_no_city_is_too_soon() -> None:
    taken = {DAY + timedelta(days=1): city().key}
    assert not too_soon(city(), DAY, taken, timedelta(0))
