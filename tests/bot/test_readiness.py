"""The lookout: red for each reason why the next post could not go out, and green again after it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import App, assemble
from bot.operations.health import Finding
from bot.readiness import TRUST_FOR, TRY_AGAIN_AFTER, Lookout
from bot.settings import Settings
from bot.testing import sample_picture
from content.credit import Credit
from content.entry import Entry, Photo
from content.post import Post, Rendering
from schedules.alerts import AlertKind
from schedules.errors import AuthExpired, Permanent, Transient
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, Recorded, entry

MORNING = datetime(2090, 6, 1, 8, tzinfo=UTC)
"""An hour before the post; later than the machine's clock, so that no alarm rings in a test."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


@pytest.fixture
def alerts(tmp_path: Path, store: Store) -> Recorded:
    return Recorded(tmp_path / "city-a-day.db")


@pytest.fixture
def fake(clock: FakeClock) -> FakePublisher:
    return FakePublisher(clock=clock)


@pytest.fixture
def app(tmp_path: Path, store: Store, clock: FakeClock, fake: FakePublisher) -> App:
    settings = Settings(data_dir=tmp_path, timezone=ZoneInfo("UTC"), empty_queue="alert")
    publishers = {"fake": fake}
    return assemble(
        settings, owner="us", clock=clock, store=store, publishers=publishers, channels=()
    )


@pytest.fixture
async def queued(app: App) -> Entry:
    """A city with a photo, which waits."""
    file = app.photos.add(sample_picture(320, 180), "image/jpeg")
    photo = Photo(file=file, alt="Albi.", credit=Credit(author="A. Photographe", licence="CC0"))
    (added,) = await app.store.add([replace(entry("Albi", 1), photos=(photo,))])
    return added


@pytest.fixture
async def lookout(app: App, queued: Entry) -> AsyncIterator[Lookout]:
    """Of a service that runs, with a city for today."""
    assert queued.id
    await app.runner.start()
    yield Lookout(app)
    await app.runner.stop()


async def red(lookout: Lookout) -> dict[str, str]:
    """What is not as it should be, now."""
    readiness = await lookout.look()
    found = {each.subject: each.message for each in readiness.findings if not each.ok}
    assert readiness.ready is not bool(found)
    return found


def photo_file(app: App, queued: Entry) -> Path:
    return app.settings.data_dir / "photos" / queued.photos[0].file


async def test_when_all_is_well_it_is_ready_and_nobody_is_told_anything(
    lookout: Lookout, alerts: Recorded
) -> None:
    readiness = await lookout.look()
    assert lookout.latest is readiness
    assert readiness.ready
    assert {each.subject for each in readiness.findings} == {
        *("runner", "database", "next", "pictures", "fake")
    }
    assert alerts.kinds == []


async def test_red_while_the_runner_sleeps(app: App, lookout: Lookout, clock: FakeClock) -> None:
    clock.advance(timedelta(minutes=2))
    assert list(await red(lookout)) == ["runner"]
    again = replace(app, runner=replace(app.runner))
    await again.runner.start()
    assert await red(Lookout(again)) == {}
    await again.runner.stop()


async def test_red_once_the_service_stops(app: App, lookout: Lookout) -> None:
    await app.runner.stop()
    assert list(await red(lookout)) == ["runner"]


async def test_red_without_a_city_and_green_with_one(app: App, queued: Entry) -> None:
    lookout = Lookout(app)
    await app.store.remove(queued.id)
    assert "city-a-day queue add" in (await red(lookout))["next"]
    await app.store.add([queued])
    assert "next" not in await red(lookout)


async def test_an_empty_queue_is_no_reason_where_the_gazetteer_steps_in(
    app: App, queued: Entry
) -> None:
    await app.store.remove(queued.id)
    stand_in = replace(app.forecast, fallback_cities=app.gazetteer.of_french)
    lookout = Lookout(replace(app, forecast=stand_in))
    found = await red(lookout)
    assert "next" not in found
    assert "pictures" not in found


async def test_red_while_the_next_citys_photo_is_missing(
    app: App, lookout: Lookout, queued: Entry, clock: FakeClock
) -> None:
    file = photo_file(app, queued)
    data = file.read_bytes()
    assert await red(lookout) == {}
    file.unlink()
    clock.advance(TRY_AGAIN_AFTER)
    assert queued.photos[0].file in (await red(lookout))["pictures"]
    file.write_bytes(data)
    assert "pictures" in await red(lookout)
    clock.advance(TRY_AGAIN_AFTER)
    assert "pictures" not in await red(lookout)


async def test_an_admin_is_told_once_of_a_photo_that_cannot_be_used_and_what_to_do(
    app: App, lookout: Lookout, queued: Entry, clock: FakeClock, alerts: Recorded
) -> None:
    photo_file(app, queued).write_bytes(b"damaged")
    for _ in range(3):
        await lookout.look()
        await Lookout(app).look()
        clock.advance(TRY_AGAIN_AFTER)
    (alert,) = alerts.alerts
    assert alert.kind is AlertKind.PICTURE_UNUSABLE
    assert alert.subject == "Albi, 2090-06-01"
    assert "damaged" in alert.message
    assert f"city-a-day queue edit {queued.id}" in alert.message


async def test_a_photo_that_is_damaged_again_on_another_day_is_told_again(
    app: App, lookout: Lookout, queued: Entry, clock: FakeClock, alerts: Recorded
) -> None:
    """The same city may come again in a year, and its photo be lost again."""
    file = photo_file(app, queued)
    data = file.read_bytes()
    for _ in range(2):
        file.write_bytes(b"damaged")
        await lookout.look()
        file.write_bytes(data)
        clock.advance(timedelta(days=1))
        await lookout.look()
        clock.advance(TRUST_FOR)
    assert [alert.subject for alert in alerts.alerts] == ["Albi, 2090-06-01", "Albi, 2090-06-02"]


async def test_what_a_destination_will_not_take_is_told_with_its_name(
    lookout: Lookout, fake: FakePublisher, alerts: Recorded
) -> None:
    fake.problems = ("picture 1: too small",)
    assert await red(lookout) == {"pictures": "fake: picture 1: too small."}
    (alert,) = alerts.alerts
    assert alert.message.startswith("fake: picture 1: too small. See city-a-day preview")


async def test_another_reason_for_the_same_city_is_told_as_well(
    lookout: Lookout, fake: FakePublisher, alerts: Recorded, clock: FakeClock
) -> None:
    for problem in ("too small", "too small", "no alt text"):
        fake.problems = (problem,)
        await lookout.look()
        clock.advance(TRY_AGAIN_AFTER)
    assert len(alerts.alerts) == 2


async def test_photos_that_cannot_be_read_for_a_moment_are_no_alert_but_for_long_they_are(
    app: App, lookout: Lookout, queued: Entry, alerts: Recorded, clock: FakeClock
) -> None:
    folder = photo_file(app, queued).parent
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("a file in its place")
    assert "pictures" in await red(lookout)
    assert alerts.kinds == []
    clock.advance(TRY_AGAIN_AFTER)
    assert "pictures" in await red(lookout)
    assert alerts.kinds == ["picture_unusable"]


async def test_a_change_of_the_next_city_is_seen_at_once(
    app: App, lookout: Lookout, queued: Entry
) -> None:
    photo_file(app, queued).unlink()
    assert "pictures" in await red(lookout)
    await app.store.update(replace(queued, held=True))
    await app.store.add([replace(queued, id=0, photos=(), city=entry("Metz", 2).city)])
    assert await red(lookout) == {}


async def test_a_preview_that_was_good_is_not_made_again_before_something_changes(
    lookout: Lookout, fake: FakePublisher, clock: FakeClock
) -> None:
    await lookout.look()
    fake.problems = ("would be seen",)
    for _ in range(3):
        clock.advance(TRY_AGAIN_AFTER)
        assert "pictures" not in await red(lookout)
    clock.advance(TRUST_FOR)
    assert "pictures" in await red(lookout)


async def test_a_publishers_bug_in_its_preview_is_a_reason_and_not_the_end(
    app: App, queued: Entry, clock: FakeClock
) -> None:
    assert queued.id

    class Broken(FakePublisher):
        def preview(self, post: Post) -> Rendering:
            raise ZeroDivisionError("a secret")

    lookout = Lookout(replace(app, publishers={"fake": Broken(clock=clock)}))
    message = (await red(lookout))["pictures"]
    assert "ZeroDivisionError" in message
    assert "a secret" not in message


async def test_refused_credentials_hold_the_destination_and_an_admin_is_told_once(
    app: App, lookout: Lookout, fake: FakePublisher, clock: FakeClock, alerts: Recorded
) -> None:
    fake.fails["check"] = [AuthExpired("Renew the token."), AuthExpired("Renew the token.")]
    assert (await red(lookout))["fake"] == "Renew the token."
    assert list(await app.store.holds()) == ["fake"]
    clock.advance(TRY_AGAIN_AFTER)
    assert "fake" in await red(lookout)
    assert alerts.kinds == ["credentials_refused"]
    clock.advance(TRY_AGAIN_AFTER)
    assert "fake" not in await red(lookout)
    assert await app.store.holds() == {}


async def test_credentials_that_are_refused_again_later_are_told_again(
    lookout: Lookout, fake: FakePublisher, clock: FakeClock, alerts: Recorded
) -> None:
    fake.fails["check"] = [AuthExpired()]
    await lookout.look()
    clock.advance(TRY_AGAIN_AFTER)
    await lookout.look()
    fake.fails["check"] = [AuthExpired()]
    clock.advance(TRUST_FOR)
    await lookout.look()
    assert alerts.kinds == ["credentials_refused"] * 2


async def test_a_hold_that_a_refused_post_left_ends_when_the_credentials_work(
    app: App, lookout: Lookout, clock: FakeClock
) -> None:
    await lookout.look()
    other = Lookout(app)
    app_fails = FakePublisher(clock=clock, fails={"check": [AuthExpired("No.")]})
    await Lookout(replace(app, publishers={"fake": app_fails})).look()
    assert (await red(lookout))["fake"] == "on hold: No."
    assert "fake" not in await red(other)
    assert await app.store.holds() == {}
    assert "fake" not in await red(lookout)


async def test_a_missing_right_is_told_once_a_day_and_holds_nothing(
    app: App, lookout: Lookout, fake: FakePublisher, clock: FakeClock, alerts: Recorded
) -> None:
    fake.fails["check"] = [Permanent("It lacks Attach Files.") for _ in range(2)]
    for _ in range(2):
        assert (await red(lookout))["fake"] == "It lacks Attach Files."
        clock.advance(TRY_AGAIN_AFTER)
    assert alerts.kinds == ["credentials_refused"]
    assert await app.store.holds() == {}


async def test_a_platform_that_cannot_be_reached_is_red_until_it_is_asked_again(
    lookout: Lookout, fake: FakePublisher, clock: FakeClock, alerts: Recorded
) -> None:
    fake.fails["check"] = [Transient()]
    assert "fake" in await red(lookout)
    clock.advance(TRY_AGAIN_AFTER - timedelta(seconds=1))
    assert "fake" in await red(lookout)
    clock.advance(timedelta(seconds=1))
    assert "fake" not in await red(lookout)
    assert alerts.kinds == []


async def test_credentials_that_work_are_asked_for_twice_a_day(
    lookout: Lookout, fake: FakePublisher, clock: FakeClock
) -> None:
    for _ in range(24):
        await lookout.look()
        clock.advance(timedelta(hours=1))
    assert fake.steps.count("check") == 2


async def test_red_while_the_database_cannot_be_written(app: App, lookout: Lookout) -> None:
    assert await red(lookout) == {}
    await app.runner.stop()
    database = app.settings.data_dir / "city-a-day.db"
    await app.store.close()
    for file in app.settings.data_dir.glob("city-a-day.db*"):
        file.rename(app.settings.data_dir / f"away-{file.name}")
    database.mkdir()
    assert str(database) in (await red(lookout))["database"]
    database.rmdir()
    (app.settings.data_dir / "away-city-a-day.db").rename(database)
    assert "database" not in await red(lookout)


async def test_while_a_post_is_on_its_way_nothing_is_drawn_and_its_error_is_the_reason(
    app: App, queued: Entry, fake: FakePublisher, clock: FakeClock
) -> None:
    assert queued.id
    lookout = Lookout(app)
    await app.days.open_now(clock.now())
    readiness = await lookout.look()
    assert Finding(subject="next", ok=True, message="2090-06-01 is on its way") in (
        readiness.findings
    )
    assert "pictures" not in {each.subject for each in readiness.findings}
    fake.fails["prepare"] = [Transient("No route.")]
    (publication,) = await app.store.publications()
    await app.publish_once.attempt(publication, fake)
    assert (await red(lookout))["next"] == "No route."


async def test_after_todays_post_it_looks_at_tomorrows_city(
    app: App, queued: Entry, fake: FakePublisher, clock: FakeClock
) -> None:
    assert queued.id
    await app.store.add([entry("Metz", 2)])
    edition = await app.days.open_now(clock.now())
    assert edition is not None
    (publication,) = await app.store.publications()
    await app.publish_once.attempt(publication, fake)
    readiness = await Lookout(app).look()
    (coming,) = (each for each in readiness.findings if each.subject == "next")
    assert coming.message == "Metz on 2090-06-02"
