"""Migrations from the first schema on: what was kept by an older version is there, unchanged."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, TextClause, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import bot.storage
from bot.storage.database import open_store
from bot.storage.schema_version import HEAD, VERSION_TABLE
from content.credit import Credit
from content.entry import EntryState
from schedules.ledger import Choice, Hold, Status, Stock
from schedules.publisher import Receipt
from tests.bot.storage.samples import entry
from tests.clock import FakeClock

FOLDER = Path(bot.storage.__file__).parent / "migrations"
STEPS = ScriptDirectory(str(FOLDER))
REVISIONS = [step.revision for step in STEPS.walk_revisions()][::-1]

KEPT = Path(__file__).parent / "kept"
"""REVISION.sql: what a database has besides when it was used at that revision."""

Rows = dict[str, list[dict[str, object]]]


def upgrade(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    command.upgrade(config, revision)


def use_up_to(connection: Connection, revision: str) -> Rows:
    """Bring an empty database to a revision, used at each one on the way; all its rows."""
    on_postgresql = connection.dialect.name == "postgresql"
    for step in REVISIONS[: REVISIONS.index(revision) + 1]:
        upgrade(connection, step)
        script = (KEPT / f"{step}.sql").read_text().replace("@", "+00" if on_postgresql else "")
        for statement in script.split(";\n"):
            connection.execute(text(statement.replace(":", r"\:")))
    return all_rows(connection)


def all_rows(connection: Connection) -> Rows:
    """Every table's rows as the database itself has them."""
    return {
        table: [dict(row) for row in connection.execute(by_key(connection, table)).mappings()]
        for table in inspect(connection).get_table_names()
        if table != VERSION_TABLE
    }


def by_key(connection: Connection, table: str) -> TextClause:
    key = inspect(connection).get_pk_constraint(table)["constrained_columns"]
    return text(f"SELECT * FROM {table} ORDER BY {', '.join(key)}")


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[AsyncEngine]:
    driver = empty_url.replace("sqlite:", "sqlite+aiosqlite:").replace(
        "postgresql:", "postgresql+asyncpg:"
    )
    made = create_async_engine(driver)
    yield made
    await made.dispose()


def test_there_are_rows_for_each_revision() -> None:
    assert sorted(file.stem for file in KEPT.glob("*.sql")) == REVISIONS
    assert (REVISIONS[0], REVISIONS[-1]) == ("0001", HEAD)


def test_the_first_schema_has_a_publication_of_every_status() -> None:
    script = (KEPT / "0001.sql").read_text()
    assert [status for status in Status if f"'{status.value}'" not in script] == []


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_an_older_version_keeps_every_row(
    empty_url: str, engine: AsyncEngine, revision: str
) -> None:
    async with engine.begin() as connection:
        before = await connection.run_sync(use_up_to, revision)
    await engine.dispose()  # its connection has prepared what the tables were
    await (await open_store(empty_url)).close()
    async with engine.connect() as connection:
        after = await connection.run_sync(all_rows)
        version = await connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    assert version == HEAD
    for table, rows in before.items():
        assert len(rows) > 0
        kept = [{column: row[column] for column in rows[0]} for row in after[table]]
        assert [row for row in kept if row in rows] == rows


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_an_older_version_goes_on_where_it_was(
    empty_url: str, engine: AsyncEngine, revision: str
) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(use_up_to, revision)
    day, at = date(2026, 11, 22), datetime(2026, 11, 22, 8, tzinfo=UTC)
    store = await open_store(empty_url, clock=FakeClock(at))
    assert [waiting.id for waiting in await store.queue()] == [3, 1, 2]
    assert await store.stock() == Stock(ready=1, draft=1, held=1)
    assert [found.id for found in await store.queue(city="geonames:3003603")] == [3, 1, 2]
    first = await store.entry(1)
    assert (first.city.name, first.texts["fr"], first.state) == (
        "Le Mans",
        "Le Mans, « la nuit » 🏁",
        EntryState.READY,
    )
    assert first.photos[0].credit == Credit(
        author="Thomas Pesquet", source="ESA", licence="CC BY-SA 3.0 IGO"
    )
    assert (await store.add([entry()]))[0].id == 6
    assert await store.holds() == {"d": Hold(destination="d", since=at, reason="Refused.")}
    (edition,) = await store.open_dates()
    assert (edition.date, edition.due_at) == (day, at)
    assert edition.entry is not None
    assert edition.timezone == ("" if revision == "0001" else "Asia/Tokyo")
    assert await store.choices(day - timedelta(days=1), day + timedelta(days=1)) == {
        day: Choice(entry_id=4, city=edition.entry.city.key)
    }
    published = await store.publication(day, "c")
    assert published is not None
    assert published.receipt == Receipt(remote_id="42", url="https://example.org/42")
    doubtful = await store.publication(day, "e")
    assert doubtful is not None
    assert (doubtful.armed_at, doubtful.sent_text) == (at, "#LeMans")
    claim = await store.claim(day, "a", owner="new", lease=timedelta(minutes=2))
    assert claim is not None
    assert claim.publication.entry == edition.entry
    await store.close()
