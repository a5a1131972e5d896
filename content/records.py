"""The records of a queue file, JSON or CSV: where each row begins, and what it says, unchecked.

A row that cannot be read is a RowProblem with its line, and reading goes on behind it.
"""

import codecs
import csv
import difflib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from content.phrase import Phrase, sentences, words_of
from content.typed import shown

Format = Literal["json", "csv"]

FIELDS = (
    *("city", "department", "date", "state", "text_fr", "text_en", "tags"),
    *("photo", "alt", "author", "source", "licence", "link"),
)
"""The fields of a row, the same in both formats. Only `city` must be there."""

_SYNTAX_ERRORS = 100  # broken JSON objects after which the rest is not worth reading
_LONGEST_ROW = 100_000  # characters of a CSV row: more than all its fields may hold
_NAMED = 5  # unknown fields that a problem names one by one
_BETWEEN_TAGS = re.compile(r"[\s,;]+")
_BLANK = re.compile(r"[ \t\r\n]*")
# Rows hold no objects: a brace after "}," or first on its line begins a row.
_NEXT_ROW = re.compile(r"(?:\}[ \t\r\n]*+,?[ \t\r\n]*+|\n[ \t\r]*+)(?=\{)")
# An object is a tuple of pairs here, which shows a field given twice.
_DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=float)
KINDS = {
    str: Phrase("text"),
    bool: Phrase("true or false"),
    float: Phrase("a number"),
    list: Phrase("a list"),
    tuple: Phrase("an object"),
    type(None): Phrase("null"),
}
"""What a value of `Record.values` is, in words, by its type."""


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """A bad row, or a bad file: the line where it begins, from 1, and why, for a person."""

    line: int
    reason: Phrase


@dataclass(frozen=True, kw_only=True)
class Record:
    """A row as it stands in the file: its values by field name, none of them checked."""

    line: int
    values: Mapping[str, object]


def records(data: bytes, layout: Format) -> Iterator[Record | RowProblem]:
    """The rows of a file in UTF-8, with or without a byte order mark, in their order."""
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = Phrase(
            "The file is not UTF-8 from here on, so nothing was read: save it as UTF-8."
        )
        yield RowProblem(line=line, reason=reason)
        return
    if not text.strip():
        yield RowProblem(line=1, reason=Phrase("The file is empty."))
    elif layout == "json":
        yield from _json_records(text)
    else:
        yield from _csv_records(text)


def unknown_fields(names: Iterable[str]) -> list[Phrase]:
    """What to say of the names that are no field; of very many, not each by name."""
    unknown = [name for name in names if name not in FIELDS]
    said = [_unknown_field(name) for name in unknown[:_NAMED]]
    if len(unknown) > _NAMED:
        said.append(Phrase("{count:,} more names are no fields.", count=len(unknown) - _NAMED))
    return said


@lru_cache(maxsize=256)
def _unknown_field(name: str) -> Phrase:
    """That there is no such field, with the one that may be meant."""
    near = difflib.get_close_matches(name.strip().casefold()[:40], FIELDS, n=1)
    if near:
        return Phrase(
            "“{field}” is no field: did you mean “{near}”?", field=shown(name), near=near[0]
        )
    return Phrase(
        "“{field}” is no field: the fields are {fields}.", field=shown(name), fields=FIELDS
    )


def _json_records(text: str) -> Iterator[Record | RowProblem]:
    """Walks the list row by row, so that each has its line and a broken one hides no other."""
    at = _after_blank(text, 0)
    line, counted, broken = text.count("\n", 0, at) + 1, at, 0
    if not text.startswith("[", at):
        yield RowProblem(
            line=line, reason=Phrase("The file is no JSON list of rows: begin it with “[”.")
        )
        return
    at = _after_blank(text, at + 1)
    while at < len(text) and text[at] != "]" and broken < _SYNTAX_ERRORS:
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = _json_row(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            broken += 1
            yield RowProblem(
                line=line, reason=Phrase("This row is no JSON: {problem}.", problem=str(error))
            )
            following = _NEXT_ROW.search(text, at)
            at = following.end() if following else len(text)
        else:
            yield _json_record(line, value)
    rest = _after_blank(text, at + 1)
    line += text.count("\n", counted, rest)
    if broken == _SYNTAX_ERRORS:
        yield RowProblem(
            line=line, reason=Phrase("Too many rows are no JSON: the rest was not read.")
        )
    elif at >= len(text) and not broken:
        yield RowProblem(line=line, reason=Phrase("The list does not end: “]” is missing."))
    elif rest < len(text):
        yield RowProblem(
            line=line, reason=Phrase("There is more after the end of the list: remove it.")
        )


def _json_row(text: str, at: int) -> tuple[object, int]:
    """The value that begins here, and where the next one or the list's end is."""
    value, end = _DECODER.raw_decode(text, at)
    end = _after_blank(text, end)
    if text.startswith(",", end):
        return value, _after_blank(text, end + 1)
    if end < len(text) and text[end] != "]":
        raise json.JSONDecodeError("Expecting ',' delimiter", text, end)
    return value, end


def _json_record(line: int, value: object) -> Record | RowProblem:
    if not isinstance(value, tuple):
        kind = KINDS[type(value)]
        reason = Phrase("A row must be an object {{…}}, not {kind}.", kind=kind)
        return RowProblem(line=line, reason=reason)
    values = dict(value)
    if len(values) < len(value):
        return RowProblem(
            line=line, reason=Phrase("The row gives a field twice: keep one of them.")
        )
    return Record(line=line, values=values)


def _after_blank(text: str, at: int) -> int:
    return blank.end() if (blank := _BLANK.match(text, at)) else at


def _csv_records(text: str) -> Iterator[Record | RowProblem]:
    lines = _RowLines(text)
    try:
        head = _first_with_words(lines)
    except csv.Error as error:
        reason = Phrase("The first line has {problem}. Nothing was read.", problem=words_of(error))
        yield RowProblem(line=lines.row_begins, reason=reason)
        return
    separator = ";" if head.count(";") > head.count(",") else ","
    names = [name.strip(' "\t\r\n') for name in head.split(separator)]
    while names and not names[-1]:  # a spreadsheet's empty columns
        names.pop()
    if wrong := _wrong_header(names):
        yield RowProblem(line=lines.read, reason=sentences([wrong, Phrase("Nothing was read.")]))
        return
    while True:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        lines.begin_row()
        try:
            for values in reader:
                if any(map(str.strip, values)):
                    yield _csv_record(lines.row_begins, names, values)
                lines.begin_row()
        except csv.Error as error:
            yield RowProblem(
                line=lines.row_begins,
                reason=Phrase(
                    "This row is no CSV ({problem}): put a text that holds “{separator}”, a line"
                    " break or a quote between quotes, and double each quote inside.",
                    problem=words_of(error),
                    separator=separator,
                ),
            )
            lines.go_back()  # a quote left open must not swallow the rows after it
        else:
            return


def _first_with_words(lines: "_RowLines") -> str:
    for line in lines:
        if line.strip():
            return line
        lines.begin_row()
    return ""


class _RowLines:
    """The lines of a text, for a CSV reader: `read` of them so far; the row began at `row_begins`.

    Raises csv.Error in a row that does not end: a quote left open must not have the whole file read
    again for each row after it.
    """

    def __init__(self, text: str) -> None:
        self._text = io.StringIO(text, newline="")
        self.read = 0
        self.begin_row()

    def begin_row(self) -> None:
        self.row_begins = self.read + 1
        self._of_row = 0

    def go_back(self) -> None:
        """To the line behind the one where the row began."""
        self._text.seek(self._behind_first)
        self.read = self.row_begins

    def __iter__(self) -> "_RowLines":
        return self

    def __next__(self) -> str:
        line = self._text.readline()
        if not line:
            raise StopIteration
        if not self._of_row:
            self._behind_first = self._text.tell()
        self.read += 1
        self._of_row += len(line)
        if self._of_row > _LONGEST_ROW:
            raise csv.Error(Phrase("more than {most:,} characters", most=_LONGEST_ROW))
        return line


def _wrong_header(names: Sequence[str]) -> Phrase | None:
    if not set(names) & set(FIELDS):
        return Phrase("The first line must name the fields: {fields}.", fields=FIELDS)
    problems = unknown_fields(names)
    if "city" not in names:
        problems.append(Phrase("The column “city” is missing."))
    if len(set(names)) < len(names):
        problems.append(Phrase("A column is there twice: keep one of them."))
    return sentences(problems) if problems else None


def _csv_record(line: int, names: Sequence[str], values: Sequence[str]) -> Record | RowProblem:
    if any(map(str.strip, values[len(names) :])):
        reason = Phrase(
            "The row has {values} values for {fields} fields: put a text that holds the separator"
            " between quotes.",
            values=len(values),
            fields=len(names),
        )
        return RowProblem(line=line, reason=reason)
    row: dict[str, object] = dict(zip(names, values, strict=False))
    if "tags" in row:
        row["tags"] = [tag for tag in _BETWEEN_TAGS.split(str(row["tags"])) if tag]
    return Record(line=line, values=row)
