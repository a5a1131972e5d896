"""Transfer: queue rows in and out as JSON and CSV; a bad row never hides the good ones."""

import json
import time
from collections.abc import Sequence
from datetime import date
from importlib import resources

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from content.credit import Credit
from content.entry import Entry, Photo
from content.gazetteer import Gazetteer
from content.records import FIELDS, Format
from content.transfer import ImportReport, read, write

FORMATS: tuple[Format, ...] = ("json", "csv")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


def read_json(gazetteer: Gazetteer, text: str) -> ImportReport:
    return read(text.encode(), format="json", gazetteer=gazetteer)


def read_csv(gazetteer: Gazetteer, text: str) -> ImportReport:
    return read(text.encode(), format="csv", gazetteer=gazetteer)


def cities(report: ImportReport) -> list[tuple[int, str]]:
    return [(row.line, row.city.name) for row in report.rows]


def lines(report: ImportReport) -> list[int]:
    return [problem.line for problem in report.problems]


def only_reason(report: ImportReport) -> str:
    (problem,) = report.problems
    return problem.reason


# -- what a good row becomes


def test_a_full_json_row_is_read_field_by_field(gazetteer: Gazetteer) -> None:
    values = {
        "city": "Saint-Denis",
        "department": "La Réunion",
        "date": "2027-01-31",
        "state": "held",
        "text_fr": "Une île.\nEt la mer.",
        "text_en": "An island.",
        "tags": ["#La Réunion ", "lareunion", "Océan"],
        "photo": "photos/saint-denis.jpg",
        "alt": "A town by the sea",
        "author": "T. P.",
        "source": "ESA",
        "licence": "CC BY 4.0",
        "link": "https://example.org/1",
    }
    (row,) = read_json(gazetteer, json.dumps([values])).rows
    assert set(values) == set(FIELDS)
    assert row.city.country == "RE"
    assert row.date == date(2027, 1, 31)
    assert row.held
    assert row.texts == {"fr": "Une île.\nEt la mer.", "en": "An island."}
    assert row.tags == ("LaRéunion", "Océan")
    assert (row.photo, row.alt) == ("photos/saint-denis.jpg", "A town by the sea")
    assert row.credit == Credit(
        author="T. P.", source="ESA", licence="CC BY 4.0", link="https://example.org/1"
    )


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_row_is_read_with_either_separator_mark_and_line_end(
    gazetteer: Gazetteer, separator: str, mark: str, end: str
) -> None:
    head = separator.join(["city", "state", "text_fr", "tags", ""])
    row = separator.join(["Nîmes", "ready", f'"Un, deux; trois{end}quatre"', '"#a, b c"', ""])
    (read_row,) = read_csv(gazetteer, f"{mark}{head}{end}{row}{end}").rows
    assert read_row.texts == {"fr": "Un, deux; trois\nquatre"}
    assert read_row.tags == ("a", "b", "c")
    assert (read_row.held, read_row.date, read_row.photo) == (False, None, None)


def test_empty_fields_are_as_good_as_absent_ones(gazetteer: Gazetteer) -> None:
    text = '[{"city": "Metz", "date": "", "photo": null, "tags": null, "text_fr": " "}]'
    (row,) = read_json(gazetteer, text).rows
    assert (row.texts, row.tags, row.date, row.photo) == ({}, (), None, None)


def test_blank_csv_lines_are_no_rows(gazetteer: Gazetteer) -> None:
    report = read_csv(gazetteer, "\ncity,alt\n\n,\nMetz,\n\n")
    assert cities(report) == [(5, "Metz")]
    assert report.problems == ()


@pytest.mark.parametrize(("empty", "layout"), [("[]", "json"), ("city,date\n", "csv")])
def test_a_list_without_rows_is_no_problem(
    gazetteer: Gazetteer, empty: str, layout: Format
) -> None:
    assert read(empty.encode(), format=layout, gazetteer=gazetteer) == ImportReport(
        rows=(), problems=()
    )


# -- lines


def test_a_csv_row_has_the_line_where_it_begins(gazetteer: Gazetteer) -> None:
    text = 'city,text_fr\nMetz,"a\nb\r\nc"\nNowhere,\nLille,"d\n"\nLyon,\n'
    report = read_csv(gazetteer, text)
    assert cities(report) == [(2, "Metz"), (6, "Lille"), (8, "Lyon")]
    assert lines(report) == [5]


def test_a_json_row_has_the_line_where_it_begins(gazetteer: Gazetteer) -> None:
    text = '[\n  {\n    "city": "Metz"\n  },\n\n  {"city": "Nowhere"}, {"city": "Lille"}\n]\n'
    report = read_json(gazetteer, text)
    assert cities(report) == [(2, "Metz"), (6, "Lille")]
    assert lines(report) == [6]


# -- broken rows and broken files


@pytest.mark.parametrize(
    "broken",
    [
        '{"city": "Nancy" "date": ""}',
        '{"city": "Nancy", "alt": }',
        '{"city": "Nancy", "alt": "open}',
        '{"city": "Nancy"',
        '{"city": "Nancy"} {"city": "Nice"}',
        "[" * 100_000,
        "nonsense",
        '"Nancy"',
        "[]",
        "7",
        "null",
        '{"city": "Nancy", "city": "Nice"}',
    ],
)
def test_a_broken_json_row_hides_no_other(gazetteer: Gazetteer, broken: str) -> None:
    text = f'[\n{{"city": "Metz"}},\n{broken},\n{{"city": "Lille"}},\n{{"city": "Lyon"}}\n]'
    report = read_json(gazetteer, text)
    assert {(2, "Metz"), (4, "Lille"), (5, "Lyon")} <= set(cities(report))
    assert lines(report) == [3]


@pytest.mark.parametrize(
    "broken",
    ['Nancy,"open', 'Nancy,"a"b', "Nancy,a,b", '"', 'Nancy,"' + "x" * 200_000, "Nancy,a\x00b"],
)
def test_a_broken_csv_row_hides_no_other(gazetteer: Gazetteer, broken: str) -> None:
    report = read_csv(gazetteer, f"city,text_fr\nMetz,\n{broken}\nLille,\nLyon,a\n")
    assert cities(report) == [(2, "Metz"), (4, "Lille"), (5, "Lyon")]
    assert lines(report) == [3]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "empty"),
        (" \n\n", 1, "empty"),
        ("\n\nhello", 3, "no JSON list"),
        ('{"city": "Metz"}', 1, "no JSON list"),
        ("[\n", 2, "does not end"),
        ("[\n]\n[]\n\n", 3, "more after the end"),
    ],
)
def test_a_file_that_is_no_json_list_is_one_problem(
    gazetteer: Gazetteer, text: str, line: int, reason: str
) -> None:
    report = read_json(gazetteer, text)
    assert lines(report) == [line]
    assert reason in only_reason(report)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "empty"),
        ("\nhello world\nLe Mans", 2, "must name the fields: city, department"),
        ("date,text_fr\n2027-01-01,x", 1, "“city” is missing"),
        ("city,txt_fr\nMetz,x", 1, "did you mean “text_fr”?"),
        ("city,date,city\nMetz,,Lille", 1, "twice"),
    ],
)
def test_a_file_without_a_right_csv_header_is_one_problem_and_no_row(
    gazetteer: Gazetteer, text: str, line: int, reason: str
) -> None:
    report = read_csv(gazetteer, text)
    assert report.rows == ()
    assert lines(report) == [line]
    assert reason in only_reason(report)


@pytest.mark.parametrize("layout", FORMATS)
@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("city\nMetz\nNîmes\n".encode("latin-1"), 3),
        ("city\nMetz\n".encode("utf-16"), 1),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", 1),
    ],
)
def test_another_encoding_than_utf_8_is_named_with_its_line(
    gazetteer: Gazetteer, layout: Format, data: bytes, line: int
) -> None:
    report = read(data, format=layout, gazetteer=gazetteer)
    assert lines(report) == [line]
    assert "save it as UTF-8" in only_reason(report)


# -- bad values


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "names no city"),
        ({"city": "  "}, "names no city"),
        ({"city": 7}, "“city” must be text in quotes, not a number"),
        ({"city": "Nimees"}, "Did you mean Nîmes"),
        ({"city": "Saint-Denis"}, "Saint-Denis, La Réunion; Saint-Denis, Seine-Saint-Denis"),
        ({"city": "Metz", "department": "Sarthe"}, "No city is called “Metz, Sarthe”"),
        ({"city": "Metz", "date": "31/01/2027"}, "“31/01/2027” is not a date: write year-month"),
        ({"city": "Metz", "date": "2027-02-30"}, "is not a date"),
        ({"city": "Metz", "date": "20270101"}, "is not a date"),
        ({"city": "Metz", "date": "٢٠٢٧-01-01"}, "is not a date"),
        ({"city": "Metz", "date": False}, "“date” must be text in quotes, not true or false"),
        ({"city": "Metz", "state": "hold"}, "“hold” is no state: write “held”"),
        ({"city": "Metz", "text_fr": "x" * 5_001}, "5,001 characters: shorten it to 5,000"),
        ({"city": "Metz", "text_en": "a\x00b"}, "(U+0000) as its character 2"),
        ({"city": "Metz", "alt": "a\x1bb"}, "(U+001B)"),
        ({"city": "Metz", "alt": "\ud800"}, "(U+D800)"),
        ({"city": "Metz", "license": "CC0"}, "“license” is no field: did you mean “licence”?"),
        ({"city": "Metz", "zzz": "x"}, "“zzz” is no field: the fields are city, department"),
        ({"city": "Metz", "tags": "LeMans"}, "“tags” must be a list of texts"),
        ({"city": "Metz", "tags": ["a", 1]}, "“tags” must be a list of texts"),
        ({"city": "Metz", "tags": {"a": "b"}}, "“tags” must be a list of texts"),
        ({"city": "Metz", "tags": ["2027"]}, "“2027” makes no hashtag"),
        ({"city": "Metz", "tags": ["a\x00"]}, "“tags” holds a control character"),
        ({"city": "Metz", "photo": "../a.jpg"}, "“photo” must be a file in the folder"),
        ({"city": "Metz", "photo": "x\n/../../a.jpg"}, "“photo” must be a file in the folder"),
        ({"city": "Metz", "photo": "/etc/a.jpg"}, "“photo” must be a file in the folder"),
        ({"city": "Metz", "photo": "C:a.jpg"}, "“photo” must be a file in the folder"),
        ({"city": "Metz", "photo": "a\\..\\..\\b.jpg"}, "“photo” must be a file in the folder"),
    ],
)
def test_a_bad_value_is_reported_with_what_to_change(
    gazetteer: Gazetteer, values: dict[str, object], reason: str
) -> None:
    report = read_json(gazetteer, json.dumps([values, {"city": "Lille"}]))
    assert reason in only_reason(report)
    assert cities(report) == [(1, "Lille")]


def test_all_that_is_wrong_with_a_row_is_said_at_once(gazetteer: Gazetteer) -> None:
    reason = only_reason(read_csv(gazetteer, "city,date,state\nNowhere,soon,maybe\n"))
    assert all(word in reason for word in ("“Nowhere”", "“soon”", "“maybe”"))


def test_the_second_row_pinned_to_a_date_is_reported(gazetteer: Gazetteer) -> None:
    text = "city,date\nNowhere,2027-01-01\nMetz,2027-01-01\nLille,2027-01-01\n"
    report = read_csv(gazetteer, text)
    assert cities(report) == [(3, "Metz")]
    assert lines(report) == [2, 4]
    assert "Line 3 is pinned to 2027-01-01 already" in report.problems[1].reason


# -- large files


@pytest.mark.parametrize("layout", FORMATS)
def test_thousands_of_rows_cost_little_each_good_or_bad(
    gazetteer: Gazetteer, layout: Format
) -> None:
    entries = [Entry(city=city, texts={"fr": "x" * 60}) for city in gazetteer.of_french()[:2_000]]
    good = write(entries, format=layout, gazetteer=gazetteer)
    bad = good.replace(b"xxxx", b"yy\x01y").replace(b"Saint-", b"Sanct-")
    began = time.process_time()
    report = read(good, format=layout, gazetteer=gazetteer)
    assert len(report.rows) == 2_000
    assert len(read(bad, format=layout, gazetteer=gazetteer).problems) > 0
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("[" * 1_000_000, "json"),
        ("[" + "\n" * 1_000_000, "json"),
        ("[" + "}" * 1_000_000, "json"),
        ("[" + '{"city": x},\n' * 100_000, "json"),
        ('[{"city": ' + "9" * 1_000_000 + "}]", "json"),
        ("," * 1_000_000, "csv"),
        ("city\n" + '"\n' * 100_000, "csv"),
        ("city,alt\n" + "," * 1_000_000, "csv"),
        ('city\n"' + "x" * 1_000_000, "csv"),
    ],
)
def test_a_hostile_file_is_read_in_no_time(gazetteer: Gazetteer, text: str, layout: Format) -> None:
    began = time.process_time()
    report = read(text.encode(), format=layout, gazetteer=gazetteer)
    assert time.process_time() - began < 2
    assert len(report.problems) <= 101
    assert report.rows == ()


# -- out and in again


def compared(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    return [
        (
            entry.city,
            {language: text for language, text in entry.texts.items() if text.strip()},
            entry.tags,
            entry.date,
            entry.held,
            entry.photos[0] if entry.photos else None,
        )
        for entry in entries
    ]


def compared_rows(report: ImportReport) -> list[tuple[object, ...]]:
    return [
        (
            row.city,
            row.texts,
            row.tags,
            row.date,
            row.held,
            Photo(file=row.photo, alt=row.alt, credit=row.credit) if row.photo else None,
        )
        for row in report.rows
    ]


AWKWARD = ["=1+1", "@SUM(1)", '"', '""', "'", "a,b;c", "\n\n", "\ta ", "\u2028", "🌍", "#a"]
spoken = st.sampled_from(AWKWARD) | st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=20
)
credited = st.builds(Credit, author=spoken, source=spoken, licence=spoken, link=spoken)
files = st.text("0123456789abcdef", min_size=1, max_size=4).map("{}.jpg".format)


@pytest.mark.parametrize("layout", FORMATS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_again_the_same(
    gazetteer: Gazetteer, layout: Format, data: st.DataObject
) -> None:
    entries = st.builds(
        Entry,
        city=st.sampled_from(gazetteer.of_french()),
        texts=st.dictionaries(st.sampled_from(["fr", "en"]), spoken),
        tags=st.lists(st.text("aBc", min_size=1), max_size=3, unique_by=str.casefold).map(tuple),
        photos=st.lists(st.builds(Photo, file=files, alt=spoken, credit=credited), max_size=1).map(
            tuple
        ),
        date=st.none() | st.dates(),
        held=st.booleans(),
    )
    queued = data.draw(st.lists(entries, max_size=4))
    pinned = [entry.date for entry in queued if entry.date]
    assume(len(set(pinned)) == len(pinned))
    written = write(queued, format=layout, gazetteer=gazetteer)
    report = read(written, format=layout, gazetteer=gazetteer)
    assert report.problems == ()
    assert compared_rows(report) == compared(queued)


@pytest.mark.parametrize("layout", FORMATS)
def test_a_written_city_is_told_apart_from_its_namesakes(
    gazetteer: Gazetteer, layout: Format
) -> None:
    entry = Entry(city=gazetteer.find("Saint-Denis, 974"))
    written = write([entry], format=layout, gazetteer=gazetteer)
    assert "Saint-Denis, La Réunion" in written.decode()
    assert read(written, format=layout, gazetteer=gazetteer).rows[0].city == entry.city


@pytest.mark.parametrize("layout", FORMATS)
def test_windows_line_breaks_and_loose_tags_are_written_clean(
    gazetteer: Gazetteer, layout: Format
) -> None:
    entry = Entry(city=gazetteer.find("Metz"), texts={"fr": "a\r\nb\rc"}, tags=("Le Mans", "#b"))
    written = write([entry], format=layout, gazetteer=gazetteer)
    (row,) = read(written, format=layout, gazetteer=gazetteer).rows
    assert row.texts == {"fr": "a\nb\nc"}
    assert row.tags == ("LeMans", "b")


def test_the_starter_cities_are_all_good_rows(gazetteer: Gazetteer) -> None:
    starter = resources.files("content").joinpath("data", "starter.json")
    if not starter.is_file():
        pytest.skip("content/data/starter.json is not there yet")
    report = read(starter.read_bytes(), format="json", gazetteer=gazetteer)
    assert report.problems == ()
    assert len(report.rows) >= 31
