"""/history: what was posted where."""

from datetime import date, timedelta

from schedules.ledger import Settlement, Status
from schedules.publisher import Receipt
from tests.bot.admin.conftest import Scene
from tests.bot.admin.test_queue import TODAY, buttons
from tests.schedules.parts import entry

URL = "https://fake.example/1"


async def posted(
    scene: Scene, day: date, name: str = "Albi", *, url: str = URL, message: str = ""
) -> None:
    """To one destination, and refused by it if there is a message."""
    store = scene.app.store
    (added,) = await store.add([entry(name, day.toordinal())])
    slot = scene.app.rule.slot(day)
    await store.open_edition(slot, added, {"fake": day.isoformat()}, at=slot.due_at)
    claim = await store.claim(day, "fake", owner="us", lease=timedelta(minutes=1))
    assert claim is not None
    settlement = Settlement(
        status=Status.PUBLISHED,
        receipt=Receipt(remote_id="1", url=url),
        published_at=slot.due_at,
    )
    if message:
        settlement = Settlement(status=Status.FAILED, error="Permanent", message=message)
    await store.settle(claim, settlement)


async def test_it_says_what_was_posted_where_with_a_link(scene: Scene) -> None:
    await posted(scene, TODAY - timedelta(days=1), "Brest", message="Too *long*.")
    await posted(scene, TODAY)
    shown = scene.text(await scene.slash("history"))
    assert shown.splitlines() == [
        "History",
        "Sun 22 Nov 2026 · Albi: **fake** · [published](<https://fake.example/1>)",
        r"Sat 21 Nov 2026 · Brest: **fake** · failed: Too \*long\*.",
    ]


async def test_in_french_too(scene: Scene) -> None:
    shown = scene.text(await scene.french().slash("history"))
    assert shown == "Rien n’a encore été publié."
    await posted(scene, TODAY)
    shown = scene.text(await scene.slash("history"))
    assert "dim. 22 nov. 2026 · Albi: **fake** · [publiée](<" in shown


async def test_an_address_that_an_admin_gave_cannot_end_its_link_early(scene: Scene) -> None:
    await posted(scene, TODAY, url="https://a.example/> [click](https://evil.example)")
    shown = scene.text(await scene.slash("history"))
    assert shown.endswith(
        "[published](<https://a.example/%3E%20[click]%28https://evil.example%29>)"
    )


async def test_it_pages_by_the_week(scene: Scene) -> None:
    for ago in range(16):
        await posted(scene, TODAY - timedelta(days=ago), f"Ville{ago}")
    first = await scene.slash("history")
    assert scene.text(first).count("published") == 7
    assert list(buttons(first)) == ["history.page|2026-11-15|older", "history.page|2026-11-13|last"]
    second = await scene.click(first.response, "history.page|2026-11-15|older")
    assert "Ville7:" in scene.text(second)
    assert "Ville13:" in scene.text(second)
    assert "history.page|2026-11-22|newer" in buttons(second)
    last = await scene.click(second.response, "history.page|2026-11-13|last")
    assert "Ville15:" in scene.text(last)
    assert list(buttons(last)) == ["history.page|2026-11-22|first", "history.page|2026-11-20|newer"]


async def test_many_destinations_fit_into_one_answer(scene: Scene) -> None:
    store = scene.app.store
    for ago in range(7):
        slot = scene.app.rule.slot(TODAY - timedelta(days=ago))
        (added,) = await store.add([entry("Albi" * 20, ago + 1)])
        keys = {f"twitter:en#{number:03}{'x' * 40}": f"{ago}/{number}" for number in range(30)}
        await store.open_edition(slot, added, keys, at=slot.due_at)
    shown = scene.text(await scene.slash("history"))
    assert "more" in shown


async def test_who_is_no_admin_is_told_who_to_ask(scene: Scene) -> None:
    assert "@Villes" in scene.text(await scene.slash("history", by=scene.carol))
