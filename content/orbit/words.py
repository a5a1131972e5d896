"""What the view from orbit says in French and English: subtitle, alt text and credit."""

import unicodedata

from babel import Locale

from content.city import City
from content.credit import Credit
from content.typography import apostrophes

ALT_TEXT_BELOW = 300  # characters: short enough for every platform, and to be listened to

_JOINERS = "\u200c\u200d"
_WEST = {"fr": "O", "en": "W"}
_PUBLIC_DOMAIN = {"fr": "domaine public", "en": "public domain"}
_ALT_TEXT = {
    "fr": (
        "Image de synthèse, pas une photo\u202f: la Terre vue de 2\u202f500\u00a0km d’altitude, "
        "arrondie et bordée de bleu sur le noir étoilé. Au centre, un point doré et son étiquette "
        "marquent {place}. Fond de carte\u202f: Blue Marble, NASA."
    ),
    "en": (
        "Computer-drawn view, not a photo: the Earth from 2,500\u00a0km up, its curved edge "
        "glowing blue against the stars. In the middle, a golden dot and a label mark {place}. "
        "Base map: Blue Marble, NASA."
    ),
}


class MissingGlyph(ValueError):
    """A city's name has a character that the picture's font cannot draw."""


def name_on_picture(city: City, language: str) -> str:
    """The city's name as the label shows it."""
    return _visible(_typographic(city.name))


def subtitle(city: City, language: str) -> str:
    """Position and region, or the country where no region is known:
    "48,00° N  0,20° E · Pays de la Loire". ValueError for a language that is none of ours.
    """
    _require(language)
    latitude = _degrees(city.latitude, "N", "S", language)
    longitude = _degrees(city.longitude, "E", _WEST[language], language)
    area = _visible(_typographic(city.region)) or _country(city, language)
    return f"{latitude}  {longitude} · {area}"


def orbit_alt_text(city: City, language: str) -> str:
    """What the view from orbit shows, for somebody who cannot see it: below 300 characters.

    The place is given without a preposition, so that no name needs its gender or article; of a
    very long one, département, région and country are left out in this order. ValueError for a
    language that is none of ours.
    """
    _require(language)
    country = _country(city, language)
    department = _typographic(city.department)
    region = _typographic(city.region)
    name = _typographic(city.name)
    areas: tuple[tuple[str, ...], ...] = (
        (department, region, country),
        (region, country),
        (country,),
        (),
    )
    texts = [_ALT_TEXT[language].format(place=_place(name, each)) for each in areas]
    return next((text for text in texts if len(text) < ALT_TEXT_BELOW), texts[-1])


def orbit_credit(language: str) -> Credit:
    """The credit of the view from orbit. ValueError for a language that is none of ours."""
    _require(language)
    return Credit(
        author="NASA Visible Earth",
        source="Blue Marble",
        licence=_PUBLIC_DOMAIN[language],
        link="https://visibleearth.nasa.gov/collection/1484/blue-marble",
    )


def _require(language: str) -> None:
    if language not in _ALT_TEXT:
        raise ValueError(f"The view from orbit speaks {', '.join(_ALT_TEXT)}, not {language!r}.")


def _degrees(value: float, positive: str, negative: str, language: str) -> str:
    rounded = round(value, 2)  # before the sign is read: -0.001° is 0.00° N, not S
    text = f"{abs(rounded):.2f}° {negative if rounded < 0 else positive}"
    return text.replace(".", ",") if language == "fr" else text


def _country(city: City, language: str) -> str:
    return str(Locale(language).territories.get(city.country, city.country))


def _place(name: str, areas: tuple[str, ...]) -> str:
    # Paris is also a département, La Réunion a département, a région and a country code.
    distinct = [area for area in dict.fromkeys(areas) if area and area != name]
    return f"{name} ({', '.join(distinct)})" if distinct else name


def _typographic(text: str) -> str:
    return apostrophes(unicodedata.normalize("NFC", text))  # one glyph for each accented letter


def _visible(text: str) -> str:
    """Without soft hyphens and the like, but with the joiners that the letters of some scripts
    need.
    """
    return "".join(each for each in text if each in _JOINERS or unicodedata.category(each) != "Cf")
