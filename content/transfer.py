"""Transfer: the content queue's rows as JSON or CSV, in and out.

A bad row is reported with its line and its reasons, and never hides the good ones.
"""

import codecs
import csv
import difflib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PureWindowsPath
from typing import Literal

from content.city import City
from content.credit import Credit
from content.entry import LANGUAGES, Entry, EntryState
from content.gazetteer import CityAmbiguous, CityNotFound, Gazetteer
from content.hashtags import bare, unique_tags

Format = Literal["json", "csv"]

FIELDS = (
    *("city", "department", "date", "state", "text_fr", "text_en", "tags"),
    *("photo", "alt", "author", "source", "licence", "link"),
)
"""The fields of a row, the same in both formats. Only `city` must be there."""

LONGEST_FIELD = 5_000
"""Characters that any one field may hold."""

_SUGGESTED = 20  # unknown cities that get near names suggested: each takes some milliseconds
_SYNTAX_ERRORS = 100  # broken JSON objects after which the rest is not worth reading
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BETWEEN_TAGS = re.compile(r"[\s,;]+")
_BLANK = re.compile(r"[ \t\r\n]*")
# Rows hold no objects: a brace after "}," or first on its line begins a row.
_NEXT_ROW = re.compile(r"(?:\}[ \t\r\n]*+,?[ \t\r\n]*+|\n[ \t\r]*+)(?=\{)")
# An object is a tuple of pairs here, which shows a field given twice.
_DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=float)
_KINDS = {str: "text", bool: "true or false", float: "a number", list: "a list"}
_KINDS |= {tuple: "an object", type(None): "null"}


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One good row. `line` is where it begins in the file, from 1; `tags` are without "#".

    `photo` is a file name relative to the import file's folder; `alt` and `credit` belong to it.
    """

    line: int
    city: City
    texts: Mapping[str, str]
    tags: tuple[str, ...]
    date: date | None
    held: bool
    photo: str | None
    alt: str
    credit: Credit


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """A bad row, or a bad file: the line where it begins, from 1, and why, for a person."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """The good rows and the bad ones, each in the order of the file."""

    rows: tuple[ImportRow, ...]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, kw_only=True)
class _Record:
    """A row as it stands in the file: its values by field name, none of them checked."""

    line: int
    values: Mapping[str, object]


def read(data: bytes, *, format: Format, gazetteer: Gazetteer) -> ImportReport:  # noqa: A002
    """Read a queue file: UTF-8 with or without a byte order mark; CSV with "," or ";".

    A bad file raises nothing: it is a RowProblem. Line breaks in texts become "\\n".
    """
    reader = _RowReader(gazetteer)
    rows: list[ImportRow] = []
    problems: list[RowProblem] = []
    for record in _records(data, format):
        row = reader.row(record) if isinstance(record, _Record) else record
        if isinstance(row, ImportRow):
            rows.append(row)
        else:
            problems.append(row)
    return ImportReport(rows=tuple(rows), problems=tuple(problems))


def write(entries: Sequence[Entry], *, format: Format, gazetteer: Gazetteer) -> bytes:  # noqa: A002
    """The entries as a file that `read` takes back: UTF-8, CSV with ",".

    `photo` is the `file` of the first Photo: a row has room for one. Texts stay as they are, so a
    spreadsheet may take one that begins with "=" for a formula: have it import them as text.
    """
    rows = [_row_of(entry, gazetteer) for entry in entries]
    if format == "json":
        filled = [{name: value for name, value in row.items() if value} for row in rows]
        return f"{json.dumps(filled, ensure_ascii=False, indent=2)}\n".encode()
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, FIELDS)
    writer.writeheader()
    writer.writerows({**row, "tags": " ".join(row["tags"])} for row in rows)
    return table.getvalue().encode()


def _row_of(entry: Entry, gazetteer: Gazetteer) -> dict[str, str | list[str]]:
    row: dict[str, str | list[str]] = dict.fromkeys(FIELDS, "")
    row["city"] = gazetteer.label(entry.city)
    row["date"] = entry.date.isoformat() if entry.date else ""
    row["state"] = entry.state.value
    row |= {f"text_{language}": _lines(entry.texts.get(language, "")) for language in LANGUAGES}
    row["tags"] = [word for tag in entry.tags if (word := bare(tag))]
    for photo in entry.photos[:1]:
        credit = photo.credit
        row |= {"photo": photo.file, "alt": _lines(photo.alt)}
        row |= {"author": _lines(credit.author), "source": _lines(credit.source)}
        row |= {"licence": _lines(credit.licence), "link": _lines(credit.link)}
    return row


class _RowReader:
    """Checks one row after another; it remembers the cities found and the dates pinned."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._cities: dict[str, City | str] = {}
        self._unknown = 0
        self._pinned: dict[date, int] = {}

    def row(self, record: _Record) -> ImportRow | RowProblem:
        problems: list[str] = []
        texts = _texts(record.values, problems)
        tags = _tags(record.values.get("tags"), problems)
        city = self._city(record.values, texts, problems)
        pinned = self._date(texts.get("date", "").strip(), problems)
        held = _held(texts.get("state", "").strip(), problems)
        photo = _photo(texts.get("photo", "").strip(), problems)
        if city is None or problems:
            return RowProblem(line=record.line, reason=" ".join(problems))
        if pinned:
            self._pinned[pinned] = record.line
        spoken = {language: texts.get(f"text_{language}", "") for language in LANGUAGES}
        return ImportRow(
            line=record.line,
            city=city,
            texts={language: text for language, text in spoken.items() if text.strip()},
            tags=tags,
            date=pinned,
            held=held,
            photo=photo,
            alt=texts.get("alt", ""),
            credit=Credit(
                author=texts.get("author", ""),
                source=texts.get("source", ""),
                licence=texts.get("licence", ""),
                link=texts.get("link", ""),
            ),
        )

    def _city(
        self, values: Mapping[str, object], texts: Mapping[str, str], problems: list[str]
    ) -> City | None:
        name, department = texts.get("city", "").strip(), texts.get("department", "").strip()
        if not name:
            if isinstance(values.get("city"), str | None):  # else it is reported as no text
                problems.append("The row names no city: fill in “city”.")
            return None
        query = f"{name}, {department}" if department else name
        if query not in self._cities:
            self._cities[query] = self._found(query)
        city = self._cities[query]
        if isinstance(city, str):
            problems.append(city)
            return None
        return city

    def _found(self, query: str) -> City | str:
        try:
            return self._gazetteer.find(query, suggest=self._unknown < _SUGGESTED)
        except CityNotFound as error:
            self._unknown += 1
            return str(error)
        except CityAmbiguous as error:
            return str(error)

    def _date(self, day: str, problems: list[str]) -> date | None:
        if not day:
            return None
        try:
            pinned = date.fromisoformat(day) if _DAY.fullmatch(day) else None
        except ValueError:
            pinned = None
        if pinned is None:
            problems.append(
                f"“{_shown(day)}” is not a date: write year-month-day, such as 2027-01-31."
            )
        elif pinned in self._pinned:
            first = self._pinned[pinned]
            problems.append(f"Line {first} is pinned to {pinned} already: choose another date.")
        return pinned


def _texts(values: Mapping[str, object], problems: list[str]) -> dict[str, str]:
    """The fields that are text; what is wrong with any of them goes to `problems`."""
    texts = {}
    for name, value in values.items():
        if name not in FIELDS:
            problems.append(_unknown(name))
        elif name == "tags" or value is None:
            continue
        elif isinstance(value, str):
            problems += _flaws(name, value)
            texts[name] = _lines(value)
        else:
            problems.append(f"“{name}” must be text in quotes, not {_KINDS[type(value)]}.")
    return texts


def _tags(value: object, problems: list[str]) -> tuple[str, ...]:
    if not value and (value is None or isinstance(value, list)):
        return ()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        problems.append('“tags” must be a list of texts, such as ["LeMans", "Sarthe"].')
        return ()
    if flaws := _flaws("tags", " ".join(value)):
        problems += flaws
        return ()
    try:
        return tuple(tag.removeprefix("#") for tag in unique_tags(value))
    except ValueError as error:
        problems.append(str(error))
        return ()


def _held(state: str, problems: list[str]) -> bool:
    if state and state not in list(EntryState):
        problems.append(
            f"“{_shown(state)}” is no state: write “held”, or leave it empty "
            "(“ready” and “draft” follow from the row itself)."
        )
    return state == EntryState.HELD


def _photo(file: str, problems: list[str]) -> str | None:
    path = PureWindowsPath(file)  # it knows both slashes and drives
    if path.anchor or ".." in path.parts:
        problems.append(
            f"“photo” must be a file in the folder of the import file, not “{_shown(file)}”."
        )
    return file or None


def _flaws(name: str, value: str) -> list[str]:
    flaws = []
    if len(value) > LONGEST_FIELD:
        flaws.append(
            f"“{name}” has {len(value):,} characters: shorten it to {LONGEST_FIELD:,} at most."
        )
    if control := _CONTROL.search(value):
        flaws.append(
            f"“{name}” holds a control character (U+{ord(control.group()):04X}) "
            f"as its character {control.start() + 1}: remove it."
        )
    return flaws


@lru_cache(maxsize=256)
def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.strip().casefold()[:40], FIELDS, n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"the fields are {', '.join(FIELDS)}."
    return f"“{_shown(name)}” is no field: {hint}"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _shown(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:60]}…"


def _records(data: bytes, layout: Format) -> Iterator[_Record | RowProblem]:
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = "The file is not UTF-8 from here on, so nothing was read: save it as UTF-8."
        yield RowProblem(line=line, reason=reason)
        return
    if not text.strip():
        yield RowProblem(line=1, reason="The file is empty.")
    elif layout == "json":
        yield from _json_records(text)
    else:
        yield from _csv_records(text)


def _json_records(text: str) -> Iterator[_Record | RowProblem]:
    """Walks the list row by row, so that each has its line and a broken one hides no other."""
    at = _after_blank(text, 0)
    line, counted, broken = text.count("\n", 0, at) + 1, at, 0
    if not text.startswith("[", at):
        yield RowProblem(line=line, reason="The file is no JSON list of rows: begin it with “[”.")
        return
    at = _after_blank(text, at + 1)
    while at < len(text) and text[at] != "]" and broken < _SYNTAX_ERRORS:
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = _json_row(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            broken += 1
            yield RowProblem(line=line, reason=f"This row is no JSON: {error}.")
            following = _NEXT_ROW.search(text, at)
            at = following.end() if following else len(text)
        else:
            yield _json_record(line, value)
    rest = _after_blank(text, at + 1)
    line += text.count("\n", counted, rest)
    if broken == _SYNTAX_ERRORS:
        yield RowProblem(line=line, reason="Too many rows are no JSON: the rest was not read.")
    elif at >= len(text) and not broken:
        yield RowProblem(line=line, reason="The list does not end: “]” is missing.")
    elif rest < len(text):
        yield RowProblem(line=line, reason="There is more after the end of the list: remove it.")


def _json_row(text: str, at: int) -> tuple[object, int]:
    """The value that begins here, and where the next one or the list's end is."""
    value, end = _DECODER.raw_decode(text, at)
    end = _after_blank(text, end)
    if text.startswith(",", end):
        return value, _after_blank(text, end + 1)
    if end < len(text) and text[end] != "]":
        raise json.JSONDecodeError("Expecting ',' delimiter", text, end)
    return value, end


def _json_record(line: int, value: object) -> _Record | RowProblem:
    if not isinstance(value, tuple):
        kind = _KINDS[type(value)]
        return RowProblem(line=line, reason=f"A row must be an object {{…}}, not {kind}.")
    values = dict(value)
    if len(values) < len(value):
        return RowProblem(line=line, reason="The row gives a field twice: keep one of them.")
    return _Record(line=line, values=values)


def _after_blank(text: str, at: int) -> int:
    return blank.end() if (blank := _BLANK.match(text, at)) else at


def _csv_records(text: str) -> Iterator[_Record | RowProblem]:
    lines = list(io.StringIO(text, newline=""))
    head = next(number for number, line in enumerate(lines) if line.strip())
    separator = ";" if lines[head].count(";") > lines[head].count(",") else ","
    names = [name.strip(' "\t\r\n') for name in lines[head].split(separator)]
    while names and not names[-1]:  # a spreadsheet's empty columns
        names.pop()
    if reason := _wrong_header(names):
        yield RowProblem(line=head + 1, reason=f"{reason} Nothing was read.")
        return
    start = head + 1
    while start < len(lines):
        begin, rest = start, (lines[number] for number in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=separator, strict=True)
        try:
            for values in reader:
                if any(map(str.strip, values)):
                    yield _csv_record(begin + 1, names, values)
                begin = start + reader.line_num
        except csv.Error as error:
            yield RowProblem(
                line=begin + 1,
                reason=f"This row is no CSV ({error}): put a text that holds “{separator}”, a line "
                "break or a quote between quotes, and double each quote inside.",
            )
            start = begin + 1  # a quote left open must not swallow the rows after it
        else:
            return


def _wrong_header(names: Sequence[str]) -> str:
    if not set(names) & set(FIELDS):
        return f"The first line must name the fields: {', '.join(FIELDS)}."
    problems = [_unknown(name) for name in names if name not in FIELDS]
    if "city" not in names:
        problems.append("The column “city” is missing.")
    if len(set(names)) < len(names):
        problems.append("A column is there twice: keep one of them.")
    return " ".join(problems)


def _csv_record(line: int, names: Sequence[str], values: Sequence[str]) -> _Record | RowProblem:
    if any(map(str.strip, values[len(names) :])):
        reason = (
            f"The row has {len(values)} values for {len(names)} fields: "
            "put a text that holds the separator between quotes."
        )
        return RowProblem(line=line, reason=reason)
    row: dict[str, object] = dict(zip(names, values, strict=False))
    if "tags" in row:
        row["tags"] = [tag for tag in _BETWEEN_TAGS.split(str(row["tags"])) if tag]
    return _Record(line=line, values=row)
