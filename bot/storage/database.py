"""Opening the database: from the URL that a user writes to a store that is ready."""

import sqlite3
from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.failures import told
from bot.storage.schema_version import is_current, migrate
from bot.storage.store import SqlStore
from bot.storage.transactions import WRITES, set_up_sqlite
from schedules.alerts import AlertKind
from schedules.clock import Clock, SystemClock
from schedules.store import StoreUnavailable

EXAMPLES = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
CONNECT_SECONDS = 10
BUSY_SECONDS = 10
STATEMENT_SECONDS = 60


async def open_store(
    url: str, *, clock: Clock | None = None, channels: Mapping[str, Collection[AlertKind]] | None = None
) -> SqlStore:
    """Open the database at a URL such as "sqlite:///data/city-a-day.db", its schema up to date.

    A SQLite file that is not there is made, its folder is not. "?timeout=SECONDS" changes how long
    SQLite waits for another process that writes. `clock` is the machine's; `channels` are those
    that alerts are put on record for, with the kinds that each is for. Raises StoreUnavailable.
    """
    address = _address(url)
    database = _shown(address)
    if address.get_backend_name() == "sqlite":
        connecting: tuple[type[Exception], ...] = ()
        _require_file(address, database)
    else:
        connecting = _postgresql_errors(database)
    # An option in the URL that the driver does not know is a TypeError or ValueError there.
    with told(database, (*connecting, TypeError, ValueError)):
        engine = _engine(address)
        try:
            await _bring_up_to_date(engine, database)
        except BaseException:
            await engine.dispose()
            raise
    return SqlStore(
        engine,
        clock=clock or SystemClock(),
        channels=channels or {},
        database=database,
        connecting=connecting,
    )


async def _bring_up_to_date(engine: AsyncEngine, database: str) -> None:
    async with engine.connect() as connection:
        if await connection.run_sync(is_current):
            return
    async with engine.execution_options(**{WRITES: True}).begin() as connection:
        await connection.run_sync(migrate, database)


def _address(url: str) -> URL:
    """The URL with our drivers, whichever it names. What is wrong never shows the password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        # The cause may quote a part of the password: it goes no further.
        raise StoreUnavailable(
            f"The database URL cannot be read: {EXAMPLES}, with %40 for an @ in the password."
        ) from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        if address.database in (None, "", ":memory:"):
            raise StoreUnavailable(
                "The database URL names no file, and what is kept in memory is lost: "
                "write sqlite:///FILE."
            )
        if unknown := set(address.query) - {"timeout"}:
            raise StoreUnavailable(f"The database URL has options unknown here: {sorted(unknown)}.")
        address = address.set(drivername="sqlite+aiosqlite")
        if "timeout" not in address.query:
            address = address.update_query_dict({"timeout": str(BUSY_SECONDS)})
        return address
    if backend in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+asyncpg")
        if "sslmode" in address.query:  # the name that most hosts write in their URLs
            mode = address.query["sslmode"]
            address = address.difference_update_query(["sslmode"])
            address = address.update_query_dict({"ssl": mode})
        return address
    raise StoreUnavailable(f"The database URL names {backend}, which is not supported: {EXAMPLES}.")


def _shown(address: URL) -> str:
    """The URL without the driver, the password and the options, which may hold one too."""
    plain = address.set(drivername=address.get_backend_name(), query={})
    return plain.render_as_string(hide_password=True)


def _require_file(address: URL, database: str) -> None:
    """See that the SQLite file can be opened; it is made when it is not there.

    Asked of sqlite3 itself: when aiosqlite cannot open a file, its thread outlives the event loop
    and complains.
    """
    file = Path(address.database or "")
    if not file.parent.is_dir():
        raise StoreUnavailable(
            f"The database {database} cannot be opened: there is no folder {file.parent}; make it."
        )
    with told(database):
        sqlite3.connect(file).close()


def _postgresql_errors(database: str) -> tuple[type[Exception], ...]:
    """What the PostgreSQL driver raises while it connects."""
    try:
        asyncpg = import_module("asyncpg")
    except ImportError as error:
        raise StoreUnavailable(
            f"The database {database} needs the PostgreSQL driver: "
            "pip install 'city-a-day[postgresql]'."
        ) from error
    return asyncpg.PostgresError, asyncpg.InterfaceError


def _engine(address: URL) -> AsyncEngine:
    if address.get_backend_name() == "sqlite":
        engine = create_async_engine(address, hide_parameters=True)
        set_up_sqlite(engine)
        return engine
    return create_async_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted costs no failed transaction
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "server_settings": {"application_name": "city-a-day"},
        },
    )
