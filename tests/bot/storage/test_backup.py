"""The store suite: all rows into another database and back, whichever databases they are."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.storage.backup import BATCH, AtWork
from bot.storage.database import open_store
from bot.storage.schema import metadata
from bot.storage.store import SqlStore
from content.entry import Photo
from schedules.alerts import Alert, AlertKind
from schedules.ledger import Hold, Settlement, Status
from tests.bot.storage.database_clock import DatabaseClock
from tests.bot.storage.samples import (
    CHANNELS,
    CLOSED,
    DAY,
    KEYS,
    LEASE,
    NEXT,
    NOW,
    RECEIPT,
    entry,
    found,
    names,
    opened,
    settled,
    statuses,
)


@pytest.fixture
async def copy(tmp_path: Path, database_clock: DatabaseClock) -> AsyncIterator[SqlStore]:
    opened = await open_store(
        f"sqlite:///{tmp_path / 'copy.db'}", clock=database_clock.machine, channels=CHANNELS
    )
    yield opened
    await opened.close()


async def everything(store: SqlStore) -> dict[str, list[dict[str, Any]]]:
    """All rows, by table."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        async with store._read() as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key))
            rows[table.name] = [dict(row) for row in found.mappings()]
    return rows


async def lived_in(store: SqlStore) -> None:
    """Something in every table, and in every column that may be empty."""
    await opened(store, keys=KEYS)
    await settled(
        store,
        Settlement(status=Status.PUBLISHED, receipt=RECEIPT, published_at=NOW, message="é\u2028"),
    )
    claim = await store.claim(DAY, "twitter:en", owner="worker", lease=LEASE)
    assert claim is not None
    claim = await store.arm(claim, text="#UnJourUneVille", lease=LEASE)
    await store.settle(claim, Settlement(status=Status.UNCONFIRMED, may_have_landed=True))
    await store.add([entry("Metz", on=NEXT), entry("Albi")])
    failed = Alert(kind=AlertKind.FAILED, subject="2026-11-22/site", message="No.")
    await store.hold(Hold(destination="site", since=NOW, reason="No."), alert=failed)
    await store.raise_alert(replace(failed, once="once"))
    (nice,) = await store.add([entry("Nice")])
    await store.remove(nice.id, by="cli:pesquet")
    await store.set_note("commands", "abc")
    assert await store.lead("discord", owner="a", lease=LEASE)
    await store.skip(NEXT + timedelta(days=1), by="cli:anna")
    await store.pause(reason="Été.", until=NOW + timedelta(days=9), by="cli:anna")
    await store.resume(by="cli:ben")


async def test_there_and_back_every_row_is_the_same(store: SqlStore, copy: SqlStore) -> None:
    await lived_in(store)
    before = await everything(store)
    assert all(before.values()), "a table was left out"
    await copy.replace_all(store)
    assert await everything(copy) == before
    await store.add([entry("Nice")])
    await store.replace_all(copy)
    assert await everything(store) == before


async def test_a_restored_database_goes_on(store: SqlStore, copy: SqlStore) -> None:
    await lived_in(store)
    await copy.replace_all(store)
    await store.replace_all(copy)
    (added,) = await store.add([entry("Nice")])
    assert added.id == max(each.id for each in await store.queue())
    told = [row["id"] for row in (await everything(store))["alerts"]]
    latest = (await store.changes(limit=1))[0]
    assert await store.put_on_record(by="x", action="y", subject="z") > latest.id
    await store.raise_alert(Alert(kind=AlertKind.MISSED, subject="x", message="y"))
    assert (await everything(store))["alerts"][-1]["id"] > max(told)


async def test_more_rows_than_a_batch_come_over(store: SqlStore, copy: SqlStore) -> None:
    await copy.add([entry(str(number)) for number in range(2 * BATCH + 1)])
    await store.replace_all(copy)
    assert (await store.holdings()).entries == 2 * BATCH + 1


async def test_what_fails_on_the_way_changes_nothing(store: SqlStore, copy: SqlStore) -> None:
    await lived_in(store)
    before = await everything(store)
    await lived_in(copy)
    async with copy._write() as connection:
        await connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        await connection.execute(text("UPDATE entries SET state = 'nonsense'"))
    with pytest.raises(Exception, match="entries_state"):
        await store.replace_all(copy)
    assert await everything(store) == before


async def test_while_something_is_published_nothing_is_replaced(
    store: SqlStore, copy: SqlStore, database_clock: DatabaseClock
) -> None:
    await opened(store)
    assert await store.claim(DAY, "site", owner="worker", lease=LEASE)
    with pytest.raises(AtWork, match=r"2026-11-22/site is being published.*UTC"):
        await store.replace_all(copy)
    assert await statuses(store) == {"site": Status.PUBLISHING}
    await store.replace_all(copy, dead="worker")
    assert await statuses(store) == {}


async def test_a_lease_that_ran_out_hinders_nothing(
    store: SqlStore, copy: SqlStore, database_clock: DatabaseClock
) -> None:
    await opened(store)
    assert await store.claim(DAY, "site", owner="worker", lease=LEASE)
    await database_clock.advance(LEASE)
    await store.replace_all(copy)
    assert await statuses(store) == {}


async def test_what_is_in_doubt_is_looked_for_and_its_entry_is_not_chosen_again(
    store: SqlStore,
) -> None:
    await opened(store)
    await store.claim(DAY, "site", owner="worker", lease=LEASE)
    await store.doubt(DAY, "site", since=NOW, at=NOW, message="Restored.")
    doubted = await found(store)
    assert (doubted.status, doubted.armed_at, doubted.sent_text) == (Status.UNCONFIRMED, NOW, "")
    assert (doubted.next_attempt_at, doubted.lease_until) == (NOW, None)
    assert await names(store) == []


async def test_a_doubt_takes_back_an_entry_that_waits_again(store: SqlStore) -> None:
    await opened(store)
    await store.close_window(DAY, at=CLOSED, message="Late.")
    assert len(await names(store)) == 1
    await store.doubt(DAY, "site", since=NOW, at=NOW, message="Restored.")
    assert await names(store) == []


async def test_a_date_that_is_written_off_is_missed_and_its_entry_is_used_up(
    store: SqlStore,
) -> None:
    await opened(store)
    await store.write_off(DAY, message="Restored.")
    assert (await found(store)).status is Status.MISSED
    assert await names(store) == []
    assert list(await store.open_dates()) == []


async def test_the_photos_that_queue_ledger_and_record_name_are_found(store: SqlStore) -> None:
    plain = entry("Metz")
    (shown,) = plain.photos or (None,)
    assert shown is not None
    other = Photo(file="b" * 64 + ".jpg", alt=shown.alt, credit=shown.credit)
    await opened(store)
    removed = Photo(file="c" * 64 + ".jpg", alt=shown.alt, credit=shown.credit)
    await store.add([replace(plain, photos=(shown, other))])
    (gone,) = await store.add([replace(plain, photos=(removed,))])
    await store.remove(gone.id, by="cli:pesquet")
    assert await store.photo_files() == {shown.file, other.file, removed.file}
