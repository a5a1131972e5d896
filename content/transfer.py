"""Transfer: the content queue's rows as JSON or CSV, in and out.

A bad row is reported with its line and its reasons, and never hides the good ones.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PureWindowsPath

from content.city import City
from content.credit import Credit
from content.entry import LANGUAGES, Entry, EntryState
from content.gazetteer import CityAmbiguous, CityNotFound, Gazetteer
from content.hashtags import bare, unique_tags
from content.phrase import Phrase, sentences, words_of
from content.records import FIELDS, KINDS, Format, Record, RowProblem, records, unknown_fields
from content.typed import MOST_TAGS, control_character, shown, too_long

MOST_ROWS = 200_000
MOST_PROBLEMS = 500
"""Good rows, and bad ones, after which a file is not read on: it would fill the memory."""

_SUGGESTED = 20  # unknown cities that get near names suggested: each takes some milliseconds
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


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
class ImportReport:
    """The good rows and the bad ones, each in the order of the file."""

    rows: tuple[ImportRow, ...]
    problems: tuple[RowProblem, ...]


def read(data: bytes, *, format: Format, gazetteer: Gazetteer) -> ImportReport:  # noqa: A002
    """Read a queue file: UTF-8 with or without a byte order mark; CSV with "," or ";".

    A bad file raises nothing: it is a RowProblem. Line breaks in texts become "\\n".
    """
    reader = _RowReader(gazetteer)
    rows: list[ImportRow] = []
    problems: list[RowProblem] = []
    for record in records(data, format):
        if reason := _enough(rows, problems):
            problems.append(RowProblem(line=record.line, reason=reason))
            break
        row = reader.row(record) if isinstance(record, Record) else record
        if isinstance(row, ImportRow):
            rows.append(row)
        else:
            problems.append(row)
    return ImportReport(rows=tuple(rows), problems=tuple(problems))


def write(entries: Sequence[Entry], *, format: Format, gazetteer: Gazetteer) -> bytes:  # noqa: A002
    """The entries as a file that `read` takes back: UTF-8, CSV with ",".

    `photo` is the `file` of the first Photo: a row has room for one. What is only proposed of it is
    left out: `queue import` finds it in the photo again, and it is still a proposal. Texts stay as
    they are, so a spreadsheet may take one that begins with "=" for a formula: have it import them
    as text.
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
        row |= dict.fromkeys(photo.proposed, "")
    return row


def _enough(rows: Sequence[ImportRow], problems: Sequence[RowProblem]) -> Phrase | None:
    if len(rows) == MOST_ROWS:
        return Phrase(
            "{most:,} rows are read: put what begins here into another file.", most=MOST_ROWS
        )
    if len(problems) == MOST_PROBLEMS:
        return Phrase(
            "{most:,} rows are refused: what begins here was not read.", most=MOST_PROBLEMS
        )
    return None


class _RowReader:
    """Checks one row after another; it remembers the cities found and the dates pinned."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._cities: dict[str, City | Phrase] = {}
        self._unknown = 0
        self._pinned: dict[date, int] = {}

    def row(self, record: Record) -> ImportRow | RowProblem:
        problems: list[Phrase] = []
        texts = _texts(record.values, problems)
        tags = _tags(record.values.get("tags"), problems)
        city = self._city(record.values, texts, problems)
        pinned = self._date(texts.get("date", "").strip(), problems)
        held = _held(texts.get("state", "").strip(), problems)
        photo = _photo(texts.get("photo", "").strip(), problems)
        if city is None or problems:
            return RowProblem(line=record.line, reason=sentences(problems))
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
        self, values: Mapping[str, object], texts: Mapping[str, str], problems: list[Phrase]
    ) -> City | None:
        name, department = texts.get("city", "").strip(), texts.get("department", "").strip()
        if not name:
            if isinstance(values.get("city"), str | None):  # else it is reported as no text
                problems.append(Phrase("The row names no city: fill in “city”."))
            return None
        query = f"{name}, {department}" if department else name
        if query not in self._cities:
            self._cities[query] = self._found(query)
        city = self._cities[query]
        if isinstance(city, Phrase):
            problems.append(city)
            return None
        return city

    def _found(self, query: str) -> City | Phrase:
        try:
            return self._gazetteer.find(query, suggest=self._unknown < _SUGGESTED)
        except CityNotFound as error:
            self._unknown += 1
            return words_of(error)
        except CityAmbiguous as error:
            return words_of(error)

    def _date(self, day: str, problems: list[Phrase]) -> date | None:
        if not day:
            return None
        try:
            pinned = date.fromisoformat(day) if _DAY.fullmatch(day) else None
        except ValueError:
            pinned = None
        if pinned is None:
            problems.append(
                Phrase(
                    "“{date}” is not a date: write year-month-day, such as 2027-01-31.",
                    date=shown(day),
                )
            )
        elif pinned in self._pinned:
            problems.append(
                Phrase(
                    "Line {line} is pinned to {day} already: choose another date.",
                    line=str(self._pinned[pinned]),
                    day=pinned,
                )
            )
        return pinned


def _texts(values: Mapping[str, object], problems: list[Phrase]) -> dict[str, str]:
    """The fields that are text; what is wrong with any of them goes to `problems`."""
    texts = {}
    problems += unknown_fields(values)
    for name, value in values.items():
        if name not in FIELDS or name == "tags" or value is None:
            continue
        if isinstance(value, str):
            problems += _flaws(name, value)
            texts[name] = _lines(value)
        else:
            problems.append(
                Phrase(
                    "“{field}” must be text in quotes, not {kind}.",
                    field=name,
                    kind=KINDS[type(value)],
                )
            )
    return texts


def _tags(value: object, problems: list[Phrase]) -> tuple[str, ...]:
    if not value and (value is None or isinstance(value, list)):
        return ()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        problems.append(Phrase('“tags” must be a list of texts, such as ["LeMans", "Sarthe"].'))
        return ()
    if flaws := _flaws("tags", " ".join(value)):
        problems += flaws
        return ()
    try:
        tags = tuple(tag.removeprefix("#") for tag in unique_tags(value))
    except ValueError as error:
        problems.append(words_of(error))
        return ()
    if len(tags) > MOST_TAGS:
        problems.append(
            Phrase(
                "“tags” has {count:,} hashtags: leave {most} at most.",
                count=len(tags),
                most=MOST_TAGS,
            )
        )
    return tags


def _held(state: str, problems: list[Phrase]) -> bool:
    if state and state not in list(EntryState):
        problems.append(
            Phrase(
                "“{state}” is no state: write “held”, or leave it empty (“ready” and “draft” follow"
                " from the row itself).",
                state=shown(state),
            )
        )
    return state == EntryState.HELD


def _photo(file: str, problems: list[Phrase]) -> str | None:
    path = PureWindowsPath(file)  # it knows both slashes and drives
    if path.anchor or ".." in path.parts:
        problems.append(
            Phrase(
                "“photo” must be a file in the folder of the import file, not “{file}”.",
                file=shown(file),
            )
        )
    return file or None


def _flaws(name: str, value: str) -> list[Phrase]:
    flaws = too_long(name, value)
    if control := control_character(value):
        flaws.append(Phrase("“{field}” holds {what}: remove it.", field=name, what=control))
    return flaws


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
