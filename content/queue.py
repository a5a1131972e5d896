"""The queue's rules: which Entry may go on which date."""

from collections.abc import Mapping
from datetime import date, timedelta

from content.city import City


def too_soon(city: City, day: date, taken: Mapping[date, str], within: timedelta) -> bool:
    """Whether the city comes again less than `within` before or after `day`.

    `taken` holds the keys of the cities of other dates: posted before, or pinned to a later one.
    """
    return any(
        key == city.key and abs(other - day) < within
        for other, key in taken.items()
        if other != day
    )
