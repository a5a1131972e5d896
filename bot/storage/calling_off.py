"""Calling off in SQL: dates that are skipped, and posts that are taken down.

It ends the claims of what is not armed yet: whoever holds one can arm it no more, so that nothing
goes out afterwards. What is armed may be there, and is left to its look-up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.alerts import SqlAlerts
from bot.storage.blank import lock_stops, skips_between
from bot.storage.editions import any_of, lock_edition, refresh_open, with_edition
from bot.storage.queue import give_back, use_up
from bot.storage.record import SqlRecord
from bot.storage.rows import entry_of, publication_of
from bot.storage.schema import editions, entries, publications, skips, waits
from bot.storage.transactions import insert_unless_there, to_its_end
from content.phrase import Phrase
from schedules.ledger import MAY_BE_THERE, Cause, Publication, Status
from schedules.stops import AlreadyOut, Skip
from schedules.store import DateTaken

row = publications.c


class SqlCallingOff(SqlAlerts, SqlRecord):
    """Skips of `schedules.store.Stops`, and what `schedules.store.Ledger` calls off."""

    @to_its_end
    async def skip(self, day: date, *, by: str) -> bool:
        """Post nothing on a date."""
        async with self._write() as connection:
            await lock_stops(connection, shared=False)
            skip = Skip(date=day, at=await self._now(connection), by=by)
            inserted = await connection.execute(
                insert_unless_there(connection, skips).values(**vars(skip))
            )
            if inserted.rowcount == 0:
                return False
            await _refuse_pinned(connection, day)
            if await lock_edition(connection, day) is not None:
                await _call_off(connection, day, Status.CANCELLED, Cause.SKIPPED, skip.message)
                if await connection.scalar(select(any_of(day, tuple(MAY_BE_THERE)))):
                    raise AlreadyOut(
                        Phrase("Something of {day} is posted, or may have been.", day=day)
                    )
                await give_back(connection, day)
                await refresh_open(connection, day)
            await self._record(connection, by, "skipped", day.isoformat())
            return True

    @to_its_end
    async def unskip(self, day: date, *, by: str) -> bool:
        """Take a skip back."""
        async with self._write() as connection:
            removed = await connection.execute(delete(skips).where(skips.c.date == day))
            if removed.rowcount == 1:
                await self._record(connection, by, "unskipped", day.isoformat())
            return removed.rowcount == 1

    async def skips(self, first: date, last: date) -> Mapping[date, Skip]:
        """The skipped dates of a range."""
        async with self._read() as connection:
            return await skips_between(connection, first, last)

    @to_its_end
    async def call_off(
        self,
        day: date,
        *,
        status: Status,
        message: str,
        closes_at: datetime | None = None,
        by: str | None = None,
    ) -> Sequence[Publication]:
        """Nothing more of a date is sent."""
        async with self._write() as connection:
            edition = await lock_edition(connection, day)
            if edition is None:
                return []
            if closes_at is not None:
                await connection.execute(
                    update(editions)
                    .where(editions.c.date == day, editions.c.closes_at > closes_at)
                    .values(closes_at=closes_at)
                )
            was = await connection.execute(
                select(row.destination, row.status).where(row.date == day).with_for_update()
            )
            before = {each.destination: each.status for each in was}
            ended = await _call_off(connection, day, status, Cause.TAKEN_DOWN, message)
            await refresh_open(connection, day)
            rows = await connection.execute(
                with_edition.where(row.date == day, row.destination.in_(ended)).order_by(
                    row.destination
                )
            )
            called_off = [publication_of(found) for found in rows.mappings()]
            for each in called_off:
                city = {} if each.entry is None else {"city": vars(each.entry.city)}
                now = {**city, "status": each.status.value}
                then = {**city, "status": before[each.destination]}
                await self._record(connection, by, "taken down", each.id, then, now)
            return called_off

    @to_its_end
    async def take_down(
        self,
        publication: Publication,
        *,
        status: Status,
        message: str,
        key: str,
        by: str | None = None,
    ) -> Publication | None:
        """A published one's post is gone."""
        day, receipt = publication.date, publication.receipt
        this = (row.date == day, row.destination == publication.destination)
        async with self._write() as connection:
            await lock_edition(connection, day)
            changed = await connection.execute(
                update(publications)
                .where(
                    *this,
                    row.status == Status.PUBLISHED.value,
                    row.key == publication.key,
                    row.attempts == publication.attempts,
                    row.remote_id == (None if receipt is None else receipt.remote_id),
                )
                .values(
                    status=status.value,
                    attempts=row.attempts + 1,
                    error=Cause.TAKEN_DOWN.value,
                    message=message,
                    key=key,
                    remote_id=None,
                    url=None,
                )
            )
            if changed.rowcount == 0:
                return None
            await use_up(connection, day)
            await refresh_open(connection, day)
            url = {} if receipt is None else {"url": receipt.url}
            city = {} if publication.entry is None else {"city": vars(publication.entry.city)}
            before = {**city, "status": Status.PUBLISHED.value, **url}
            after = {**city, "status": status.value}
            await self._record(connection, by, "taken down", publication.id, before, after)
            rows = await connection.execute(with_edition.where(*this))
            return publication_of(rows.mappings().one())


async def _refuse_pinned(connection: AsyncConnection, day: date) -> None:
    rows = await connection.execute(select(entries).where(waits, entries.c.pinned_to == day))
    for pinned in rows.mappings():
        entry = entry_of(pinned)
        raise DateTaken(
            Phrase(
                "{city} (Entry {entry}) is pinned to {day}.",
                city=entry.city.name,
                entry=str(entry.id),
                day=day,
            )
        )


async def _call_off(
    connection: AsyncConnection, day: date, status: Status, cause: Cause, message: str
) -> Sequence[str]:
    """End what is to be sent and is not armed; of which destinations. The Edition is locked."""
    ends = [Status.SCHEDULED, Status.PUBLISHING]
    if status is Status.CANCELLED:
        ends.append(Status.FAILED)
    ended = await connection.scalars(
        update(publications)
        .where(
            row.date == day,
            row.status.in_([each.value for each in ends]),
            row.armed_at.is_(None),
        )
        .values(
            status=status.value,
            # A button from before then would send again what was called off.
            attempts=row.attempts + 1,
            error=cause.value,
            message=message,
            next_attempt_at=None,
            owner=None,
            token=None,
            lease_until=None,
        )
        .returning(row.destination)
    )
    return ended.all()
