"""Gazetteer: searched and found the way people type names."""

import gzip
import time
from collections.abc import Sequence
from importlib import resources

import pytest

from content.city import City
from content.folding import fold
from content.gazetteer import CityAmbiguous, CityNotFound, Gazetteer

FRENCH_AND_ABROAD = 34_108


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


def rows(table: str) -> list[list[str]]:
    packed = resources.files("content").joinpath("data", table).read_bytes()
    return [line.split("\t") for line in gzip.decompress(packed).decode().splitlines()]


def names(cities: Sequence[City]) -> list[str]:
    return [city.name for city in cities]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("st etienne", "Saint-Étienne"),
        ("St. Etienne", "Saint-Étienne"),
        ("nim", "Nîmes"),
        ("NÎMES", "Nîmes"),
        ("l hay les roses", "L'Haÿ-les-Roses"),
        ("l’hay-les", "L'Haÿ-les-Roses"),
        ("les sables dolonne", "Les Sables-d'Olonne"),
        ("ste-anne", "Sainte-Anne"),
        ("strasb", "Strasbourg"),
        ("roubaix 59", "Roubaix"),
    ],
)
def test_starting_with_needs_no_accents_case_hyphens_or_apostrophes(
    gazetteer: Gazetteer, typed: str, name: str
) -> None:
    assert gazetteer.starting_with(typed)[0].name == name


def test_starting_with_gives_the_exact_name_then_beginnings_then_words(
    gazetteer: Gazetteer,
) -> None:
    found = [fold(city.name) for city in gazetteer.starting_with("vienne", limit=100)]
    kinds = [0 if name == "vienne" else 1 if name.startswith("vienne") else 2 for name in found]
    assert kinds == sorted(kinds)
    assert set(kinds) == {0, 1, 2}


def test_starting_with_puts_the_larger_before_the_smaller(gazetteer: Gazetteer) -> None:
    found = gazetteer.starting_with("saint-d", limit=200)
    french = [city.population for city in found if city.department and "Saint-D" in city.name[:7]]
    assert french == sorted(french, reverse=True)
    abroad = [each.population for each in gazetteer.starting_with("springfield", limit=5)]
    assert abroad == sorted(abroad, reverse=True)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("lon", ["London", "Longjumeau"]),
        ("ber", ["Berlin", "Bergerac"]),
        ("s", ["Strasbourg", "Shanghai"]),
        ("mar", ["Marseille", "Martigues"]),
    ],
)
def test_a_french_town_comes_before_a_city_abroad_but_not_before_a_metropolis(
    gazetteer: Gazetteer, typed: str, first: list[str]
) -> None:
    assert names(gazetteer.starting_with(typed, limit=2)) == first


def test_starting_with_for_an_unfinished_st_gives_strasbourg_as_well_as_saints(
    gazetteer: Gazetteer,
) -> None:
    assert names(gazetteer.starting_with("st", limit=2)) == ["Strasbourg", "Saint-Étienne"]


@pytest.mark.parametrize(
    "typed",
    [
        "SAINT-DENIS reunion",
        "Saint-Denis, La Réunion",
        "Saint-Denis, Réunion",
        "Saint-Denis (974)",
        "st denis 974",
        "Saint-Denis RE",
        "Saint-Denis, La Réunion, France",
    ],
)
def test_a_qualifier_narrows_search_and_find_alike(gazetteer: Gazetteer, typed: str) -> None:
    assert gazetteer.starting_with(typed)[0].timezone == "Indian/Reunion"
    assert gazetteer.find(typed).timezone == "Indian/Reunion"


def test_starting_with_narrows_by_an_unfinished_qualifier(gazetteer: Gazetteer) -> None:
    assert [city.country for city in gazetteer.starting_with("saint-denis, la r")] == ["RE"]


def test_starting_with_narrows_by_country_overseas_departements_being_french(
    gazetteer: Gazetteer,
) -> None:
    assert {city.country for city in gazetteer.starting_with("Springfield, US")} == {"US"}
    assert gazetteer.starting_with("Paris FR")[0].population > 2_000_000
    assert {city.country for city in gazetteer.starting_with("saint-denis, fr", limit=2)} == {
        "RE",
        "FR",
    }


def test_starting_with_stops_at_its_limit(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.starting_with("saint")) == 25
    assert len(gazetteer.starting_with("saint", limit=3)) == 3
    assert len(gazetteer.starting_with("saint", limit=0)) == 0


@pytest.mark.parametrize("typed", ["", "  ", ",", "東京", "qqqq", "x" * 10_000, "a," * 5_000])
def test_starting_with_for_nothing_known_is_empty(gazetteer: Gazetteer, typed: str) -> None:
    assert len(gazetteer.starting_with(typed)) == 0


@pytest.mark.parametrize("typed", ["Le Mans", "le mans", "Paris", "Nîmes", "nimes", "Monaco"])
def test_find_takes_a_full_name_that_is_one_city(gazetteer: Gazetteer, typed: str) -> None:
    assert fold(gazetteer.find(typed).name) == fold(typed)


def test_a_french_city_wins_over_foreign_ones_of_its_name(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Paris").country == "FR"
    assert gazetteer.find("Paris, US").country == "US"
    assert gazetteer.find("Paris, TX").country == "US"


def test_two_french_cities_of_one_name_are_ambiguous_whatever_their_size(
    gazetteer: Gazetteer,
) -> None:
    with pytest.raises(CityAmbiguous) as caught:
        gazetteer.find("Saint-Denis")
    assert {city.country for city in caught.value.choices} == {"FR", "RE"}
    assert "Saint-Denis, La Réunion; Saint-Denis, Seine-Saint-Denis" in str(caught.value)


@pytest.mark.parametrize("name", ["Saint-Denis", "Sainte-Colombe", "Springfield", "San Miguel"])
def test_each_choice_of_an_ambiguous_name_is_accepted(gazetteer: Gazetteer, name: str) -> None:
    with pytest.raises(CityAmbiguous) as caught:
        gazetteer.find(name)
    message = str(caught.value)
    listed = message.rpartition("write one of ")[2].removesuffix(".").split("; ")
    assert [gazetteer.find(choice) for choice in listed] == list(caught.value.choices)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("nim", "Nîmes"),
        ("Carcasonne", "Carcassonne"),
        ("Lantes", "Nantes"),
        ("Saint-Denis, Paris", "Saint-Denis, Seine-Saint-Denis"),
    ],
)
def test_find_names_near_ones_when_nothing_has_that_name(
    gazetteer: Gazetteer, typed: str, near: str
) -> None:
    with pytest.raises(CityNotFound, match=f"Did you mean .*{near}"):
        gazetteer.find(typed)


@pytest.mark.parametrize("typed", ["", "東京", "zzzzzzzz", "x" * 10_000, "fr " * 5_000])
def test_find_says_what_to_write_when_nothing_is_near(gazetteer: Gazetteer, typed: str) -> None:
    with pytest.raises(CityNotFound, match="Write its full name") as caught:
        gazetteer.find(typed)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "name", ["Halle (Saale)", "Mianzhu, Deyang, Sichuan", "Château-Chinon (Ville)", "Delmas 73"]
)
def test_names_that_look_qualified_are_found(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.find(name).name == name


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("le mans, sarthe, fr", "Le Mans"),
        ("st denis 93", "Saint-Denis, Seine-Saint-Denis"),
        ("paris us", "Paris, US"),
        ("springfield il", "Springfield, IL, US"),
    ],
)
def test_a_label_is_the_shortest_way_to_name_a_city(
    gazetteer: Gazetteer, typed: str, label: str
) -> None:
    assert gazetteer.label(gazetteer.find(typed)) == label


@pytest.mark.parametrize(
    ("typed", "language", "choice"),
    [
        ("le mans", "fr", "Le Mans, Sarthe"),
        ("paris", "en", "Paris, France"),
        ("paris, us", "fr", "Paris, États-Unis"),
        ("paris, us", "en", "Paris, United States"),
        ("st denis 974", "en", "Saint-Denis, La Réunion"),
        ("springfield il", "en", "Springfield, IL, United States"),
        ("Changzhi, geonames:1808956", "en", "Changzhi, 24, China, geonames:1808956"),
    ],
)
def test_a_choice_tells_a_city_from_the_others_of_its_name(
    gazetteer: Gazetteer, typed: str, language: str, choice: str
) -> None:
    assert gazetteer.choice(gazetteer.find(typed), language) == choice


def test_a_city_is_found_by_its_key(gazetteer: Gazetteer) -> None:
    for city in gazetteer.starting_with("saint-denis", limit=5):
        assert gazetteer.find(f" {city.key} ") == city
        assert gazetteer.starting_with(city.key) == (city,)


@pytest.mark.parametrize("key", ["geonames:1", "geonames:", "geonames:x", "geonames:²", "geonames"])
def test_a_key_of_no_city_finds_none(gazetteer: Gazetteer, key: str) -> None:
    assert len(gazetteer.starting_with(key)) == 0
    with pytest.raises(CityNotFound):
        gazetteer.find(key)


@pytest.mark.parametrize(
    "typed", ["s", "saint", "s, fr", "s, zz", "a a a a a a a a", "st " * 33, "a," * 50, "geonames"]
)
def test_a_key_press_takes_a_few_milliseconds_with_what_is_shown(
    gazetteer: Gazetteer, typed: str
) -> None:
    gazetteer.starting_with("s, fr")
    times = []
    for _ in range(5):
        began = time.process_time()
        choices = [gazetteer.choice(city, "fr") for city in gazetteer.starting_with(typed)]
        times.append(time.process_time() - began)
        assert len(choices) <= 25
    assert min(times) < 0.015  # measured: at most 5 ms


def test_a_city_of_no_table_is_labelled_by_name_and_country(gazetteer: Gazetteer) -> None:
    city = City(name="Ys", country="FR", latitude=48.1, longitude=-4.4)
    assert gazetteer.label(city) == "Ys, FR"


def test_every_city_is_found_by_its_label(gazetteer: Gazetteer) -> None:
    table = rows("villes_fr.tsv.gz")[1:] + rows("world15000.tsv.gz")
    for number, name, *_ in table:
        city = gazetteer.find(f"{name}, geonames:{number}")
        assert city.geoname_id == int(number)
        assert gazetteer.find(gazetteer.label(city)) == city
    assert len(table) == FRENCH_AND_ABROAD


def test_a_city_has_all_that_its_table_says(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Le Mans") == City(
        name="Le Mans",
        country="FR",
        department="Sarthe",
        region="Pays de la Loire",
        latitude=48.0021,
        longitude=0.2025,
        population=146_249,
        altitude=65,
        timezone="Europe/Paris",
        geoname_id=3003603,
    )
    assert gazetteer.find("Springfield, IL").region == ""


def test_an_altitude_that_geonames_does_not_know_is_zero(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Monaco").altitude == 0


def test_mayotte_is_a_french_departement(gazetteer: Gazetteer) -> None:
    city = gazetteer.find("Mamoudzou, 976")
    assert (city.country, city.department, city.region) == ("YT", "Mayotte", "Mayotte")
    assert city in gazetteer.of_french()


def test_french_cities_come_by_population_with_those_overseas(gazetteer: Gazetteer) -> None:
    french = gazetteer.of_french()
    assert names(french[:3]) == ["Paris", "Marseille", "Lyon"]
    populations = [city.population for city in french]
    assert populations == sorted(populations, reverse=True)
    assert {city.country for city in french} == {"FR", "GF", "GP", "MQ", "RE", "YT"}


def test_the_tables_load_in_well_under_a_second() -> None:
    began = time.process_time()
    Gazetteer().find("Le Mans")
    assert time.process_time() - began < 0.5
