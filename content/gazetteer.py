"""Gazetteer: the shipped city tables, searched the way people type names.

Names are compared folded: without accents, case, hyphens or apostrophes, "st" and "ste" written
out. Sources and licences of the tables: content/data/ATTRIBUTION.md.
"""

import difflib
import gzip
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from itertools import accumulate, islice

from content.city import City
from content.phrase import Phrase
from content.typed import shown

FRENCH = frozenset({"FR", "GF", "GP", "MQ", "RE", "YT"})
"""The country codes of France and its overseas départements."""

_MAYOTTE = ("Mayotte", "976")  # its communes are in the world table, which has no départements
_NO_ALTITUDE = "-9999"  # GeoNames' mark for a place its elevation model does not cover
_FRENCH_COLUMNS = 12  # geonameid nom pays insee dep departement region lat lon population alt tz
_QUALIFIER_WORDS = 8  # "provence alpes cote d azur fr" has six
_LONGEST = 200  # characters; a longer query is no city name, and reading it would only take time

# What decomposing does not turn into plain letters or separators.
_REPLACED = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}
_REPLACED |= {"ə": "e", "þ": "th"} | dict.fromkeys("‘’ʼ‐–—", " ")
_SEPARATORS = re.compile(r"[^a-z0-9\n]+")
_SAINT = re.compile(r"\bst(e?)\b")


class CityNotFound(LookupError):
    """No city has that name."""


class CityAmbiguous(LookupError):
    """Several cities have that name: `choices` are they, French ones first, the larger first."""

    def __init__(self, message: Phrase, *, choices: Sequence[City]) -> None:
        super().__init__(message)
        self.choices = choices


class Gazetteer:
    """The French communes of 1,000 people or more and the world's cities of 15,000 or more.

    Cheap to build; the tables are read at first use and kept. Cities are made when asked for.
    """

    def search(self, query: str, *, limit: int = 25) -> Sequence[City]:
        """The cities that a name being typed may become, at most `limit`, the likeliest first.

        The exact name comes first, then names that begin so, then names with a word that begins
        so; in each group France before the world and the larger before the smaller. A qualifier
        narrows: "Saint-Denis, La Réunion", "saint-denis (974)", "springfield us".
        """
        tables = self._tables
        for name, qualifiers in _readings(query):
            fitting = (
                row
                for row in tables.beginning(name)
                if not qualifiers or tables.qualified(row, qualifiers, unfinished=True)
            )
            if rows := tuple(islice(fitting, max(limit, 0))):
                return tuple(map(tables.city, rows))
        return ()

    def find(self, query: str, *, suggest: bool = True) -> City:
        """The one city of that full name, with a qualifier (département, its number, région,
        country or admin code) where the name alone is not enough.

        A French city wins over foreign ones of its name. Raises CityNotFound, its message naming
        near ones unless `suggest` is off (they take some milliseconds), or CityAmbiguous.
        """
        rows = self._tables.meant(query)
        if len(rows) == 1:
            return self._tables.city(rows[0])
        if not rows:
            raise CityNotFound(self._not_found(query, suggest=suggest))
        choices = tuple(map(self._tables.city, rows))
        raise CityAmbiguous(
            Phrase(
                "“{name}” is the name of {count} cities: write one of {choices}.",
                name=shown(query),
                count=len(choices),
                choices="; ".join(map(self.label, choices)),
            ),
            choices=choices,
        )

    def label(self, city: City) -> str:
        """The shortest way to name it that `find` takes: "Le Mans", "Saint-Denis, La Réunion",
        "Paris, US", "Springfield, IL, US", and as a last resort "Rampur, geonames:1258599".

        A City that is not of these tables is called by name and département or country.
        """
        tables = self._tables
        same_name = tables.rows.get(fold(city.name), ())
        row = next((row for row in same_name if tables.city(row).key == city.key), None)
        if row is None:
            return f"{city.name}, {city.department or city.country}"
        ways = [city.department, city.country]
        if area := tables.area(row):
            ways.append(f"{area}, {city.country}")
        for label in (city.name, *(f"{city.name}, {way}" for way in ways if way)):
            if tables.meant(label) == (row,):
                return label
        return f"{city.name}, geonames:{city.geoname_id}"

    def of_french(self) -> Sequence[City]:
        """All French cities, overseas ones too, the largest first."""
        return self._french

    @cached_property
    def _french(self) -> tuple[City, ...]:
        return tuple(map(self._tables.city, range(self._tables.french)))

    @cached_property
    def _tables(self) -> "_Tables":
        return _load()

    def _not_found(self, query: str, *, suggest: bool) -> Phrase:
        name = shown(query)
        near = self._near(query) if suggest else ()
        if near:
            return Phrase(
                "No city is called “{name}”. Did you mean {near}?", name=name, near="; ".join(near)
            )
        return Phrase(
            "No city is called “{name}”. Write its full name, with its département or country code"
            " if need be.",
            name=name,
        )

    def _near(self, query: str) -> tuple[str, ...]:
        name = re.split(r"[,(]", query.strip())[0] or query
        near = list(self.search(name, limit=5))
        if not near:
            rows = (row for each in self._tables.nearest(name, 5) for row in each)
            near = [self._tables.city(row) for row in islice(rows, 5)]
        return tuple(map(self.label, near))


@dataclass(frozen=True, kw_only=True)
class _Tables:
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
        """The lines that a full name means: a French one alone wins over foreign ones."""
        for joint in (" ", ""):
            index = self.rows if joint else self.joined  # the latter is made if it is needed
            for name, qualifiers in _readings(query):
                rows = tuple(
                    row
                    for row in index.get(_saints(name).replace(" ", joint), ())
                    if not qualifiers or self.qualified(row, qualifiers)
                )
                french = tuple(row for row in rows if row < self.french)
                if rows:
                    return french if len(french) == 1 else tuple(sorted(rows))
        return ()

    def beginning(self, name: str) -> Iterator[int]:
        """The lines whose name is, begins with, or has a word that begins with `name`."""
        spellings = {_saints(name)}
        if name.endswith(("st", "ste")):  # an unfinished "st" may become Strasbourg as well
            before, _, last = name.rpartition(" ")
            spellings.add(f"{_saints(before)} {last}".lstrip())
        seen: set[int] = set()
        for before, after in (("\n", "\n"), ("\n", ""), (" ", "")):
            rows = {row for each in spellings for row in self._with(before + each + after)}
            yield from sorted(rows - seen)
            seen |= rows
        if not seen:
            word = _saints(name).replace(" ", "")
            longer = (rows for each, rows in self.joined.items() if each.startswith(word))
            yield from sorted(row for rows in longer for row in rows)

    def _with(self, wanted: str) -> Iterator[int]:
        at = self.text.find(wanted)
        while at >= 0:
            yield bisect_right(self.starts, at + 1) - 1
            at = self.text.find(wanted, at + 1)

    def qualified(self, row: int, wanted: str, *, unfinished: bool = False) -> bool:
        """Whether a city is what the folded qualifiers say; the last may be `unfinished`."""
        city = self.city(row)
        names = {city.country, self.area(row), city.department, city.region}
        names |= {city.department.removeprefix("La "), f"geonames:{city.geoname_id}"}
        if city.country in FRENCH:
            names |= {"FR", "France"}
        return _consists_of(wanted, {_folded(name) for name in names if name}, unfinished)

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


def fold(text: str) -> str:
    """A name as it is compared: "L'Haÿ-les-Roses" is "l hay les roses", "St-Malo" "saint malo"."""
    return _saints(_plain(text))


_folded = lru_cache(maxsize=1024)(fold)  # for the few words that qualify many cities


def _plain(text: str) -> str:
    return " ".join(_letters(text).split())


def _letters(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold())
    for letter, plain in _REPLACED.items():
        text = text.replace(letter, plain)
    return _SEPARATORS.sub(" ", text.encode("ascii", "ignore").decode())


def _saints(text: str) -> str:
    return _SAINT.sub(r"saint\1", text)


def _readings(query: str) -> Iterator[tuple[str, str]]:
    """The ways to read a query as a name and its qualifiers, the likeliest first.

    At its commas and brackets, from the right; then as a name alone; then at each space. Some
    names hold a comma, a bracket or a number themselves: "Halle (Saale)", "Delmas 73".
    """
    if len(query) > _LONGEST:
        return
    parts = [part for part in map(_plain, re.split(r"[,()]", query)) if part]
    words = " ".join(parts).split()
    if not words:
        return
    cuts = [len(" ".join(parts[:end]).split()) for end in range(len(parts) - 1, 0, -1)]
    for cut in (*cuts, *range(len(words), 0, -1)):
        if len(words) - cut > _QUALIFIER_WORDS:
            continue
        yield " ".join(words[:cut]), _saints(" ".join(words[cut:]))


def _consists_of(wanted: str, names: set[str], unfinished: bool) -> bool:
    """Whether `wanted` is some of the names, one after another."""
    return any(
        wanted == name
        or (unfinished and name.startswith(wanted))
        or (
            wanted.startswith(f"{name} ")
            and _consists_of(wanted[len(name) + 1 :], names, unfinished)
        )
        for name in names
    )


def _load() -> _Tables:
    french = _table("villes_fr.tsv.gz")[1:]
    abroad: list[str] = []
    for line in _table("world15000.tsv.gz"):
        (french if line.split("\t", 3)[2] in FRENCH else abroad).append(line)
    lines = sorted(french, key=_population, reverse=True)
    lines += sorted(abroad, key=_population, reverse=True)
    # All names are folded in one go: one by one takes ten times as long.
    folded = _saints(_letters("\n".join([line.split("\t", 2)[1] for line in lines])))
    names = [name.strip() for name in folded.split("\n")]
    rows: dict[str, tuple[int, ...]] = {}
    for row, name in enumerate(names):
        rows[name] = (*rows[name], row) if name in rows else (row,)
    return _Tables(
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
