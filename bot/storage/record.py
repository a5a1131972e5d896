"""The record of changes in SQL: a row for what an admin did, in the transaction that does it.

Of an Entry that is added or removed all of it is kept, with its rank when it is removed, so that it
can be put back; of one that is edited what differs.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.order import BIGGEST_ID
from bot.storage.rows import snapshot
from bot.storage.schema import changes
from bot.storage.transactions import Transactions, to_its_end
from content.entry import Entry
from schedules.record import Change

Facts = Mapping[str, object]

REMOVED = "removed"


class SqlRecord(Transactions):
    """`schedules.store.Record`."""

    @to_its_end
    async def put_on_record(
        self,
        *,
        by: str,
        action: str,
        subject: str,
        before: Facts | None = None,
        after: Facts | None = None,
    ) -> int:
        """Write a Change."""
        async with self._write() as connection:
            return await self._insert(connection, by, action, subject, before, after)

    async def changes(
        self,
        *,
        subject: str | None = None,
        before: int | None = None,
        after: int | None = None,
        limit: int,
    ) -> Sequence[Change]:
        """What is on record, the newest first."""
        order = changes.c.id.desc() if after is None else changes.c.id
        query = select(changes).order_by(order).limit(limit)
        if subject is not None:
            query = query.where(changes.c.subject == subject)
        if before is not None:
            query = query.where(changes.c.id < min(before, BIGGEST_ID))
        if after is not None:
            query = query.where(changes.c.id > min(after, BIGGEST_ID))
        async with self._read() as connection:
            rows = await connection.execute(query)
            found = [Change(**row) for row in rows.mappings()]
        return found if after is None else found[::-1]

    async def _record(
        self,
        connection: AsyncConnection,
        by: str | None,
        action: str,
        subject: str,
        before: Facts | None = None,
        after: Facts | None = None,
    ) -> int | None:
        """A row for a change, in the transaction that makes it; its id. None: nobody did it."""
        if by is None:
            return None
        return await self._insert(connection, by, action, subject, before, after)

    async def _insert(
        self,
        connection: AsyncConnection,
        by: str,
        action: str,
        subject: str,
        before: Facts | None,
        after: Facts | None,
    ) -> int:
        inserted = await connection.execute(
            insert(changes)
            .values(
                at=await self._now(connection),
                by=by,
                action=action,
                subject=subject,
                before=before,
                after=after,
            )
            .returning(changes.c.id)
        )
        change: int = inserted.scalar_one()
        return change


def differing(before: Entry, after: Entry) -> tuple[Facts, Facts] | None:
    """What differs between two states of an Entry, each with its city; None when nothing does."""
    was, is_ = snapshot(before), snapshot(after)
    names = [name for name in is_ if was[name] != is_[name]]
    if not names:
        return None
    kept = dict.fromkeys(["city", *names])
    return {name: was[name] for name in kept}, {name: is_[name] for name in kept}
