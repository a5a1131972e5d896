"""LiveDiscord against discord.py's own client: what Discord does, and what it refuses."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import discord
import pytest
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.testing import Failure
from schedules.clock import SystemClock
from tests.platforms.discord_callbacks import CALLBACK, EDIT_ORIGINAL
from tests.platforms.discord_interactions import Kind
from tests.platforms.discord_live import FRENCH, GET_OWN_APPLICATION, LiveDiscord
from tests.platforms.discord_members import GUILD_ID, Member
from tests.platforms.discord_refusals import Trouble
from tests.platforms.discord_requests import asks
from tests.platforms.discord_rest import GET_ME, TOKEN

PICTURE = b"\x89PNG and so on"

Bot = commands.Bot
Asked = discord.Interaction[Bot]
Answering = Callable[[Asked], Awaitable[None]]


class AheadClock(SystemClock):
    """The machine's clock, set forward."""

    ahead = timedelta()

    def now(self) -> "discord.utils.datetime.datetime":
        return super().now() + self.ahead


@pytest.fixture
def clock() -> AheadClock:
    return AheadClock()


@pytest.fixture
async def server(
    clock: AheadClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiveDiscord]:
    async with LiveDiscord(clock=clock) as discord_server:
        monkeypatch.setattr(Route, "BASE", discord_server.api_url)
        gateway = yarl.URL(discord_server.gateway_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
        monkeypatch.setattr(discord.VoiceClient, "warn_nacl", False)
        monkeypatch.setattr(discord.VoiceClient, "warn_dave", False)
        yield discord_server


@pytest.fixture
def alice(server: LiveDiscord) -> Member:
    return server.add_member("alice", server.add_role("Admins"))


def bare_bot(**options: object) -> Bot:
    """discord.py as it comes, with the one intent that is needed."""
    return Bot(
        commands.when_mentioned,
        intents=discord.Intents(guilds=True),
        guild_ready_timeout=0.01,
        **options,
    )


def answering(answer: Answering, *, name: str = "queue") -> Bot:
    """A bot with one command, which is synced at login."""
    bot = bare_bot()
    command = app_commands.Command(name=name, description="What comes next", callback=answer)
    bot.tree.add_command(command)

    async def sync() -> None:
        await bot.tree.sync()

    bot.setup_hook = sync  # type: ignore[method-assign]
    return bot


@asynccontextmanager
async def logged_in(bot: Bot, server: LiveDiscord, *, token: str = TOKEN) -> AsyncIterator[None]:
    running = asyncio.create_task(bot.start(token))
    try:
        waiting = asyncio.create_task(server.gateway.wait_for_bots())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if running.done():
            await running
        yield
    finally:
        await bot.close()
        with suppress(Exception):
            await running


async def test_a_bot_logs_in_and_sees_the_server_and_its_roles(
    server: LiveDiscord, alice: Member
) -> None:
    bot = bare_bot()
    async with logged_in(bot, server):
        await bot.wait_until_ready()
        (guild,) = bot.guilds
        assert (guild.id, guild.name) == (GUILD_ID, "Cities")
        assert [role.name for role in guild.roles] == ["@everyone", "Admins"]
        assert [channel.name for channel in guild.text_channels] == ["une-ville", "admins"]
        server.add_role("Editors")
        await bot.wait_for("guild_role_create", timeout=5)
    assert server.gateway.connected == 0


async def test_a_command_is_answered_to_the_one_who_sent_it(
    server: LiveDiscord, alice: Member
) -> None:
    seen = []

    async def answer(asked: Asked) -> None:
        seen.append((str(asked.user), asked.locale, asked.user.top_role.name))
        await asked.response.send_message("**Nothing** is queued.", ephemeral=True)

    async with logged_in(answering(answer), server):
        asked = server.slash("queue", by=alice, locale=FRENCH)
        message = await asked.message()
    assert seen == [("alice", discord.Locale.french, "Admins")]
    assert message.content == "**Nothing** is queued."
    assert message.ephemeral
    assert message.seen_by == alice.id
    assert server.posted(server.admins) == []
