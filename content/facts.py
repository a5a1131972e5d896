"""Facts: what is known of a City, where it is true and its texts do not say it already."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from babel import Locale

from content.city import City
from content.post import Kind
from content.typography import apostrophes

EARTH_RADIUS = 6371.0088
"""Kilometres: the mean radius of WGS 84 (IUGG)."""

# What a text says with a number of people, an altitude or a distance near it: then it tells of
# them itself. A fact too few is better than one that is said twice.
_TELLS_POPULATION = re.compile(
    r"habitant|population|populous|\d\s*(?:people|residents|souls|ames)\b"
)
_TELLS_ALTITUDE = re.compile(r"altitude|sea level|niveau de la mer")
_ACCENTS = re.compile("[\u0300-\u036f]")
_TELLS_DISTANCE = re.compile(r"\b(?:km|kilom)")


@dataclass(frozen=True, kw_only=True)
class Series:
    """Where a day stands in the series.

    `number`: of the day, from 1; None before the first one. `last_city`: the city of the day
    before; None where there was none.
    """

    number: int | None = None
    last_city: City | None = None


def areas(city: City, language: str) -> tuple[str, ...]:
    """Where a city lies: département and région, or else the country; what is named like it not."""
    known = (city.department, city.region) if city.department or city.region else ()
    names = [apostrophes(area) for area in known or (country(city, language),)]
    return tuple(area for area in dict.fromkeys(names) if area and area != apostrophes(city.name))


def country(city: City, language: str) -> str:
    """The country's name in a language; its code where there is no name."""
    return _country(city.country, language)


@lru_cache(maxsize=512)
def _country(code: str, language: str) -> str:
    return str(Locale(language).territories.get(code, code))


def distance(one: City, other: City) -> int:
    """The great-circle distance of two cities in whole kilometres."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin(radians(other.longitude - one.longitude) / 2) ** 2
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * across
    return round(2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord))))


def worth_telling(
    city: City, series: Series, texts: Sequence[str], language: str
) -> Iterator[Kind]:
    """The facts that are known and that none of the `texts` tells.

    A population of 0 stands for "not known", and so does an altitude of 0; one below the sea is an
    error of the coast line.
    """
    told = "\n".join(map(_folded, texts))
    lies_in = areas(city, language)
    if lies_in and not all(_says(told, area) for area in lies_in):
        yield Kind.PLACE
    if city.population > 0 and not (
        _TELLS_POPULATION.search(told) or _says_number(told, city.population)
    ):
        yield Kind.POPULATION
    if city.altitude > 0 and not (
        _TELLS_ALTITUDE.search(told) or _says_number(told, city.altitude)
    ):
        yield Kind.ALTITUDE
    last = series.last_city
    if last is None or last.key == city.key or distance(city, last) == 0:
        return
    if not (_says(told, last.name) and _TELLS_DISTANCE.search(told)):
        yield Kind.DISTANCE


def _says(told: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_folded(name))}(?!\w)", told) is not None


def _says_number(told: str, number: int) -> bool:
    """Whether the number is there, its thousands grouped or not."""
    digits = r"[\s.,]?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", str(number)))
    return re.search(rf"(?<!\d){digits}(?!\d)", told) is not None


def _folded(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", apostrophes(text).casefold()))
