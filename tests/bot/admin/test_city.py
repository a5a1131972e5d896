"""/city: from the command to the queue, with the real preview, in both languages."""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any, cast
from zlib import compress, crc32

import pytest
import simcord
from PIL import Image
from simcord import actors

from bot.admin.answers import Uploaded
from bot.admin.asked import Asked
from bot.admin.cogs.city import CityCog
from bot.admin.photo_given import photo_given
from bot.operations import queue
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.testing import sample_picture
from content.entry import Entry
from content.post import Limits, Post, Rendering
from content.render import render
from schedules.store import Store
from tests.bot.admin.conftest import Scene
from tests.clock import FakeClock
from tests.schedules.parts import LIMITS, FakePublisher, entry

LE_MANS = "geonames:3003603"
PICTURE = sample_picture(480, 320)
SHORT = replace(LIMITS, text=280)
COMPLETE = Changes(
    photo=PICTURE,
    texts={"fr": "Le Mans, sa course."},
    alt="Une course.",
    author="Anna",
    licence="CC0",
    tags=("LeMans",),
)
CREDIT = "Author: Anna\nSource:\nLicence: CC0\nLink:"


@dataclass
class Gallery(FakePublisher):
    """Receives what a platform with these limits would."""

    limits: Limits = SHORT

    def preview(self, post: Post) -> Rendering:
        return render(post, self.limits)


@dataclass
class SlowStore:
    """Takes ten seconds of simcord's clock to add anything."""

    store: Store

    async def add(self, entries: Sequence[Entry], **more: Any) -> Sequence[Entry]:
        await asyncio.sleep(10)
        return await self.store.add(entries, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.fixture
def fake(clock: FakeClock) -> FakePublisher:
    return Gallery(clock=clock)


async def complete(scene: Scene, **more: Any) -> Entry:
    return await queue.add(scene.app, LE_MANS, replace(COMPLETE, **more))


async def waiting(scene: Scene) -> list[Entry]:
    return list(await scene.app.store.queue())


def values(form: simcord.InteractionResult) -> dict[str, str]:
    """What the fields of a form hold when it opens."""
    assert form.modal is not None
    inputs = [label["component"] for label in form.modal["components"]]
    return {each["custom_id"]: each.get("value", "") for each in inputs}


def labels(form: simcord.InteractionResult) -> list[str]:
    assert form.modal is not None
    return [label["label"] for label in form.modal["components"]]


def buttons(shown: simcord.InteractionResult) -> dict[str, str]:
    """The custom ids of the answer's buttons, by their labels."""
    message = shown.followups[-1] if shown.followups else shown.response
    assert message is not None
    pressable = [each for row in message.components for each in row["components"]]
    return {each["label"]: each["custom_id"] for each in pressable if "label" in each}


class TestAdding:
    async def test_before_the_first_letter_cities_are_suggested(self, scene: Scene) -> None:
        await scene.app.store.add([entry("Paris", 2988507)])
        offered = await scene.alice.autocomplete(scene.channel, "city add", "name", "")
        assert len(offered) == 25
        assert "geonames:2988507" not in {each["value"] for each in offered}

    async def test_names_are_offered_with_their_departement_whatever_the_accents(
        self, scene: Scene
    ) -> None:
        offered = await scene.alice.autocomplete(scene.channel, "city add", "name", "BEZIERS")
        assert offered[0]["name"] == "Béziers, Hérault"
        offered = await scene.alice.autocomplete(scene.channel, "city add", "name", "le man")
        assert (offered[0]["name"], offered[0]["value"]) == ("Le Mans, Sarthe", LE_MANS)
        assert len(offered) <= 25

    async def test_without_a_photo_the_form_comes_at_once(self, scene: Scene) -> None:
        form = await scene.slash("city add", name=LE_MANS)
        assert labels(form) == ["Text in French", "Text in English", "Hashtags", "Photo"]
        assert await waiting(scene) == []

    async def test_what_is_written_is_on_record_held_and_previewed(self, scene: Scene) -> None:
        form = await scene.slash("city add", name=LE_MANS)
        card = await scene.alice.submit_modal(form, {"fr": "Sa course.", "tags": "#LeMans 24h"})
        (entry,) = await waiting(scene)
        assert (entry.held, entry.texts, entry.tags) == (
            True,
            {"fr": "Sa course."},
            ("LeMans", "24h"),
        )
        text = scene.text(card)
        assert "**Le Mans**, Sarthe · number 1 · held" in text
        assert "Nothing is posted until you queue it." in text
        assert " / 280" in text
        assert "Sa course." in text
        assert card.response is not None
        (picture,) = card.response.attachments  # the view from orbit
        assert picture.description
        assert list(buttons(card)) == ["Queue it", "Edit", "Change photo", "Pin a date", "Cancel"]

    async def test_a_photo_opens_the_form_filled_with_what_its_file_says(
        self, scene: Scene
    ) -> None:
        form = await scene.slash("city add", name="le mans", photo=("a.jpg", PICTURE))
        assert labels(form)[2:4] == ["Alt text", "Credit"]
        assert "Le Mans" in values(form)["alt"]
        assert values(form)["credit"] == "Author:\nSource:\nLicence:\nLink:"
        card = await scene.alice.submit_modal(
            form, {"fr": "Sa course.", "alt": "Une course.", "credit": CREDIT}
        )
        (entry,) = await waiting(scene)
        (photo,) = entry.photos
        assert (photo.alt, photo.credit.author, photo.proposed) == ("Une course.", "Anna", ())
        assert entry.missing == ()
        assert "Alt text: Une course." in scene.text(card)
        assert "📷 Anna · CC0" in scene.text(card)

    async def test_a_photo_that_takes_too_long_is_answered_with_a_button_for_the_form(
        self, scene: Scene
    ) -> None:
        cog = scene.bot.get_cog("CityCog")
        assert isinstance(cog, CityCog)
        cog.soon = 0.001
        scene.bot.app = replace(scene.app, store=cast("Store", SlowStore(scene.app.store)))
        shown = await scene.slash("city add", name=LE_MANS, photo=("a.jpg", PICTURE))
        assert shown.deferred
        await scene.env.advance_time(10)
        assert scene.text(shown) == "**Le Mans** is on record."
        (entry,) = await waiting(scene)
        assert entry.held
        form = await scene.click(shown.response, buttons(shown)["Write the texts"])
        assert "alt" in values(form)

    async def test_without_credit_it_waits_as_a_draft_that_says_what_is_missing(
        self, scene: Scene
    ) -> None:
        form = await scene.slash("city add", name=LE_MANS, photo=("a.jpg", PICTURE))
        card = await scene.alice.submit_modal(form, {"fr": "Sa course.", "alt": "Une course."})
        assert "Still missing: the photo's author and the photo's licence." in scene.text(card)
        card = await scene.click(card.response, buttons(card)["Queue it"])
        assert "Le Mans waits in the queue as a draft" in scene.text(card)
        (entry,) = await waiting(scene)
        assert entry.state == "draft"

    async def test_queued_twice_it_is_queued_once_and_that_is_said(self, scene: Scene) -> None:
        entry = await queue.add(scene.app, LE_MANS, COMPLETE, held=True)
        card = await scene.slash("city show", entry=str(entry.id))
        pressed = f"entry.queue|{entry.id}"
        first = await press(scene, card, pressed)
        assert "✅ Le Mans is in the queue." in scene.text(first)
        assert first.response is not None
        assert first.response.attachments  # the preview stays
        assert "Hold" in buttons(first)
        again = await press(scene, card, pressed)
        assert again.followups[0].content == "Le Mans is in the queue already: it is not held."
        assert [each.state for each in await waiting(scene)] == ["ready"]

    async def test_cancelled_it_is_gone_and_comes_back_when_that_is_undone(
        self, scene: Scene
    ) -> None:
        form = await scene.slash("city add", name=LE_MANS)
        card = await scene.alice.submit_modal(form, {"fr": "Sa course."})
        (entry,) = await waiting(scene)
        gone = await scene.click(card.response, buttons(card)["Cancel"])
        assert scene.text(gone) == "Le Mans is out of the queue."
        assert await waiting(scene) == []
        undo = buttons(gone)["Undo"]
        back = await scene.click(gone.response, undo)
        assert await waiting(scene) == [entry]
        assert "Queue it" in buttons(back)
        again = await press(scene, back, undo)
        assert again.followups[0].content == "Le Mans has been put back already."

    async def test_an_old_cancel_asks_first_when_the_city_was_queued_since(
        self, scene: Scene
    ) -> None:
        entry = await complete(scene)
        card = await scene.slash("city show", entry=str(entry.id))
        asks = await press(scene, card, f"entry.cancel|{entry.id}")
        assert "Shall it be taken out of the queue?" in scene.text(asks)
        assert await waiting(scene) == [entry]

    async def test_hashtags_that_are_none_cost_nothing_else_that_was_written(
        self, scene: Scene
    ) -> None:
        form = await scene.slash("city add", name=LE_MANS)
        card = await scene.alice.submit_modal(form, {"fr": "Sa course.", "tags": "#42"})
        assert "you wrote: #42" in scene.text(card)
        (entry,) = await waiting(scene)
        assert (entry.texts, entry.tags) == ({"fr": "Sa course."}, ())

    async def test_a_suggested_city_begins_with_its_form(self, scene: Scene) -> None:
        card = await scene.slash("city show", entry=str((await complete(scene)).id))
        form = await press(scene, card, "city.begin|geonames:2996944")
        assert form.modal is not None
        assert form.modal["title"] == "Lyon"

    async def test_who_did_it_is_on_record(self, scene: Scene) -> None:
        form = await scene.slash("city add", name=LE_MANS)
        card = await scene.alice.submit_modal(form, {"fr": "Sa course."})
        await scene.click(card.response, buttons(card)["Queue it"])
        done = await scene.app.store.changes(subject="entry/1", limit=10)
        assert [each.action for each in done] == ["released", "queued"]
        assert {each.by for each in done} == {f"discord:{scene.alice.id} alice"}

    async def test_a_city_that_waits_already_is_named(self, scene: Scene) -> None:
        first = await complete(scene)
        form = await scene.slash("city add", name=LE_MANS)
        card = await scene.alice.submit_modal(form, {"fr": "Encore."})
        assert f"This city waits already, as number {first.id}." in scene.text(card)

    async def test_in_french(self, scene: Scene) -> None:
        scene.french()
        offered = await scene.alice.autocomplete(scene.channel, "city add", "name", "London")
        assert "Royaume-Uni" in offered[0]["name"]
        form = await scene.slash("city add", name=LE_MANS, photo=("a.jpg", PICTURE))
        assert labels(form)[0] == "Texte en français"
        assert values(form)["credit"].splitlines()[0].startswith("Auteur")
        card = await scene.alice.submit_modal(form, {"fr": "Sa course.", "credit": "Auteur : Anna"})
        assert "numéro 1 · retenue" in scene.text(card)
        assert "Mettre en file" in buttons(card)


class TestEditing:
    async def test_the_form_holds_what_there_is_and_nothing_changes_when_it_is_sent_as_it_is(
        self, scene: Scene
    ) -> None:
        entry = await complete(scene)
        form = await scene.slash("city edit", entry=str(entry.id))
        assert values(form) == {
            "fr": "Le Mans, sa course.",
            "en": "",
            "alt": "Une course.",
            "credit": CREDIT,
            "tags": "#LeMans",
        }
        card = await scene.alice.submit_modal(form, values(form))
        assert await waiting(scene) == [entry]
        assert list(buttons(card)) == [
            "Hold",
            "Edit",
            "Change photo",
            "Pin a date",
            "Remove",
            "↩️ Back to the queue",
        ]

    async def test_what_waits_is_offered_by_number_name_or_its_beginning(
        self, scene: Scene
    ) -> None:
        entry = await complete(scene)
        for typed in ("", "1", "mans", "LE MA"):
            offered = await scene.alice.autocomplete(scene.channel, "city edit", "entry", typed)
            assert [(each["name"], each["value"]) for each in offered] == [
                ("1 · Le Mans · ready", str(entry.id))
            ]
        assert await scene.alice.autocomplete(scene.channel, "city edit", "entry", "Albi") == []
        shown = scene.text(await scene.slash("city show", entry="Albi"))
        assert shown.startswith("“Albi” is none that waits")
        assert "**Le Mans**" in scene.text(await scene.slash("city show", entry="le mans"))

    async def test_what_would_not_fit_is_kept_and_held_until_it_does(self, scene: Scene) -> None:
        entry = await complete(scene)
        form = await scene.slash("city edit", entry=str(entry.id))
        too_much = CREDIT.replace("Anna", "A" * 400)
        card = await scene.alice.submit_modal(form, {**values(form), "credit": too_much})
        (kept,) = await waiting(scene)
        assert (kept.held, kept.photos[0].credit.author) == (True, "A" * 400)
        assert "so it is held: see the problems below" in scene.text(card)
        assert "Problems: • " in scene.text(card)
        refused = await scene.click(card.response, buttons(card)["Release"])
        assert refused.followups[0].content.startswith("It could not be posted as it is.")
        form = await scene.click(card.response, buttons(card)["Edit"])
        assert values(form)["credit"] == too_much

    async def test_what_was_written_for_an_entry_that_is_gone_is_given_back(
        self, scene: Scene
    ) -> None:
        entry = await complete(scene)
        form = await scene.slash("city edit", entry=str(entry.id))
        await queue.remove(scene.app, entry.id)
        told = await scene.alice.submit_modal(form, {"fr": "Tout un poème."})
        assert "There is no Entry 1 in the queue." in scene.text(told)
        (file,) = told.followups[0].attachments
        assert "Tout un poème." in (await file.read()).decode()

    async def test_a_new_photo_takes_its_own_credit_and_waits_to_be_confirmed(
        self, scene: Scene
    ) -> None:
        entry = await complete(scene)
        card = await scene.slash("city show", entry=str(entry.id))
        form = await scene.click(card.response, buttons(card)["Change photo"])
        card = await scene.alice.submit_modal(form, {"photo": ("b.png", png())})
        (changed,) = await waiting(scene)
        assert changed.photos[0].file.endswith(".png")
        assert "alt" in changed.photos[0].proposed
        assert "Still missing:" in scene.text(card)

    async def test_a_form_without_a_photo_or_a_link_is_refused(self, scene: Scene) -> None:
        card = await scene.slash("city show", entry=str((await complete(scene)).id))
        form = await scene.click(card.response, buttons(card)["Change photo"])
        told = await scene.alice.submit_modal(form, {"link": ""})
        assert told.followups[0].content.startswith("There was neither a photo nor a link")

    async def test_the_first_form_may_bring_the_photo_too(self, scene: Scene) -> None:
        form = await scene.slash("city add", name=LE_MANS)
        await scene.alice.submit_modal(form, {"fr": "Sa course.", "photo": ("b.png", png())})
        (entry,) = await waiting(scene)
        assert entry.texts == {"fr": "Sa course."}
        assert entry.photos[0].proposed

    async def test_held_and_released_once_each(self, scene: Scene) -> None:
        entry = await complete(scene)
        card = await scene.slash("city show", entry=str(entry.id))
        held = await scene.click(card.response, buttons(card)["Hold"])
        assert "It is kept back until you release it." in scene.text(held)
        again = await press(scene, held, f"entry.hold|{entry.id}")
        assert again.followups[0].content == "Le Mans is held already."
        back = await scene.click(held.response, buttons(held)["Release"])
        assert "· ready" in scene.text(back)


class TestDates:
    async def test_one_of_the_next_free_dates_is_chosen(self, scene: Scene) -> None:
        entry = await complete(scene)
        await queue.add(scene.app, "Albi", replace(COMPLETE, on=day("2026-11-23")))
        card = await scene.slash("city show", entry=str(entry.id))
        dates = await scene.click(card.response, buttons(card)["Pin a date"])
        assert dates.response is not None
        (menu,) = dates.response.components[0]["components"]
        offered = [each["value"] for each in menu["options"]]
        assert offered[:2] == ["2026-11-22", "2026-11-24"]
        assert len(offered) == 25
        pinned = await scene.alice.select(dates.response, ["2026-11-24"])
        assert "📌 Pinned to Tue 24 Nov 2026." in scene.text(pinned)
        unpinned = await scene.click(pinned.response, buttons(pinned)["Unpin"])
        assert "📌" not in scene.text(unpinned)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("24/12/2026", "“24/12/2026” is no date: write year, month and day"),
            ("2026-11-23", "already has its city: choose another date."),
            ("2020-01-01", "is past: today is"),
        ],
    )
    async def test_a_date_that_cannot_be_is_refused_in_words(
        self, scene: Scene, typed: str, said: str
    ) -> None:
        entry = await complete(scene)
        await queue.add(scene.app, "Albi", replace(COMPLETE, on=day("2026-11-23")))
        card = await scene.slash("city show", entry=str(entry.id))
        form = await press(scene, card, f"entry.date|{entry.id}")
        told = await scene.alice.submit_modal(form, {"date": typed})
        assert said in told.followups[0].content

    async def test_any_other_date_is_written(self, scene: Scene) -> None:
        entry = await complete(scene)
        card = await scene.slash("city show", entry=str(entry.id))
        form = await press(scene, card, f"entry.date|{entry.id}")
        card = await scene.alice.submit_modal(form, {"date": " 2027-06-12 "})
        assert (await waiting(scene))[0].date == day("2027-06-12")
        assert "📌" in scene.text(card)


class TestInFrench:
    async def test_what_a_card_says_and_asks(self, scene: Scene) -> None:
        entry = await complete(scene)
        card = await scene.french().slash("city show", entry=str(entry.id))
        assert list(buttons(card))[:5] == [
            *("Retenir", "Modifier", "Changer la photo", "Épingler une date", "Retirer")
        ]
        assert "Texte alternatif: Une course." in scene.text(card)
        held = await scene.click(card.response, buttons(card)["Retenir"])
        assert "Elle est retenue tant que vous ne la libérez pas." in scene.text(held)
        again = await press(scene, held, f"entry.hold|{entry.id}")
        assert again.followups[0].content == "Le Mans est déjà retenue."
        dates = await scene.click(held.response, buttons(held)["Épingler une date"])
        assert "À quelle date doit-elle paraître" in scene.text(dates)
        form = await scene.click(dates.response, buttons(dates)["Une autre date"])
        pinned = await scene.alice.submit_modal(form, {"date": "2026-12-24"})
        assert "📌 Épinglée au jeu. 24 déc. 2026." in scene.text(pinned)
        asks = await scene.click(pinned.response, buttons(pinned)["Retirer"])
        gone = await scene.click(asks.response, buttons(asks)["Retirer"])
        assert scene.text(gone) == "Le Mans n’est plus dans la file."
        back = await scene.click(gone.response, buttons(gone)["Annuler"])
        assert "retenue" in scene.text(back)


class TestRemoving:
    async def test_it_is_asked_first_done_once_and_undone(self, scene: Scene) -> None:
        entry = await complete(scene)
        asks = await scene.slash("city remove", entry="1")
        assert "Shall it be taken out of the queue?" in scene.text(asks)
        kept = await scene.click(asks.response, buttons(asks)["Keep it"])
        assert await waiting(scene) == [entry]
        asks = await scene.click(kept.response, buttons(kept)["Remove"])
        pressed = buttons(asks)["Remove"]
        gone = await scene.click(asks.response, pressed)
        assert await waiting(scene) == []
        again = await press(scene, gone, pressed)
        assert again.followups[0].content == "There is no Entry 1 in the queue. See /queue list."
        await scene.click(gone.response, buttons(gone)["Undo"])
        assert await waiting(scene) == [entry]


class TestAttacks:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"MZ not a picture", "This file is no JPEG, PNG, WebP, HEIC, AVIF or TIFF picture."),
            (b"\xff\xd8\xff\xe0 not really", "This picture is damaged or cut short"),
        ],
    )
    async def test_an_attachment_that_lies_about_its_type_is_refused(
        self, scene: Scene, data: bytes, said: str
    ) -> None:
        told = scene.text(await scene.slash("city add", name=LE_MANS, photo=("a.jpg", data)))
        assert told.startswith(said)
        assert await waiting(scene) == []

    async def test_a_picture_of_3600_megapixels_is_refused_before_it_is_decoded(
        self, scene: Scene
    ) -> None:
        bomb = png_that_says(60_000, 60_000)
        told = scene.text(await scene.slash("city add", name=LE_MANS, photo=("a.png", bomb)))
        assert "60,000" in told
        assert await waiting(scene) == []

    @pytest.mark.parametrize(
        "link",
        [
            "http://127.0.0.1/a.jpg",
            "http://localhost/a.jpg",
            "http://[::1]/a.jpg",
            "http://169.254.169.254/latest",
            "file:///etc",
        ],
    )
    async def test_a_link_leads_nowhere_but_to_the_public_internet(
        self, scene: Scene, link: str
    ) -> None:
        told = scene.text(await scene.slash("city add", name=LE_MANS, link=link))
        assert "is not on the public internet" in told or "This is no link" in told

    async def test_a_caption_of_mentions_and_markdown_is_shown_as_it_is_and_pings_nobody(
        self, scene: Scene
    ) -> None:
        typed = "@everyone <@1> **[free](https://evil.example)** <#2>"
        form = await scene.slash("city add", name=LE_MANS)
        card = await scene.alice.submit_modal(form, {"fr": typed})
        assert card.response is not None
        embed = card.response.embeds[0]
        assert r"@everyone \<@1> \*\*\[free](https://evil.example)** \<#2>" in (
            embed.description or ""
        )
        message = card.response.message
        assert not message.mentions
        assert not message.mention_everyone

    @pytest.mark.parametrize(
        ("forged", "said"),
        [
            ("entry.queue|999", "There is no Entry 999 in the queue."),
            ("entry.queue|9223372036854775808", "There is no Entry 9223372036854775808"),
            ("entry.queue|-1", "This button is not known any more"),
            ("entry.queue|a", "This button is not known any more"),
            ("entry.queue|1|1", "This button is not known any more"),
            ("entry.restore|999", "There is no removal 999 on record."),
            ("city.begin|geonames:1", "No city is called"),
        ],
    )
    async def test_a_forged_button_does_nothing(self, scene: Scene, forged: str, said: str) -> None:
        entry = await complete(scene, photo=None, alt=None, author=None, licence=None)
        card = await scene.slash("city show", entry=str(entry.id))
        told = await press(scene, card, forged)
        words = told.followups[0].content if told.followups else scene.text(told)
        assert words.startswith(said)
        assert await waiting(scene) == [entry]

    async def test_an_old_button_of_an_entry_that_was_posted_does_nothing(
        self, scene: Scene
    ) -> None:
        entry = await complete(scene)
        card = await scene.slash("city show", entry=str(entry.id))
        await scene.app.days.open_now(scene.clock.now())
        for name in ("hold", "removed", "cancel", "pin", "show"):
            told = await press(scene, card, f"entry.{name}|{entry.id}")
            assert told.followups[0].content.startswith("There is no Entry 1 in the queue.")
        (edition,) = await scene.app.store.editions(date.min, date.max)
        assert edition.entry == entry

    async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(self) -> None:
        large = Uploaded(name="a.jpg", url="", size=60_000_000)
        nobody = cast("Asked", None)
        with pytest.raises(CannotBeDone, match="has 60 MB, the most is 50 MB"):
            await photo_given(nobody, large, "")

    async def test_who_is_no_admin_can_press_nothing(self, scene: Scene) -> None:
        entry = await complete(scene)
        card = await scene.slash("city show", entry=str(entry.id))
        for name in ("queue", "hold", "release", "removed", "cancel", "edit", "photo", "unpin"):
            told = await press(scene, card, f"entry.{name}|{entry.id}", by=scene.carol)
            assert scene.text(told).startswith("That is for admins.")
        assert await waiting(scene) == [entry]
        offered = await scene.carol.autocomplete(scene.channel, "city show", "entry", "")
        assert offered == []
        told = await scene.slash("city add", by=scene.carol, name=LE_MANS)
        assert scene.text(told).startswith("That is for admins.")


async def press(
    scene: Scene, shown: simcord.InteractionResult, custom_id: str, by: Any = None
) -> simcord.InteractionResult:
    """Press a button of that custom id, whether the message has it or not."""
    actor = by or scene.alice
    response = shown.response
    assert response is not None
    stored = scene.env.backend.get_message(response.channel_id, response.id)
    data = {"custom_id": custom_id, "component_type": 2}
    return await actors._component_interaction(actor, stored, data)


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (480, 320), "navy").save(out, "PNG")
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", compress(bytes(64))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def day(text: str) -> date:
    return date.fromisoformat(text)
