"""The buttons of alerts: each settles its Publication once, whoever presses what, and when."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import discord
import pytest
import simcord

from bot.admin.alerts import with_remedies
from bot.admin.remedies import remedies
from bot.admin.words import Words
from bot.app import App, assemble
from bot.operations.publishing import post_today, resolve
from bot.operations.undoing import undo
from schedules.alerts import Alert, AlertKind
from schedules.errors import AmbiguousOutcome, Permanent
from schedules.ledger import Publication, Status
from schedules.store import Store
from tests.bot.admin.conftest import Scene
from tests.bot.admin.forging import forge
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, entry

DAY = date(2026, 11, 22)
LONG = f"{'p' * 40}:{'n' * 40}"
"""A platform and a name, as long as settings take them."""
FORGED = [
    "remedy.retry|2026-11-22|nowhere|1",
    "remedy.retry|2026-11-22|../../etc/passwd|1",
    "remedy.retry|2026-11-23|fake|1",
    "remedy.give_up|2026-11-22|fake|0",
    "remedy.give_up|2026-11-22|fake|2",
    "remedy.give_up|2026-11-22|' OR 1=1 --|1",
    "remedy.doubt|2026-11-22|fake|1",
    "remedy.send|2026-11-22|@everyone|1|0",
    "remedy.caption|2026-11-22|fake|9",
]


@dataclass(frozen=True)
class SlowStore:
    """Takes ten seconds of simcord's clock to read a date."""

    store: Store

    async def publications(self, **which: Any) -> Any:
        await asyncio.sleep(10)
        return await self.store.publications(**which)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class Desk:
    """Albi went wrong today, and the admins' channel has the alert of it."""

    def __init__(self, scene: Scene, fake: FakePublisher) -> None:
        self.scene = scene
        self.fake = fake

    async def failed(self) -> discord.Message:
        self.fake.fails = {"publish": [Permanent("It is too long.")]}
        return await self._posted_wrong(AlertKind.FAILED)

    async def unconfirmed(self) -> discord.Message:
        self.fake.fails = {"publish": [AmbiguousOutcome("The answer was lost.")]}
        return await self._posted_wrong(AlertKind.UNCONFIRMED)

    async def _posted_wrong(self, kind: AlertKind) -> discord.Message:
        await self.scene.app.store.add([entry("Albi", 1)])
        await post_today(self.scene.app)
        found = await self.publication()
        return await self.tell(
            Alert(kind=kind, subject=found.id, message=found.message, attempts=found.attempts)
        )

    async def tell(self, alert: Alert) -> discord.Message:
        """The message, as `DiscordAlerts` sends it."""
        said = with_remedies(alert, language=self.scene.bot.language)
        channel = self.scene.bot.get_partial_messageable(self.scene.channel.id)
        return await channel.send(said.content, view=said.view or discord.utils.MISSING)

    async def publication(self) -> Publication:
        found = await self.scene.app.store.publication(DAY, "fake")
        assert found is not None
        return found

    async def status(self) -> Status:
        return (await self.publication()).status

    def buttons(self, message: Any) -> list[str]:
        """The labels of those on a message now; one that cannot be pressed in brackets."""
        components = self.scene.env.backend.get_message(
            message.channel.id if hasattr(message, "channel") else message.channel_id, message.id
        ).components
        return [
            f"({each['label']})" if each.get("disabled") else each["label"]
            for row in components
            for each in row["components"]
        ]

    async def press(self, message: Any, label: str, by: Any = None) -> simcord.InteractionResult:
        return await (by or self.scene.alice).click(message, label=label)

    async def fill(self, form: simcord.InteractionResult, **changed: str) -> Any:
        """Change some fields; the others are submitted as the form was filled."""
        assert form.modal is not None
        fields = [each["component"] for each in form.modal["components"]]
        filled = {each["custom_id"]: each.get("value") or "" for each in fields}
        return await self.scene.alice.submit_modal(form, {**filled, **changed})

    async def forge(self, custom_id: str) -> simcord.InteractionResult:
        return await forge(self.scene, custom_id)


@pytest.fixture
def desk(scene: Scene, fake: FakePublisher) -> Desk:
    return Desk(scene, fake)


@dataclass(frozen=True)
class GivenUpMeanwhile:
    """The database, in which another admin is quicker: between our look and our word."""

    store: Store
    app: App

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def resolve(self, day: date, destination: str, *args: Any, **more: Any) -> Any:
        await resolve(self.app, f"{day}/{destination}", Status.CANCELLED)
        return await self.store.resolve(day, destination, *args, **more)


def also(result: simcord.InteractionResult) -> str:
    """What only who pressed reads, below the message that was pressed."""
    (said,) = result.followups
    assert said.ephemeral
    return said.content


class TestFailed:
    async def test_retry_sends_it_again_and_says_so_to_all(self, desk: Desk) -> None:
        alert = await desk.failed()
        assert desk.buttons(alert) == ["Retry", "Edit the caption", "Give it up"]
        await desk.press(alert, "Retry")
        assert await desk.status() is Status.SCHEDULED
        assert desk.buttons(alert) == ["(alice: send it again)"]
        content = desk.scene.env.backend.get_message(alert.channel.id, alert.id).content
        assert content == alert.content

    async def test_given_up_is_given_up(self, desk: Desk) -> None:
        alert = await desk.failed()
        await desk.press(alert, "Give it up")
        assert await desk.status() is Status.CANCELLED
        assert desk.buttons(alert) == ["(alice: given up)"]

    async def test_of_two_admins_who_press_at_once_one_decides(self, desk: Desk) -> None:
        alert = await desk.failed()
        bot = desk.scene.bot
        bot.app = replace(bot.app, store=GivenUpMeanwhile(bot.app.store, bot.app))
        said = also(await desk.press(alert, "Retry"))
        assert said.startswith("2026-11-22/fake is cancelled")
        assert await desk.status() is Status.CANCELLED

    async def test_pressed_twice_it_is_done_once(self, desk: Desk) -> None:
        alert = await desk.failed()
        await desk.press(alert, "Retry")
        said = also(await desk.forge("remedy.retry|2026-11-22|fake|1"))
        assert said == "This was settled meanwhile: it is scheduled."
        await post_today(desk.scene.app)
        await desk.forge("remedy.retry|2026-11-22|fake|1")
        await desk.forge("remedy.give_up|2026-11-22|fake|1")
        assert await desk.status() is Status.PUBLISHED
        assert desk.fake.creates == 2

    async def test_its_buttons_work_after_a_restart(self, desk: Desk) -> None:
        alert = await desk.failed()
        bot = desk.scene.bot
        assert not bot._connection._view_store._views  # all that a button means is in its id
        assert bot.persistent_views == []
        await desk.press(alert, "Retry")
        assert await desk.status() is Status.SCHEDULED

    async def test_the_button_of_an_earlier_alert_changes_nothing(self, desk: Desk) -> None:
        alert = await desk.failed()
        found = await desk.publication()
        await resolve(desk.scene.app, found.id, Status.SCHEDULED)
        desk.fake.fails = {"publish": [Permanent("It is too long.")]}
        await post_today(desk.scene.app)
        before = await desk.publication()
        said = also(await desk.press(alert, "Give it up"))
        assert said == "Meanwhile it was tried again: it is failed. Press again."
        assert await desk.publication() == before
        await desk.press(alert, "Give it up")  # of how it stands now
        assert await desk.status() is Status.CANCELLED

    async def test_once_it_is_settled_its_button_says_how(self, desk: Desk) -> None:
        alert = await desk.failed()
        await resolve(desk.scene.app, (await desk.publication()).id, Status.SCHEDULED)
        await post_today(desk.scene.app)
        said = also(await desk.press(alert, "Retry"))
        assert said == "This was settled meanwhile: it is published."
        assert desk.buttons(alert) == ["(Meanwhile published)"]
        assert desk.fake.creates == 2

    async def test_in_french_alert_and_answers(self, desk: Desk) -> None:
        desk.scene.bot.language = "fr"
        desk.scene.french()
        alert = await desk.failed()
        assert alert.content.startswith(
            "**Pas publiée, et pas retentée toute seule\u202f: fake, dim. 22 nov. 2026**"
        )
        assert "city-a-day" not in alert.content
        assert desk.buttons(alert) == ["Réessayer", "Modifier la légende", "Abandonner"]
        await resolve(desk.scene.app, (await desk.publication()).id, Status.CANCELLED)
        said = also(await desk.press(alert, "Réessayer"))
        assert said == "C’est déjà réglé\u202f: elle est annulée."


class TestUnconfirmed:
    async def test_it_is_there_at_an_address(self, desk: Desk) -> None:
        alert = await desk.unconfirmed()
        assert desk.buttons(alert) == ["It is there", "Send it again", "Give it up"]
        form = await desk.press(alert, "It is there")
        address = "https://fake.example/posts/17"
        await desk.scene.alice.submit_modal(form, {"address": address})
        found = await desk.publication()
        assert found.status is Status.PUBLISHED
        assert found.receipt is not None
        assert (found.receipt.remote_id, found.receipt.url) == ("17", address)
        assert desk.buttons(alert) == ["(alice: it is there)"]

    async def test_what_is_no_address_is_refused_and_the_buttons_stay(self, desk: Desk) -> None:
        alert = await desk.unconfirmed()
        for address in ("there", "javascript:alert(1)", "https://", "http://["):
            form = await desk.press(alert, "It is there")
            result = await desk.scene.alice.submit_modal(form, {"address": address})
            assert "is no address of a post" in also(result)
        assert await desk.status() is Status.UNCONFIRMED
        assert desk.buttons(alert) == ["It is there", "Send it again", "Give it up"]

    async def test_it_is_sent_again_only_after_a_second_question(self, desk: Desk) -> None:
        alert = await desk.unconfirmed()
        asked = await desk.press(alert, "Send it again")
        assert "is there twice" in also(asked)
        assert await desk.status() is Status.UNCONFIRMED
        (question,) = asked.followups
        await desk.press(question, "Yes, send it again")
        assert await desk.status() is Status.SCHEDULED
        assert desk.buttons(alert) == ["(alice: send it again)"]

    async def test_the_second_question_is_void_once_it_was_found(self, desk: Desk) -> None:
        alert = await desk.unconfirmed()
        (question,) = (await desk.press(alert, "Send it again")).followups
        desk.scene.clock.advance(timedelta(minutes=2))
        await post_today(desk.scene.app)  # looks for it, and finds it
        said = also(await desk.press(question, "Yes, send it again"))
        assert said == "This was settled meanwhile: it is published."
        assert desk.fake.creates == 1

    async def test_a_look_up_meanwhile_loses_no_address(self, desk: Desk) -> None:
        alert = await desk.unconfirmed()
        form = await desk.press(alert, "It is there")
        desk.scene.clock.advance(timedelta(minutes=2))
        desk.fake.fails = {"look": [AmbiguousOutcome("It does not answer.")]}
        await post_today(desk.scene.app)
        address = "https://fake.example/posts/17"
        said = also(await desk.scene.alice.submit_modal(form, {"address": address}))
        assert said.startswith("Meanwhile it was tried again: it is unconfirmed. Press again.")
        assert said.endswith(address)
        form = await desk.press(alert, "It is there")
        await desk.scene.alice.submit_modal(form, {"address": address})
        assert await desk.status() is Status.PUBLISHED

    async def test_what_was_taken_down_since_is_not_there_again(self, desk: Desk) -> None:
        alert = await desk.unconfirmed()
        form = await desk.press(alert, "It is there")
        found = await desk.publication()
        await resolve(desk.scene.app, found.id, Status.PUBLISHED, url="https://fake.example/1")
        await undo(desk.scene.app, DAY, again=True)
        await desk.scene.alice.submit_modal(form, {"address": "https://fake.example/1"})
        assert await desk.status() is Status.FAILED


class TestCaption:
    async def test_it_is_edited_shown_and_sent(self, desk: Desk) -> None:
        alert = await desk.failed()
        form = await desk.press(alert, "Edit the caption")
        edited = await desk.fill(form, fr="Albi, en brique.", tags="#Tarn")
        response = edited.response
        assert response is not None
        assert response.ephemeral
        (preview,) = response.embeds
        assert preview.title is not None
        assert preview.title.endswith(" / 500")
        assert preview.description is not None
        assert "Albi, en brique." in preview.description
        edition = await desk.scene.app.store.edition(DAY)
        assert edition is not None
        assert edition.entry is not None
        assert edition.entry.texts == {"fr": "Albi, en brique.", "en": "Albi, a city."}
        assert edition.entry.tags == ("Tarn",)
        await desk.press(response, "Send again: fake")
        assert desk.buttons(alert) == ["(alice: send it again)"]
        await post_today(desk.scene.app)
        assert "Albi, en brique." in desk.fake.posts[-1][1]

    async def test_what_cannot_be_sent_comes_back_with_the_reason(
        self, desk: Desk, fake: FakePublisher
    ) -> None:
        alert = await desk.failed()
        form = await desk.press(alert, "Edit the caption")
        fake.problems = ("it is too long",)
        refused = await desk.fill(form, fr="Long, **long**.")
        assert refused.response is not None
        assert "it is too long" in refused.response.content
        shown = {each.title: each.description for each in refused.response.embeds}
        assert shown["French text"] == r"Long, \*\*long\*\*."
        assert desk.buttons(refused.response) == ["Edit the caption"]
        edition = await desk.scene.app.store.edition(DAY)
        assert edition is not None
        assert edition.entry is not None
        assert edition.entry.texts["fr"] == "Albi, une ville."

    async def test_a_slow_database_brings_a_button_instead_of_nothing(self, desk: Desk) -> None:
        """A form must be there within three seconds, and cannot be put off."""
        alert = await desk.failed()
        scene = desk.scene
        scene.bot.app = replace(scene.app, store=cast("Store", SlowStore(scene.app.store)))
        late = await desk.press(alert, "Edit the caption")
        assert late.deferred
        await scene.env.advance_time(10)
        assert "press once more" in scene.text(late)
        scene.bot.app = scene.app
        assert (await desk.press(late.response, "Edit the caption")).modal is not None
        assert desk.buttons(alert) == ["Retry", "Edit the caption", "Give it up"]

    async def test_two_who_edit_at_once_do_not_undo_each_other(self, desk: Desk) -> None:
        alert = await desk.failed()
        first = await desk.press(alert, "Edit the caption")
        second = await desk.press(alert, "Edit the caption")
        await desk.fill(first, fr="Albi, en brique.")
        refused = await desk.fill(second, en="Albi, of brick.")
        assert refused.response is not None
        assert "Somebody else changed it meanwhile" in refused.response.content
        assert "Albi, of brick." in str([each.description for each in refused.response.embeds])


class TestLongNames:
    @pytest.fixture
    def fake(self, clock: FakeClock) -> FakePublisher:
        return FakePublisher(clock=clock, destination=LONG)

    @pytest.fixture
    async def app(self, app: App, fake: FakePublisher) -> App:
        return assemble(
            app.settings,
            owner="us",
            clock=app.clock,
            store=app.store,
            publishers={LONG: fake},
            channels=(),
        )

    async def test_a_destination_of_the_longest_name_has_its_buttons(
        self, desk: Desk, fake: FakePublisher
    ) -> None:
        fake.fails = {"publish": [AmbiguousOutcome("The answer was lost.")]}
        await desk.scene.app.store.add([entry("Albi", 1)])
        (found,) = await post_today(desk.scene.app)
        alert = await desk.tell(
            Alert(kind=AlertKind.UNCONFIRMED, subject=found.id, message="?", attempts=1)
        )
        asked = await desk.press(alert, "Send it again")
        (question,) = asked.followups
        await desk.press(question, "Yes, send it again")
        (found,) = await desk.scene.app.store.publications()
        assert found.status is Status.SCHEDULED
        fake.fails = {"publish": [Permanent("No.")]}
        (found,) = await post_today(desk.scene.app)
        alert = await desk.tell(
            Alert(kind=AlertKind.FAILED, subject=found.id, message="?", attempts=2)
        )
        form = await desk.press(alert, "Edit the caption")
        edited = await desk.fill(form, fr="Albi, en brique.")
        assert edited.response is not None
        assert edited.response.content.startswith("The caption was changed.")


class TestOthers:
    async def test_a_missed_one_is_posted_all_the_same(self, desk: Desk) -> None:
        await desk.scene.app.store.add([entry("Albi", 1)])
        await desk.scene.app.days.open_now(desk.scene.clock.now())
        desk.scene.clock.advance(timedelta(hours=20))
        await desk.scene.app.days.close_past(desk.scene.clock.now())
        alert = Alert(kind=AlertKind.MISSED, subject="2026-11-22/fake", message="Missed.")
        message = await desk.tell(alert)
        await desk.press(message, "Post it all the same")
        assert await desk.status() is Status.SCHEDULED

    async def test_low_stock_suggests_cities_of_which_one_is_begun(self, desk: Desk) -> None:
        low = Alert(kind=AlertKind.LOW_STOCK, subject="queue", message="Only 3 ready.")
        result = await desk.press(await desk.tell(low), "Suggest cities")
        assert desk.scene.text(result) == "Which city shall it be?"
        assert result.response is not None
        buttons = [each for row in result.response.components for each in row["components"]]
        assert len(buttons) == 10
        form = await desk.scene.click(result.response, buttons[0]["custom_id"])
        assert form.modal is not None
        assert form.modal["custom_id"].startswith("city.write|geonames:")

    def test_a_picture_that_cannot_be_used_leads_to_its_entry(self) -> None:
        alert = Alert(
            kind=AlertKind.PICTURE_UNUSABLE,
            subject="Albi, 2026-11-22",
            message="fake: it is damaged.",
            once="picture_unusable/2026-11-22/17/abc",
        )
        ((show,),) = remedies(alert, Words(language="en"))
        assert show.to_component_dict()["custom_id"] == "remedy.show|17"

    async def test_its_card_is_for_who_presses_it_and_leaves_the_alert(self, desk: Desk) -> None:
        (added,) = await desk.scene.app.store.add([entry("Albi", 1)])
        alert = Alert(
            kind=AlertKind.PICTURE_UNUSABLE,
            subject="Albi, 2026-11-22",
            message="fake: it is damaged.",
            once=f"picture_unusable/2026-11-22/{added.id}/abc",
        )
        message = await desk.tell(alert)
        assert "Albi" in desk.scene.text(await desk.press(message, "Show it"))
        assert desk.buttons(message) == ["Show it"]

    @pytest.mark.parametrize(
        ("kind", "subject"),
        [
            (AlertKind.TEST, "check"),
            (AlertKind.CREDENTIALS_REFUSED, "twitter"),
            (AlertKind.MISSED, "2026-11-20 to 2026-11-22"),
            (AlertKind.PICTURE_UNUSABLE, "Albi, 2026-11-22"),
        ],
    )
    def test_where_there_is_nothing_to_press_there_is_no_button(
        self, kind: AlertKind, subject: str
    ) -> None:
        said = with_remedies(Alert(kind=kind, subject=subject, message="x"), language="fr")
        assert said.view is None
        assert "city-a-day" not in said.content
        assert "2026-11-22" not in said.content


class TestStatus:
    async def test_what_needs_an_admin_is_settled_from_there_once(self, desk: Desk) -> None:
        await desk.failed()
        shown = await desk.scene.slash("status")
        assert shown.response is not None
        card = await desk.press(shown.response, "Settle: fake, Sun 22 Nov 2026")
        assert desk.scene.text(card).endswith("❌ **fake**: failed. It is too long.")
        assert desk.buttons(card.response) == ["Retry", "Edit the caption", "Give it up"]
        await desk.press(card.response, "Give it up")
        assert await desk.status() is Status.CANCELLED
        assert desk.buttons(card.response) == ["(alice: given up)"]
        late = await desk.press(shown.response, "Settle: fake, Sun 22 Nov 2026")
        assert "fake**: cancelled" in desk.scene.text(late)
        assert desk.buttons(late.response) == []
        forged = await desk.forge("remedy.settle|2026-11-22|nowhere")
        assert desk.scene.text(forged).startswith("There is no publication 2026-11-22/nowhere.")

    async def test_who_is_no_admin_settles_nothing(self, desk: Desk) -> None:
        await desk.failed()
        settle = "remedy.settle|2026-11-22|fake"
        refused = await forge(desk.scene, settle, by=desk.scene.carol)
        assert desk.scene.text(refused).startswith("That is for admins.")

    async def test_in_french_too(self, desk: Desk) -> None:
        await desk.failed()
        shown = await desk.scene.french().slash("status")
        assert desk.buttons(shown.response) == ["Régler\u202f: fake, dim. 22 nov. 2026"]


class TestAttacks:
    async def test_who_is_no_admin_decides_nothing(self, desk: Desk) -> None:
        alert = await desk.failed()
        for label in ("Retry", "Edit the caption", "Give it up"):
            refused = await desk.press(alert, label, by=desk.scene.carol)
            assert desk.scene.text(refused).startswith("That is for admins.")
        assert await desk.status() is Status.FAILED
        assert desk.buttons(alert) == ["Retry", "Edit the caption", "Give it up"]

    async def test_a_forged_button_changes_nothing(self, desk: Desk) -> None:
        await desk.failed()
        before = await desk.publication()
        for forged in FORGED:
            assert also(await desk.forge(forged)), forged
            assert await desk.scene.app.store.publications() == [before], forged

    async def test_a_forged_alert_that_is_gone_breaks_nothing(self, desk: Desk) -> None:
        await desk.failed()
        await desk.forge(f"remedy.send|2026-11-22|fake|1|{10**18}")
        assert await desk.status() is Status.SCHEDULED
