"""/queue: what waits, page by page and Entry by Entry."""

from datetime import date, timedelta
from typing import Any

import pytest
import simcord
from simcord import actors

from bot.operations.publishing import post_today
from content.entry import Entry
from schedules.store import Step
from tests.bot.admin.conftest import Scene
from tests.schedules.parts import entry

TODAY = date(2026, 11, 22)


async def filled(scene: Scene, *names: str) -> list[Entry]:
    entries = [entry(name, number) for number, name in enumerate(names, 1)]
    return list(await scene.app.store.add(entries))


async def order(scene: Scene) -> str:
    return "".join(each.city.name for each in await scene.app.store.queue())


def buttons(shown: simcord.InteractionResult) -> dict[str, str]:
    """The enabled buttons of an answer: their labels by custom id."""
    assert shown.response is not None
    return {
        item["custom_id"]: item["label"]
        for row in shown.response.components
        for item in row["components"]
        if "label" in item and not item.get("disabled")
    }


async def press(
    scene: Scene, shown: simcord.InteractionResult, custom_id: str, by: Any = None
) -> simcord.InteractionResult:
    """Press a button of that custom id, whether the message has it or not."""
    assert shown.response is not None
    stored = scene.env.backend.get_message(shown.response.channel_id, shown.response.id)
    data = {"custom_id": custom_id, "component_type": 2}
    return await actors._component_interaction(by or scene.alice, stored, data)


class TestList:
    async def test_it_says_what_comes_on_which_date(self, scene: Scene) -> None:
        await scene.app.store.add(
            [
                entry("Albi", 1),
                entry("Brest", 2, held=True),
                entry("Caen", 3, date=TODAY + timedelta(days=9)),
                Entry(city=entry("Dax", 4).city),
                entry("Evry", 5),
            ]
        )
        shown = scene.text(await scene.slash("queue list"))
        assert shown.splitlines() == [
            "Queue",
            "`1` **Sun 22 Nov 2026** · Albi, FR",
            "`2` **Held** · Brest, FR",
            "`3` **Tue 1 Dec 2026** 📌 · Caen, FR",
            "`4` **Draft** · Dax, FR",
            "`5` **Mon 23 Nov 2026** · Evry, FR",
            "Ready: 3 · Drafts: 1 · Held: 1",
        ]

    async def test_in_french_too(self, scene: Scene) -> None:
        await filled(scene, "Albi")
        shown = scene.text(await scene.french().slash("queue list"))
        assert "`1` **dim. 22 nov. 2026** · Albi, FR" in shown

    async def test_an_empty_one_says_how_to_fill_it(self, scene: Scene) -> None:
        shown = scene.text(await scene.slash("queue list"))
        assert shown == "The queue is empty. Add a city with /city add."

    async def test_a_city_with_markdown_in_its_name_is_shown_as_written(self, scene: Scene) -> None:
        await filled(scene, "*@everyone* <@1>")
        shown = scene.text(await scene.slash("queue list"))
        assert "\\*@everyone\\* \\<@1>, FR" in shown

    async def test_it_pages(self, scene: Scene) -> None:
        await filled(scene, *(f"Ville {number}" for number in range(1, 26)))
        first = await scene.slash("queue list")
        assert "Ville 10" in scene.text(first)
        assert "Ville 11" not in scene.text(first)
        assert list(buttons(first)) == ["queue.page|1|here", "queue.page|2|on", "queue.page|3|last"]
        last = await scene.click(first.response, "queue.page|3|last")
        assert "`25` **Wed 16 Dec 2026** · Ville 25" in scene.text(last)
        assert list(buttons(last)) == [
            "queue.page|1|first",
            "queue.page|2|back",
            "queue.page|3|here",
        ]

    async def test_a_page_that_is_gone_shows_the_list_as_it_is_now(self, scene: Scene) -> None:
        added = await filled(scene, *(f"Ville {number}" for number in range(1, 12)))
        first = await scene.slash("queue list")
        await scene.app.store.remove(added[-1].id)
        shown = await scene.click(first.response, "queue.page|2|on")
        assert "Ville 1," in scene.text(shown)
        assert list(buttons(shown)) == ["queue.page|1|here"]

    async def test_who_is_no_admin_turns_no_page(self, scene: Scene) -> None:
        await filled(scene, "Albi")
        shown = scene.text(await scene.slash("queue list", by=scene.carol))
        assert shown == "That is for admins. Ask somebody with the role @Villes."


class TestEntryByEntry:
    async def chosen(self, scene: Scene, entry_id: int) -> simcord.InteractionResult:
        shown = await scene.slash("queue list")
        assert shown.response is not None
        return await scene.alice.select(shown.response, [str(entry_id)], custom_id="queue.open")

    async def test_the_chosen_one_is_shown_with_what_can_be_done(self, scene: Scene) -> None:
        _, brest, _ = await filled(scene, "A", "Brest", "C")
        card = await self.chosen(scene, brest.id)
        shown = scene.text(card)
        assert "**Mon 23 Nov 2026** · Place 2 of 3" in shown
        assert "French: Brest, une ville." in shown
        assert list(buttons(card)) == [
            *("entry.up|2", "entry.down|2", "entry.first|2"),
            *("queue.hold|2", "entry.edit|2|0", "entry.photo|2|0", "entry.pin|2|0"),
            *("entry.remove|2", "entry.show|2", "audit.page|2|0|first"),
            "queue.at|2",
        ]

    async def test_a_draft_says_what_is_missing(self, scene: Scene) -> None:
        (draft,) = await scene.app.store.add([Entry(city=entry("Dax", 4).city)])
        assert "Still missing: a text." in scene.text(await self.chosen(scene, draft.id))

    async def test_up_down_and_to_the_head_move_it(self, scene: Scene) -> None:
        *_, c = await filled(scene, "A", "B", "C")
        card = await self.chosen(scene, c.id)
        card = await scene.click(card.response, f"entry.up|{c.id}")
        assert "Place 2 of 3" in scene.text(card)
        card = await scene.click(card.response, f"entry.first|{c.id}")
        assert await order(scene) == "CAB"
        assert f"entry.up|{c.id}" not in buttons(card)
        card = await scene.click(card.response, f"entry.down|{c.id}")
        assert await order(scene) == "ACB"
        back = await scene.click(card.response, f"queue.at|{c.id}")
        assert scene.text(back).startswith("Queue")

    async def test_it_is_held_and_released(self, scene: Scene) -> None:
        (albi,) = await filled(scene, "Albi")
        card = await self.chosen(scene, albi.id)
        card = await scene.click(card.response, f"queue.hold|{albi.id}")
        assert "**Held** · Place 1 of 1" in scene.text(card)
        card = await scene.click(card.response, f"queue.release|{albi.id}")
        assert "**Sun 22 Nov 2026** · Place 1 of 1" in scene.text(card)

    async def test_what_was_removed_comes_back_to_its_place(self, scene: Scene) -> None:
        _, b, _ = await filled(scene, "A", "B", "C")
        card = await self.chosen(scene, b.id)
        asks = await scene.click(card.response, f"entry.remove|{b.id}")
        gone = await scene.click(asks.response, f"entry.removed|{b.id}")
        assert await order(scene) == "AC"
        (undo, *_) = buttons(gone)
        back = await scene.click(gone.response, undo)
        assert await order(scene) == "ABC"
        listed = await scene.click(back.response, f"queue.at|{b.id}")
        assert "`2` **Mon 23 Nov 2026** · B" in scene.text(listed)

    async def test_who_is_no_admin_presses_nothing(self, scene: Scene) -> None:
        _, b = await filled(scene, "A", "B")
        card = await self.chosen(scene, b.id)
        for name in ("entry.up", "entry.down", "entry.first", "queue.hold", "queue.at"):
            told = await press(scene, card, f"{name}|{b.id}", by=scene.carol)
            assert scene.text(told).startswith("That is for admins.")
        assert await order(scene) == "AB"

    @pytest.mark.parametrize(
        ("forged", "said"),
        [
            ("entry.up|999", "There is no Entry 999 in the queue."),
            (f"entry.first|{'9' * 19}", f"There is no Entry {'9' * 19} in the queue."),
            ("entry.up|-1", "This button is not known any more"),
            ("queue.page|-1|on", "This button is not known any more"),
            ("queue.page|1", "This button is not known any more"),
            ("queue.open", "This button is not known any more"),
        ],
    )
    async def test_a_forged_button_moves_nothing(
        self, scene: Scene, forged: str, said: str
    ) -> None:
        await filled(scene, "A", "B")
        told = await press(scene, await scene.slash("queue list"), forged)
        words = told.followups[0].content if told.followups else scene.text(told)
        assert words.startswith(said)
        assert await order(scene) == "AB"

    async def test_it_moves_from_where_it_is_not_from_where_it_was_seen(self, scene: Scene) -> None:
        _, b, c = await filled(scene, "A", "B", "C")
        card = await self.chosen(scene, c.id)
        await scene.app.store.step(b.id, Step.HEAD)
        await scene.click(card.response, f"entry.up|{c.id}")
        assert await order(scene) == "BCA"

    async def test_one_that_waits_no_more_moves_nothing(self, scene: Scene) -> None:
        _, b = await filled(scene, "A", "B")
        card = await self.chosen(scene, b.id)
        await scene.app.store.remove(b.id)
        shown = await scene.french().click(card.response, f"entry.up|{b.id}")
        assert shown.followups[-1].content.endswith("Voyez /file liste.")
        back = await scene.click(card.response, f"queue.at|{b.id}")
        assert "`1` **" in scene.text(back)


async def test_a_citys_name_is_printed_with_its_apostrophe_wherever_it_stands(
    scene: Scene,
) -> None:
    form = await scene.slash("city add", name="Les Sables-d'Olonne")
    card = await scene.alice.submit_modal(form, {"fr": "Un port."})
    (waits,) = await scene.app.store.queue()
    (offered,) = await scene.alice.autocomplete(scene.channel, "city add", "name", "les sables")
    (waiting,) = await scene.alice.autocomplete(scene.channel, "city show", "entry", "sables")
    assert form.modal is not None
    texts = [form.modal["title"], offered["name"], waiting["name"], scene.text(card)]
    texts.append(scene.text(await scene.click(card.response, f"entry.queue|{waits.id}")))
    dates = await scene.alice.autocomplete(scene.channel, "post skip", "date", "d'olonne")
    listed = await scene.slash("queue list")
    assert listed.response is not None
    (chosen,) = listed.response.components[0]["components"][0]["options"]
    texts += [dates[0]["name"], scene.text(listed), chosen["label"]]
    texts += [scene.text(await scene.slash(name)) for name in ("calendar", "status", "audit")]
    await post_today(scene.app)
    texts += [scene.text(await scene.slash(name)) for name in ("today", "history", "post undo")]
    for text in texts:
        assert "Les Sables-d’Olonne" in text
        assert "Sables-d'Olonne" not in text
