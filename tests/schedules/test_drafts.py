"""The publish gate: no credit, no licence, no alt text, no word on a proposal, no post."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from content.credit import Credit
from content.entry import Entry, EntryState, Photo
from schedules.days import Days
from schedules.forecast import Forecast
from schedules.slots import SlotRule
from schedules.store import Store
from tests.schedules.parts import city, entry

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)
WHOLE = Credit(author="A. Photographe", licence="CC0")
DRAFTS = {
    "no alt text": Photo(file="a.jpg", alt="", credit=WHOLE),
    "a blank alt text": Photo(file="a.jpg", alt=" \u00a0\n", credit=WHOLE),
    "an invisible alt text": Photo(file="a.jpg", alt="\u200b\u2060", credit=WHOLE),
    "no author": Photo(file="a.jpg", alt="Albi.", credit=Credit(licence="CC0")),
    "a blank author": Photo(file="a.jpg", alt="Albi.", credit=Credit(author=" ", licence="CC0")),
    "no licence": Photo(file="a.jpg", alt="Albi.", credit=Credit(source="Archives")),
    "a blank licence": Photo(
        file="a.jpg", alt="Albi.", credit=Credit(author="A.", licence="\u200b")
    ),
    "a proposal": Photo(file="a.jpg", alt="Albi.", credit=WHOLE, proposed=("alt",)),
}


@pytest.fixture
def days(store: Store) -> Days:
    return Days(
        store=store,
        rule=SlotRule(timezone=ZoneInfo("Europe/Paris"), post_at=time(9), late_until=time(23)),
        forecast=Forecast(store=store, repeat_after=timedelta(days=365), fallback_cities=tuple),
        destinations=("site",),
    )


async def chosen(days: Days) -> str | None:
    edition = await days.open_now(MORNING)
    return edition.entry.city.name if edition is not None and edition.entry is not None else None


@pytest.mark.parametrize("pinned", [None, DAY], ids=["waiting", "pinned"])
@pytest.mark.parametrize("why", DRAFTS)
async def test_no_edition_is_opened_with_a_draft(
    days: Days, store: Store, tmp_path: Path, why: str, pinned: date | None
) -> None:
    draft = entry("Albi", 1, photos=(DRAFTS[why],), date=pinned)
    assert draft.state is EntryState.DRAFT
    await store.add([draft, entry("Metz", 2)])
    with closing(sqlite3.connect(tmp_path / "city-a-day.db")) as database:
        # As an older version, with other rules for what is missing, may have written it.
        database.execute("UPDATE entries SET state = 'ready'")
        database.commit()
    assert await chosen(days) == "Metz"


@pytest.mark.parametrize("text", ["", " \n", "\u200b"])
async def test_a_text_that_nobody_can_see_is_none(days: Days, store: Store, text: str) -> None:
    await store.add([Entry(city=city("Albi", 1), texts={"fr": text}), entry("Metz", 2)])
    assert await chosen(days) == "Metz"


async def test_a_photo_with_everything_is_posted(days: Days, store: Store) -> None:
    photo = Photo(file="a.jpg", alt="Albi.", credit=Credit(source="Archives", licence="CC0"))
    await store.add([entry("Albi", 1, photos=(photo,)), entry("Metz", 2)])
    assert await chosen(days) == "Albi"
