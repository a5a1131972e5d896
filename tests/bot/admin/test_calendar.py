"""/calendar: what comes on the next fourteen days."""

from dataclasses import replace
from datetime import timedelta

from bot.operations.pausing import pause
from bot.operations.skipping import skip
from schedules.ledger import Settlement, Status
from tests.bot.admin.conftest import Scene
from tests.bot.admin.test_queue import TODAY
from tests.schedules.parts import city, entry


async def test_it_says_what_comes_on_each_day_and_what_is_pinned(scene: Scene) -> None:
    await scene.app.store.add([entry("Albi", 1), entry("Caen", 2, date=TODAY + timedelta(days=2))])
    lines = scene.text(await scene.slash("calendar")).splitlines()
    assert lines[:4] == [
        "The next 14 days",
        "**Sun 22 Nov** 09:00 · Albi, FR",
        "**Mon 23 Nov** 09:00 · ⬜ *no city*",
        "**Tue 24 Nov** 09:00 · Caen, FR 📌",
    ]
    assert len(lines) == 16
    assert lines[-1] == "Hours of UTC · 📌 pinned"


async def test_a_city_that_stands_in_is_marked(scene: Scene) -> None:
    pau = replace(city("Pau", 9), population=75_000)
    forecast = replace(scene.app.forecast, fallback_cities=lambda: [pau])
    scene.bot.app = replace(scene.app, forecast=forecast)
    lines = scene.text(await scene.french().slash("calendar")).splitlines()
    assert lines[1] == "**dim. 22 nov.** 09:00 · Pau, FR 🛰️"
    assert lines[-1] == "Fuseau horaire : UTC · 🛰️ remplaçante, aucune ville n’est prête"


async def test_today_says_what_has_become_of_it(scene: Scene) -> None:
    store, slot = scene.app.store, scene.app.rule.slot(TODAY)
    (albi,) = await store.add([entry("Albi", 1)])
    await store.open_edition(slot, albi, {"site": "a", "discord": "b"}, at=scene.clock.now())
    claim = await store.claim(TODAY, "site", owner="us", lease=timedelta(minutes=1))
    assert claim is not None
    await store.settle(claim, Settlement(status=Status.FAILED, error="Permanent", message="No."))
    lines = scene.text(await scene.slash("calendar")).splitlines()
    assert lines[1:3] == [
        "**Sun 22 Nov** 09:00 · Albi, FR",
        "-# scheduled: discord · failed: site",
    ]


async def test_what_is_skipped_or_paused_stays_blank_and_says_why(scene: Scene) -> None:
    app = scene.app.acting_as("discord:1 alice")
    await app.store.add([entry("Albi", 1), entry("Caen", 2)])
    await skip(app, TODAY + timedelta(days=1))
    lines = scene.text(await scene.slash("calendar")).splitlines()
    assert lines[1:4] == [
        "**Sun 22 Nov** 09:00 · Albi, FR",
        "**Mon 23 Nov** 09:00 · ⬜ *skipped date*",
        "**Tue 24 Nov** 09:00 · Caen, FR",
    ]
    await pause(app, "Holidays, *all* of us")
    lines = scene.text(await scene.slash("calendar")).splitlines()
    assert lines[1].startswith("⏸️ Paused by ")
    assert r"Holidays, \*all\* of us" in lines[1]
    assert lines[2] == "**Sun 22 Nov** 09:00 · ⬜ *posting is paused*"
    listed = scene.text(await scene.french().slash("queue list")).splitlines()
    assert listed[1].startswith("⏸️ ")
    assert listed[2] == "`1` **dim. 22 nov. 2026** · Albi, FR"


async def test_who_is_no_admin_is_told_who_to_ask(scene: Scene) -> None:
    assert "@Villes" in scene.text(await scene.slash("calendar", by=scene.carol))
