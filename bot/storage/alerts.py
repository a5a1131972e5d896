"""Alerts in SQL: a row for each channel, taken by one worker at a time until the channel has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import alerts, untold
from bot.storage.transactions import Transactions, insert_unless_there, to_its_end
from schedules.alerts import Alert, AlertKind, Outgoing
from schedules.retry import LONGEST_WAIT

FARTHEST = 2 * LONGEST_WAIT
"""No alert is put off for longer: one that is due later was raised by a clock set back since."""


class SqlAlerts(Transactions):
    """`schedules.store.AlertStore`."""

    @to_its_end
    async def raise_alert(self, alert: Alert) -> None:
        """Put an alert on record."""
        async with self._write() as connection:
            await self._raise(connection, [alert])

    @to_its_end
    async def claim_alert(self, channel: str, *, lease: timedelta) -> Outgoing | None:
        """Take the oldest that is due, if no other worker does."""
        async with self._read() as connection:
            if await self._oldest_due(connection, channel) is None:
                return None  # mostly so: SQLite's write lock is not taken for nothing
        async with self._write() as connection:
            found = await self._oldest_due(connection, channel)
            now = await self._now(connection)
            rows = await connection.execute(
                update(alerts)
                .where(alerts.c.id == found, untold, _due(now))
                .values(attempts=alerts.c.attempts + 1, due_at=now + lease)
                .returning(alerts)
            )
            row = rows.mappings().first()
            if row is None:
                return None
            alert = Alert(
                kind=AlertKind(row["kind"]),
                subject=row["subject"],
                message=row["message"],
                once=row["once"] or "",
                attempts=row["publication_attempts"],
            )
            return Outgoing(id=row["id"], alert=alert, attempts=row["attempts"])

    @to_its_end
    async def told(self, outgoing: Outgoing) -> None:
        """The channel has it."""
        async with self._write() as connection:
            await _change(connection, outgoing, told_at=await self._now(connection))

    @to_its_end
    async def put_off(self, outgoing: Outgoing, *, wait: timedelta) -> None:
        """Due again after a while."""
        async with self._write() as connection:
            await _change(connection, outgoing, due_at=await self._now(connection) + wait)

    async def _raise(self, connection: AsyncConnection, raised: Sequence[Alert]) -> None:
        """A row for each channel that is for it, in a transaction that changes what it tells of."""
        now = await self._now(connection)
        rows = [
            {
                "channel": channel,
                "kind": alert.kind.value,
                "subject": alert.subject,
                "message": alert.message,
                "once": alert.once or None,
                "raised_at": now,
                "attempts": 0,
                "publication_attempts": alert.attempts,
                "due_at": now,
            }
            for alert in raised
            for channel, kinds in self._channels.items()
            if alert.kind in kinds
        ]
        if rows:
            await connection.execute(insert_unless_there(connection, alerts), rows)

    async def _oldest_due(self, connection: AsyncConnection, channel: str) -> int | None:
        oldest: int | None = await connection.scalar(
            select(alerts.c.id)
            .where(alerts.c.channel == channel, untold)
            .where(_due(await self._now(connection)))
            .order_by(alerts.c.id)
            .limit(1)
        )
        return oldest


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(alerts.c.due_at <= now, alerts.c.due_at > now + FARTHEST)


async def _change(connection: AsyncConnection, outgoing: Outgoing, **values: datetime) -> None:
    await connection.execute(update(alerts).where(alerts.c.id == outgoing.id).values(**values))
