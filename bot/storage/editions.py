"""Editions in SQL: one for a date, opened once, closed at the end of the date's window.

An Edition is `open` while anything is left to do for its date: a Publication that is not settled,
or an Entry that was taken for it and goes back at the window's end because nothing was posted.
Whoever settles or resolves a Publication locks its Edition first, so that `open` is always true to
the Publications. The order of the locks is: the stops, Edition, Publications, the queue's order,
Entries.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import (
    Exists,
    RowMapping,
    and_,
    delete,
    exists,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.alerts import SqlAlerts
from bot.storage.blank import all_pauses, lock_stops, paused_at, skips_between
from bot.storage.order import not_found
from bot.storage.queue import give_back, take, use_up
from bot.storage.record import SqlRecord
from bot.storage.rows import edition_of, publication_of, settlement_values, snapshot
from bot.storage.schema import editions, entries, publications
from bot.storage.transactions import insert_unless_there, to_its_end
from content.entry import Entry
from content.phrase import Phrase
from schedules.alerts import Alert, AlertKind
from schedules.ledger import (
    MAY_BE_THERE,
    SETTLED,
    Cause,
    Choice,
    Edition,
    Publication,
    Settlement,
    Status,
)
from schedules.slots import Slot
from schedules.store import DateSkipped, EntryNotFound

RESOLVABLE = (Status.UNCONFIRMED, Status.FAILED, Status.MISSED)
UNSETTLED = tuple(status for status in Status if status not in SETTLED)

with_edition = select(publications, editions.c.entry, editions.c.due_at, editions.c.closes_at).join(
    editions, editions.c.date == publications.c.date
)
"""What `rows.publication_of` reads."""


class SqlEditions(SqlAlerts, SqlRecord):
    """The part of `schedules.store.Ledger` that is about whole dates."""

    async def edition(self, day: date) -> Edition | None:
        """The Edition of a date."""
        async with self._read() as connection:
            rows = await connection.execute(select(editions).where(editions.c.date == day))
            row = rows.mappings().first()
            return None if row is None else edition_of(row)

    async def editions(self, first: date, last: date) -> Sequence[Edition]:
        """The Editions of a range of dates."""
        query = select(editions).where(editions.c.date.between(first, last))
        async with self._read() as connection:
            rows = await connection.execute(query.order_by(editions.c.date))
            return [edition_of(row) for row in rows.mappings()]

    async def choices(self, first: date, last: date) -> Mapping[date, Choice]:
        """What was chosen for the dates of a range."""
        chosen = select(editions.c.date, editions.c.entry_id, editions.c.city_key).where(
            editions.c.date.between(first, last), editions.c.entry_id.is_not(None)
        )
        async with self._read() as connection:
            rows = await connection.execute(chosen.order_by(editions.c.date))
            return {day: Choice(entry_id=entry_id, city=city) for day, entry_id, city in rows}

    async def latest_edition(self, *, due_before: datetime | None = None) -> Edition | None:
        """The Edition with the latest date."""
        query = select(editions).order_by(editions.c.date.desc()).limit(1)
        if due_before is not None:
            query = query.where(editions.c.due_at < due_before)
        async with self._read() as connection:
            row = (await connection.execute(query)).mappings().first()
            return None if row is None else edition_of(row)

    async def first_posted(self) -> date | None:
        """The first date of which anything was posted, or may have been.

        What was taken down since was seen, and the days after it are counted from it.
        """
        posted = or_(
            publications.c.status.in_(MAY_BE_THERE),
            publications.c.published_at.is_not(None),
            publications.c.armed_at.is_not(None),
        )
        query = select(publications.c.date).where(posted).order_by(publications.c.date).limit(1)
        async with self._read() as connection:
            first: date | None = await connection.scalar(query)
            return first

    async def open_dates(self) -> Sequence[Edition]:
        """The Editions with something left to do."""
        query = select(editions).where(editions.c.open).order_by(editions.c.date)
        async with self._read() as connection:
            rows = await connection.execute(query)
            return [edition_of(row) for row in rows.mappings()]

    @to_its_end
    async def open_edition(
        self, slot: Slot, entry: Entry, keys: Mapping[str, str], *, at: datetime
    ) -> Edition:
        """Choose an Entry for a date, once."""
        async with self._write() as connection:
            await lock_stops(connection, shared=True)
            if await skips_between(connection, slot.date, slot.date):
                raise DateSkipped(f"{slot.date} is skipped.")
            if not await _insert_edition(connection, slot, entry, opened_at=at):
                found = await lock_edition(connection, slot.date)
                if found is None or not await _came_to_nothing(connection, found):
                    return await _edition(connection, slot.date)
                await give_back(connection, slot.date)
                await _put_anew(connection, slot, entry, opened_at=at, destinations=tuple(keys))
            if entry.id and not await take(connection, entry.id, slot.date):
                raise not_found(entry.id)
            await _insert_publications(connection, slot, keys, {"status": Status.SCHEDULED.value})
            await refresh_open(connection, slot.date)
            return await _edition(connection, slot.date)

    @to_its_end
    async def record_missed(
        self, slots: Sequence[Slot], destinations: Sequence[str], message: str
    ) -> Sequence[date]:
        """Put dates on record that had no Edition in time."""
        # They get their keys when a date is opened after all.
        keys = dict.fromkeys(destinations, "")
        async with self._write() as connection:
            recorded: list[date] = []
            told: dict[tuple[AlertKind, str], list[date]] = {}
            for slot, values, kind in await _why_blank(connection, slots, message):
                if await _insert_edition(connection, slot, None, opened_at=None):
                    await _insert_publications(connection, slot, keys, values)
                    recorded.append(slot.date)
                    if kind is not None:
                        told.setdefault((kind, values["message"]), []).append(slot.date)
            alerts = [
                Alert(kind=kind, subject=_first_and_last(days), message=words)
                for (kind, words), days in told.items()
            ]
            await self._raise(connection, alerts)
            return recorded

    @to_its_end
    async def close_window(self, day: date, *, at: datetime, message: str) -> Sequence[Publication]:
        """Give up what was not begun; the Entry of a date without a post goes back."""
        async with self._write() as connection:
            edition = await lock_edition(connection, day)
            if edition is None or at < edition["closes_at"]:
                return []
            closed: list[str] = []
            may_have_landed = publications.c.armed_at.is_not(None)
            given_up = or_(
                publications.c.status == Status.SCHEDULED.value,
                and_(
                    publications.c.status == Status.PUBLISHING.value,
                    publications.c.lease_until <= await self._now(connection),
                ),
            )
            no_claim = {"owner": None, "token": None, "lease_until": None, "message": message}
            over: dict[str, object] = {"status": Status.MISSED.value, "next_attempt_at": None}
            pause = await paused_at(connection, edition["closes_at"])
            if pause is not None:
                over |= _called_off(Cause.PAUSED, pause.message)
            for which, change in (
                (not_(may_have_landed), over),
                (may_have_landed, {"status": Status.UNCONFIRMED.value}),
            ):
                closed += await connection.scalars(
                    update(publications)
                    .where(
                        publications.c.date == day,
                        given_up,
                        which,
                    )
                    .values({**no_claim, **change})
                    .returning(publications.c.destination)
                )
            if not await connection.scalar(select(any_of(day, (*UNSETTLED, Status.PUBLISHED)))):
                await give_back(connection, day)
            await refresh_open(connection, day)
            rows = await connection.execute(
                with_edition.where(
                    publications.c.date == day, publications.c.destination.in_(closed)
                ).order_by(publications.c.destination)
            )
            given_up_now = [publication_of(row) for row in rows.mappings()]
            await self._raise(connection, _alerts(day, given_up_now))
            return given_up_now

    @to_its_end
    async def resolve(
        self,
        day: date,
        destination: str,
        settlement: Settlement,
        *,
        closes_at: datetime | None,
        attempts: int | None = None,
        by: str | None = None,
    ) -> Publication | None:
        """An admin's word on a Publication."""
        this = and_(publications.c.date == day, publications.c.destination == destination)
        unchanged = true() if attempts is None else publications.c.attempts == attempts
        async with self._write() as connection:
            edition = await lock_edition(connection, day)
            was = await connection.scalar(
                select(publications.c.status).where(this).with_for_update()
            )
            changed = await connection.execute(
                update(publications)
                .where(this, unchanged)
                .where(publications.c.status.in_([status.value for status in RESOLVABLE]))
                .values(settlement_values(settlement))
            )
            if edition is None or changed.rowcount == 0:
                return None
            if closes_at is not None:
                await connection.execute(
                    update(editions).where(editions.c.date == day).values(closes_at=closes_at)
                )
            await _keep_entry(connection, edition, settlement.status)
            rows = await connection.execute(with_edition.where(this))
            resolved = publication_of(rows.mappings().one())
            if resolved.status is Status.CANCELLED and resolved.armed_at is not None:
                await use_up(connection, day)
            await refresh_open(connection, day)
            await self._raise(connection, await day_complete(connection, day))
            city = {"city": edition["entry"]["city"]} if edition["entry"] else {}
            url = {"url": resolved.receipt.url} if resolved.receipt else {}
            before = {**city, "status": was}
            after = {**city, "status": resolved.status.value, **url}
            await self._record(connection, by, "resolved", resolved.id, before, after)
            return resolved


async def lock_edition(connection: AsyncConnection, day: date) -> RowMapping | None:
    """The row of a date's Edition, locked until the transaction ends."""
    rows = await connection.execute(
        select(editions).where(editions.c.date == day).with_for_update()
    )
    return rows.mappings().first()


async def refresh_open(connection: AsyncConnection, day: date) -> None:
    """Set whether anything is left to do for a date. Its Edition is locked."""
    taken = exists().where(entries.c.used_on == day)
    left = or_(any_of(day, UNSETTLED), and_(taken, not_(any_of(day, (Status.PUBLISHED,)))))
    await connection.execute(
        update(editions).where(editions.c.date == day, editions.c.open != left).values(open=left)
    )


async def day_complete(connection: AsyncConnection, day: date) -> list[Alert]:
    """The alert that a date is published on every destination, once it is; else none."""
    unpublished = tuple(status for status in Status if status is not Status.PUBLISHED)
    if await connection.scalar(select(any_of(day, unpublished))):
        return []
    kind = AlertKind.DAY_COMPLETE
    message = "Published on every destination."
    once = f"{kind.value}/{day.isoformat()}"
    return [Alert(kind=kind, subject=day.isoformat(), message=message, once=once)]


def _alerts(day: date, given_up: Sequence[Publication]) -> list[Alert]:
    """One for each Publication; one for the date of what a pause has called off."""
    paused = [each for each in given_up if each.status is Status.CANCELLED]
    raised = [
        Alert(
            kind=AlertKind(each.status.value),
            subject=each.id,
            message=each.in_an_alert(each.message),
            attempts=each.attempts,
        )
        for each in given_up
        if each not in paused
    ]
    if paused:
        where = ", ".join(each.destination for each in paused)
        message = f"Not posted on {where}. {paused[0].in_an_alert(paused[0].message)}"
        raised.append(Alert(kind=AlertKind.PAUSED, subject=day.isoformat(), message=message))
    return raised


async def _why_blank(
    connection: AsyncConnection, slots: Sequence[Slot], missed: str
) -> list[tuple[Slot, dict[str, str], AlertKind | None]]:
    """Of each slot what its Publications say, and the alert that tells of it."""
    if not slots:
        return []
    days = [slot.date for slot in slots]
    skipped = await skips_between(connection, min(days), max(days))
    pauses = await all_pauses(connection)
    why: list[tuple[Slot, dict[str, str], AlertKind | None]] = []
    for slot in slots:
        pause = next((each for each in pauses if each.covers(slot.closes_at)), None)
        if slot.date in skipped:
            why.append((slot, _called_off(Cause.SKIPPED, skipped[slot.date].message), None))
        elif pause is not None:
            why.append((slot, _called_off(Cause.PAUSED, pause.message), AlertKind.PAUSED))
        else:
            values = {"status": Status.MISSED.value, "message": missed}
            why.append((slot, values, AlertKind.MISSED))
    return why


def _called_off(cause: Cause, message: str) -> dict[str, str]:
    return {"status": Status.CANCELLED.value, "error": cause.value, "message": message}


def _first_and_last(days: Sequence[date]) -> str:
    return " to ".join(dict.fromkeys((days[0].isoformat(), days[-1].isoformat())))


async def _edition(connection: AsyncConnection, day: date) -> Edition:
    rows = await connection.execute(select(editions).where(editions.c.date == day))
    return edition_of(rows.mappings().one())


async def _insert_edition(
    connection: AsyncConnection, slot: Slot, entry: Entry | None, *, opened_at: datetime | None
) -> bool:
    """False when the date has an Edition. Waits for another one who is inserting it."""
    inserted = await connection.execute(
        insert_unless_there(connection, editions).values(
            date=slot.date, **_choice(slot, entry, opened_at)
        )
    )
    return inserted.rowcount == 1


async def _put_anew(
    connection: AsyncConnection,
    slot: Slot,
    entry: Entry,
    *,
    opened_at: datetime,
    destinations: Sequence[str],
) -> None:
    """Replace what an Edition says that came to nothing, and make way for new Publications."""
    await connection.execute(
        update(editions).where(editions.c.date == slot.date).values(_choice(slot, entry, opened_at))
    )
    await connection.execute(
        delete(publications).where(
            publications.c.date == slot.date, publications.c.destination.in_(destinations)
        )
    )


async def _insert_publications(
    connection: AsyncConnection,
    slot: Slot,
    keys: Mapping[str, str],
    values: Mapping[str, str],
) -> None:
    scheduled = values["status"] == Status.SCHEDULED.value
    rows = [
        {
            "date": slot.date,
            "destination": destination,
            "key": key,
            "next_attempt_at": slot.due_at if scheduled else None,
            "attempts": 0,
            "error": "",
            "message": "",
            **values,
        }
        for destination, key in keys.items()
    ]
    if rows:
        await connection.execute(insert(publications), rows)


async def _came_to_nothing(connection: AsyncConnection, edition: RowMapping) -> bool:
    rows = await connection.execute(with_edition.where(publications.c.date == edition["date"]))
    found = [publication_of(row) for row in rows.mappings()]
    return all(each.came_to_nothing for each in found) and (bool(found) or edition["entry"] is None)


async def _keep_entry(connection: AsyncConnection, edition: RowMapping, status: Status) -> None:
    """See that the Entry of a date that is to be posted after all is not posted again.

    Raises EntryNotFound when there is none to post, or when it was chosen for another date.
    """
    day, entry = edition["date"], edition["entry"]
    if entry is None:
        if status == Status.SCHEDULED:
            raise EntryNotFound(
                Phrase("No city was chosen for {day}: there is nothing to send.", day=day)
            )
        return
    if status in (Status.FAILED, Status.MISSED, Status.CANCELLED):
        return
    if not entry["id"]:  # a city of the gazetteer's, which was never in the queue
        return
    if await take(connection, entry["id"], day) or status != Status.SCHEDULED:
        return
    used_on = await connection.scalar(select(entries.c.used_on).where(entries.c.id == entry["id"]))
    if used_on not in (None, day):
        raise EntryNotFound(
            Phrase("The city of {day} has been chosen for {other} since.", day=day, other=used_on)
        )


def _choice(slot: Slot, entry: Entry | None, opened_at: datetime | None) -> dict[str, object]:
    """The columns of an Edition that say what was chosen, and when it is due."""
    return {
        "entry": None if entry is None else snapshot(entry),
        "opened_at": opened_at,
        "due_at": slot.due_at,
        "closes_at": slot.closes_at,
        "timezone": slot.timezone,
        "entry_id": None if entry is None else entry.id,
        "city_key": None if entry is None else entry.city.key,
        "open": False,
    }


def any_of(day: date, statuses: Sequence[Status]) -> Exists:
    """Whether a date has a Publication of one of these statuses."""
    return exists().where(
        publications.c.date == day,
        publications.c.status.in_([status.value for status in statuses]),
    )
