"""/audit: who changed what and when."""

import simcord

from bot.operations import queue
from bot.operations.queue import Changes
from tests.bot.admin.conftest import Scene
from tests.bot.admin.test_queue import buttons
from tests.schedules.parts import entry

LONG = "Albi, " + "la ville rouge du Tarn, " * 20


async def changed(scene: Scene, text: str, times: int = 1, by: str = "cli:ada") -> int:
    app = scene.app.acting_as(by)
    (added,) = await app.store.add([entry("Albi", 1)])
    for number in range(times):
        await queue.edit(app, added.id, Changes(texts={"en": text.replace("#", str(number))}))
    return added.id


def where(shown: simcord.InteractionResult) -> list[str]:
    return [each for each in buttons(shown) if each.startswith("audit.page")]


class TestAudit:
    async def test_it_says_who_did_what_and_what_it_said_before(self, scene: Scene) -> None:
        await changed(scene, "*Red* city.")
        shown = scene.text(await scene.slash("audit")).splitlines()
        assert shown[:2] == ["Changes", "**Entry 1, Albi** · edited"]
        assert shown[2].startswith("-# ada, on the command line · <t:1795334340:f>")
        assert shown[3] == r"text in English: “Albi, a city.” → “\*Red\* city.”"

    async def test_what_is_done_in_discord_has_the_name_of_who_did_it(self, scene: Scene) -> None:
        await scene.app.store.add([entry("Albi", 1), entry("Brest", 2)])
        listed = await scene.slash("queue list")
        assert listed.response is not None
        card = await scene.alice.select(listed.response, ["2"], custom_id="queue.open")
        await scene.click(card.response, "entry.up|2")
        shown = scene.text(await scene.slash("audit"))
        assert "**Entry 2, Brest** · moved\n-# alice · " in shown
        assert "place in the queue: “2” → “1”" in shown

    async def test_in_french_too(self, scene: Scene) -> None:
        shown = scene.text(await scene.french().slash("audit"))
        assert shown == "Modifications\nRien n’est enregistré."
        await changed(scene, "Red city.")
        shown = scene.text(await scene.slash("audit"))
        assert "« Albi, a city. » → « Red city. »" in shown.replace("\u202f", " ").replace(
            "\u00a0", " "
        )

    async def test_long_texts_are_shown_from_where_they_differ(self, scene: Scene) -> None:
        app = scene.app.acting_as("cli:ada")
        entry_id = await changed(scene, LONG + "the old end", by="service")
        await queue.edit(app, entry_id, Changes(texts={"en": LONG + "the new end"}))
        shown = scene.text(await scene.slash("audit"))
        assert "“…rouge du Tarn, the old end” → “…rouge du Tarn, the new end”" in shown

    async def test_it_pages_to_older_ones_and_back(self, scene: Scene) -> None:
        await changed(scene, "Text #.", times=20)
        first = await scene.slash("audit")
        assert scene.text(first).count("edited") == 8
        assert where(first) == ["audit.page|0|13|older"]
        second = await scene.click(first.response, "audit.page|0|13|older")
        assert "Text 11." in scene.text(second)
        last = await scene.click(second.response, "audit.page|0|5|older")
        assert scene.text(last).count("edited") == 4
        back = await scene.click(last.response, "audit.page|0|13|newer")
        assert scene.text(back) == scene.text(second)
        back = await scene.click(back.response, "audit.page|0|0|newer")
        assert scene.text(back) == scene.text(first)

    async def test_of_one_city_alone_also_once_it_waits_no_more(self, scene: Scene) -> None:
        albi = await changed(scene, "Red.")
        app = scene.app.acting_as("cli:ada")
        (brest,) = await app.store.add([entry("Brest", 2)])
        await queue.edit(app, brest.id, Changes(texts={"en": "Grey."}))
        await queue.remove(app, albi)
        for typed in (str(albi), "brest"):
            shown = scene.text(await scene.slash("audit", entry=typed))
            assert ("Albi" in shown) is (typed == str(albi))
            assert ("Brest" in shown) is (typed == "brest")
        shown = scene.text(await scene.slash("audit", entry=str(albi)))
        assert "**Entry 1, Albi** · removed" in shown

    async def test_a_number_that_none_ever_had_has_nothing_on_record(self, scene: Scene) -> None:
        shown = scene.text(await scene.slash("audit", entry="9" * 19))
        assert shown == "Changes of one city\nNothing is on record."

    async def test_the_cities_that_wait_are_offered(self, scene: Scene) -> None:
        await scene.app.store.add([entry("Albi", 1), entry("Brest", 2)])
        offered = await scene.alice.autocomplete(scene.channel, "audit", "entry", "bre")
        assert [each["value"] for each in offered] == ["2"]

    async def test_who_is_no_admin_is_told_who_to_ask(self, scene: Scene) -> None:
        assert "@Villes" in scene.text(await scene.slash("audit", by=scene.carol))

    async def test_dates_are_said_as_dates(self, scene: Scene) -> None:
        await scene.slash("post skip", date="2026-11-24")
        await scene.slash("pause", reason="Congés", until="2026-12-01")
        shown = scene.text(await scene.french().slash("audit")).replace("\u202f", " ")
        assert "**mar. 24 nov. 2026** · sautée" in shown
        assert "jusqu’au : « mar. 1 déc. 2026 à 00:00 »" in shown
