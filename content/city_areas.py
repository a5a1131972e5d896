"""Areas: what narrows a city's name down, such as its département or its country."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from content.folding import fold

FRENCH = frozenset({"FR", "GF", "GP", "MQ", "RE", "YT"})
"""The country codes of France and its overseas départements."""

Area = tuple[str, ...]
"""Country code, then number or admin code, département and région, where there are any."""


class Areas:
    """The areas of all lines of the tables, found by what is typed behind a name.

    `of_line` is the number of each line's area.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        numbers: dict[Area, int] = {}
        self.of_line = array("H", (numbers.setdefault(area, len(numbers)) for area in areas))
        self._names = [area_names(area) for area in numbers]
        self._called: dict[str, list[int]] = {}
        for number, names in enumerate(self._names):
            for name in names:
                self._called.setdefault(name, []).append(number)
        self._sorted = sorted(self._called)

    def fitting(self, qualifiers: str) -> Collection[int]:
        """The numbers of the areas that are what the folded qualifiers, the last of them perhaps
        unfinished, say.
        """
        words = qualifiers.split()
        first = [" ".join(words[:end]) for end in range(1, len(words))]
        likely = {number for name in first for number in self._called.get(name, ())}
        likely |= set(begun(self._sorted, self._called, qualifiers))
        return {
            number
            for number in likely
            if consists_of(qualifiers, self._names[number], unfinished=True)
        }


def begun(
    names: Sequence[str], values: Mapping[str, Sequence[int]], beginning: str
) -> Iterator[int]:
    """The values of those of the sorted names that begin so."""
    for name in names[bisect_left(names, beginning) : bisect_left(names, f"{beginning}\x7f")]:
        yield from values[name]


@lru_cache(maxsize=4096)
def area_names(area: Area) -> tuple[str, ...]:
    """What an area may be called, folded."""
    names = {*area, *(name.removeprefix("La ") for name in area)}
    if area[0] in FRENCH:
        names |= {"FR", "France"}
    return tuple(sorted({fold(name) for name in names if name}))


def consists_of(wanted: str, names: Collection[str], *, unfinished: bool = False) -> bool:
    """Whether `wanted` is some of the names, one after another."""
    return any(
        wanted == name
        or (unfinished and name.startswith(wanted))
        or (
            wanted.startswith(f"{name} ")
            and consists_of(wanted[len(name) + 1 :], names, unfinished=unfinished)
        )
        for name in names
    )
