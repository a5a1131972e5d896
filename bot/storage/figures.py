"""Figures in SQL: what the ledger holds in numbers, counted by the database when it is asked."""

from sqlalchemy import ColumnElement, Double, and_, case, cast, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import alerts, editions, publications, untold
from bot.storage.transactions import Transactions
from schedules.ledger import LATENESS_BOUNDS, Figures, Lateness, Status

row = publications.c
published = row.status == Status.PUBLISHED.value


class SqlFigures(Transactions):
    """`figures` of `schedules.store.Ledger` and `untold` of `schedules.store.AlertStore`."""

    async def figures(self) -> dict[str, Figures]:
        """By destination."""
        async with self._read() as connection:
            by_status: dict[str, dict[Status, int]] = {}
            attempts: dict[str, int] = {}
            retries: dict[str, int] = {}
            again = case((row.attempts > 1, row.attempts - 1), else_=0)
            counts = await connection.execute(
                select(
                    row.destination,
                    row.status,
                    func.count(),
                    func.sum(row.attempts),
                    func.sum(again),
                ).group_by(row.destination, row.status)
            )
            for destination, status, count, tried, tried_again in counts:
                by_status.setdefault(destination, {})[Status(status)] = count
                attempts[destination] = attempts.get(destination, 0) + tried
                retries[destination] = retries.get(destination, 0) + tried_again
            lateness = await _lateness(connection)
            return {
                destination: Figures(
                    publications=found,
                    attempts=attempts[destination],
                    retries=retries[destination],
                    lateness=lateness.get(destination),
                )
                for destination, found in sorted(by_status.items())
            }

    async def untold(self) -> dict[str, int]:
        """By channel."""
        query = select(alerts.c.channel, func.count()).where(untold).group_by(alerts.c.channel)
        async with self._read() as connection:
            return dict(map(tuple, await connection.execute(query)))


async def _lateness(connection: AsyncConnection) -> dict[str, Lateness]:
    with_edition = publications.join(editions, editions.c.date == row.date)
    late = (
        select(row.destination, _seconds_late(connection).label("seconds"))
        .select_from(with_edition)
        .where(published)
        .cte("late")
        .prefix_with("MATERIALIZED")  # or the seconds are worked out anew for each bound
    ).c
    within = [func.sum(case((late.seconds <= bound, 1), else_=0)) for bound in LATENESS_BOUNDS]
    sums = await connection.execute(
        select(late.destination, func.sum(late.seconds), *within).group_by(late.destination)
    )
    newest = (
        select(row.destination, func.max(row.date).label("date"))
        .where(published)
        .group_by(row.destination)
        .subquery()
    )
    latest = await connection.execute(
        select(row.destination, row.published_at, editions.c.due_at)
        .select_from(with_edition)
        .join(newest, and_(newest.c.destination == row.destination, newest.c.date == row.date))
    )
    last = {destination: (at, at - due_at) for destination, at, due_at in latest if at is not None}
    return {
        destination: Lateness(
            last_at=last[destination][0],
            last=last[destination][1],
            total_seconds=float(total or 0),
            within=tuple(counted),
        )
        for destination, total, *counted in sums
        if destination in last
    }


def _seconds_late(connection: AsyncConnection) -> ColumnElement[float]:
    if connection.dialect.name == "sqlite":
        days = func.julianday(row.published_at) - func.julianday(editions.c.due_at)
        return days * 86_400.0
    return cast(extract("epoch", row.published_at - editions.c.due_at), Double)
