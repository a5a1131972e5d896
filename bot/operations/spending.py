"""Spending: what the posts of the calendar month cost where a platform bills them.

It is told and stops nothing: a budget is no reason for a day without a city.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from bot.app import App
from bot.platform import Billed
from schedules.alerts import Alert, AlertKind
from schedules.ledger import MAY_BE_THERE, Publication, Status
from schedules.publisher import Publisher

LATELY = timedelta(days=31)
"""The posts of so many days say what one costs: never fewer than those of the month so far."""


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What a Destination's posts of a month come to, in US dollars; `month` is its first date.

    `spent` counts posts by their date, those too that may have landed, at most as much as they
    cost. `expected`: by the month's end, at one post a day that costs what they did lately.
    """

    destination: str
    month: date
    spent: Decimal
    expected: Decimal
    budget: Decimal | None
    how_to_spend_less: str

    @property
    def in_words(self) -> str:
        """ "$0.42 spent in November 2026, $0.62 by its end at a post a day; budget $1.00"."""
        budget = f"budget {dollars(self.budget)}" if self.budget else "no budget"
        return (
            f"{dollars(self.spent)} spent in {self.month:%B %Y}, {dollars(self.expected)} by its"
            f" end at a post a day; {budget}"
        )

    @property
    def alert(self) -> Alert | None:
        """What an admin must be told, once a month for a budget: it is spent, or will be."""
        if self.budget is None or max(self.spent, self.expected) <= self.budget:
            return None
        passed = self.spent > self.budget
        has = "This month's budget is spent" if passed else "This month's budget will not do"
        kind = AlertKind.OVER_BUDGET
        which = "spent" if passed else "expected"
        return Alert(
            kind=kind,
            subject=self.destination,
            message=f"{has}: {self.in_words}. Posts go on all the same. Raise the budget in the"
            f" settings, or spend less. {self.how_to_spend_less}",
            once=f"{kind.value}/{self.destination}/{self.month:%Y-%m}/{self.budget}/{which}",
        )


async def spending(app: App, publisher: Publisher) -> Spending | None:
    """What this month's posts come to there, as far as the ledger knows. None: nobody bills them.

    The month is the calendar month in the service's time zone.
    """
    if not isinstance(publisher, Billed):
        return None
    today = app.rule.local_date(app.clock.now())
    month = today.replace(day=1)
    next_month = (month + timedelta(days=31)).replace(day=1)
    # Of those that were taken down or given up some were billed all the same.
    statuses = (*MAY_BE_THERE, Status.CANCELLED, Status.FAILED)
    found = await app.store.publications(
        destination=publisher.destination, statuses=statuses, since=today - LATELY
    )
    prices = {
        each.date: publisher.price(
            each.sent_text, pictures=_pictures(app, each, publisher), attempts=each.attempts or 1
        )
        for each in found
        if each.status is Status.PUBLISHED or each.published_at or each.armed_at
    }
    usual = (
        sum(prices.values(), Decimal()) / len(prices)
        if prices
        else publisher.price("", pictures=1, attempts=1)
    )
    spent = sum((prices[day] for day in prices if month <= day < next_month), Decimal())
    # Where today's city was opened without this destination, the next one is its first.
    opened = await app.store.edition(today) is not None and not await app.store.publications(
        day=today, destination=publisher.destination
    )
    first = today + timedelta(days=1) if opened else today
    ahead = (first + timedelta(days=offset) for offset in range((next_month - first).days))
    expected = spent + usual * sum(day not in prices for day in ahead)
    return Spending(
        destination=publisher.destination,
        month=month,
        spent=spent,
        expected=expected.quantize(Decimal("0.001"), ROUND_UP),
        budget=publisher.monthly_budget,
        how_to_spend_less=publisher.how_to_spend_less,
    )


def dollars(amount: Decimal) -> str:
    """ "$0.015", "$0.20": cents, and tenths of a cent where there are any."""
    return "$" + f"{amount:.3f}".removesuffix("0")


def _pictures(app: App, publication: Publication, publisher: Publisher) -> int:
    """An Entry without a photo has its view from orbit; one with photos has it where it is wished.

    By today's settings: what they were at the time is not on record.
    """
    photos = len(publication.entry.photos) if publication.entry else 0
    views = 1 if not photos or app.settings.orbit_beside_photo else 0
    return min(photos + views, publisher.limits.images)
