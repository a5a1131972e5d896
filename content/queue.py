"""The queue's rules: which Entry may go on which date, and which cities would do it good."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice

from content.city import City

VARIETY = 6
"""Of so many times the cities wanted, the largest, the day draws those that are suggested."""


def close_by(day: date, taken: Mapping[date, str], within: timedelta) -> frozenset[str]:
    """The keys of the cities that come less than `within` before or after `day`.

    `taken` holds the keys of the cities of other dates: posted before, or pinned to a later one.
    """
    return frozenset(
        key for other, key in taken.items() if other != day and abs(other - day) < within
    )


def too_soon(city: City, day: date, taken: Mapping[date, str], within: timedelta) -> bool:
    """Whether the city comes again less than `within` before or after `day`."""
    return city.key in close_by(day, taken, within)


def suggested(
    cities: Iterable[City], day: date, *, spoken_for: Container[str], limit: int
) -> Sequence[City]:
    """Some of the first cities whose keys are not spoken for, in their order.

    The same ones all day, others tomorrow; one that is spoken for meanwhile makes room for another.
    """
    free = (city for city in cities if city.key not in spoken_for)
    likely = list(islice(free, VARIETY * limit))
    drawn = sorted(likely, key=lambda city: sha256(f"{day} {city.key}".encode()).digest())[:limit]
    return sorted(drawn, key=likely.index)
