"""Any file is imported row by row or refused: the queue holds the good rows, whole, in order."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.app import App
from bot.operations import queue
from bot.operations.refusal import CannotBeDone
from bot.operations.transfer import Imported, import_file
from content.entry import Entry
from content.records import FIELDS, Format, RowProblem, records
from content.transfer import MOST_PROBLEMS, MOST_ROWS, ImportReport, read
from tests.bad_input.app import with_app
from tests.bad_input.strategies import FEW, MANY, anything, days, gazetteer, good_texts, reads_well
from tests.bad_input.strategies import texts as any_texts

FORMATS: tuple[Format, ...] = ("json", "csv")
CITIES = [city.name for city in gazetteer().of_french()[:12]]
SNIPPETS = [
    *("city,text_fr,tags\n", "city;date\n", "Metz", "Lille,", '"', '""', ",", ";", "\n", "\r\n"),
    *('{"city": "Metz"}', "[", "]", "{", "}", ",\n", ":", "null", "NaN", "-Infinity", "1e999"),
    *('"city"', '"\\ud800"', '"\\u0000"', "\x00", "\ufeff", "9" * 400, "[" * 400, "// a", "true"),
    *('{"city": "Metz", "city": "Lille"}', '"tags": [[]]', '"date": "0000-00-00"', '"alt": {}'),
]
snippets = st.lists(st.sampled_from(SNIPPETS) | st.text(anything, max_size=4), max_size=25).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_texts | days,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_texts, inner, max_size=3),
    max_leaves=5,
)
rows = st.dictionaries(st.sampled_from(FIELDS) | any_texts, values, max_size=6)
json_files = st.lists(rows | values, max_size=5).map(lambda each: json.dumps(each).encode())
tables = st.lists(st.lists(any_texts | days, max_size=5), max_size=5)


def as_table(lines: Sequence[Sequence[str]]) -> bytes:
    table = io.StringIO(newline="")
    csv.writer(table).writerows([["city", "date", "text_fr", "tags"], *lines])
    return table.getvalue().encode("utf-8", "surrogatepass")


encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
recoded = st.builds(lambda text, encoding: text.encode(encoding, "replace"), good_texts, encodings)
files = st.binary(max_size=60) | snippets | json_files | tables.map(as_table) | recoded


@MANY
@given(data=files, layout=st.sampled_from(FORMATS))
def test_any_bytes_are_rows_or_refusals_that_name_the_line_and_say_why(
    data: bytes, layout: Format
) -> None:
    report = read(data, format=layout, gazetteer=gazetteer())
    last = data.count(b"\n") + data.count(b"\r") + 1
    lines = [problem.line for problem in report.problems]
    assert lines == sorted(lines)
    assert all(1 <= line <= last for line in lines)
    assert all(reads_well(problem.reason) for problem in report.problems)
    for row in report.rows:
        held = [*row.texts.values(), *row.tags, row.alt, *vars(row.credit).values()]
        assert not any("\x00" in text for text in held)
        assert "".join(held).encode().decode() == "".join(held)
        assert gazetteer().find(gazetteer().label(row.city)) == row.city


@FEW
@given(data=files, layout=st.sampled_from(FORMATS))
def test_what_is_queued_of_any_file_is_what_the_import_says(data: bytes, layout: Format) -> None:
    imported, queued = import_of(data, layout)
    assert queued == [*imported.entries]
    assert all(reads_well(problem.reason) for problem in imported.problems)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a file, and what an admin must be told of it; nothing of a good one."""

    fields: dict[str, str]
    told: str = ""


def of_its_own(row: dict[str, str], month: str) -> str:
    """A date that no other row has: of two rows, the second would be told of the first."""
    return f"{month}-{CITIES.index(row['city']) + 1:02}"


SPOILT: dict[str, Callable[[dict[str, str]], Row]] = {
    "an unknown city": lambda row: Row(fields={**row, "city": "Nowhere"}, told="No city"),
    "no city": lambda row: Row(fields={**row, "city": " "}, told="names no city"),
    "no date": lambda row: Row(fields={**row, "date": "2027-02-30"}, told="is not a date"),
    "a past date": lambda row: Row(
        fields={**row, "date": of_its_own(row, "2020-01")}, told="is past"
    ),
    "a far date": lambda row: Row(
        fields={**row, "date": of_its_own(row, "9999-12")}, told="ten years"
    ),
    "a state": lambda row: Row(fields={**row, "state": "sent"}, told="is no state"),
    "no letter": lambda row: Row(fields={**row, "tags": "2027"}, told="makes no hashtag"),
    "a NUL": lambda row: Row(fields={**row, "text_en": "a\x00b"}, told="U+0000"),
    "a long text": lambda row: Row(fields={**row, "text_en": "a" * 5_001}, told="shorten it"),
    "no file": lambda row: Row(fields={**row, "photo": "no.jpg"}, told="cannot be read"),
    "no picture": lambda row: Row(fields={**row, "photo": "text.jpg"}, told="is no JPEG"),
    "a way out": lambda row: Row(fields={**row, "photo": "../a.jpg"}, told="in the folder"),
}
good = st.fixed_dictionaries(
    {"text_fr": good_texts},
    optional={
        "tags": st.just("LeMans Sarthe"),
        "state": st.sampled_from(["", "held", "ready", "draft"]),
        "photo": st.just("a.jpg"),
        "alt": good_texts,
        "licence": st.just("CC0"),
        "author": st.just("A"),
    },
)


@st.composite
def mixed(draw: st.DrawFn) -> list[Row]:
    """Good rows and bad ones, each of a city of its own, some pinned to a day of their own."""
    cities = draw(st.lists(st.sampled_from(CITIES), unique=True, max_size=6))
    made = []
    for number, city in enumerate(cities, start=1):
        fields = {"city": city, **draw(good)}
        if draw(st.booleans()):
            fields["date"] = str(date(2026, 12, 1) + timedelta(days=number))
        how = draw(st.none() | st.sampled_from([*SPOILT]))
        made.append(SPOILT[how](fields) if how else Row(fields=fields))
    return made


@FEW
@given(made=mixed(), layout=st.sampled_from(FORMATS), dry_run=st.booleans())
def test_the_queue_holds_the_good_rows_whole_in_order_and_nothing_of_the_bad_ones(
    made: list[Row], layout: Format, dry_run: bool
) -> None:
    data, lines = written(made, layout)
    imported, queued = import_of(data, layout, dry_run=dry_run)
    wanted = [row.fields for row in made if not row.told]
    assert [as_fields(entry) for entry in imported.entries] == [shape(row) for row in wanted]
    assert queued == ([] if dry_run else [*imported.entries])
    bad = [(line, row.told) for line, row in zip(lines, made, strict=True) if row.told]
    assert [problem.line for problem in imported.problems] == [line for line, _ in bad]
    for problem, (_, told) in zip(imported.problems, bad, strict=True):
        assert told in problem.reason
        assert reads_well(problem.reason)


def written(made: Sequence[Row], layout: Format) -> tuple[bytes, list[int]]:
    """The file, and the line on which each row begins."""
    if layout == "json":
        as_json = [{**row.fields, "tags": row.fields.get("tags", "").split()} for row in made]
        text = "[\n" + ",\n".join(json.dumps(row) for row in as_json) + "\n]"
        return text.encode(), [*range(2, len(made) + 2)]
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, FIELDS, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    lines = []
    for row in made:
        lines.append(table.getvalue().count("\n") + 1)
        writer.writerow(row.fields)
    return table.getvalue().encode(), lines


def shape(fields: dict[str, str]) -> dict[str, str]:
    """A good row's fields as `as_fields` gives them."""
    photo = {name: fields.get(name, "") for name in ("alt", "licence", "author")}
    return {
        "city": fields["city"],
        "date": fields.get("date", ""),
        "text_fr": fields["text_fr"],
        "tags": fields.get("tags", ""),
        "held": str(fields.get("state") == "held"),
        **(photo if "photo" in fields else {}),
    }


def as_fields(entry: Entry) -> dict[str, str]:
    """What an admin has said, without what is only proposed."""
    photo = {
        name: "" if name in each.proposed else value
        for each in entry.photos
        for name, value in {"alt": each.alt, **vars(each.credit)}.items()
        if name in ("alt", "licence", "author")
    }
    return {
        "city": entry.city.name,
        "date": str(entry.date or ""),
        "text_fr": entry.texts["fr"],
        "tags": " ".join(entry.tags),
        "held": str(entry.held),
        **photo,
    }


def import_of(
    data: bytes, layout: Format, *, dry_run: bool = False
) -> tuple[Imported, list[Entry]]:
    """What a file's import says, and what the queue holds then."""

    async def use(app: App, folder: Path) -> tuple[Imported, list[Entry]]:
        Image.new("RGB", (8, 8)).save(folder / "a.jpg")
        (folder / "text.jpg").write_text("no picture", encoding="utf-8")
        file = folder / f"queue.{layout}"
        file.write_bytes(data)
        imported = await import_file(app, file, dry_run=dry_run)
        return imported, [*await queue.listed(app)]

    imported, queued = with_app(use)
    if not dry_run:  # its Entries have no ids
        assert [entry.id for entry in imported.entries] == [entry.id for entry in queued]
    return imported, queued


# -- sizes


def test_ten_megabytes_in_one_field_cost_that_row_alone() -> None:
    huge = "a" * 10_000_000
    for layout in FORMATS:
        made = [{"city": "Metz"}, {"city": "Lille", "text_fr": huge}, {"city": "Lyon"}]
        data, _ = written([Row(fields=fields) for fields in made], layout)
        report = read(data, format=layout, gazetteer=gazetteer())
        assert [row.city.name for row in report.rows] == ["Metz", "Lyon"]
        assert [problem.line for problem in report.problems] == [3]
        assert reads_well(report.problems[0].reason, most=300)


@pytest.mark.parametrize("unit", ["a", "\u0316\u0301", ",", "\u202e"])
@pytest.mark.parametrize("field", ["city", "date", "state", "photo", "tags", "Metz"])
def test_a_megabyte_in_any_field_is_not_repeated(field: str, unit: str) -> None:
    row = {"city": "Metz", field: unit * 500_000}
    data = json.dumps([{**row, "tags": row["tags"].split()} if "tags" in row else row])
    report = read(data.encode(), format="json", gazetteer=gazetteer())
    assert not report.rows
    assert reads_well(report.problems[0].reason, most=600)


def test_thousands_of_columns_or_fields_are_not_named_one_by_one() -> None:
    names = [f"a{number}" for number in range(10_000)]
    (problem,) = whole("city," + ",".join(names), "csv").problems
    assert "9,995 more names are no fields" in problem.reason
    assert reads_well(problem.reason)
    (problem,) = whole(json.dumps([dict.fromkeys(["city", *names], "a")]), "json").problems
    assert "9,995 more names are no fields" in problem.reason
    assert reads_well(problem.reason)


def test_a_million_columns_are_not_read() -> None:
    (problem,) = whole("\n" * 200_000 + "city" + ",a" * 1_000_000, "csv").problems
    assert problem.line == 200_001
    assert "The first line has more than 100,000 characters" in problem.reason


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("city\n" + "Nowhere\n" * 3_000, "csv"),
        ("[" + "7," * 3_000 + "7]", "json"),
    ],
)
def test_a_file_of_bad_rows_is_not_read_to_its_end(text: str, layout: Format) -> None:
    report = whole(text, layout)
    assert len(report.problems) == MOST_PROBLEMS + 1
    assert "was not read" in report.problems[-1].reason


def test_a_row_that_does_not_end_is_given_up_within_a_hundred_thousand_characters() -> None:
    text = "city,alt\n" + 'x","\n' * 25_000
    first = next(records(text.encode(), "csv"))
    assert isinstance(first, RowProblem)
    assert first.line == 2
    assert "more than 100,000 characters" in first.reason


def test_a_file_of_more_rows_than_anybody_needs_is_not_read_to_its_end() -> None:
    report = whole("city\n" + "Metz\n" * (MOST_ROWS + 10), "csv")
    assert len(report.rows) == MOST_ROWS
    (problem,) = report.problems
    assert problem.line == MOST_ROWS + 2  # behind the header and the last row that is read
    assert "put what begins here into another file" in problem.reason


def test_a_quote_left_open_costs_no_row_that_is_far_behind_it() -> None:
    text = 'city,alt\nMetz,"open\n' + "Lille,a\n" * 15_000
    report = whole(text, "csv")
    assert [problem.line for problem in report.problems] == [2]
    assert len(report.rows) == 15_000


def whole(text: str, layout: Format) -> ImportReport:
    return read(text.encode(), format=layout, gazetteer=gazetteer())


def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_read() -> None:
    async def use(app: App, folder: Path) -> str:
        with (folder / "queue.csv").open("wb") as file:
            file.truncate(200_000_000)
        with pytest.raises(CannotBeDone) as caught:
            await import_file(app, folder / "queue.csv")
        return str(caught.value)

    assert "has 200 MB, the most is 50 MB" in with_app(use)


@pytest.mark.parametrize("name", ["a\x00.csv", "\ud800.csv", "a" * 300 + ".csv"])
def test_a_path_that_no_file_can_have_is_refused(name: str) -> None:
    async def use(app: App, folder: Path) -> str:
        with pytest.raises(CannotBeDone) as caught:
            await import_file(app, folder / name)
        return str(caught.value)

    assert "cannot be" in with_app(use)
