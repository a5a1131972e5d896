"""/pause and /resume."""

from datetime import date, timedelta

import pytest

from bot.operations.pausing import pause, paused, resume
from tests.bot.admin.conftest import Scene
from tests.bot.admin.forging import forge


async def test_posting_stops_with_a_reason_and_goes_on(scene: Scene) -> None:
    shown = await scene.slash("pause", reason="**Holidays** @everyone", until="2026-12-01")
    text = scene.text(shown)
    assert text.startswith("⏸️ Posting is paused, by alice, <t:")
    assert r": \*\*Holidays\*\* @everyone" in text
    assert "It ends <t:1796083200:f>." in text
    status = scene.text(await scene.slash("status"))
    assert "Posting is paused, by alice" in status
    assert shown.response is not None
    done = await scene.alice.click(shown.response, label="Resume")
    assert scene.text(done) == "Posting goes on. What is due today comes soon."
    assert await paused(scene.app) is None


async def test_in_french_without_an_end(scene: Scene) -> None:
    text = scene.text(await scene.french().slash("pause", reason="Été"))
    assert text.startswith("⏸️ Publications mises en pause par alice, <t:")
    assert text.endswith("Elle dure jusqu’à ce que quelqu’un reprenne.")
    shown = scene.text(await scene.slash("resume"))
    assert shown.startswith("Les publications reprennent.")


async def test_the_next_fourteen_days_are_offered_in_the_readers_language(scene: Scene) -> None:
    offered = await scene.french().alice.autocomplete(scene.channel, "pause", "until", "")
    assert len(offered) == 14
    assert offered[0] == {"name": "lun. 23 nov. 2026", "value": "2026-11-23"}


async def test_what_cannot_be_is_refused(scene: Scene) -> None:
    assert "It is not paused." in scene.text(await scene.slash("resume"))
    assert "is no date" in scene.text(await scene.slash("pause", reason="x", until="soon"))
    assert "coming date" in scene.text(await scene.slash("pause", reason="x", until="2026-11-22"))
    assert await paused(scene.app) is None
    await scene.slash("pause", reason="One")
    assert "paused already" in scene.text(await scene.slash("pause", reason="Two"))


async def test_a_button_of_an_earlier_pause_does_not_end_a_later_one(scene: Scene) -> None:
    shown = await scene.slash("pause", reason="One")
    await resume(scene.app)
    scene.clock.advance(timedelta(minutes=5))
    later = await pause(scene.app, "Two")
    assert shown.response is not None
    result = await scene.alice.click(shown.response, label="Resume")
    (said,) = result.followups
    assert said.content == "This pause is over. There is another one: see /status."
    assert await paused(scene.app) == later


async def test_an_alert_ends_the_pause_that_it_tells_of(scene: Scene) -> None:
    await pause(scene.app, "One")
    done = await forge(scene, "pause.over|2026-11-22")
    assert scene.text(done) == "Posting goes on. What is due today comes soon."
    assert await paused(scene.app) is None


async def test_an_alert_of_an_earlier_pause_does_not_end_a_later_one(scene: Scene) -> None:
    await pause(scene.app, "Two")
    refused = scene.text(await forge(scene, "pause.over|2026-11-20"))
    assert refused == "This pause is over. There is another one: see /status."
    assert await paused(scene.app) is not None


@pytest.mark.parametrize("name", ["pause", "resume"])
async def test_only_admins_pause_and_resume(scene: Scene, name: str) -> None:
    options = {"reason": "x"} if name == "pause" else {}
    refused = scene.text(await scene.slash(name, by=scene.carol, **options))
    assert refused.startswith("That is for admins.")
    await pause(scene.app, "One")
    begun = await paused(scene.app)
    refused = scene.text(await forge(scene, "pause.over|2026-11-22", by=scene.carol))
    assert refused.startswith("That is for admins.")
    assert await paused(scene.app) == begun


async def test_the_status_shows_the_dates_that_are_skipped(scene: Scene) -> None:
    await scene.app.store.skip(date(2026, 11, 24), by="cli:anna")
    assert "Skipped: Tue 24 Nov 2026" in scene.text(await scene.slash("status"))


async def test_a_name_is_read_without_the_number_that_it_is_on_record_with(scene: Scene) -> None:
    await scene.slash("pause", reason="Congés")
    await scene.slash("post skip", date="2026-11-24")
    scene.french()
    told = [
        await scene.slash("pause", reason="Encore"),
        await scene.slash("post skip", date="2026-11-24"),
        await scene.slash("post now"),
        await scene.slash("calendar"),
        await scene.slash("queue list"),
    ]
    said = [scene.text(each).replace("\u202f", " ") for each in told]
    assert not [each for each in said if "discord:" in each or str(scene.alice.id) in each]
    assert said[0].endswith("par alice : Congés. Depuis le dim. 22 nov. 2026 à 07:59.")
    assert said[1] == "Le mar. 24 nov. 2026 est déjà sauté, par alice."
