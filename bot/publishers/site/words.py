"""The gallery's own words, dates and numbers, in French and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from content.city import City
from content.typography import apostrophes

# English as Europe writes it: 22 November 2026, not November 22, 2026.
LOCALES: Mapping[str, str] = {"fr": "fr", "en": "en_GB"}


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the pages say in one language."""

    subtitle: str
    earlier: str
    page: str
    pages: str
    older_page: str
    newer_page: str
    neighbours: str
    day_before: str
    day_after: str
    feed: str
    home: str
    soon: str
    soon_text: str
    lost: str
    lost_text: str
    department: str
    region: str
    country: str
    position: str
    population: str
    inhabitants: str
    altitude: str
    metres: str
    compass: tuple[str, str, str, str]


WORDS: Mapping[str, Words] = {
    "fr": Words(
        subtitle="Chaque jour, une image, une ville.",
        earlier="Les jours d’avant",
        page="Page",
        pages="Pages",
        older_page="Plus anciennes",
        newer_page="Plus récentes",
        neighbours="D’un jour à l’autre",
        day_before="Ville précédente",
        day_after="Ville suivante",
        feed="Fil Atom",
        home="Toutes les villes",
        soon="Bientôt, une ville",
        soon_text="La première ville paraîtra ici, à l’heure dite. Revenez la voir\u00a0: il y en"
        " aura une nouvelle chaque jour.",
        lost="Rien sous cette orbite",
        lost_text="Cette page n’existe pas, ou n’existe plus. Les villes, elles, sont toujours là.",
        department="Département",
        region="Région",
        country="Pays",
        position="Position",
        population="Population",
        inhabitants="habitants",
        altitude="Altitude",
        metres="m",
        compass=("N", "S", "E", "O"),
    ),
    "en": Words(
        subtitle="Every day, a picture, a city.",
        earlier="Earlier days",
        page="Page",
        pages="Pages",
        older_page="Older",
        newer_page="Newer",
        neighbours="From day to day",
        day_before="Previous city",
        day_after="Next city",
        feed="Atom feed",
        home="All the cities",
        soon="A city, soon",
        soon_text="The first city appears here when its hour comes. Come back for it: there will"
        " be a new one every day.",
        lost="Nothing below this orbit",
        lost_text="This page does not exist, or no longer does. The cities are still there.",
        department="Département",
        region="Region",
        country="Country",
        position="Position",
        population="Population",
        inhabitants="people",
        altitude="Altitude",
        metres="m",
        compass=("N", "S", "E", "W"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that is known of a city."""

    label: str
    value: str


def facts(city: City, language: str) -> tuple[Fact, ...]:
    """What is known of a city, as a reader of the language writes it. Unknown facts are left out.

    A département or region that is named like the city says nothing new.
    """
    words, locale = WORDS[language], LOCALES[language]
    country = Locale.parse(locale).territories.get(city.country, city.country)
    known = {
        words.department: city.department if city.department != city.name else "",
        words.region: city.region if city.region not in (city.name, city.department) else "",
        words.country: country if country != city.name else "",
        words.position: position(city, language),
        words.population: _number(city.population, words.inhabitants, locale),
        words.altitude: _number(city.altitude, words.metres, locale),
    }
    return tuple(
        Fact(label=label, value=apostrophes(value)) for label, value in known.items() if value
    )


def position(city: City, language: str) -> str:
    """Where a city lies, to a hundredth of a degree: "48,00° N, 0,20° E"."""
    north, south, east, west = WORDS[language].compass

    def degrees(value: float) -> str:
        return format_decimal(abs(value), format="0.00", locale=LOCALES[language]) + "°\u00a0"

    latitude = degrees(city.latitude) + (north if city.latitude >= 0 else south)
    longitude = degrees(city.longitude) + (east if city.longitude >= 0 else west)
    return f"{latitude}{' · ' if language == 'fr' else ', '}{longitude}"


def long_date(day: date, language: str) -> str:
    """The date with its weekday: "dimanche 22 novembre 2026"."""
    return _date(day, "EEEE d MMMM y", language)


def short_date(day: date, language: str) -> str:
    """The date without its weekday: "1er décembre 2026"."""
    return _date(day, "d MMMM y", language)


def _date(day: date, pattern: str, language: str) -> str:
    if language == "fr" and day.day == 1:
        pattern = pattern.replace("d ", "d'er' ")
    return format_date(day, pattern, locale=LOCALES[language])


def _number(value: int, unit: str, locale: str) -> str:
    """A number with its unit; nothing for 0, which stands for "not known"."""
    return f"{format_decimal(value, locale=locale)}\u00a0{unit}" if value else ""
