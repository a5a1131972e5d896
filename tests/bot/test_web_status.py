"""/healthz, /readyz and /metrics, over real HTTP: true, brief, and telling no secrets."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from multidict import CIMultiDictProxy
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App, assemble
from bot.readiness import OLDEST, Lookout
from bot.settings import Settings
from bot.web import SECURITY_HEADERS, WebServer, make_web
from bot.web_status import COUNT_AGAIN_AFTER, status_routes
from schedules.alerts import FOR_ADMINS, Alert, AlertKind
from schedules.errors import AuthExpired, Permanent
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, entry

NOON = datetime(2090, 6, 1, 12, tzinfo=UTC)
PATHS = ("/healthz", "/readyz", "/metrics")


class Admin:
    """A channel that nobody reads."""

    name = "admin"
    kinds = FOR_ADMINS

    async def send(self, alert: Alert) -> None:
        raise ConnectionError

    async def close(self) -> None:
        """Nothing to give back."""


@dataclass(frozen=True, kw_only=True)
class Page:
    status: int
    headers: CIMultiDictProxy[str]
    text: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A server with the status pages, and who asks it."""

    session: aiohttp.ClientSession
    url: str

    async def page(self, path: str) -> Page:
        async with self.session.get(self.url + path) as answer:
            return Page(status=answer.status, headers=answer.headers, text=await answer.text())

    async def samples(self) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
        """All samples of /metrics by name and labels."""
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families((await self.page("/metrics")).text)
            for sample in family.samples
        }

    async def sample(self, name: str, **labels: str) -> float:
        return (await self.samples())[name, frozenset(labels.items())]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def fake(clock: FakeClock) -> FakePublisher:
    return FakePublisher(clock=clock)


@pytest.fixture
def app(tmp_path: Path, store: Store, clock: FakeClock, fake: FakePublisher) -> App:
    settings = Settings(data_dir=tmp_path, timezone=ZoneInfo("UTC"), empty_queue="alert")
    return assemble(
        settings,
        owner="us",
        clock=clock,
        store=store,
        publishers={"fake": fake},
        channels=(Admin(),),
    )


@pytest.fixture
def lookout(app: App) -> Lookout:
    return Lookout(app)


@pytest.fixture
async def asked(app: App, lookout: Lookout, tmp_path: Path) -> AsyncIterator[Asked]:
    web = make_web(tmp_path / "site", routes=status_routes(app, lookout))
    async with (
        WebServer(web, host="127.0.0.1", port=0) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Asked(session=session, url=server.url)


async def publish(app: App, fake: FakePublisher) -> None:
    """Today's city, an attempt."""
    await app.days.open_now(app.clock.now())
    (publication,) = await app.store.publications(limit=1)
    await app.publish_once.attempt(publication, fake)


@pytest.mark.parametrize("path", PATHS)
async def test_each_is_safe_to_show_and_never_kept(asked: Asked, path: str) -> None:
    page = await asked.page(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert {name: page.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_healthz_is_well_as_long_as_it_answers(asked: Asked, app: App) -> None:
    await app.store.close()
    page = await asked.page("/healthz")
    assert (page.status, page.text) == (200, "ok\n")


async def test_readyz_is_red_before_the_first_look(asked: Asked) -> None:
    page = await asked.page("/readyz")
    assert page.status == 503
    assert json.loads(page.text) == {"ready": False, "age_seconds": None, "checks": {}}


async def test_readyz_is_green_when_the_next_post_could_go_out(
    asked: Asked, app: App, lookout: Lookout, clock: FakeClock
) -> None:
    await app.store.add([entry("Albi", 1), entry("Metz", 2)])
    await app.days.open_now(clock.now())
    await app.runner.start()
    await lookout.look()
    clock.advance(timedelta(seconds=7))
    page = await asked.page("/readyz")
    await app.runner.stop()
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("application/json")
    checks = {"runner": True, "database": True, "next": True, "fake": True}
    assert json.loads(page.text) == {"ready": True, "age_seconds": 7, "checks": checks}


async def test_readyz_says_what_is_red_but_not_why(
    asked: Asked, lookout: Lookout, fake: FakePublisher
) -> None:
    fake.fails["check"] = [Permanent("The account of anna@example.org is locked.")]
    await lookout.look()
    page = await asked.page("/readyz")
    assert page.status == 503
    assert json.loads(page.text)["checks"]["fake"] is False
    assert "anna" not in page.text


async def test_readyz_is_red_when_nobody_has_looked_for_a_while(
    asked: Asked, app: App, lookout: Lookout, clock: FakeClock
) -> None:
    await app.store.add([entry("Albi", 1), entry("Metz", 2)])
    await app.runner.start()
    await lookout.look()
    assert (await asked.page("/readyz")).status == 200
    clock.advance(OLDEST + timedelta(seconds=1))
    assert (await asked.page("/readyz")).status == 503
    await app.runner.stop()


async def test_metrics_tell_what_is_there_after_a_real_publication(
    asked: Asked, app: App, fake: FakePublisher, clock: FakeClock
) -> None:
    await app.store.add([entry("Albi", 1), entry("Metz", 2), replace(entry("Nancy", 3), held=True)])
    await publish(app, fake)
    samples = await asked.samples()

    def sample(name: str, **labels: str) -> float:
        return samples[f"city_a_day_{name}", frozenset(labels.items())]

    assert sample("publications", destination="fake", status="published") == 1
    assert sample("publications", destination="fake", status="failed") == 0
    assert sample("attempts_total", destination="fake") == 1
    assert sample("retries_total", destination="fake") == 0
    assert sample("queue_entries", state="ready") == 1
    assert sample("queue_entries", state="held") == 1
    assert sample("last_success_timestamp_seconds", destination="fake") == NOON.timestamp()
    three_hours = 3 * 3600
    assert sample("last_lateness_seconds", destination="fake") == three_hours
    assert sample("lateness_seconds_sum", destination="fake") == pytest.approx(three_hours)
    assert sample("lateness_seconds_bucket", destination="fake", le="3600.0") == 0
    assert sample("lateness_seconds_bucket", destination="fake", le="21600.0") == 1
    assert sample("lateness_seconds_count", destination="fake") == 1
    assert sample("destination_on_hold", destination="fake") == 0


async def test_metrics_count_retries_holds_and_alerts_that_nobody_took(
    asked: Asked, app: App, fake: FakePublisher
) -> None:
    await app.store.add([entry("Albi", 1)])
    fake.fails["prepare"] = [AuthExpired(), AuthExpired()]
    await publish(app, fake)
    await publish(app, fake)
    await app.store.raise_alert(Alert(kind=AlertKind.MISSED, subject="x", message=""))
    samples = await asked.samples()
    by_name = {name: value for (name, _), value in samples.items()}
    assert by_name["city_a_day_retries_total"] == 1
    assert by_name["city_a_day_destination_on_hold"] == 1
    # The hold, and low stock with nothing left, besides.
    assert by_name["city_a_day_alerts_untold"] == 3
    assert by_name["city_a_day_ready"] == 0


async def test_metrics_are_the_same_after_a_restart(
    asked: Asked, app: App, fake: FakePublisher, tmp_path: Path
) -> None:
    await app.store.add([entry("Albi", 1)])
    await publish(app, fake)
    web = make_web(tmp_path / "site", routes=status_routes(app, Lookout(app)))
    async with WebServer(web, host="127.0.0.1", port=0) as again:
        assert await asked.samples() == await replace(asked, url=again.url).samples()


async def test_however_often_it_is_asked_the_database_counts_every_few_seconds(
    asked: Asked, app: App, clock: FakeClock
) -> None:
    assert await asked.sample("city_a_day_queue_entries", state="ready") == 0
    await app.store.add([entry("Albi", 1)])
    assert await asked.sample("city_a_day_queue_entries", state="ready") == 0
    clock.advance(COUNT_AGAIN_AFTER)
    assert await asked.sample("city_a_day_queue_entries", state="ready") == 1


async def test_without_its_database_metrics_says_so_and_not_where_it_is(
    asked: Asked, app: App
) -> None:
    await app.store.close()
    for file in app.settings.data_dir.glob("city-a-day.db*"):
        file.unlink()
    (app.settings.data_dir / "city-a-day.db").mkdir()
    page = await asked.page("/metrics")
    assert (page.status, page.text) == (503, "the database cannot be read\n")


async def test_each_metric_is_explained_and_named_by_the_conventions(
    asked: Asked, app: App, fake: FakePublisher
) -> None:
    await app.store.add([entry("Albi", 1)])
    await publish(app, fake)
    families = list(text_string_to_metric_families((await asked.page("/metrics")).text))
    assert len(families) == 10
    for family in families:
        assert family.name.startswith("city_a_day_")
        assert family.documentation.endswith(".")
