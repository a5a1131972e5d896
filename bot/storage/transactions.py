"""Transactions on the one engine that the parts of the store share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Connection, Insert, Table, event, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.failures import told
from bot.storage.schema import Instant
from bot.storage.sqlite_file import SqliteFile
from schedules.alerts import AlertKind
from schedules.clock import Clock

WRITES = "city_a_day_writes"

P = ParamSpec("P")
T = TypeVar("T")


class Transactions:
    """What every part of the store is made of.

    `database` is the URL without its password. `connecting`: see `failures.told`. `clock` is the
    machine's, which SQLite shares; PostgreSQL has its own. `channels`: those that alerts are for.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Clock,
        channels: Mapping[str, Collection[AlertKind]],
        database: str,
        connecting: tuple[type[Exception], ...] = (),
    ) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._clock = clock
        self._channels = channels
        self._database = database
        self._connecting = connecting
        # SQLite lets one write at a time and has the others ask again and again; here they queue
        # up, and only other processes' writers are left to ask.
        sqlite_only = engine.dialect.name == "sqlite"
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if sqlite_only else nullcontext()
        )

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads: on SQLite it waits for no writer."""
        with told(self._database, self._connecting):
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed at the end, or rolled back when anything is raised."""
        with told(self._database, self._connecting):
            async with self._turn, self._writer.begin() as connection:
                yield connection

    async def _now(self, connection: AsyncConnection) -> datetime:
        """What the database's clock shows; not when the transaction began."""
        if connection.dialect.name == "sqlite":
            return self._clock.now()
        shown = await connection.execute(select(func.clock_timestamp(type_=Instant)))
        return shown.scalar_one()


def to_its_end(
    write: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """A write that is cancelled ends first, and then is cancelled.

    A transaction that is left in the middle can keep SQLite's write lock as long as the process
    lives: the driver's thread goes on with a connection that nobody gives back.
    """

    @wraps(write)
    async def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(write(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise

    return whole


def insert_unless_there(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that inserts nothing (rowcount 0) when a row with this key is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # slow to load, so only where it is in use

    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(
    connection: AsyncConnection,
    table: Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    *,
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """An INSERT of a row with this key, or an UPDATE of the one that is there.

    Of one for which `where` is not true nothing is changed (rowcount 0).
    """
    row = {**key, **values}
    if connection.dialect.name == "sqlite":
        return (
            sqlite.insert(table)
            .values(row)
            .on_conflict_do_update(index_elements=list(key), set_=dict(values), where=where)
        )
    from sqlalchemy.dialects import postgresql  # slow to load, so only where it is in use

    return (
        postgresql.insert(table)
        .values(row)
        .on_conflict_do_update(index_elements=list(key), set_=dict(values), where=where)
    )


def set_up_sqlite(engine: AsyncEngine, file: SqliteFile) -> None:
    """Make SQLite keep what it committed through a power cut, and writers queue up.

    No transaction begins on a file that is not the database's any more.

    A transaction that reads first and then writes fails at once when another one wrote in between;
    BEGIN IMMEDIATE takes the one write lock first, so that writers wait for each other instead.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins no transactions: `begin` does
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.close()
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise

    @event.listens_for(engine.sync_engine, "do_connect")
    def do_connect(*_: object) -> None:
        file.check()  # where aiosqlite cannot open one it leaves a thread behind

    @event.listens_for(engine.sync_engine, "checkout")
    def checkout(*_: object) -> None:
        file.check()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
