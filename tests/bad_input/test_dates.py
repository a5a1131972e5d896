"""Any string as a date or as a publication's id is a value, or is refused in words."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.app import App
from bot.operations import queue
from bot.operations.dates import taken_dates
from bot.operations.publishing import calendar, parse_publication_id, resolve
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from content.entry import Entry
from content.transfer import read
from schedules.ledger import Status
from tests.bad_input.app import with_app
from tests.bad_input.strategies import FEW, MANY, days, gazetteer, outcome_of, reads_well, texts

TODAY = date(2026, 11, 22)
EDGES = [
    date.min,
    date.max,
    TODAY,
    TODAY - timedelta(days=1),
    date(2028, 2, 29),
    date(2036, 11, 29),
]
ids = st.tuples(days, st.sampled_from(["", "/", "/site", "/twitter:en"]), texts).map("".join)
numbers = st.integers() | st.sampled_from([0, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**4000])


@MANY
@given(day=days)
def test_a_rows_date_is_a_date_or_the_row_is_refused_in_words(day: str) -> None:
    quoted = day.replace('"', '""')
    row = f'city,date\nMetz,"{quoted}"\n'.encode("utf-8", "surrogatepass")
    report = read(row, format="csv", gazetteer=gazetteer())
    if report.problems:
        assert report.rows == ()
        assert all(reads_well(problem.reason) for problem in report.problems)
    else:
        (read_row,) = report.rows
        assert (str(read_row.date) if read_row.date else "") == day.strip()


@MANY
@given(publication=ids)
def test_a_publications_id_is_a_date_and_a_destination_or_is_refused(publication: str) -> None:
    parsed = outcome_of(lambda: parse_publication_id(publication), CannotBeDone)
    if isinstance(parsed, str):
        assert "DATE/DESTINATION" in parsed
    else:
        day, destination = parsed
        assert isinstance(day, date)
        assert publication.endswith(destination)


@FEW
@given(day=st.dates() | st.sampled_from(EDGES), destination=st.text(max_size=20))
def test_a_publication_that_there_is_not_is_refused(day: date, destination: str) -> None:
    async def say(app: App, _: object) -> None:
        await resolve(app, f"{day}/{destination}", Status.SCHEDULED)

    with pytest.raises(CannotBeDone, match="There is no publication"):
        with_app(say)


@FEW
@given(on=st.dates() | st.sampled_from(EDGES))
def test_a_date_is_pinned_or_refused_and_nothing_is_queued(on: date) -> None:
    async def pin(app: App, _: object) -> tuple[str, list[date | None]]:
        refusal = ""
        try:
            await queue.add(app, "Metz", Changes(on=on))
        except CannotBeDone as error:
            refusal = str(error)
        return refusal, [entry.date for entry in await queue.listed(app)]

    refusal, pinned = with_app(pin)
    may_be = TODAY <= on <= TODAY + timedelta(days=3660)
    assert pinned == ([on] if may_be else [])
    assert may_be or reads_well(refusal)


@FEW
@given(wanted=st.lists(st.dates() | st.sampled_from(EDGES), max_size=5))
def test_dates_are_looked_up_however_far_they_are(wanted: list[date]) -> None:
    async def look(app: App, _: object) -> None:
        waiting = [Entry(city=app.gazetteer.find("Metz"), date=day) for day in wanted]
        await taken_dates(app, wanted, waiting=waiting)

    with_app(look)


@FEW
@given(first=st.none() | st.dates() | st.sampled_from(EDGES), many=st.integers(1, 3))
def test_a_calendar_begins_on_any_date_or_says_how_far_it_goes(
    first: date | None, many: int
) -> None:
    async def ask(app: App, _: object) -> str | int:
        try:
            return len(await calendar(app, first, many))
        except CannotBeDone as refusal:
            return str(refusal)

    told = with_app(ask)
    assert told == many or "goes from 1970-01-01 to 2999-12-31" in str(told)


@FEW
@given(number=numbers)
@example(number=2**63)
@example(number=-(2**63) - 1)
@example(number=1)
def test_no_number_but_an_entrys_is_an_entry(number: int) -> None:
    async def ask(app: App, _: object) -> list[str]:
        await queue.add(app, "Metz", Changes())
        refusals = []
        for work in (
            lambda: queue.find(app, number),
            lambda: queue.hold(app, number, held=True),
            lambda: queue.move(app, number, position=1),
            lambda: queue.move(app, 1, position=number),
            lambda: queue.remove(app, number),
        ):
            try:
                await work()
            except CannotBeDone as refusal:
                refusals.append(str(refusal))
        return refusals

    refusals = with_app(ask)
    assert number == 1 or len(refusals) >= 4
    assert all(reads_well(refusal, most=5_000) for refusal in refusals)
