"""Admins in Discord, with the installed program: over real HTTP and a real WebSocket."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import discord as library
import pytest
from PIL import Image

from bot.admin.leadership import LEASE
from bot.testing import Failure, Mishap
from tests.end_to_end.replicas import SharedDatabase
from tests.end_to_end.service import PROGRAM, Installation, Running, install, today
from tests.end_to_end.wound import SERVICE, Wound
from tests.platforms.discord_callbacks import ANSWER_WITHIN, CALLBACK, EDIT_ORIGINAL
from tests.platforms.discord_interactions import Interaction, Kind
from tests.platforms.discord_live import FRENCH, LiveDiscord
from tests.platforms.discord_members import Member
from tests.platforms.discord_objects import Message
from tests.platforms.discord_options import Typed
from tests.platforms.discord_refusals import Trouble
from tests.platforms.discord_requests import asks
from tests.platforms.discord_rest import TOKEN

QUIET = (PROGRAM, "run")
"""Without `--now`: until the hour of the day nothing is posted by itself."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A server with an admin, and a folder with the service that he runs from there."""

    discord: LiveDiscord
    installed: Installation
    alice: Member

    async def ask(self, name: str, **options: str) -> Message:
        """The answer to a command."""
        return await self.discord.slash(name, options, by=self.alice).message()

    async def press(self, message: Message, label: str) -> Message:
        """What a button makes of the message that it is under, or the answer to it."""
        return await self.discord.press(message, message.buttons[label], by=self.alice).message()


@pytest.fixture
async def discord() -> AsyncIterator[LiveDiscord]:
    async with LiveDiscord() as server:
        yield server


@pytest.fixture
def scene(tmp_path: Path, discord: LiveDiscord) -> Scene:
    role = discord.add_role("Admins", library.Permissions(manage_guild=True))
    installed = install(tmp_path, discord=discord)
    installed.settings.update(
        POST_AT="18:00",
        DISCORD__ADMIN_ROLE_IDS=str(role.id),
        DISCORD__ALERT_CHANNEL_ID=str(discord.admins.id),
    )
    installed.write_settings()
    return Scene(discord=discord, installed=installed, alice=discord.add_member("alice", role))


@dataclass(frozen=True, kw_only=True)
class Replicas:
    """The scene's service, and another one on the same database."""

    scene: Scene
    other: Installation
    database: SharedDatabase


@pytest.fixture
def replicas(scene: Scene, tmp_path: Path, shared_database: SharedDatabase) -> Replicas:
    scene.installed.settings.update(
        DESTINATIONS="discord",
        DATABASE_URL=shared_database.url,
        MEDIA_URL=tmp_path.as_uri(),
        WEB_PORT="0",
    )
    scene.installed.write_settings()
    folder = tmp_path / "other"
    folder.mkdir()
    other = Installation(folder=folder, settings=scene.installed.settings)
    other.write_settings()
    return Replicas(scene=scene, other=other, database=shared_database)


async def synced(service: Running) -> None:
    """Until the commands are written, for everybody and for admins."""
    for _ in range(2):
        await service.until("action=commands_synced")


def photo() -> bytes:
    """A JPEG of 1200 × 800 pixels."""
    made = BytesIO()
    Image.effect_mandelbrot((1200, 800), (-2, -1, 1, 1), 50).convert("RGB").save(made, "JPEG")
    return made.getvalue()


async def answered(asked: Interaction) -> None:
    """Until it is, below the message or in its place."""
    ways = [asyncio.ensure_future(way) for way in (asked.message(), asked.followed_up())]
    done, waiting = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
    for each in done:
        await each


async def add_cambrai(scene: Scene) -> Message:
    """Cambrai with its photo and all that it needs; its card."""
    discord, alice = scene.discord, scene.alice
    offered = await discord.autocomplete("city add", {"name": "camb"}, by=alice).choices()
    given: dict[str, Typed] = {
        "name": str(offered["Cambrai, Nord"]),
        "photo": discord.upload("cambrai.jpg", photo(), "image/jpeg"),
    }
    asked = discord.slash("city add", given, by=alice)
    await asked.form()
    written = {
        "fr": "Cambrai garde ses bêtises.",
        "alt": "Cambrai, vue d'en haut.",
        "credit": "Author: A. Nonymous\nSource: Own work\nLicence: CC0",
    }
    return await discord.submit(asked, written).message()


async def test_an_admin_adds_a_city_with_its_photo_sees_it_as_it_will_be_and_posts_it(
    scene: Scene,
) -> None:
    discord, alice = scene.discord, scene.alice
    installed = Installation(
        folder=scene.installed.folder, settings=scene.installed.settings, as_installed=True
    )
    async with installed.running(*QUIET) as service:
        await synced(service)
        assert [each["name"] for each in discord.commands.written()] == ["today"]
        assert len(discord.commands.shown_to(alice)) == 10

        asked = discord.slash("status", by=alice, locale=FRENCH)
        status = await asked.message()
        assert asked.took is not None
        assert asked.took < ANSWER_WITHIN
        assert status.ephemeral
        assert status.embeds[0]["fields"][0]["name"] == "Prochaine"

        card = await add_cambrai(scene)
        (picture,) = card.attachments
        assert picture.description == "Cambrai, vue d’en haut."
        assert Image.open(BytesIO(picture.data)).size == (1200, 800)
        assert "Cambrai garde ses bêtises." in card.embeds[0]["description"]

        dates = await scene.press(card, "Pin a date")
        chosen = discord.select(card, "entry.pinned|51|1", [today().isoformat()], by=alice)
        assert (await chosen.message()) is dates is card
        queued = await scene.press(card, "Queue it")
        assert queued.content.startswith("✅ Cambrai is in the queue.")
        last_page = await scene.press(await scene.ask("queue list"), "⏭")
        assert "Cambrai" in last_page.embeds[0]["description"]
        assert discord.posted() == []

        shown = await scene.ask("post now")
        preview = shown.embeds[-1]["description"]
        posted = await scene.press(shown, "Post it now")
        assert "Cambrai" in posted.content
        (message,) = discord.posted()
        assert message.content == preview
        assert [each.description for each in message.attachments] == ["Cambrai, vue d’en haut."]
        await stops_promptly(service)
    assert discord.creates == 1


async def test_started_again_it_writes_no_command_and_a_button_of_before_acts_once(
    scene: Scene,
) -> None:
    discord, alice = scene.discord, scene.alice
    async with scene.installed.running(*QUIET) as service:
        await synced(service)
        card = await scene.press(await scene.ask("city show", entry="7"), "Remove")
        await service.kill()
    writes = discord.commands.writes
    async with scene.installed.running(*QUIET) as service:
        await service.until("action=admins_connected")
        for asked in [discord.press(card, card.buttons["Remove"], by=alice) for _ in range(2)]:
            assert await asked.acknowledged() is Kind.DEFER_UPDATE
            await answered(asked)
        await service.stop()
    assert discord.commands.writes == writes == 2
    removed = (await scene.installed.command("audit", "--json")).json
    assert [each["action"] for each in removed] == ["removed"]
    assert removed[0]["by"] == f"discord:{alice.id} alice"


async def test_an_outage_of_the_server_takes_no_command_away_and_admins_are_answered(
    scene: Scene,
) -> None:
    discord = scene.discord
    async with scene.installed.running(*QUIET) as service:
        await synced(service)
        discord.gateway.outage = True
        await service.kill()
    await discord.gateway.wait_until_gone()
    async with scene.installed.running(*QUIET) as service:
        await service.until("action=admins_connected")
        status = await scene.ask("status")
        assert status.embeds, status.content
        discord.gateway.end_outage()
        assert (await scene.ask("city show", entry="7")).embeds
        await service.stop()
    assert discord.commands.writes == 2
    assert not any("no_admin_role" in line for line in service.lines)


async def test_what_nobody_can_confirm_is_settled_by_the_button_on_its_alert(scene: Scene) -> None:
    discord, alice = scene.discord, scene.alice
    discord.fail_next_create(Mishap.DROPPED_BEFORE)
    async with scene.installed.running(*SERVICE) as service:
        await discord.wait_for_creates(2)  # the second one is the alert
        (alert,) = discord.posted(discord.admins)
        assert [*alert.buttons] == ["Elle y est", "Renvoyer", "Abandonner"]
        (doubt,) = await discord.press(alert, alert.buttons["Renvoyer"], by=alice).followed_up()
        assert discord.posted() == []
        pressed = doubt.buttons["Yes, send it again"]
        for asked in [discord.press(doubt, pressed, by=alice, forged=True) for _ in range(2)]:
            await answered(asked)
        await service.until("action=published", "/discord")
        await service.stop()
    assert len(discord.posted()) == 1
    assert discord.creates == 3
    assert [*alert.buttons] == ["alice\u202f: à renvoyer"]


async def test_while_discord_refuses_answers_the_service_goes_on_and_the_next_one_comes(
    scene: Scene,
) -> None:
    discord = scene.discord
    async with scene.installed.running(*SERVICE) as service:
        await synced(service)
        for operation, trouble in (
            (CALLBACK, Trouble.RATE_LIMITED_BRIEFLY),
            (CALLBACK, Trouble.SERVER_ERROR),
            (EDIT_ORIGINAL, Trouble.RATE_LIMITED_BRIEFLY),
        ):
            discord.fail_next(asks(operation), trouble)
            assert (await scene.ask("status")).embeds, (operation, trouble)
        discord.fail_next(asks(CALLBACK), Mishap.DROPPED_BEFORE)
        assert "Something went wrong" in (await scene.ask("status")).content
        discord.fail_next(asks(CALLBACK), Trouble.BANNED_BY_CLOUDFLARE)
        discord.fail_next(asks(CALLBACK), Trouble.BANNED_BY_CLOUDFLARE)
        discord.slash("status", by=scene.alice)
        await service.until("action=not_answered")

        discord.fail_next(asks(CALLBACK), Failure.RATE_LIMITED)  # for longer than Discord waits
        stuck = discord.slash("status", by=scene.alice)
        await discord.wait_for_failure(Failure.RATE_LIMITED)
        Wound(scene.installed.folder).set_ahead(timedelta(hours=31))
        await service.until("action=published", "/discord")
        assert (await scene.ask("status")).embeds
        assert stuck.callback is None
        await stops_promptly(service)
    assert len(discord.posted()) == 2
    assert no_secret_in(service, discord)


async def test_however_the_gateway_goes_away_the_next_interaction_is_answered(
    scene: Scene,
) -> None:
    discord, gateway = scene.discord, scene.discord.gateway
    scene.installed.write_settings(LOG_LEVEL="debug")
    async with scene.installed.running(*QUIET) as service:
        await synced(service)
        gateway.drop()
        assert (await scene.ask("status")).embeds
        gateway.drop_before("INTERACTION_CREATE")
        assert (await scene.ask("status")).embeds
        await gateway.ask_to_reconnect()
        assert (await scene.ask("status")).embeds
        assert (gateway.identified, gateway.resumed) == (1, 3)
        await gateway.invalidate()
        await gateway.wait_for(identified=2)
        assert (await scene.ask("status")).embeds
        await service.stop()
    assert discord.commands.writes == 2
    assert no_secret_in(service, discord)


@pytest.mark.parametrize("trouble", ["a wrong token", "nobody there"])
async def test_without_discord_the_gallery_has_its_city_and_the_token_is_in_no_log(
    scene: Scene, trouble: str
) -> None:
    discord, token = scene.discord, TOKEN
    if trouble == "a wrong token":
        token = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.wrong.and-secret-all-the-same"
    else:
        discord.refuse()
    scene.installed.write_settings(DISCORD__TOKEN=token, LOG_LEVEL="debug")
    async with scene.installed.running() as service:
        said = await service.until("action=admins_disconnected")
        await in_the_log(service, "action=published", "/site")
        await stops_promptly(service)
    assert ("refused the bot's token" in said) is (trouble == "a wrong token")
    assert not any(token in line for line in service.lines)


async def test_of_two_replicas_one_answers_and_when_it_dies_or_stops_the_other_one_does(
    replicas: Replicas,
) -> None:
    scene, gateway = replicas.scene, replicas.scene.discord.gateway
    async with scene.installed.running(*QUIET) as one, replicas.other.running(*QUIET) as other:
        await asyncio.gather(*(each.until("action=ready") for each in (one, other)))
        leading, waiting = await leading_first(one, other)
        await synced(leading)
        assert (await scene.ask("status")).embeds
        assert gateway.identified == 1
        await leading.kill()
        await replicas.database.let_pass(LEASE)
        await gateway.wait_for(identified=2)
        assert (await scene.ask("status")).embeds
        async with scene.installed.running(*QUIET) as third:
            await third.until("action=ready")
            assert gateway.identified == 2
            assert await waiting.stop() == 0
            begun = asyncio.get_running_loop().time()
            await gateway.wait_for(identified=3)
            assert asyncio.get_running_loop().time() - begun < LEASE.total_seconds()
            assert (await scene.ask("status")).embeds
            await third.stop()
    assert scene.discord.commands.writes == 2


async def test_one_that_froze_answers_nothing_when_it_wakes_and_lets_go(replicas: Replicas) -> None:
    scene, gateway = replicas.scene, replicas.scene.discord.gateway
    async with scene.installed.running(*QUIET) as one:
        await synced(one)
        one.process.send_signal(signal.SIGSTOP)
        async with replicas.other.running(*QUIET) as other:
            await other.until("action=leading")  # within LEASE and RENEW_EVERY, eight seconds
            await gateway.wait_for(identified=2)
            for _ in range(5):
                assert (await scene.ask("status")).embeds
            asked = len(scene.discord.callbacks.interactions)
            one.process.send_signal(signal.SIGCONT)
            await one.until("action=leadership_lost")
            await gateway.wait_for_bots(1, at_most=1)
            assert (await scene.ask("status")).embeds
            await other.stop()
        await one.stop()
    assert len(list(filter(asks(CALLBACK), scene.discord.requests))) == asked + 1
    assert not any("answered_by_another" in line for line in one.lines)


async def leading_first(*services: Running) -> Sequence[Running]:
    """The replica that answers, and the other one."""
    ways = {asyncio.ensure_future(each.until("action=leading")): each for each in services}
    (first, *_), waiting = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return [ways[first], *(ways[each] for each in waiting)]


def no_secret_in(service: Running, discord: LiveDiscord) -> bool:
    """Neither the bot's token nor those by which interactions are answered are in the log."""
    secrets = [TOKEN, *discord.callbacks.interactions]
    return not any(secret in line for line in service.lines for secret in secrets)


async def in_the_log(service: Running, *words: str) -> None:
    """Until a line holds all the words, unless one did already."""
    if not any(all(word in line for word in words) for line in service.lines):
        await service.until(*words)


async def stops_promptly(service: Running) -> None:
    """In a second on a quiet machine; what waits for Discord is not waited for."""
    begun = asyncio.get_running_loop().time()
    assert await service.stop() == 0
    assert asyncio.get_running_loop().time() - begun < 5
