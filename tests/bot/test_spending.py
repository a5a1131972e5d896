"""The month's budget: counted by what the ledger holds, told once, and in nobody's way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import App, assemble
from bot.operations.spending import Spending, dollars, spending
from bot.publishers.twitter import XPublisher
from bot.readiness import Lookout
from bot.settings import Settings
from bot.testing import sample_picture
from content.credit import Credit
from content.entry import Photo
from schedules.errors import AmbiguousOutcome, Permanent
from schedules.ledger import Status
from schedules.store import Store
from tests.clock import FakeClock
from tests.platforms.x import XServer
from tests.platforms.x_publisher import StillClock, account
from tests.schedules.parts import FakePublisher, Recorded, entry

FIRST = date(2090, 6, 1)
MORNING = datetime(2090, 6, 1, 9, tzinfo=UTC)
"""Later than the machine's clock, so that no alarm rings in a test."""


@dataclass
class BilledPublisher(FakePublisher):
    """A dime a post, a cent for each further attempt."""

    monthly_budget: Decimal | None = None
    how_to_spend_less: str = "Post less."

    def price(self, text: str, *, pictures: int, attempts: int) -> Decimal:
        assert pictures == 1
        return Decimal("0.10" if text else "0.20") + Decimal("0.01") * (attempts - 1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


@pytest.fixture
def alerts(tmp_path: Path, store: Store) -> Recorded:
    return Recorded(tmp_path / "city-a-day.db")


@pytest.fixture
def billed(clock: FakeClock) -> BilledPublisher:
    return BilledPublisher(clock=clock)


@pytest.fixture
async def app(tmp_path: Path, store: Store, clock: FakeClock, billed: BilledPublisher) -> App:
    """With cities for some days, each with a photo: to draw takes longer."""
    settings = Settings(data_dir=tmp_path, timezone=ZoneInfo("UTC"))
    app = assemble(
        settings,
        owner="us",
        clock=clock,
        store=store,
        publishers={"fake": billed},
        channels=(),
    )
    photo = Photo(
        file=app.photos.add(sample_picture(320, 180), "image/jpeg"),
        alt="Une ville.",
        credit=Credit(author="A. Photographe", licence="CC0"),
    )
    names = enumerate(("Albi", "Metz", "Brest", "Arras"), start=1)
    await store.add([replace(entry(name, number), photos=(photo,)) for number, name in names])
    return app


async def post(app: App) -> Status:
    """One attempt at today's city."""
    edition = await app.days.open_now(app.clock.now())
    assert edition is not None
    (publication,) = await app.store.publications(day=edition.date)
    attempted = await app.publish_once.attempt(publication, app.publishers[publication.destination])
    assert attempted is not None
    return attempted.status


async def spent(app: App) -> Spending:
    (publisher,) = app.publishers.values()
    found = await spending(app, publisher)
    assert found is not None
    return found


async def test_before_the_first_post_it_is_as_many_as_the_month_has_days(app: App) -> None:
    found = await spent(app)
    assert (found.month, found.spent, found.budget) == (FIRST, Decimal(), None)
    assert found.expected == 30 * Decimal("0.20")


async def test_a_day_that_was_opened_without_this_destination_costs_nothing_here(
    app: App, store: Store
) -> None:
    (waiting, *_) = await store.queue()
    slot = app.rule.slot(app.rule.local_date(app.clock.now()))
    await store.open_edition(slot, waiting, {"another": "key"}, at=app.clock.now())
    assert (await spent(app)).expected == 29 * Decimal("0.20")


async def test_what_was_posted_is_spent_and_what_is_to_come_costs_as_much(
    app: App, clock: FakeClock
) -> None:
    await post(app)
    clock.advance(timedelta(days=1))
    await post(app)
    found = await spent(app)
    assert (found.spent, found.expected) == (Decimal("0.20"), Decimal("3.00"))
    assert found.in_words == (
        "$0.20 spent in June 2090, $3.00 by its end at a post a day; no budget"
    )


async def test_each_month_begins_at_nothing_and_the_last_ones_posts_say_what_one_costs(
    app: App, clock: FakeClock
) -> None:
    clock.advance(timedelta(days=29))
    await post(app)
    assert (await spent(app)).spent == Decimal("0.10")
    clock.advance(timedelta(days=1))
    found = await spent(app)
    assert (found.month, found.spent) == (date(2090, 7, 1), Decimal())
    assert found.expected == Decimal("3.10")


async def test_the_month_is_the_one_in_the_services_time_zone(app: App, clock: FakeClock) -> None:
    clock.advance(timedelta(days=29, hours=14))
    assert (await spent(app)).month == FIRST
    rule = replace(app.rule, timezone=ZoneInfo("Pacific/Auckland"))
    assert (await spent(replace(app, rule=rule))).month == date(2090, 7, 1)


async def test_one_that_may_have_landed_counts_and_one_that_was_refused_does_not(
    app: App, billed: BilledPublisher, clock: FakeClock
) -> None:
    billed.fails["publish"] = [Permanent("No.")]
    assert await post(app) is Status.FAILED
    assert (await spent(app)).spent == 0
    clock.advance(timedelta(days=1))
    billed.fails["publish"] = [AmbiguousOutcome("Lost.")]
    assert await post(app) is Status.UNCONFIRMED
    assert (await spent(app)).spent == Decimal("0.10")


async def test_where_nobody_bills_nothing_is_counted(app: App, clock: FakeClock) -> None:
    assert await spending(app, FakePublisher(clock=clock)) is None


async def test_a_budget_that_will_not_do_and_one_that_is_spent_are_told_once_a_month_each(
    app: App, billed: BilledPublisher, clock: FakeClock, alerts: Recorded
) -> None:
    billed.monthly_budget = Decimal("0.15")
    for _ in range(3):
        await post(app)
        await Lookout(app).look()
        await Lookout(app).look()
        clock.advance(timedelta(days=1))
    told = [alert for alert in alerts.alerts if alert.kind.value == "over_budget"]
    assert [alert.message.split(":")[0] for alert in told] == [
        "This month's budget will not do",
        "This month's budget is spent",
    ]
    assert "$0.10 spent in June 2090, $3.00 by its end" in told[0].message
    assert "$0.20 spent in June 2090, $3.00 by its end" in told[1].message
    assert told[1].message.endswith("spend less. Post less.")
    clock.advance(timedelta(days=30))
    await Lookout(app).look()
    told = [alert for alert in alerts.alerts if alert.kind.value == "over_budget"]
    assert "$0.00 spent in July 2090" in told[2].message


async def test_a_budget_that_does_is_not_told_of(
    app: App, billed: BilledPublisher, alerts: Recorded
) -> None:
    billed.monthly_budget = Decimal("3.00")
    await post(app)
    readiness = await Lookout(app).look()
    assert "over_budget" not in alerts.kinds
    assert "fake" in {each.subject for each in readiness.findings}


async def test_a_spent_budget_keeps_no_city_back_and_turns_nothing_red(
    app: App, billed: BilledPublisher, clock: FakeClock
) -> None:
    billed.monthly_budget = Decimal("0.01")
    for _ in range(2):
        found = (await Lookout(app).look()).findings
        assert [each.subject for each in found if not each.ok] == ["runner"]  # none runs here
        assert await post(app) is Status.PUBLISHED
        clock.advance(timedelta(days=1))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "$0.00"), ("0.015", "$0.015"), ("0.2", "$0.20"), ("12", "$12.00"), ("0.62", "$0.62")],
)
def test_dollars_are_written_to_the_tenth_of_a_cent(amount: str, shown: str) -> None:
    assert dollars(Decimal(amount)) == shown


@pytest.fixture
async def x() -> AsyncIterator[XServer]:
    async with XServer(now=StillClock().now) as running:
        yield running


async def test_a_post_on_x_is_counted_by_xs_prices(app: App, x: XServer, alerts: Recorded) -> None:
    """A post with one picture: $0.015, and $0.005 for its alt text."""
    async with account(x) as publisher:
        assert isinstance(publisher, XPublisher)
        publisher.monthly_budget = Decimal("0.50")
        days = replace(app.days, destinations=("twitter",))
        app = replace(app, publishers={"twitter": publisher}, days=days)
        assert await post(app) is Status.PUBLISHED
        await Lookout(app).look()
    assert x.paths.count("POST /2/tweets") == x.paths.count("POST /2/media/metadata") == 1
    told = next(alert for alert in alerts.alerts if alert.kind.value == "over_budget")
    assert told.subject == "twitter"
    assert "$0.02 spent in June 2090, $0.60 by its end at a post a day; budget $0.50" in (
        told.message
    )
    assert "console.x.com" in told.message
