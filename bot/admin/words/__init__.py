"""Words: what Discord shows, in the reader's language.

English stands in the code, French in `fr/*.toml`: a table of the English template and its French,
typed with plain blanks and apostrophes.
A test sees that each sentence has its French, with the same places in it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import discord
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from content.phrase import Phrase
from content.typography import apostrophes, typographic

LOCALES: Mapping[str, str] = {"fr": "fr", "en": "en_GB"}


@cache
def french() -> Mapping[str, str]:
    """The French of every sentence, by its English template."""
    said: dict[str, str] = {}
    for file in sorted(files(__name__).joinpath("fr").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            said |= tomllib.loads(file.read_text(encoding="utf-8"))
    return {english: typographic(each, "fr") for english, each in said.items()}


def language_of(locale: discord.Locale | None) -> str:
    """ "fr" for who has Discord in French, "en" for everybody else."""
    return "fr" if locale is discord.Locale.french else "en"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Says things in one language: "fr" or "en"."""

    language: str

    def say(self, template: str, /, **values: object) -> str:
        """The sentence of an English template, or a Phrase, in this language.

        What stands in its place {city} is a city's name, and is printed as one.
        """
        if isinstance(template, Phrase):
            values = {**template.values, **values}
            template = template.template
        said = french().get(template, template) if self.language == "fr" else template
        shown = {name: _AsIs(self._value(value)) for name, value in values.items()}
        if "city" in shown:
            shown["city"] = _AsIs(apostrophes(shown["city"]))
        return said.format(**shown) if shown else said

    def day(self, day: date) -> str:
        """A date with its weekday: "Wed, 25 Nov 2026"."""
        return format_date(day, "EEE d MMM y", locale=LOCALES[self.language])

    def short_day(self, day: date) -> str:
        """A date of these weeks: "Wed 25 Nov"."""
        return format_skeleton("MMMEd", day, locale=LOCALES[self.language])

    def hour(self, local: datetime) -> str:
        """The hour of a local time: "18:00"."""
        return format_time(local, "short", locale=LOCALES[self.language])

    def listed(self, items: Sequence[str]) -> str:
        """ "a, b and c"."""
        shown = [self._value(item) for item in items]
        return format_list(shown, locale=LOCALES[self.language]) if shown else ""

    def _value(self, value: object) -> str:
        if isinstance(value, Phrase):
            return self.say(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return format_decimal(value, locale=LOCALES[self.language])
        if isinstance(value, tuple | list):
            return self.listed([self._value(each) for each in value])
        return str(value)


class _AsIs(str):
    """A value that is in its reader's form already, whatever form the English template asks for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)
