"""/post: what is shown before anything is posted or deleted, and that it is done once."""

from datetime import date, timedelta
from typing import Any

import pytest
import simcord

from bot.operations.pausing import pause
from bot.operations.publishing import post_today, resolve
from bot.operations.undoing import undo
from schedules.errors import Permanent, Transient
from schedules.ledger import Status
from tests.bot.admin.conftest import Scene
from tests.bot.admin.forging import forge
from tests.schedules.parts import FakePublisher, entry

DAY = date(2026, 11, 22)
FORGED = [
    "post.now|2026-11-22|x",
    "post.now|2026-11-23|x",
    "post.undo|2026-11-22|0",
    "post.undo_again|2026-11-22|9999",
    "post.undo|2030-01-01|0",
    "post.unskip|2026-11-23",
    "post.unskip|1970-01-01",
]


@pytest.fixture
async def albi(scene: Scene) -> Scene:
    """Albi and then Gap wait in the queue."""
    await scene.app.store.add([entry("Albi", 1), entry("Gap", 2)])
    return scene


async def press(scene: Scene, shown: Any, label: str, by: Any = None) -> simcord.InteractionResult:
    return await (by or scene.alice).click(getattr(shown, "response", shown), label=label)


async def statuses(scene: Scene, day: date = DAY) -> list[Status]:
    return [each.status for each in await scene.app.store.publications(day=day)]


class TestNow:
    async def test_it_is_shown_before_it_is_posted(self, albi: Scene, fake: FakePublisher) -> None:
        shown = await albi.slash("post now")
        text = albi.text(shown)
        assert text.startswith("**Albi** goes to fake now. Shall it?")
        assert "Albi, une ville." in text
        assert fake.creates == 0
        done = await press(albi, shown, "Post it now")
        assert "✅ **fake**: published · [Open](<https://fake.example/1>)" in albi.text(done)
        assert fake.creates == 1

    async def test_pressed_twice_it_is_posted_once(self, albi: Scene, fake: FakePublisher) -> None:
        first, second = await albi.slash("post now"), await albi.slash("post now")
        await press(albi, first, "Post it now")
        assert "published" in albi.text(await press(albi, second, "Post it now"))
        assert fake.creates == 1
        assert albi.text(await albi.slash("post now")).startswith("Nothing of today is left")

    async def test_another_city_than_the_one_shown_is_not_posted(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        shown = await albi.slash("post now")
        (first, _) = await albi.app.store.queue()
        await albi.app.store.remove(first.id)
        refused = await press(albi, shown, "Post it now")
        (said,) = refused.followups
        assert said.content == "By now it is the turn of Gap: ask for it anew."
        assert fake.creates == 0

    async def test_what_went_wrong_is_told(self, albi: Scene, fake: FakePublisher) -> None:
        fake.fails = {"publish": [Permanent("It is **too** long.")]}
        shown = await press(albi, await albi.slash("post now"), "Post it now")
        assert r"❌ **fake**: failed. It is \*\*too\*\* long." in albi.text(shown)

    async def test_what_failed_can_be_sent_again_now_and_when_asked_anew(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        fake.fails = {"publish": [Permanent("It is too long."), Permanent("It is too long.")]}
        done = await press(albi, await albi.slash("post now"), "Post it now")
        assert done.response is not None
        again = await albi.slash("post now")
        assert albi.text(again) == "❌ **fake**: failed. It is too long."
        for shown in (done, again):
            assert shown.response is not None
            labels = [each["label"] for each in shown.response.components[0]["components"]]
            assert labels == ["Edit the caption", "Send again: fake"]

    async def test_what_is_tried_again_is_told(self, albi: Scene, fake: FakePublisher) -> None:
        fake.fails = {"prepare": [Transient("No answer.")]}
        shown = await press(albi, await albi.slash("post now"), "Post it now")
        assert "What is scheduled is tried again by itself." in albi.text(shown)

    async def test_an_empty_queue_says_what_to_do(self, scene: Scene) -> None:
        shown = scene.text(await scene.slash("post now"))
        assert shown == "No city is ready. Add one with /city add."
        shown = scene.text(await scene.french().slash("post now"))
        assert shown == "Aucune ville n’est prête. Ajoutez-en une avec /ville ajouter."

    async def test_not_during_a_pause(self, albi: Scene) -> None:
        await pause(albi.app, "Holidays")
        assert "Paused by" in albi.text(await albi.slash("post now"))

    async def test_a_skip_that_was_taken_back_does_not_stand_in_the_way(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        await albi.app.days.open_now(albi.clock.now())
        await albi.app.store.skip(DAY, by="cli:anna")
        await albi.app.store.unskip(DAY, by="cli:anna")
        await press(albi, await albi.slash("post now"), "Post it now")
        assert fake.creates == 1

    async def test_a_day_that_was_missed_is_posted_late_as_on_the_command_line(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        await albi.app.days.open_now(albi.clock.now())
        await pause(albi.app, "Holidays")
        albi.clock.advance(timedelta(hours=15, minutes=30))
        await albi.app.days.close_past(albi.clock.now())
        await albi.app.store.resume(by="cli:anna")
        await press(albi, await albi.slash("post now"), "Post it now")
        assert fake.creates == 1
        assert "Albi" in fake.posts[0][1]


class TestSkip:
    async def test_a_date_stays_empty_until_it_is_taken_back(self, albi: Scene) -> None:
        shown = await albi.slash("post skip", date="2026-11-23")
        assert albi.text(shown) == "Nothing is posted on Mon 23 Nov 2026. Its city comes later."
        assert list(await albi.app.store.skips(DAY, date.max)) == [date(2026, 11, 23)]
        shown = await press(albi, shown, "Post after all")
        assert albi.text(shown) == "Gap comes on Mon 23 Nov 2026."
        assert not await albi.app.store.skips(DAY, date.max)

    async def test_the_dates_are_offered_with_their_cities(self, albi: Scene) -> None:
        offered = await albi.alice.autocomplete(albi.channel, "post skip", "date", "")
        assert [each["value"] for each in offered] == ["2026-11-22", "2026-11-23"]
        assert offered[1]["name"] == "Mon 23 Nov 2026: Gap"
        albi.french()
        offered = await albi.alice.autocomplete(albi.channel, "post skip", "date", "gap")
        assert [each["name"] for each in offered] == ["lun. 23 nov. 2026\u202f: Gap"]

    async def test_what_is_no_date_is_refused(self, albi: Scene) -> None:
        for typed in ("tomorrow", "2026-02-30", " ", "9999-99-99", "@everyone"):
            shown = albi.text(await albi.slash("post skip", date=typed))
            assert "is no date: write year, month and day, such as 2026-12-24." in shown

    async def test_a_past_date_and_one_skipped_already_are_refused(self, albi: Scene) -> None:
        assert "past" in albi.text(await albi.slash("post skip", date="2026-11-21"))
        await albi.slash("post skip", date="2026-11-23")
        assert "already" in albi.text(await albi.slash("post skip", date="2026-11-23"))


class TestUndo:
    async def test_it_is_deleted_everywhere_after_a_question(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        await post_today(albi.app)
        asked = await albi.slash("post undo")
        assert albi.text(asked).startswith(
            "**Albi**, Sun 22 Nov 2026, is deleted from fake. That cannot be taken back."
        )
        assert len(fake.posts) == 1
        done = await press(albi, asked, "Delete, the day stays empty")
        assert albi.text(done) == "🗑️ **fake**: deleted."
        assert fake.posts == []
        assert await statuses(albi) == [Status.CANCELLED]

    async def test_it_may_be_posted_again(self, albi: Scene, fake: FakePublisher) -> None:
        await post_today(albi.app)
        asked = await albi.slash("post undo", date="2026-11-22")
        done = await press(albi, asked, "Delete, and let me post it again")
        assert await statuses(albi) == [Status.FAILED]
        sent = await press(albi, done, "Send again: fake")
        assert "🕑 **fake**: scheduled" in albi.text(sent)
        await post_today(albi.app)
        assert len(fake.posts) == 1

    async def test_an_old_question_does_not_delete_what_was_posted_since(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        await post_today(albi.app)
        asked = await albi.slash("post undo")
        await undo(albi.app, DAY, again=True)
        await resolve(albi.app, "2026-11-22/fake", Status.SCHEDULED)
        await post_today(albi.app)
        (refused,) = (await press(albi, asked, "Delete, the day stays empty")).followups
        assert refused.content.startswith("Something has happened to Sun 22 Nov 2026 since")
        assert await statuses(albi) == [Status.PUBLISHED]

    async def test_what_a_platform_refuses_to_delete_is_told(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        await post_today(albi.app)
        asked = await albi.slash("post undo")

        async def refuse(remote_id: str) -> None:
            raise Permanent("It may not be deleted.")

        fake.delete = refuse  # type: ignore[method-assign]
        done = albi.text(await press(albi, asked, "Delete, the day stays empty"))
        assert done == "⚠️ **fake**: still there. It may not be deleted."
        assert await statuses(albi) == [Status.PUBLISHED]

    async def test_dates_that_are_out_are_offered(self, albi: Scene, fake: FakePublisher) -> None:
        await post_today(albi.app)
        albi.clock.advance(timedelta(days=1))
        await post_today(albi.app)
        offered = await albi.alice.autocomplete(albi.channel, "post undo", "date", "2026")
        assert [each["name"] for each in offered] == [
            "Mon 23 Nov 2026: Gap",
            "Sun 22 Nov 2026: Albi",
        ]

    async def test_where_nothing_is_out_there_is_nothing_to_undo(self, albi: Scene) -> None:
        assert albi.text(await albi.slash("post undo")) == "Nothing was posted yet."
        shown = albi.text(await albi.french().slash("post undo", date="2026-11-22"))
        assert shown.startswith("Rien du dim. 22 nov. 2026 n’est paru")


class TestAttacks:
    async def test_who_is_no_admin_gets_nothing_done(
        self, albi: Scene, fake: FakePublisher
    ) -> None:
        for name, options in (
            ("post now", {}),
            ("post skip", {"date": "2026-11-23"}),
            ("post undo", {}),
        ):
            shown = albi.text(await albi.slash(name, by=albi.carol, **options))
            assert shown.startswith("That is for admins.")
        offered = await albi.carol.autocomplete(albi.channel, "post skip", "date", "")
        assert offered == []

    async def test_a_forged_button_changes_nothing(self, albi: Scene, fake: FakePublisher) -> None:
        await post_today(albi.app)
        before = await albi.app.store.publications()
        for forged in FORGED:
            (said,) = (await forge(albi, forged)).followups
            assert said.ephemeral
            assert await albi.app.store.publications() == before, forged
        assert len(fake.posts) == 1
