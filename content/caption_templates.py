"""Caption templates: what an operator may change of captions, read, checked and tried at start.

A template may show variables, choose with `if`, calculate and use a few filters. Loops, calls and
attributes are refused: so whatever it says, it ends at once and is short. The lead hashtag and the
credit are no templates; nothing that is written here can lose them.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from content.city import City
from content.entry import LANGUAGES
from content.facts import Series, areas, country, distance
from content.post import FACTS, Kind
from content.typed import shown
from content.typography import apostrophes

BUILT_IN = Path(__file__).parent / "data" / "captions.toml"
LARGEST_FILE = 64_000
"""Bytes; many times what all parts need."""
LONGEST_TEMPLATE = 1_000
_LONGEST_REASON = 200
LONGEST_PART = 2_000
"""Characters that a part may have beside what the variables say: more than a platform shows."""

PRIORITIES = (Kind.SECOND_LANGUAGE, Kind.NUMBER, *FACTS, Kind.TAG, Kind.LINK)
"""The optional parts."""
PARTS = frozenset({Kind.CITY_TAG, Kind.TEXT, *PRIORITIES})
"""Those that are templates."""

_FILTERS = (
    *("abs", "capitalize", "default", "float", "first", "int", "last", "length", "lower"),
    *("title", "trim", "upper"),
)
_ALLOWED = (
    *(nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Tuple, nodes.List),
    *(nodes.If, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare),
    *(nodes.Operand, nodes.Concat, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv),
)
_NOT_ALLOWED = {
    nodes.For: "loops",
    nodes.Call: "calls",
    nodes.Getattr: "attributes",
    nodes.Getitem: "attributes",
}

Value = str | int | Sequence[str]


class BrokenTemplates(ValueError):
    """A caption file cannot be used; the message says, a line each, where and why."""


class TemplateFailed(Exception):
    """A template fails with a city, though it worked with the samples."""


@dataclass(frozen=True, kw_only=True)
class CaptionTemplates:
    """The compiled templates by language and part, and the order of the optional parts."""

    parts: Mapping[tuple[str, Kind], Template]
    priorities: Sequence[Kind]

    def say(self, part: Kind, language: str, values: Mapping[str, Value]) -> str:
        """The part in one of LANGUAGES. Raises TemplateFailed."""
        try:
            said = self.parts[language, part].render(values)
        except Exception as error:  # whatever the operators and filters of Jinja raise
            raise TemplateFailed(f"{language}.{part}: {_reason(error)}") from error
        if len(said) > LONGEST_PART + sum(len(str(each)) for each in values.values()):
            raise TemplateFailed(f"{language}.{part}: it says {len(said):,} characters; shorten it")
        return said


def values_of(city: City, series: Series, day: date, language: str) -> dict[str, Value]:
    """What the variables say; `text`, `tags` and `link` nothing yet."""
    last = series.last_city
    return {
        "city": apostrophes(city.name),
        "department": apostrophes(city.department),
        "region": apostrophes(city.region),
        "country": country(city, language),
        "place": ", ".join(areas(city, language)),
        "population": max(city.population, 0),
        "altitude": max(city.altitude, 0),
        "number": series.number or 0,
        "last_city": "" if last is None else apostrophes(last.name),
        "distance": 0 if last is None else distance(city, last),
        "date": _date(day, language),
        "text": "",
        "tags": (),
        "link": "",
    }


@lru_cache(maxsize=16)
def _date(day: date, language: str) -> str:
    pattern = "d'er' MMMM y" if language == "fr" and day.day == 1 else "d MMMM y"
    return format_date(day, pattern, locale="fr" if language == "fr" else "en_GB")


@cache
def built_in() -> CaptionTemplates:
    """The templates of content/data/captions.toml."""
    return _Reader(BUILT_IN.read_text("utf-8")).templates(otherwise={})


def read_templates(source: str) -> CaptionTemplates:
    """The templates of a file's text, and the built-in ones for what it leaves out.

    Each is tried with sample cities: one of which everything is known, one with nothing but its
    name. Raises BrokenTemplates.
    """
    if len(source.encode("utf-8", "replace")) > LARGEST_FILE:
        raise BrokenTemplates(f"more than {LARGEST_FILE:,} bytes; shorten it")
    return _Reader(source).templates(otherwise=built_in().parts)


class _Reader:
    """Reads one file, and gathers all that is wrong with it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._problems: list[str] = []

    def templates(self, *, otherwise: Mapping[tuple[str, Kind], Template]) -> CaptionTemplates:
        """What the file says; `otherwise` for what it leaves out. Raises BrokenTemplates."""
        try:
            tables = tomllib.loads(self._source)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise BrokenTemplates(f"not TOML: {_reason(error)}") from error
        priorities = self._priorities(tables.pop("priorities", []))
        parts: dict[tuple[str, Kind], Template] = {}
        for language, table in tables.items():
            if language not in LANGUAGES or not isinstance(table, dict):
                known = ", ".join(f"[{each}]" for each in LANGUAGES)
                self._wrong((language,), f"no such thing here; there are: priorities, {known}")
                continue
            environment = _environment(language)
            for name, template in table.items():
                if compiled := self._compiled(environment, language, name, template):
                    parts[language, Kind(name)] = compiled
        found = CaptionTemplates(parts={**otherwise, **parts}, priorities=priorities)
        for language, part in parts:
            self._try(found, language, part)
        if self._problems:
            raise BrokenTemplates("\n".join(self._problems))
        return found

    def _priorities(self, given: object) -> Sequence[Kind]:
        names = given if isinstance(given, list) else [given]
        kinds = [Kind(name) for name in names if isinstance(name, str) and name in PRIORITIES]
        if len(kinds) < len(names) or len(set(kinds)) < len(kinds):
            known = ", ".join(PRIORITIES)
            self._wrong(("priorities",), f"wants each of these once at most: {known}")
        return (*kinds, *(kind for kind in PRIORITIES if kind not in kinds))

    def _compiled(
        self, environment: SandboxedEnvironment, language: str, name: str, template: object
    ) -> Template | None:
        place = (language, name)
        if name not in PARTS:
            always = name in (Kind.LEAD, Kind.CREDIT)
            why = "always there, and no template" if always else "no such part"
            self._wrong(place, f"{why}; there are: {', '.join(sorted(PARTS))}")
        elif not isinstance(template, str):
            self._wrong(place, 'wants a text, in quotation marks: "…"')
        elif len(template) > LONGEST_TEMPLATE:
            self._wrong(place, f"{len(template):,} characters; shorten it to {LONGEST_TEMPLATE:,}")
        else:
            try:
                tree = environment.parse(template)
                for line, flaw in _flaws(environment, tree):
                    self._wrong(place, flaw, template, line)
                    return None
                return environment.from_string(tree)
            except TemplateSyntaxError as error:
                self._wrong(place, _reason(error), template, error.lineno)
            except Exception as error:  # noqa: BLE001 - what Python's compiler makes of it
                self._wrong(place, f"cannot be read: {_reason(error)}", template)
        return None

    def _try(self, templates: CaptionTemplates, language: str, part: Kind) -> None:
        for values in _samples(language, part):
            try:
                templates.say(part, language, values)
            except TemplateFailed as error:
                said = str(error).partition(": ")[2]
                self._wrong((language, part), f"with the sample city {values['city']}: {said}")
                return

    def _wrong(
        self, place: Sequence[str], flaw: str, template: str = "", line_in_template: int = 1
    ) -> None:
        lines = self._lines(place)
        first = lines.stop - 1 - template.count("\n") if template else lines.start
        line = min(max(first + line_in_template - 1, lines.start), lines.stop - 1)
        self._problems.append(f"line {line}, {'.'.join(map(shown, place))}: {flaw}")

    def _lines(self, place: Sequence[str]) -> range:
        """The lines of the file, from 1, on which a key and its value stand.

        They are those that the file can be cut off before and behind.
        """
        lines = self._source.split("\n")
        start = 1
        for number in range(1, len(lines) + 1):
            try:
                found: object = tomllib.loads("\n".join(lines[:number]))
            except tomllib.TOMLDecodeError:
                continue
            for key in place:
                found = found.get(key) if isinstance(found, dict) else None
            if found is not None:
                return range(start, number + 1)
            start = number + 1
        return range(1, 2)


def _flaws(environment: SandboxedEnvironment, tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """What no template may hold, with its line in the template."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what = _NOT_ALLOWED.get(type(node), f"“{type(node).__name__.lower()}”")
            yield node.lineno, f"{what} are not for captions: variables, filters and if are"
        elif isinstance(node, nodes.Name) and node.name not in VARIABLES:
            yield node.lineno, _unknown("variable", node.name, VARIABLES)
        elif isinstance(node, nodes.Filter) and node.name not in environment.filters:
            yield node.lineno, _unknown("filter", node.name, environment.filters)
        elif isinstance(node, nodes.Test) and node.name not in environment.tests:
            yield node.lineno, _unknown("test", node.name, environment.tests)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"no {what} “{shown(name)}”; there are: {', '.join(sorted(known))}"


def _reason(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:_LONGEST_REASON]


# Sample cities

_DAY = date(2026, 11, 22)
_FULL = City(
    name="Les Sables-d'Olonne",
    country="FR",
    department="Vendée",
    region="Pays de la Loire",
    latitude=46.4972,
    longitude=-1.7833,
    population=48_740,
    altitude=4,
)
_BARE = City(name="Ys", country="", latitude=0.0, longitude=0.0)
VARIABLES = frozenset(values_of(_BARE, Series(), _DAY, "en"))


def _samples(language: str, part: Kind) -> Iterator[Mapping[str, Value]]:
    """What a part may be given: everything; or nothing but a name, and what the part tells."""
    full = values_of(_FULL, Series(number=12, last_city=_BARE), _DAY, language)
    link = "https://www.esa.int/a"
    yield {**full, "text": "Une ville." * 500, "tags": ("Vendée", "VendéeGlobe"), "link": link}
    told: Mapping[Kind, Mapping[str, Value]] = {
        Kind.NUMBER: {"number": 1},
        Kind.TEXT: {"text": "Ys."},
        Kind.SECOND_LANGUAGE: {"text": "Ys."},
        Kind.PLACE: {"place": "Bretagne"},
        Kind.POPULATION: {"population": 1},
        Kind.ALTITUDE: {"altitude": 1},
        Kind.DISTANCE: {"distance": 1, "last_city": "Is"},
        Kind.LINK: {"link": link},
    }
    yield {**values_of(_BARE, Series(), _DAY, language), **told.get(part, {})}


# The environment


class _Sandbox(SandboxedEnvironment):
    """Multiplies numbers alone: a text times a billion would take all memory."""

    intercepted_binops = frozenset({"*"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """What an intercepted operator gives. Raises TypeError for anything but numbers."""
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise TypeError("only numbers can be multiplied")
        return left * right


def _environment(language: str) -> SandboxedEnvironment:
    environment = _Sandbox(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    filters = {name: environment.filters[name] for name in _FILTERS}
    filters |= {"number": partial(_number, language=language), "de": _de, "join": _joined}
    environment.filters = filters
    return environment


@lru_cache(maxsize=64)
def _number(value: float, *, language: str) -> str:
    """A number as readers of the language write it, without decimals."""
    return format_decimal(round(value), locale=language)


def _joined(values: Sequence[str], between: str = ", ") -> str:
    if isinstance(values, str):
        raise TypeError("join wants a list, such as tags")
    return between.join(map(str, values))


def _de(name: str) -> str:
    """A French name behind "de": "du Mans", "des Sables-d’Olonne", "d’Angers", "de Tours".

    Before an h, which no table tells to be mute or not, "de" is never wrong to the eye.
    """
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    if re.match(r"[AEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜÆŒ]|Y[^aeiouéè]", name):
        return f"d’{name}"
    return f"de {name}"
