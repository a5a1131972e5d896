"""The queue's rules: which Entry may go on which date."""

from collections.abc import Mapping
from datetime import date, timedelta

from content.city import City


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
