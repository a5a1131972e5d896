"""/today, which everyone may ask."""

from datetime import timedelta

from bot.operations.publishing import post_today, resolve
from schedules.errors import Permanent
from schedules.ledger import Status
from tests.bot.admin.conftest import Scene
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, entry


async def test_a_city_that_is_not_out_yet_is_not_told(scene: Scene) -> None:
    await scene.app.store.add([entry("Albi", 1)])
    shown = scene.text(await scene.slash("today", by=scene.bob))
    assert shown == "Today's city is not out yet: it comes <t:1795338000:R>."


async def test_once_it_is_out_it_is_named(scene: Scene) -> None:
    await scene.app.store.add([entry("Albi", 1)])
    await post_today(scene.app)
    assert scene.text(await scene.slash("today", by=scene.bob)) == "Today's city is **Albi**."
    shown = scene.text(await scene.french().slash("today", by=scene.bob))
    assert shown == "La ville du jour est **Albi**."


async def test_a_day_without_a_city_is_no_secret(scene: Scene) -> None:
    assert scene.text(await scene.slash("today", by=scene.bob)) == "There is no city today."


async def test_an_address_that_no_button_takes_is_left_out(
    scene: Scene, fake: FakePublisher
) -> None:
    fake.fails = {"publish": [Permanent("No.")]}
    await scene.app.store.add([entry("Albi", 1)])
    (failed,) = await post_today(scene.app)
    url = f"https://fake.example/{'x' * 600}"
    await resolve(scene.app, failed.id, Status.PUBLISHED, url=url)
    assert scene.text(await scene.slash("today", by=scene.bob)) == "Today's city is **Albi**."


async def test_what_was_taken_down_or_failed_is_not_promised(
    scene: Scene, fake: FakePublisher
) -> None:
    fake.fails = {"publish": [Permanent("No.")]}
    await scene.app.store.add([entry("Albi", 1)])
    await post_today(scene.app)
    assert scene.text(await scene.slash("today", by=scene.bob)) == "There is no city today."


async def test_one_that_is_due_comes_soon_not_in_the_past(scene: Scene, clock: FakeClock) -> None:
    await scene.app.store.add([entry("Albi", 1)])
    clock.advance(timedelta(hours=2))
    shown = scene.text(await scene.slash("today", by=scene.bob))
    assert shown == "Today's city is not out yet: it comes soon."
    shown = scene.text(await scene.french().slash("today", by=scene.bob))
    assert shown == "La ville du jour n’est pas encore parue\u202f: elle arrive bientôt."
