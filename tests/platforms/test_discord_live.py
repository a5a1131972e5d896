"""LiveDiscord's interactions and commands, with discord.py's own client answering them."""

import io
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.testing import Failure
from tests.platforms.conftest import AheadClock, Asked, BareBot, logged_in
from tests.platforms.discord_callbacks import ANSWER_WITHIN, CALLBACK, EDIT_ORIGINAL, TOKEN_LASTS
from tests.platforms.discord_interactions import Kind
from tests.platforms.discord_live import FRENCH, LiveDiscord
from tests.platforms.discord_members import GUILD_ID, Member
from tests.platforms.discord_refusals import Trouble
from tests.platforms.discord_requests import asks

PICTURE = b"\x89PNG and so on"


@pytest.fixture
def bot(server: LiveDiscord) -> BareBot:
    return BareBot()


def buttons(*labels: str) -> discord.ui.View:
    """As the service makes them: no callback is kept in memory."""
    view = discord.ui.View(timeout=None)
    for label in labels:
        view.add_item(discord.ui.Button(label=label, custom_id=label.lower()))
    view.stop()
    return view


async def test_a_command_is_answered_to_the_one_who_sent_it(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    seen = []

    async def answer(asked: Asked) -> None:
        assert isinstance(asked.user, discord.Member)
        seen.append((str(asked.user), asked.locale, asked.user.top_role.name))
        await asked.response.send_message("**Nothing** is queued.", ephemeral=True)

    bot.answers("queue", answer)
    async with logged_in(bot, server):
        asked = server.slash("queue", by=alice, locale=FRENCH)
        message = await asked.message()
    assert seen == [("alice", discord.Locale.french, "Admins")]
    assert message.content == "**Nothing** is queued."
    assert message.ephemeral
    assert message.seen_by == alice.id
    assert server.posted(server.admins) == []


async def test_an_answer_is_deferred_and_then_edited_with_a_picture_and_an_embed(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.defer(ephemeral=True, thinking=True)
        picture = discord.File(io.BytesIO(PICTURE), "p.png", description="Le Mans from above.")
        embed = discord.Embed(title="Le Mans").set_image(url="attachment://p.png")
        await asked.edit_original_response(content="Preview", attachments=[picture], embed=embed)
        await asked.edit_original_response(content="Preview, again")

    bot.answers("preview", answer)
    async with logged_in(bot, server):
        asked = server.slash("preview", by=alice)
        assert await asked.acknowledged() is Kind.DEFER
        message = await asked.message(shown=2)
        assert (message.content, message.ephemeral, message.thinking) == (
            "Preview, again",
            True,
            False,
        )
        (attachment,) = message.attachments
        assert (attachment.data, attachment.description) == (PICTURE, "Le Mans from above.")
        assert message.json["embeds"][0]["image"]["url"] == attachment.url
        async with aiohttp.ClientSession() as http, http.get(attachment.url) as response:
            assert await response.read() == PICTURE


async def test_the_first_follow_up_takes_the_place_of_what_was_deferred(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.defer(ephemeral=True)
        await asked.followup.send("one")
        await asked.followup.send("two", ephemeral=True)
        await asked.delete_original_response()

    bot.answers("queue", answer)
    async with logged_in(bot, server):
        asked = server.slash("queue", by=alice)
        (second,) = await asked.followed_up()
        first = await asked.message()
    assert (first.content, first.ephemeral) == ("one", True)
    assert (second.content, second.ephemeral) == ("two", True)


async def test_a_button_changes_the_message_that_it_is_under(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message("Page 1", view=buttons("Next", "Last"), ephemeral=True)

    async def turn(asked: Asked) -> None:
        await asked.response.edit_message(content="Page 2", view=buttons("Back"))

    bot.answers("queue", answer)
    bot.pressed["next"] = turn
    async with logged_in(bot, server):
        page = await server.slash("queue", by=alice).message()
        assert page.buttons == {"Next": "next", "Last": "last"}
        turned = await server.press(page, page.buttons["Next"], by=alice).message()
        assert turned is page
        assert (page.content, page.buttons) == ("Page 2", {"Back": "back"})
        with pytest.raises(AssertionError, match="no next in this message"):
            server.press(page, "next", by=alice)
        with pytest.raises(AssertionError, match="mallory does not see"):
            server.press(page, "back", by=server.add_member("mallory"))


async def test_a_forged_press_reaches_the_bot(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def refuse(asked: Asked) -> None:
        await asked.response.send_message(f"Not you, {asked.user}.", ephemeral=True)

    bot.pressed[""] = refuse
    async with logged_in(bot, server):
        posted = server.post_as_somebody("Failed.")
        mallory = server.add_member("mallory")
        pressed = server.press(posted, "retry|17", by=mallory, forged=True)
        assert (await pressed.message()).content == "Not you, mallory."


async def test_a_menu_offers_what_can_be_chosen(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        view = discord.ui.View(timeout=None)
        options = [discord.SelectOption(label=name) for name in ("Brest", "Le Mans")]
        view.add_item(discord.ui.Select(custom_id="city", options=options))
        await asked.response.send_message(view=view)

    async def choose(asked: Asked) -> None:
        await asked.response.defer()
        await asked.edit_original_response(content=str(asked.data), view=None)

    bot.answers("suggest", answer)
    bot.pressed["city"] = choose
    async with logged_in(bot, server):
        message = await server.slash("suggest", by=alice).message()
        with pytest.raises(AssertionError, match="offers only"):
            server.select(message, "city", ["Rouen"], by=alice)
        chosen = server.select(message, "city", ["Le Mans"], by=alice)
        assert await chosen.acknowledged() is Kind.DEFER_UPDATE
        assert "'values': ['Le Mans']" in (await chosen.message()).content
        assert server.posted(server.admins) == [message]


class CityForm(discord.ui.Modal):
    def __init__(self) -> None:
        super().__init__(title="Le Mans", custom_id="city", timeout=None)
        for name, default in (("text", "24 hours."), ("credit", None)):
            box: discord.ui.TextInput[Any] = discord.ui.TextInput(
                custom_id=name, default=default, required=False, max_length=30
            )
            self.add_item(discord.ui.Label(text=name.title(), component=box))
        photo: discord.ui.FileUpload[Any] = discord.ui.FileUpload(custom_id="photo")
        self.add_item(discord.ui.Label(text="Photo", component=photo))
        self.stop()


async def test_a_form_goes_to_the_member_and_comes_back_filled_in(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_modal(CityForm())

    async def take(asked: Asked) -> None:
        await asked.response.send_message(str(asked.data), ephemeral=True)

    bot.answers("city", answer)
    bot.pressed["city"] = take
    async with logged_in(bot, server):
        asked = server.slash("city", by=alice)
        form = await asked.form()
        assert form.title == "Le Mans"
        assert {name: each.value for name, each in form.fields.items()} == {
            "text": "24 hours.",
            "credit": "",
            "photo": "",
        }
        with pytest.raises(AssertionError, match="0 to 30 characters"):
            server.submit(asked, {"text": "x" * 31})
        with pytest.raises(AssertionError, match="Photo: 1 to 1"):
            server.submit(asked)
        photo = server.upload("mans.png", PICTURE, "image/png")
        submitted = server.submit(asked, {"credit": "T. Pesquet", "photo": photo})
        seen = (await submitted.message()).content
    assert "'value': '24 hours.'" in seen
    assert "'value': 'T. Pesquet'" in seen
    assert f"'values': ['{photo.id}']" in seen
    assert photo.url in seen


async def test_an_uploaded_file_can_be_fetched_and_names_its_type(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked, photo: discord.Attachment) -> None:
        data = await photo.read()
        await asked.response.send_message(f"{photo.filename} {photo.content_type} {data!r}")

    bot.answers("add", answer)
    async with logged_in(bot, server):
        photo = server.upload("a.png", PICTURE, "image/png")
        message = await server.slash("add", {"photo": photo}, by=alice).message()
    assert message.content == f"a.png image/png {PICTURE!r}"


async def test_choices_are_given_while_a_member_types_25_at_most(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked, city: str) -> None:
        raise NotImplementedError

    async def complete(asked: Asked, typed: str) -> list[app_commands.Choice[str]]:
        count = int(typed)
        return [app_commands.Choice(name=f"City {n}", value=str(n)) for n in range(count)]

    bot.answers("add", answer)
    command = bot.tree.get_command("add")
    assert isinstance(command, app_commands.Command)
    command.autocomplete("city")(complete)
    async with logged_in(bot, server):
        typing = server.autocomplete("add", {"city": "2"}, by=alice)
        assert await typing.choices() == {"City 0": "0", "City 1": "1"}
        too_many = server.autocomplete("add", {"city": "26"}, by=alice)
        assert await too_many.refusal() == "400 50035 Invalid Form Body"


async def test_who_answers_later_than_three_seconds_answers_nobody(
    server: LiveDiscord, bot: BareBot, alice: Member, ahead: AheadClock
) -> None:
    async def answer(asked: Asked) -> None:
        ahead.ahead += ANSWER_WITHIN
        await asked.response.send_message("Sorry.")

    bot.answers("queue", answer)
    async with logged_in(bot, server):
        asked = server.slash("queue", by=alice)
        assert await asked.refusal() == "404 10062 Unknown interaction"
        assert asked.callback is None
    (wrong,) = bot.wrong
    assert isinstance(wrong, discord.NotFound)


async def test_of_two_bots_that_answer_one_is_refused(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message("Here.")

    other = BareBot()
    for each in (bot, other):
        each.answers("queue", answer)
    async with logged_in(bot, server), logged_in(other, server):
        asked = server.slash("queue", by=alice)
        refused = await asked.refusal()
    assert refused == "400 40060 Interaction has already been acknowledged."
    assert len(server.posted(server.admins)) == 1


async def test_the_answer_can_be_changed_for_a_quarter_of_an_hour(
    server: LiveDiscord, bot: BareBot, alice: Member, ahead: AheadClock
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message("At work.")
        ahead.ahead += TOKEN_LASTS
        await asked.edit_original_response(content="Done.")

    bot.answers("import", answer)
    async with logged_in(bot, server):
        asked = server.slash("import", by=alice)
        assert await asked.refusal() == "401 50027 Invalid Webhook Token"
        assert (await asked.message()).content == "At work."


@pytest.mark.parametrize("trouble", [Trouble.RATE_LIMITED_BRIEFLY, Failure.RATE_LIMITED, "now"])
async def test_a_rate_limit_is_told_with_the_seconds_to_wait(
    server: LiveDiscord, bot: BareBot, alice: Member, trouble: str
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message("Here.")

    bot.answers("queue", answer)
    async with logged_in(bot, server):
        if trouble == "now":
            server.fail_next(asks(EDIT_ORIGINAL), Trouble.UNAVAILABLE)  # of another operation
        else:
            server.fail_next(asks(CALLBACK), trouble)
        asked = server.slash("queue", by=alice)
        if trouble == Failure.RATE_LIMITED:
            await server.wait_for_failure(trouble)
            assert asked.callback is None
        else:
            assert (await asked.message()).content == "Here."
            assert asked.refused == []


async def test_an_answer_whose_confirmation_is_lost_was_seen_all_the_same(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message("Here.")

    bot.answers("queue", answer)
    async with logged_in(bot, server):
        server.fail_next(asks(CALLBACK), Failure.DROPPED_AFTER)
        asked = server.slash("queue", by=alice)
        assert (await asked.message()).content == "Here."
        await server.wait_for_failure(Failure.DROPPED_AFTER)
        await server.gateway.wait_for_bots()
    (wrong,) = bot.wrong
    assert isinstance(wrong, aiohttp.ServerDisconnectedError)


async def test_a_command_is_offered_to_who_has_its_permissions(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message(str(asked.user))

    bot.answers("queue", answer)
    command = bot.tree.get_command("queue")
    assert isinstance(command, app_commands.Command)
    command.default_permissions = discord.Permissions(manage_guild=True)
    chief = server.add_role("Chief", discord.Permissions(administrator=True))
    async with logged_in(bot, server):
        assert server.commands.shown_to(alice) == []
        assert server.commands.shown_to(server.add_member("zoe", chief)) == ["queue"]
        with pytest.raises(AssertionError, match="/queue is not shown to alice"):
            server.slash("queue", by=alice)
        forged = server.slash("queue", by=alice, forged=True)
        assert (await forged.message()).content == "alice"


async def test_commands_keep_their_ids_and_show_twice_when_written_to_two_places(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async def answer(asked: Asked, place: app_commands.Range[int, 1, 50] = 1) -> None:
        await asked.response.send_message(str(place))

    bot.answers("queue", answer)
    async with logged_in(bot, server):
        (first,) = server.commands.written()
        await bot.tree.sync()
        assert server.commands.written() == [first]
        assert (server.commands.writes, server.commands.created) == (2, 1)
        (fetched,) = await bot.tree.fetch_commands()
        assert fetched.id == int(first["id"])
        with pytest.raises(AssertionError, match="place: 1 to 50"):
            server.slash("queue", {"place": 51}, by=alice)
        guild = discord.Object(GUILD_ID)
        bot.tree.copy_global_to(guild=guild)
        await bot.tree.sync(guild=guild)
        assert server.commands.shown_to(alice) == ["queue", "queue"]
        with pytest.raises(AssertionError, match="shown to alice 2 times"):
            server.slash("queue", by=alice)
        await fetched.delete()
        assert (await server.slash("queue", {"place": 7}, by=alice).message()).content == "7"


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Queue"},
        {"description": ""},
        {"name_localizations": {"fr": "la file"}},
        {"description_localizations": {"xx": "la file"}},
        {"options": [{"type": 3, "name": "a", "description": "b"}] * 2},
        {"options": [{"type": 3, "name": f"o{n}", "description": "d"} for n in range(26)]},
        {
            "options": [
                {"type": 3, "name": "a", "description": "b"},
                {"type": 3, "name": "c", "description": "d", "required": True},
            ]
        },
    ],
)
async def test_a_command_that_discord_would_not_take_is_refused(
    server: LiveDiscord, bot: BareBot, changed: dict[str, Any]
) -> None:
    command = {"name": "queue", "description": "What comes next", "type": 1} | changed
    async with logged_in(bot, server):
        with pytest.raises(discord.HTTPException) as caught:
            await bot.http.bulk_upsert_global_commands(bot.application_id, payload=[command])  # type: ignore[arg-type]
    assert (caught.value.status, caught.value.code) == (400, 50035)
    assert server.commands.written() == []
