"""The store suite: opening a database, its schema, and what is said when it cannot be used."""

import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

import bot.storage
from bot.storage.database import open_store
from bot.storage.failures import told
from bot.storage.schema import metadata
from bot.storage.schema_version import HEAD, VERSION_TABLE
from schedules.store import StoreUnavailable
from tests.bot.storage.samples import entry, names

UNWRITABLE = Path("/proc/self")
REFLECTED = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint",
}


def driver_url(url: str) -> str:
    return url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")


async def definitions(url: str, *, migrated: bool) -> set[str]:
    """The database's own words for its tables, indexes and constraints."""
    engine = create_async_engine(driver_url(url))
    async with engine.begin() as connection:
        if migrated:
            await connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        else:
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
        found = await connection.scalars(text(REFLECTED[connection.dialect.name]))
        words = {" ".join(definition.split()).replace(" ,", ",") for definition in found}
    await engine.dispose()
    return words


async def test_a_new_database_gets_the_schema(empty_url: str) -> None:
    store = await open_store(empty_url)
    await store.add([entry()])
    assert await names(store) == ["Le Mans"]
    await store.close()


async def test_what_was_kept_is_there_when_it_is_opened_again(empty_url: str) -> None:
    store = await open_store(empty_url)
    await store.add([entry()])
    await store.close()
    again = await open_store(empty_url)
    assert await names(again) == ["Le Mans"]
    await again.close()


async def test_alembic_finds_no_difference_between_migrations_and_tables(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return list(compare_metadata(context, metadata))

    engine = create_async_engine(driver_url(url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_migrations_make_what_the_tables_say(empty_url: str) -> None:
    await (await open_store(empty_url)).close()
    migrated = await definitions(empty_url, migrated=True)
    assert migrated == await definitions(empty_url, migrated=False)


def test_the_newest_migration_is_the_one_that_is_opened_without_alembic() -> None:
    folder = Path(bot.storage.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


async def test_opening_a_current_database_does_not_load_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    await (await open_store(url)).close()
    loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if "alembic" in name}
    await (await open_store(url)).close()
    assert not [name for name in sys.modules if "alembic" in name]
    sys.modules.update(loaded)


async def test_a_newer_schema_is_left_alone(url: str) -> None:
    engine = create_async_engine(driver_url(url))
    async with engine.begin() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match=rf"newer version .*9999.*{HEAD}"):
        await open_store(url)
    async with engine.begin() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{HEAD}'"))
    await engine.dispose()


async def test_another_programs_database_is_left_alone(empty_url: str) -> None:
    engine = create_async_engine(driver_url(empty_url))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(StoreUnavailable, match="another program's tables"):
        await open_store(empty_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["theirs"]
    await engine.dispose()


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are my notes. " * 100)
    with pytest.raises(StoreUnavailable, match=r"notes\.txt is not a SQLite database"):
        await open_store(f"sqlite:///{file}")
    assert file.read_text() == "These are my notes. " * 100


async def test_a_file_that_was_cut_short_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    await (await open_store(f"sqlite:///{file}")).close()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreUnavailable, match=r"x\.db is damaged or cut short"):
        await open_store(f"sqlite:///{file}")


async def test_a_file_that_a_vacuum_made_smaller_is_as_good_as_ever_after_a_start(
    tmp_path: Path,
) -> None:
    """While it runs nobody can tell it from a smaller, older copy that was put in its place."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = await open_store(url)
    added = await store.add([entry() for _ in range(100)])
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    await store.check()
    for each in added:
        await store.remove(each.id)
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with pytest.raises(StoreUnavailable, match=r"start this process again.*VACUUM"):
        await store.check()
    await store.close()
    store = await open_store(url)
    await store.check()
    await store.close()


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"there is no folder .*nowhere"):
        await open_store(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")


async def test_a_folder_in_the_files_place_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await open_store(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(not UNWRITABLE.is_dir(), reason="there is no folder that root cannot write")
async def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StoreUnavailable, match=r"x\.db cannot be opened: .*its folder"):
        await open_store(f"sqlite:///{UNWRITABLE / 'x.db'}")


async def test_a_database_that_another_process_keeps_locked_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    store = await open_store(f"sqlite:///{file}?timeout=0.05")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match=r"x\.db is locked"):
        await store.add([entry()])
    assert await names(store) == []
    other.execute("ROLLBACK")
    other.close()
    await store.add([entry()])
    await store.close()


async def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "x.db")
    database.execute("PRAGMA max_page_count = 2")
    database.execute("CREATE TABLE big (data)")
    with pytest.raises(sqlite3.OperationalError) as full:
        database.execute("INSERT INTO big VALUES (zeroblob(100000))")
    database.close()
    with (
        pytest.raises(StoreUnavailable, match="the disk is full"),
        told("sqlite:///x.db"),
    ):
        raise OperationalError(None, None, full.value)


async def test_an_arm_is_kept_through_a_power_cut(tmp_path: Path) -> None:
    """As far as SQLite's settings promise it: each commit waits for the disk."""
    store = await open_store(f"sqlite:///{tmp_path / 'x.db'}")
    async with store._read() as connection:
        settings = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await store.close()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens on it
        port = taken.getsockname()[1]
        with pytest.raises(StoreUnavailable) as told_so:
            await open_store(f"postgresql://me:secret@127.0.0.1:{port}/cities?sslmode=disable")
    assert f"postgresql://me:***@127.0.0.1:{port}/cities cannot be reached" in str(told_so.value)
    assert "secret" not in str(told_so.value)


async def test_a_database_that_the_server_does_not_have_is_named(postgresql: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"/nowhere refuses: .*does not exist"):
        await open_store(f"{postgresql}/nowhere")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
async def test_the_usual_ways_to_write_a_postgresql_url_are_understood(
    postgresql: str, scheme: str
) -> None:
    url = f"{postgresql}/postgres".replace("postgresql", scheme)
    store = await open_store(f"{url}?sslmode=disable")
    await store.close()


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"])
async def test_the_usual_ways_to_write_a_sqlite_url_are_understood(
    tmp_path: Path, scheme: str
) -> None:
    store = await open_store(f"{scheme}:///{tmp_path / 'x.db'}")
    assert await store.check() == f"sqlite:///{tmp_path / 'x.db'}"
    await store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "cannot be read"),
        ("data/city-a-day.db", "cannot be read"),
        ("postgresql://me:se/cr@et@host:x/db", "cannot be read"),
        ("mysql://me:secret@host/db", "mysql, which is not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_a_wrong_url_says_what_is_wanted(url: str, says: str) -> None:
    with pytest.raises(StoreUnavailable, match=says) as told_so:
        await open_store(url)
    assert "sqlite:///FILE" in str(told_so.value)
    assert "cr@et" not in str(told_so.value)
    assert "secret" not in str(told_so.value)


@pytest.mark.parametrize("url", ["sqlite:///x.db", "postgresql://127.0.0.1/cities"])
async def test_an_unknown_option_in_the_url_is_named(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="nonsense"):
        await open_store(f"{url}?nonsense=1")


async def test_a_missing_driver_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreUnavailable, match=r"pip install 'city-a-day\[postgresql\]'"):
        await open_store("postgresql://me:secret@127.0.0.1/cities")
