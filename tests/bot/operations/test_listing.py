"""A page of the queue: each Entry with its place and the date on which it comes."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import App, assemble
from bot.operations.listing import listed, queue_page
from bot.operations.refusal import CannotBeDone
from bot.settings import Settings
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, entry

TODAY = date(2026, 11, 22)


@pytest.fixture
def app(tmp_path: Path, store: Store) -> App:
    clock = FakeClock()
    return assemble(
        Settings(data_dir=tmp_path, timezone=ZoneInfo("UTC")),
        owner="us",
        clock=clock,
        store=store,
        publishers={"fake": FakePublisher(clock=clock)},
        channels=(),
    )


async def test_of_more_than_a_year_the_dates_of_a_year_are_known(app: App) -> None:
    await app.store.add([entry(str(number), number) for number in range(1, 401)])
    page = await queue_page(app, 37, size=10)
    assert [(each.position, each.comes_on) for each in page.entries][4:7] == [
        (365, TODAY + timedelta(days=364)),
        (366, TODAY + timedelta(days=365)),
        (367, None),
    ]


async def test_many_drafts_in_front_keep_no_date_from_a_page_far_behind(app: App) -> None:
    held = [entry(f"held {number}", number, held=True) for number in range(1, 401)]
    await app.store.add([*held, entry("Albi", 999)])
    page = await queue_page(app, 10**9, size=10)
    assert (page.number, page.pages) == (41, 41)
    assert [(each.position, each.comes_on) for each in page.entries] == [(401, TODAY)]


async def test_a_city_that_would_come_too_soon_again_comes_within_no_year(app: App) -> None:
    first, again = await app.store.add([entry("Albi", 1), entry("Albi", 1)])
    assert (await listed(app, first.id)).comes_on == TODAY
    comes = (await listed(app, again.id)).comes_on
    assert comes is None or comes >= TODAY + timedelta(days=app.settings.repeat_after_days)


async def test_one_whose_date_was_missed_comes_like_any_other(app: App) -> None:
    (missed,) = await app.store.add([entry("Albi", 1, date=TODAY - timedelta(days=3))])
    assert (await listed(app, missed.id)).comes_on == TODAY


async def test_one_that_waits_no_more_is_nowhere(app: App) -> None:
    with pytest.raises(CannotBeDone, match="no Entry 17"):
        await listed(app, 17)
