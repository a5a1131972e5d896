"""The shipped city tables: read, and asked for the lines that a name means.

Names are compared folded. Sources and licences of the tables: content/data/ATTRIBUTION.md.
"""

import difflib
import gzip
import heapq
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import accumulate

from content.city import City
from content.city_areas import FRENCH, Area, Areas, area_names, begun, consists_of
from content.folding import fold, letters, plain, saints

FRENCH_WEIGHT = 100
"""How much more a Frenchman counts than others where cities are offered: Longjumeau comes before
Long Beach, but not before London."""

_MAYOTTE = ("Mayotte", "976")  # its communes are in the world table, which has no départements
_NO_ALTITUDE = "-9999"  # GeoNames' mark for a place its elevation model does not cover
_FRENCH_COLUMNS = 12  # geonameid nom pays insee dep departement region lat lon population alt tz
_QUALIFIER_WORDS = 8  # "provence alpes cote d azur fr" has six
_LONGEST = 200  # characters; a longer query is no city name, and reading it would only take time

_REFERENCE = "geonames"
_KEY = re.compile(rf"{_REFERENCE}:([0-9]{{1,12}})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Both tables as lines, the French ones first, each part by falling population.

    `text` is all folded names in the same order, each between two line breaks, `starts` where each
    name begins in it, `rows` the lines of each folded name, `french` how many lines are French.
    """

    lines: Sequence[str]
    text: str
    starts: Sequence[int]
    rows: Mapping[str, tuple[int, ...]]
    french: int

    @cached_property
    def joined(self) -> Mapping[str, tuple[int, ...]]:
        """The lines of each name written in one word, for "les sables dolonne"."""
        found: dict[str, tuple[int, ...]] = {}
        for name, rows in self.rows.items():
            word = name.replace(" ", "")
            found[word] = found.get(word, ()) + rows
        return found

    def city(self, row: int) -> City:
        """The City of a line."""
        place = self.lines[row].split("\t")
        if len(place) == _FRENCH_COLUMNS:
            number, name, country, _, _, department, region, *figures = place
        else:
            number, name, country, _, *figures = place
            department = region = _MAYOTTE[0] if country == "YT" else ""
        latitude, longitude, population, altitude, timezone = figures
        return City(
            name=name,
            country=country,
            department=department,
            region=region,
            latitude=float(latitude),
            longitude=float(longitude),
            population=int(population),
            altitude=0 if altitude == _NO_ALTITUDE else int(altitude),
            timezone=timezone,
            geoname_id=int(number),
        )

    def area(self, row: int) -> str:
        """The number of a French département ("72"), or the admin code of a city abroad ("TX")."""
        place = self.lines[row].split("\t")
        if len(place) == _FRENCH_COLUMNS:
            return place[4]
        return _MAYOTTE[1] if place[2] == "YT" else place[3]

    def meant(self, query: str) -> tuple[int, ...]:
        """The lines that a full name means: a French one alone wins over foreign ones.

        A City's key, "geonames:3003603", means that city alone.
        """
        if referred := _KEY.fullmatch(query.strip()):
            number = f"{int(referred[1])}\t"
            return tuple(row for row, line in enumerate(self.lines) if line.startswith(number))
        for joint in (" ", ""):
            index = self.rows if joint else self.joined  # the latter is made if it is needed
            for name, qualifiers in readings(query):
                rows = tuple(
                    row
                    for row in index.get(saints(name).replace(" ", joint), ())
                    if not qualifiers or self.qualified(row, qualifiers)
                )
                french = tuple(row for row in rows if row < self.french)
                if rows:
                    return french if len(french) == 1 else tuple(sorted(rows))
        return ()

    def beginning(self, query: str, *, most: int) -> list[int]:
        """The lines of at most so many cities whose name is, begins with, or has a word that
        begins with what is typed: in this order, and in each group the weightiest first. Or a key.
        """
        if _REFERENCE in query.casefold():
            return list(self.meant(query)[:most])
        found: dict[int, None] = {}
        for name, qualifiers in readings(query):
            fitting = self._areas.fitting(qualifiers) if qualifiers else None
            if fitting is not None and not fitting:
                continue
            for rows in self._groups(name):
                fresh = [row for row in rows if row not in found]
                if fitting is not None:
                    fresh = [row for row in fresh if self._areas.of_line[row] in fitting]
                more = heapq.nsmallest(most - len(found), fresh, key=self._ranks.__getitem__)
                found |= dict.fromkeys(more)
                if len(found) >= most:
                    break
            if found:
                break
        return list(found)

    def _groups(self, name: str) -> Iterator[set[int]]:
        """Each is looked for when it is asked for: one letter is a word of thousands of names."""
        spellings = {saints(name)}
        if name.endswith(("st", "ste")):  # an unfinished "st" may become Strasbourg as well
            before, _, last = name.rpartition(" ")
            spellings.add(f"{saints(before)} {last}".lstrip())
        named = {row for each in spellings for row in self.rows.get(each, ())}
        yield named
        longer = {row for each in spellings for row in begun(self._names, self.rows, each)}
        yield longer
        words = {row for each in spellings for row in self._with_word(each)}
        yield words
        if not (named or longer or words):
            joint = saints(name).replace(" ", "")
            yield set(begun(self._joined_names, self.joined, joint))

    def _with_word(self, beginning: str) -> Iterator[int]:
        wanted = f" {beginning}"
        at = self.text.find(wanted)
        while at >= 0:
            yield bisect_right(self.starts, at + 1) - 1
            at = self.text.find(wanted, at + 1)

    @cached_property
    def _names(self) -> list[str]:
        return sorted(self.rows)

    @cached_property
    def _joined_names(self) -> list[str]:
        return sorted(self.joined)

    @cached_property
    def _ranks(self) -> "array[int]":
        """For each line a number of its own, the smaller the weightier."""
        weights = (
            _population(line) * (FRENCH_WEIGHT if row < self.french else 1)
            for row, line in enumerate(self.lines)
        )
        return array("q", (row - (weight << 16) for row, weight in enumerate(weights)))

    @cached_property
    def _areas(self) -> Areas:
        return Areas(map(self._area, range(len(self.lines))))

    def _area(self, row: int) -> Area:
        """What qualifies a line, and all others of its area."""
        _, _, country, code, area, department, region, _ = self.lines[row].split("\t", 7)
        if country == "YT":
            department, area = _MAYOTTE
            return country, area, department
        return (country, area, department, region) if row < self.french else (country, code)

    def qualified(self, row: int, wanted: str) -> bool:
        """Whether a city is what the folded qualifiers say."""
        key = fold(f"{_REFERENCE}:{self.city(row).geoname_id}")
        return consists_of(wanted, (*area_names(self._area(row)), key))

    def nearest(self, name: str, count: int) -> list[tuple[int, ...]]:
        """The lines of the names most like this one, the likest first."""
        wanted = fold(name) if len(name) <= _LONGEST else ""
        if not wanted:
            return []
        likely = [
            each
            for each, rows in self.rows.items()
            if abs(len(each) - len(wanted)) <= 2 and (rows[0] < self.french or each[0] == wanted[0])
        ]
        close = difflib.get_close_matches(wanted, likely, n=count, cutoff=0.75)
        return [self.rows[each] for each in close]


def readings(query: str) -> Iterator[tuple[str, str]]:
    """The ways to read a query as a name and its qualifiers, the likeliest first.

    At its commas and brackets, from the right; then as a name alone; then at each space. Some
    names hold a comma, a bracket or a number themselves: "Halle (Saale)", "Delmas 73".
    """
    if len(query) > _LONGEST:
        return
    parts = [part for part in map(plain, re.split(r"[,()]", query)) if part]
    words = " ".join(parts).split()
    if not words:
        return
    cuts = [len(" ".join(parts[:end]).split()) for end in range(len(parts) - 1, 0, -1)]
    for cut in (*cuts, *range(len(words), 0, -1)):
        if len(words) - cut > _QUALIFIER_WORDS:
            continue
        yield " ".join(words[:cut]), saints(" ".join(words[cut:]))


def load() -> Tables:
    """Read both tables."""
    french = _table("villes_fr.tsv.gz")[1:]
    abroad: list[str] = []
    for line in _table("world15000.tsv.gz"):
        (french if line.split("\t", 3)[2] in FRENCH else abroad).append(line)
    lines = sorted(french, key=_population, reverse=True)
    lines += sorted(abroad, key=_population, reverse=True)
    # All names are folded in one go: one by one takes ten times as long.
    folded = saints(letters("\n".join([line.split("\t", 2)[1] for line in lines])))
    names = [name.strip() for name in folded.split("\n")]
    rows: dict[str, tuple[int, ...]] = {}
    for row, name in enumerate(names):
        rows[name] = (*rows[name], row) if name in rows else (row,)
    return Tables(
        lines=lines,
        text="\n" + "\n".join(names) + "\n",
        starts=list(accumulate([len(name) + 1 for name in names], initial=1)),
        rows=rows,
        french=len(french),
    )


def _population(line: str) -> int:
    return int(line.rsplit("\t", 3)[1])  # the last columns are the same in both tables


def _table(name: str) -> list[str]:
    packed = resources.files("content").joinpath("data", name).read_bytes()
    return gzip.decompress(packed).decode().splitlines()
