"""An Entry for a day when the queue is empty: a city of the gazetteer, told in plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from babel.numbers import format_decimal

from content.city import City
from content.entry import LANGUAGES, Entry
from content.facts import areas
from content.queue import close_by
from content.typography import apostrophes

SMALLEST_POPULATION = 20_000


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What the facts are told with; the verbs of population and of altitude."""

    singular: tuple[str, str]
    plural: tuple[str, str]
    person: str
    people: str
    altitude: str
    both: str


_WORDS = {
    "fr": _Words(
        singular=("compte", "se trouve à"),
        plural=("comptent", "se trouvent à"),
        person="habitant",
        people="habitants",
        altitude="d’altitude",
        both="et",
    ),
    "en": _Words(
        singular=("has", "lies"),
        plural=("has", "lies"),
        person="inhabitant",
        people="inhabitants",
        altitude="above sea level",
        both="and",
    ),
}


def fallback_entry(
    cities: Sequence[City], day: date, taken: Mapping[date, str], within: timedelta
) -> Entry | None:
    """A city for the date, the same one whenever asked; None when each of them comes too soon."""
    large = [city for city in cities if city.population >= SMALLEST_POPULATION]
    too_soon = close_by(day, taken, within)
    start = int.from_bytes(sha256(day.isoformat().encode()).digest()[:8])
    for offset in range(len(large)):
        city = large[(start + offset) % len(large)]
        if city.key not in too_soon:
            return Entry(city=city, texts={lang: facts(city, lang) for lang in LANGUAGES})
    return None


def facts(city: City, language: str) -> str:
    """Region, population and altitude of a city in a sentence; what is not known is left out.

    An altitude of 0 stands for "not known", and one below the sea for an error of the coast line.
    """
    words = _WORDS[language]
    name = apostrophes(city.name)
    verbs = words.plural if name.startswith("Les ") else words.singular
    said = []
    if city.population > 0:
        people = words.person if city.population == 1 else words.people
        said.append(f"{verbs[0]} {_number(city.population, language)}\u00a0{people}")
    if city.altitude > 0:
        said.append(f"{verbs[1]} {_number(city.altitude, language)}\u00a0m {words.altitude}")
    return " ".join([name + _where(city, language), f" {words.both} ".join(said)]).rstrip() + "."


def _where(city: City, language: str) -> str:
    lies_in = ", ".join(areas(city, language))
    return f" ({lies_in})" if lies_in else ""


def _number(value: int, language: str) -> str:
    return format_decimal(value, locale=language)
