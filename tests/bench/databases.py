"""Databases to measure on: SQLite files, and PostgreSQL where its server is installed."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.bot.storage.postgresql import running_server, server_programs


@contextmanager
def databases(*names: str) -> Iterator[dict[str, dict[str, str]]]:
    """By kind, "SQLite" and "PostgreSQL", the URLs of new databases of these names.

    The PostgreSQL server is the one of the tests: small caches, and it waits for no disk, so that
    a commit hides nothing. SQLite waits for the disk at each commit, as it does in the service.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="city-a-day-bench-"))
        found = {"SQLite": {name: f"sqlite:///{Path(folder) / name}.db" for name in names}}
        programs = server_programs()
        if programs is None:
            sys.stderr.write("PostgreSQL's server is not installed: measured on SQLite alone.\n")
        else:
            server = stack.enter_context(running_server(programs))
            asyncio.run(_create(server, names))
            found["PostgreSQL"] = {name: f"{server}/bench_{name}" for name in names}
        yield found


async def execute(url: str, *statements: str) -> None:
    """Execute statements on a database, each by itself: for filling it."""
    driver = url.replace("sqlite:", "sqlite+aiosqlite:").replace(
        "postgresql:", "postgresql+asyncpg:"
    )
    engine = create_async_engine(driver, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def _create(server: str, names: Sequence[str]) -> None:
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        for name in names:
            await connection.execute(f"CREATE DATABASE bench_{name}")
    finally:
        await connection.close()
