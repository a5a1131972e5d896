from tests.bot.admin.conftest import Scene
from tests.schedules.parts import entry


async def test_an_admin_reads_what_comes_next_and_what_is_in_stock(scene: Scene) -> None:
    await scene.app.store.add([entry("Albi", 1)])
    shown = scene.text(await scene.slash("status"))
    assert "**Albi**" in shown
    assert "1 ready (as many days), 0 drafts, 0 held" in shown


async def test_in_french_too(scene: Scene) -> None:
    shown = scene.text(await scene.french().slash("status"))
    assert "En réserve" in shown
    assert "aucune ville" in shown
