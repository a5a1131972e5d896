"""All rows of a database, as of one instant, into another one: how it is backed up and restored.

Both have this program's schema; one may be SQLite and the other PostgreSQL.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, and_, delete, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.editions import lock_edition, refresh_open
from bot.storage.failures import told
from bot.storage.queue import take
from bot.storage.record import REMOVED
from bot.storage.schema import (
    COUNTED,
    Instant,
    changes,
    editions,
    entries,
    metadata,
    publications,
    waits,
)
from bot.storage.transactions import Transactions, to_its_end
from content.phrase import Phrase
from schedules.errors import AmbiguousOutcome
from schedules.ledger import Status

BATCH = 1000


class AtWork(Exception):
    """A worker is publishing something; the message says what, and until when it may be."""


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """How much a database holds: Entries that wait, and dates on record."""

    entries: int
    editions: int


class SqlBackup(Transactions):
    """What backup and restore need of a database."""

    async def holdings(self) -> Holdings:
        """How much it holds."""
        async with self._read() as connection:
            return Holdings(
                entries=await _count(connection, select(func.count()).where(waits)),
                editions=await _count(connection, select(func.count()).select_from(editions)),
            )

    async def photo_files(self) -> set[str]:
        """The names of the photos that the queue, the ledger and what was removed name."""
        files: set[str] = set()
        async with self._read() as connection:
            queued = await connection.stream_scalars(_in_batches(select(entries.c.photos)))
            async for photos in queued:
                files.update(photo["file"] for photo in photos)
            chosen = await connection.stream_scalars(_in_batches(select(editions.c.entry)))
            async for entry in chosen:
                files.update(photo["file"] for photo in (entry or {}).get("photos", ()))
            removals = select(changes.c.before).where(changes.c.action == REMOVED)
            removed = await connection.stream_scalars(_in_batches(removals))
            async for entry in removed:
                files.update(photo["file"] for photo in entry["photos"])
        return files

    @to_its_end
    async def replace_all(self, source: "SqlBackup", *, dead: str = "") -> None:
        """Take over all rows of another database, in one transaction; those here are deleted.

        `dead` names a worker whose leases count no more. Raises AtWork, and changes nothing then.
        """
        async with self._write() as connection, aclosing(source._rows()) as batches:
            tables = metadata.sorted_tables
            if connection.dialect.name == "postgresql":
                names = ", ".join(table.name for table in tables)
                await connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
            await self._refuse_if_at_work(connection, dead)
            for table in reversed(tables):
                await connection.execute(delete(table))
            async for table, rows in batches:
                await connection.execute(insert(table), rows)
            if connection.dialect.name == "postgresql":  # which does not see the ids given here
                for table in COUNTED:
                    await connection.execute(
                        text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :next, false)"),
                        {
                            "name": table.name,
                            "next": await _count(connection, select(func.max(table.c.id))) + 1,
                        },
                    )

    @to_its_end
    async def doubt(
        self, day: date, destination: str, *, since: datetime, at: datetime, message: str
    ) -> None:
        """Something may have been sent at or after `since`, nobody knows what.

        It is looked for from `at` on. The date's Entry leaves the queue, if it waits there.
        """
        async with self._write() as connection:
            edition = await lock_edition(connection, day)
            this = and_(publications.c.date == day, publications.c.destination == destination)
            await connection.execute(
                update(publications)
                .where(this)
                .values(
                    status=Status.UNCONFIRMED.value,
                    armed_at=func.coalesce(publications.c.armed_at, literal(since, Instant)),
                    sent_text="",
                    next_attempt_at=at,
                    error=AmbiguousOutcome.__name__,
                    message=message,
                    **_NO_CLAIM,
                )
            )
            if edition is not None and edition["entry"] and edition["entry"]["id"]:
                await take(connection, edition["entry"]["id"], day)
            await refresh_open(connection, day)

    @to_its_end
    async def write_off(self, day: date, *, message: str) -> None:
        """A date is missed as far as is known; its Entry, which may have been sent, is used up."""
        async with self._write() as connection:
            await lock_edition(connection, day)
            await connection.execute(
                update(publications)
                .where(publications.c.date == day)
                .values(
                    status=Status.MISSED.value, next_attempt_at=None, message=message, **_NO_CLAIM
                )
            )
            await connection.execute(delete(entries).where(entries.c.used_on == day))
            await refresh_open(connection, day)

    async def _rows(self) -> AsyncGenerator[tuple[Table, list[dict[str, Any]]], None]:
        """All rows, as of one instant, a table after the other, those referred to first."""
        engine = self._engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with told(self._database, self._connecting):
            async with engine.connect() as connection:
                for table in metadata.sorted_tables:
                    result = await connection.stream(_in_batches(select(table)))
                    async for rows in result.mappings().partitions():
                        yield table, [dict(row) for row in rows]

    async def _refuse_if_at_work(self, connection: AsyncConnection, dead: str) -> None:
        rows = await connection.execute(
            select(publications.c.date, publications.c.destination, publications.c.lease_until)
            .where(publications.c.status == Status.PUBLISHING.value)
            .where(publications.c.lease_until > await self._now(connection))
            .where(publications.c.owner != dead)
            .limit(1)
        )
        for row in rows:
            raise AtWork(
                Phrase(
                    "{publication} is being published. Stop whatever runs on this database; if"
                    " nothing does, try again at {hour} UTC.",
                    publication=f"{row.date}/{row.destination}",
                    hour=f"{row.lease_until:%H:%M:%S}",
                )
            )


def _in_batches(query: Select[Any]) -> Select[Any]:
    """Read so many rows at once that a long queue is never in memory as a whole."""
    return query.execution_options(yield_per=BATCH)


async def _count(connection: AsyncConnection, query: Select[Any]) -> int:
    return int(await connection.scalar(query) or 0)


_NO_CLAIM: Mapping[str, None] = {"owner": None, "token": None, "lease_until": None}
