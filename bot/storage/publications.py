"""Publications in SQL: claimed, armed, settled.

Each of these steps is one conditional UPDATE. It names what must still be true of the row, such as
the claim's token, and changes one row or none: of several callers one gets it, whichever database
and however many processes.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.alerts import SqlAlerts
from bot.storage.blank import in_force, lock_stops
from bot.storage.editions import day_complete, lock_edition, refresh_open, with_edition
from bot.storage.rows import publication_of, settlement_values
from bot.storage.schema import Instant, Words, publications
from bot.storage.transactions import to_its_end
from schedules.alerts import Alert
from schedules.ledger import Claim, LeaseLost, Publication, Settlement, Status
from schedules.stops import PostingPaused

row = publications.c


class SqlPublications(SqlAlerts):
    """The part of `schedules.store.Ledger` that is about single Publications."""

    async def now(self) -> datetime:
        """What the database's clock shows."""
        async with self._read() as connection:
            return await self._now(connection)

    async def publication(self, day: date, destination: str) -> Publication | None:
        """One Publication."""
        query = with_edition.where(row.date == day, row.destination == destination)
        async with self._read() as connection:
            found = (await connection.execute(query)).mappings().first()
            return None if found is None else publication_of(found)

    async def publications(
        self,
        *,
        day: date | None = None,
        destination: str | None = None,
        statuses: Sequence[Status] | None = None,
        since: date | None = None,
        limit: int | None = None,
    ) -> Sequence[Publication]:
        """Publications, the newest date first."""
        query = with_edition.order_by(row.date.desc(), row.destination).limit(limit)
        if day is not None:
            query = query.where(row.date == day)
        if destination is not None:
            query = query.where(row.destination == destination)
        if statuses is not None:
            query = query.where(row.status.in_([status.value for status in statuses]))
        if since is not None:
            query = query.where(row.date >= since)
        async with self._read() as connection:
            rows = await connection.execute(query)
            return [publication_of(found) for found in rows.mappings()]

    @to_its_end
    async def claim(
        self, day: date, destination: str, *, owner: str, lease: timedelta
    ) -> Claim | None:
        """Take a Publication to work on."""
        token = uuid4().hex
        async with self._write() as connection:
            at = await self._now(connection)
            until = at + lease
            free = or_(
                row.status == Status.SCHEDULED.value,
                and_(row.status == Status.UNCONFIRMED.value, row.next_attempt_at.is_not(None)),
                and_(row.status == Status.PUBLISHING.value, row.lease_until <= at),
            )
            may_begin = or_(row.armed_at.is_not(None), not_(exists().where(in_force(at))))
            claimed = await connection.execute(
                update(publications)
                .where(row.date == day, row.destination == destination, free, may_begin)
                .values(
                    status=Status.PUBLISHING.value,
                    attempts=row.attempts + 1,
                    owner=owner,
                    token=token,
                    lease_until=until,
                )
            )
            if claimed.rowcount == 0:
                return None
            publication = await _publication(connection, day, destination)
            return Claim(publication=publication, token=token, lease_until=until)

    @to_its_end
    async def arm(self, claim: Claim, *, text: str, lease: timedelta) -> Claim:
        """Put on record that a create is about to be sent."""
        async with self._write() as connection:
            await lock_stops(connection, shared=True)
            at = await self._now(connection)
            if await connection.scalar(select(exists().where(in_force(at)))):
                raise PostingPaused
            until = at + lease
            armed = await connection.execute(
                update(publications)
                .where(_held(claim), row.lease_until > at)
                # The first create that may have landed is the one to look for.
                .values(
                    armed_at=func.coalesce(row.armed_at, literal(at, Instant)),
                    sent_text=case(
                        (row.armed_at.is_(None), literal(text, Words)), else_=row.sent_text
                    ),
                    lease_until=until,
                )
            )
            if armed.rowcount == 0:
                raise _lost(claim)
            day, destination = claim.publication.date, claim.publication.destination
            publication = await _publication(connection, day, destination)
            return Claim(publication=publication, token=claim.token, lease_until=until)

    @to_its_end
    async def disarm(self, claim: Claim) -> None:
        """No earlier create has landed."""
        async with self._write() as connection:
            at = await self._now(connection)
            disarmed = await connection.execute(
                update(publications).where(_held(claim), row.lease_until > at).values(armed_at=None)
            )
            if disarmed.rowcount == 0:
                raise _lost(claim)

    @to_its_end
    async def settle(
        self, claim: Claim, settlement: Settlement, *, alert: Alert | None = None
    ) -> Publication:
        """End a claim."""
        day, destination = claim.publication.date, claim.publication.destination
        async with self._write() as connection:
            await lock_edition(connection, day)
            settled = await connection.execute(
                update(publications).where(_held(claim)).values(settlement_values(settlement))
            )
            if settled.rowcount == 0:
                raise _lost(claim)
            await refresh_open(connection, day)
            raised = [] if alert is None else [alert]
            await self._raise(connection, raised + await day_complete(connection, day))
            return await _publication(connection, day, destination)

    @to_its_end
    async def expire_leases(self, owner: str) -> int:
        """End the leases of a dead worker."""
        async with self._write() as connection:
            at = await self._now(connection)
            expired = await connection.execute(
                update(publications)
                .where(
                    row.status == Status.PUBLISHING.value,
                    row.owner == owner,
                    row.lease_until > at,
                )
                .values(lease_until=at)
            )
            return expired.rowcount


def _held(claim: Claim) -> ColumnElement[bool]:
    """Whether the claim's Publication is still this claim's. A settled one has no token."""
    publication = claim.publication
    return and_(
        row.date == publication.date,
        row.destination == publication.destination,
        row.token == claim.token,
    )


def _lost(claim: Claim) -> LeaseLost:
    return LeaseLost(f"{claim.publication.id} is another worker's now, or its lease ran out.")


async def _publication(connection: AsyncConnection, day: date, destination: str) -> Publication:
    """The Publication that was just changed."""
    rows = await connection.execute(
        with_edition.where(row.date == day, row.destination == destination)
    )
    return publication_of(rows.mappings().one())
