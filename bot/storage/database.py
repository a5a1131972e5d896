"""Opening the database: from the URL that a user writes to a store that is ready."""

from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.failures import told
from bot.storage.schema_version import is_current, migrate
from bot.storage.sqlite_file import SqliteFile
from bot.storage.store import SqlStore
from bot.storage.transactions import WRITES, set_up_sqlite
from schedules.alerts import AlertKind
from schedules.clock import Clock, SystemClock
from schedules.store import StoreUnavailable

EXAMPLES = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
CONNECT_SECONDS = 10
BUSY_SECONDS = 10
STATEMENT_SECONDS = 60


class UnusableUrl(StoreUnavailable):
    """The URL itself is wrong, whatever is there; the message says what is wanted."""


async def open_store(
    url: str,
    *,
    clock: Clock | None = None,
    channels: Mapping[str, Collection[AlertKind]] | None = None,
) -> SqlStore:
    """Open the database at a URL such as "sqlite:///data/city-a-day.db", its schema up to date.

    A SQLite file that is not there is made, its folder is not. "?timeout=SECONDS" changes how long
    SQLite waits for another process that writes. `clock` is the machine's; `channels` are those
    that alerts are put on record for, with the kinds that each is for. Raises StoreUnavailable,
    UnusableUrl.
    """
    address = _address(url)
    database = _shown(address)
    sqlite = address.get_backend_name() == "sqlite"
    connecting = () if sqlite else _postgresql_errors(database)
    with told(database, connecting):
        engine = _sqlite(address, database) if sqlite else _postgresql(address)
        try:
            await _bring_up_to_date(engine, database)
        except BaseException as error:
            await engine.dispose()
            if isinstance(error, TypeError | ValueError):
                raise UnusableUrl(f"An option in its URL is wrong: {error}.") from error
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
        raise UnusableUrl(
            f"The database URL cannot be read: {EXAMPLES}, with %40 for an @ in the password."
        ) from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        if address.database in (None, "", ":memory:"):
            raise UnusableUrl(
                "The database URL names no file, and what is kept in memory is lost: "
                "write sqlite:///FILE."
            )
        if unknown := set(address.query) - {"timeout"}:
            raise UnusableUrl(f"The database URL has options unknown here: {sorted(unknown)}.")
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
    raise UnusableUrl(f"The database URL names {backend}, which is not supported: {EXAMPLES}.")


def _shown(address: URL) -> str:
    """The URL without the driver, the password and the options, which may hold one too."""
    plain = address.set(drivername=address.get_backend_name(), query={})
    return plain.render_as_string(hide_password=True)


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


def _sqlite(address: URL, database: str) -> AsyncEngine:
    file = SqliteFile(Path(address.database or ""), shown=database)
    file.make()
    opened, _, mode = file.uri.partition("?mode=")
    address = address.set(database=opened).update_query_dict({"uri": "true", "mode": mode})
    engine = create_async_engine(address, hide_parameters=True)
    set_up_sqlite(engine, file)
    return engine


def _postgresql(address: URL) -> AsyncEngine:
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
