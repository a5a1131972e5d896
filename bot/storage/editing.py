"""Editing in SQL: what a chosen Entry says, for what is still to be sent of its date."""

from datetime import date

from sqlalchemy import and_, or_, select, update

from bot.storage.editions import any_of, lock_edition
from bot.storage.record import SqlRecord, differing
from bot.storage.rows import edition_of, entry_content, entry_of, snapshot
from bot.storage.schema import editions, entries
from bot.storage.transactions import to_its_end
from content.entry import Entry
from schedules.ledger import TO_BE_SENT


class SqlEditing(SqlRecord):
    """`edit_edition` of `schedules.store.Ledger`."""

    @to_its_end
    async def edit_edition(
        self, day: date, *, before: Entry, after: Entry, by: str | None = None
    ) -> bool:
        """Change a date's Entry, if it is as it was and something of it is still to be sent."""
        async with self._write() as connection:
            row = await lock_edition(connection, day)
            if row is None or edition_of(row).entry != before:
                return False
            if not await connection.scalar(select(any_of(day, tuple(TO_BE_SENT)))):
                return False
            await connection.execute(
                update(editions).where(editions.c.date == day).values(entry=snapshot(after))
            )
            of_this_date = or_(entries.c.used_on == day, entries.c.used_on.is_(None))
            this = and_(entries.c.id == before.id, of_this_date)
            rows = await connection.execute(select(entries).where(this).with_for_update())
            kept = rows.mappings().first()
            # One that waits again may have been edited in the queue since: that stays.
            if kept is not None and entry_content(entry_of(kept)) == entry_content(before):
                await connection.execute(update(entries).where(this).values(entry_content(after)))
            if changed := differing(before, after):
                await self._record(connection, by, "edited", day.isoformat(), *changed)
            return True
