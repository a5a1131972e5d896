"""After a restore: which dates are in doubt, which are too old, and which are left alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.log import LogChannel
from bot.app import App, database_url, open_app
from bot.operations import publishing
from bot.operations.backup import back_up
from bot.operations.restore import Restored, restore
from bot.settings import Settings
from bot.storage.backup import Holdings
from bot.storage.database import open_store
from bot.storage.store import SqlStore
from content.entry import Entry
from schedules.ledger import Settlement, Status
from tests.clock import FakeClock

MADE_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = MADE_AT.date()


class Folder:
    """A data folder, a clock, and a backup that was made when it showed `MADE_AT`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.clock = FakeClock(MADE_AT)
        self.backup = folder / "b.tar"

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[App, SqlStore]]:
        settings = Settings(
            data_dir=self._folder / "data",
            timezone=ZoneInfo("Europe/Paris"),
            post_at=time(9, 0),
            late_until=time(23, 0),
            destinations=("site",),
            _env_file=None,
        )
        async with open_app(settings, owner="test", told=LogChannel(), clock=self.clock) as app:
            store = await open_store(database_url(settings), clock=self.clock)
            yield app, store
            await store.close()

    async def back_up(self, app: App, store: SqlStore) -> None:
        await back_up(app, store, self.backup)

    async def restored_after(self, days: int) -> Restored:
        self.clock.set(MADE_AT + timedelta(days=days))
        async with self.opened() as (app, store):
            return await restore(app, store, self.backup, dead="", confirm=_yes)

    async def history(self) -> dict[date, tuple[str, Status]]:
        async with self.opened() as (_, store):
            rows = await store.publications()
            return {
                row.date: (row.entry.city.name if row.entry else "", row.status) for row in rows
            }

    async def waiting(self) -> list[str]:
        async with self.opened() as (_, store):
            return [entry.city.name for entry in await store.queue()]


def _yes(_: Holdings) -> None:
    pass


async def queue(app: App, *cities: str) -> None:
    await app.store.add(
        [Entry(city=app.gazetteer.find(city), texts={"fr": f"{city}."}) for city in cities]
    )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


async def test_on_the_same_day_after_the_post_nothing_is_in_doubt(folder: Folder) -> None:
    async with folder.opened() as (app, store):
        await queue(app, "Metz", "Albi")
        await publishing.post_today(app)
        await folder.back_up(app, store)
    restored = await folder.restored_after(days=0)
    assert (restored.in_doubt, restored.missed) == ([], [])
    assert await folder.history() == {DAY: ("Metz", Status.PUBLISHED)}
    assert await folder.waiting() == ["Albi"]


async def test_on_the_same_day_before_the_post_that_day_is_in_doubt(folder: Folder) -> None:
    async with folder.opened() as (app, store):
        await queue(app, "Metz", "Albi")
        await folder.back_up(app, store)
    restored = await folder.restored_after(days=0)
    assert restored.in_doubt == [f"{DAY}/site"]
    assert await folder.waiting() == ["Albi"]


async def test_what_was_not_settled_is_in_doubt_whatever_is_known_of_what_was_sent(
    folder: Folder,
) -> None:
    async with folder.opened() as (app, store):
        await queue(app, "Metz")
        await app.days.open_now(MADE_AT)
        claim = await store.claim(DAY, "site", owner="test", lease=timedelta(minutes=1))
        assert claim is not None
        claim = await store.arm(claim, text="Sent.", lease=timedelta(minutes=1))
        await folder.back_up(app, store)
        await store.settle(claim, Settlement(status=Status.PUBLISHED))
    restored = await folder.restored_after(days=0)
    assert restored.in_doubt == [f"{DAY}/site"]
    async with folder.opened() as (_, store):
        doubted = await store.publication(DAY, "site")
        assert doubted is not None
        assert (doubted.armed_at, doubted.sent_text) == (MADE_AT, "")


async def test_what_was_given_up_that_day_is_in_doubt_for_an_admin_may_have_sent_it(
    folder: Folder,
) -> None:
    async with folder.opened() as (app, store):
        await queue(app, "Metz", "Albi")
        await app.days.open_now(MADE_AT)
        claim = await store.claim(DAY, "site", owner="test", lease=timedelta(minutes=1))
        assert claim is not None
        await store.settle(claim, Settlement(status=Status.FAILED))
        await folder.back_up(app, store)
    restored = await folder.restored_after(days=0)
    assert restored.in_doubt == [f"{DAY}/site"]
    assert await folder.waiting() == ["Albi"]


async def test_of_a_long_time_the_last_week_is_looked_for_and_no_city_comes_again(
    folder: Folder,
) -> None:
    cities = ["Metz", "Albi", "Nice", "Lyon", "Brest", "Nantes", "Dijon", "Nancy", "Arles", "Sens"]
    async with folder.opened() as (app, store):
        await queue(app, *cities, "Tours", "Gap")
        await publishing.post_today(app)
        await folder.back_up(app, store)
    restored = await folder.restored_after(days=10)
    last_week = [DAY + timedelta(days=days) for days in range(3, 11)]
    assert restored.missed == [DAY + timedelta(days=1), DAY + timedelta(days=2)]
    assert restored.in_doubt == [f"{day}/site" for day in last_week]
    assert await folder.history() == {
        DAY: ("Metz", Status.PUBLISHED),
        DAY + timedelta(days=1): ("Albi", Status.MISSED),
        DAY + timedelta(days=2): ("Nice", Status.MISSED),
        **{
            day: (city, Status.UNCONFIRMED)
            for day, city in zip(last_week, [*cities[3:], "Tours"], strict=True)
        },
    }
    assert await folder.waiting() == ["Gap"]
    async with folder.opened() as (_, store):
        alert = await store.claim_alert("log", lease=timedelta(minutes=1))
        assert alert is not None
        assert alert.alert.subject == f"{restored.missed[0]} to {restored.missed[1]}"
        assert [each.date for each in await store.open_dates()] == last_week


async def test_dates_on_which_nothing_ran_before_the_backup_are_missed_and_not_in_doubt(
    folder: Folder,
) -> None:
    folder.clock.set(MADE_AT - timedelta(days=3))
    async with folder.opened() as (app, store):
        await queue(app, "Metz", "Albi")
        await publishing.post_today(app)
        folder.clock.set(MADE_AT)
        await folder.back_up(app, store)
    restored = await folder.restored_after(days=0)
    assert restored.in_doubt == [f"{DAY}/site"]
    history = await folder.history()
    assert history[DAY - timedelta(days=1)] == ("", Status.MISSED)
    assert history[DAY] == ("Albi", Status.UNCONFIRMED)
