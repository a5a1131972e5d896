"""Gazetteer: the shipped city tables, searched the way people type names."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from content.city import City
from content.city_tables import Tables, load
from content.facts import country
from content.folding import fold
from content.phrase import Phrase
from content.typed import shown


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

    def starting_with(self, typed: str, *, limit: int = 25) -> Sequence[City]:
        """The cities that a name being typed may become, at most `limit`, the likeliest first.

        The exact name comes first, then names that begin so, then names with a word that begins
        so; in each group the larger before the smaller, where a French city counts for
        `FRENCH_WEIGHT` times its people. A qualifier narrows: "Saint-Denis, La Réunion",
        "saint-denis (974)", "springfield us".
        """
        tables, most = self._tables, max(limit, 0)
        return tuple(map(tables.city, tables.beginning(typed, most=most)))

    def find(self, query: str, *, suggest: bool = True) -> City:
        """The one city of that full name, with a qualifier (département, its number, région,
        country or admin code) where the name alone is not enough; or a City's key.

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

    def choice(self, city: City, language: str) -> str:
        """How a city is offered among others: "Le Mans, Sarthe", "Paris, États-Unis".

        With its admin code, and as a last resort its GeoNames id, where there is another one of
        its name: "Springfield, IL, États-Unis". 100 characters at most, as are keys.
        """
        tables = self._tables
        where = city.department
        if where in ("", city.name):
            where = country(city, language)
        others = {
            other.key: tables.area(row)
            for row in tables.rows.get(fold(city.name), ())
            if (other := tables.city(row)).country == city.country
            and other.department == city.department
        }
        area = others.pop(city.key, "")
        if others and area and not city.department:
            where = f"{area}, {where}"
        if area in others.values():
            where = f"{where}, {city.key}"
        return f"{city.name}, {where}"

    def of_french(self) -> Sequence[City]:
        """All French cities, overseas ones too, the largest first."""
        return self._french

    @cached_property
    def _french(self) -> tuple[City, ...]:
        return tuple(map(self._tables.city, range(self._tables.french)))

    @cached_property
    def _tables(self) -> Tables:
        return load()

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
        near = list(self.starting_with(name, limit=5))
        if not near:
            rows = (row for each in self._tables.nearest(name, 5) for row in each)
            near = [self._tables.city(row) for row in islice(rows, 5)]
        return tuple(map(self.label, near))
