"""Facts: known, true, and not said twice; and how a caption shows them."""

from dataclasses import replace
from datetime import date

import pytest

from content.caption import fit
from content.city import City
from content.compose import compose
from content.counting import count_characters
from content.credit import Credit
from content.entry import Entry
from content.facts import Series, distance, worth_telling
from content.fallback import facts
from content.post import FACTS, Kind, Limits, Picture

DAY = date(2026, 11, 22)
LE_MANS = City(
    name="Le Mans",
    country="FR",
    department="Sarthe",
    region="Pays de la Loire",
    latitude=48.0021,
    longitude=0.2025,
    population=146_249,
    altitude=65,
)
TOURS = City(name="Tours", country="FR", latitude=47.3900, longitude=0.6889)
UNKNOWN = City(name="Ys", country="", latitude=48.0, longitude=-4.0)
SERIES = Series(number=12, last_city=TOURS)
LIMITS = Limits(
    text=500, count=count_characters, images=1, image_bytes=1, image_side=1, alt=1, links=False
)
PICTURE = Picture(data=b"", alt="", credit=Credit(author="A", licence="CC0"))


def told(text: str, city: City = LE_MANS, series: Series = SERIES) -> list[Kind]:
    return list(worth_telling(city, series, [text], "fr"))


def caption(
    language: str = "fr",
    city: City = LE_MANS,
    series: Series = SERIES,
    text: str = "",
    limits: Limits = LIMITS,
) -> list[str]:
    """The caption's lines, the blanks that break no line shown as ~ and, the narrow one, ·."""
    entry = Entry(city=city, texts={language: text})
    post = compose(
        entry, [PICTURE], day=DAY, language=language, series_hashtag="Ville", series=series
    )
    shown = fit(post.parts, limits).replace("\u00a0", "~").replace("\u202f", "\u0387")
    return shown.split("\n")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "fr",
            (
                "📍 Sarthe, Pays de la Loire · 146\u0387249~habitants · 65~m d’altitude"
                " · à 77~km de Tours, la ville d’hier"
            ),
        ),
        (
            "en",
            (
                "📍 Sarthe, Pays de la Loire · population 146,249 · 65~m above sea level"
                " · 77~km from Tours, yesterday’s city"
            ),
        ),
    ],
)
def test_the_facts_share_a_line(language: str, line: str) -> None:
    assert caption(language)[2] == line


def test_the_number_of_the_day_stands_behind_the_hashtags() -> None:
    assert caption("fr")[0] == "#Ville #LeMans · jour 12"
    assert caption("en")[0] == "#Ville #LeMans · day 12"
    assert caption(series=Series(number=1234))[0].endswith("jour 1\u0387234")
    assert caption(series=Series())[0] == "#Ville #LeMans"


def test_the_line_begins_with_a_capital() -> None:
    lone = replace(LE_MANS, department="", region="", country="", population=0, altitude=0)
    assert caption(city=lone)[2] == "📍 À 77~km de Tours, la ville d’hier"


def test_one_inhabitant_is_one() -> None:
    assert "1~habitant ·" in caption(city=replace(LE_MANS, population=1))[2]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Le Mans", "du Mans"),
        ("Les Sables-d'Olonne", "des Sables-d’Olonne"),
        ("La Rochelle", "de La Rochelle"),
        ("L'Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
        ("Évreux", "d’Évreux"),
        ("Œuilly", "d’Œuilly"),
        ("Yvetot", "d’Yvetot"),
        ("Yaoundé", "de Yaoundé"),
        ("Honfleur", "de Honfleur"),
        ("Lesquin", "de Lesquin"),
    ],
)
def test_french_says_de_as_the_name_wants_it(name: str, said: str) -> None:
    series = Series(last_city=replace(TOURS, name=name))
    assert f"~km {said}, la ville d’hier" in caption(series=series)[2]


def test_of_a_city_of_which_nothing_is_known_nothing_is_told() -> None:
    assert caption(city=UNKNOWN, series=Series()) == ["#Ville #Ys", "", "📷 A · CC0"]


def test_an_altitude_below_the_sea_is_not_told() -> None:
    assert Kind.ALTITUDE not in told("", replace(LE_MANS, altitude=-4))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ses 146 249 habitants.", Kind.POPULATION),
        ("It is home to 150,000 people.", Kind.POPULATION),
        ("146.249 dort.", Kind.POPULATION),
        ("À 65 m, la ville.", Kind.ALTITUDE),
        ("Elle est à peu d'altitude.", Kind.ALTITUDE),
        ("In the Sarthe, Pays de la Loire.", Kind.PLACE),
        ("À 80 km de Tours.", Kind.DISTANCE),
    ],
)
def test_what_a_text_says_is_not_said_again(text: str, kind: Kind) -> None:
    assert told(text) == [each for each in FACTS if each is not kind]


@pytest.mark.parametrize(
    "text", ["Une ville.", "Au-dessus de la Sarthe.", "Depuis 1650.", "Tours est loin."]
)
def test_what_a_text_does_not_say_is_told(text: str) -> None:
    assert told(text) == [*FACTS]


def test_the_stand_in_text_of_the_gazetteer_leaves_only_the_distance() -> None:
    assert told(facts(LE_MANS, "fr")) == [Kind.DISTANCE]


@pytest.mark.parametrize(
    "last", [None, LE_MANS, replace(TOURS, latitude=48.0021, longitude=0.2026)]
)
def test_no_distance_is_told_to_nowhere_to_itself_and_to_next_door(last: City | None) -> None:
    assert Kind.DISTANCE not in told("", series=Series(last_city=last))


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((48.8534, 2.3488), (40.7143, -74.0060), 5837),  # Paris, New York
        ((-18.1416, 178.4415), (-13.8333, -171.7667), 1151),  # Suva, Apia: over the date line
        ((90.0, 0.0), (-90.0, 0.0), 20015),
        ((0.0, 0.0), (0.0, 180.0), 20015),
        ((1.0, 1.0), (1.0, 1.0), 0),
    ],
)
def test_a_distance_is_that_of_the_great_circle(
    one: tuple[float, float], other: tuple[float, float], kilometres: int
) -> None:
    def at(place: tuple[float, float]) -> City:
        return City(name="", country="", latitude=place[0], longitude=place[1])

    assert distance(at(one), at(other)) == distance(at(other), at(one))
    assert abs(distance(at(one), at(other)) - kilometres) <= 2


def test_facts_come_only_where_they_fit_each_for_itself() -> None:
    whole = len("\n".join(caption()))
    shorter = caption(limits=replace(LIMITS, text=whole - 1))
    assert shorter[2] == (
        "📍 Sarthe, Pays de la Loire · 146\u0387249~habitants · à 77~km de Tours, la ville d’hier"
    )


def test_facts_stay_away_where_they_are_shown_beside_the_text() -> None:
    assert caption(limits=replace(LIMITS, facts=False))[2] == "📷 A · CC0"
