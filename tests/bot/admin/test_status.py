from dataclasses import replace

from schedules.alerts import Alert, AlertKind
from schedules.ledger import Hold
from tests.bot.admin.conftest import Scene
from tests.schedules.parts import FakePublisher, entry


async def test_an_admin_reads_what_comes_next_and_what_is_in_stock(scene: Scene) -> None:
    await scene.app.store.add([entry("Albi", 1)])
    shown = scene.text(await scene.slash("status"))
    assert "**Albi**" in shown
    assert "Ready: 1 (as many days) · Drafts: 0 · Held: 0" in shown


async def test_in_french_too(scene: Scene) -> None:
    shown = scene.text(await scene.french().slash("status"))
    assert "En réserve" in shown
    assert "aucune ville" in shown


async def test_however_much_there_is_to_say_discord_takes_it(
    scene: Scene, fake: FakePublisher
) -> None:
    long = "*" * 3_000
    await scene.app.store.pause(reason=long, until=None, by="cli:anna")
    many = {f"fake:{number:_<40}": fake for number in range(30)}
    scene.bot.app = replace(scene.app, publishers=many)
    for name in many:
        alert = Alert(kind=AlertKind.CREDENTIALS_REFUSED, subject=name, message="x")
        held = Hold(destination=name, since=scene.clock.now(), reason=long)
        await scene.app.store.hold(held, alert=alert)
    shown = scene.text(await scene.slash("status"))
    assert "Posting is paused" in shown
    assert "fake:0" in shown
    assert "not shown" in shown
