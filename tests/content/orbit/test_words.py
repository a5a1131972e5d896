"""What the view from orbit says: subtitle, alt text, credit."""

import pytest

from content.city import City
from content.orbit import orbit_alt_text, orbit_credit
from content.orbit.words import name_on_picture, subtitle
from tests.content.orbit.cities import (
    LE_MANS,
    NORTH_POLE,
    OLONNE,
    PARIS,
    SAINT_DENIS,
    USHUAIA,
    each_extreme_city,
    each_language,
)

NARROW_NO_BREAK = "\u202f"


@pytest.mark.parametrize(
    ("city", "language", "expected"),
    [
        (LE_MANS, "fr", "48,00° N  0,20° E · Pays de la Loire"),
        (LE_MANS, "en", "48.00° N  0.20° E · Pays de la Loire"),
        (USHUAIA, "fr", "54,81° S  68,32° O · Argentine"),
        (USHUAIA, "en", "54.81° S  68.32° W · Argentina"),
        (NORTH_POLE, "fr", "90,00° N  0,00° E · XX"),
    ],
)
def test_the_subtitle_follows_the_language(city: City, language: str, expected: str) -> None:
    assert subtitle(city, language) == expected


def test_a_hair_south_of_the_equator_is_written_as_on_it() -> None:
    city = City(name="Mitad del Mundo", country="EC", latitude=-0.002, longitude=-0.001)
    assert subtitle(city, "en").startswith("0.00° N  0.00° E")


@each_language
@each_extreme_city
def test_the_alt_text_names_the_city_below_300_characters(city: City, language: str) -> None:
    text = orbit_alt_text(city, language)
    assert city.name.replace("'", "’") in text
    assert len(text) < 300


def test_the_alt_text_says_where_the_city_lies() -> None:
    assert "Le Mans (Sarthe, Pays de la Loire, France)" in orbit_alt_text(LE_MANS, "fr")


def test_the_alt_text_does_not_repeat_a_name() -> None:
    assert "Paris (France)" in orbit_alt_text(PARIS, "fr")
    assert "Saint-Denis (La Réunion)" in orbit_alt_text(SAINT_DENIS, "fr")


def test_the_alt_text_says_that_it_is_no_photo() -> None:
    assert "pas une photo" in orbit_alt_text(LE_MANS, "fr")
    assert "not a photo" in orbit_alt_text(LE_MANS, "en")


def test_the_french_alt_text_has_french_typography() -> None:
    text = orbit_alt_text(OLONNE, "fr")
    assert "'" not in text
    before_colons = [text[at - 1] for at, character in enumerate(text) if character in ":;!?"]
    assert before_colons
    assert set(before_colons) == {NARROW_NO_BREAK}


@each_language
def test_the_credit_is_complete(language: str) -> None:
    assert orbit_credit(language).missing == ()


def test_the_licence_is_in_the_language_of_the_caption() -> None:
    assert orbit_credit("fr").line == "📷 NASA Visible Earth / Blue Marble · domaine public"
    assert orbit_credit("en").line == "📷 NASA Visible Earth / Blue Marble · public domain"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="de"):
        orbit_alt_text(LE_MANS, "de")


def test_what_is_not_seen_is_not_drawn_but_joiners_are_kept() -> None:
    city = City(name="Llan\u00adfair\u200b\u200e", country="GB", latitude=53.2, longitude=-4.2)
    assert name_on_picture(city, "fr") == "Llanfair"
    joined = City(name="می\u200cخواهم", country="IR", latitude=35.7, longitude=51.4)
    assert name_on_picture(joined, "fr") == joined.name
