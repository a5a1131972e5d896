"""Fixtures and bots for the tests of the Discord test server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import discord
import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from schedules.clock import SystemClock
from tests.platforms.discord_live import LiveDiscord
from tests.platforms.discord_members import Member
from tests.platforms.discord_rest import TOKEN

Bot = commands.Bot
Asked = discord.Interaction[Bot]
Answering = Callable[[Asked], Awaitable[None]]


class AheadClock(SystemClock):
    """The machine's clock, set forward."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture
def ahead() -> AheadClock:
    return AheadClock()


@pytest.fixture
async def server(ahead: AheadClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LiveDiscord]:
    """discord.py's own clients talk to it."""
    async with LiveDiscord(clock=ahead) as live:
        monkeypatch.setattr(Route, "BASE", live.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(live.gateway_url))
        monkeypatch.setattr(discord.VoiceClient, "warn_nacl", False)
        monkeypatch.setattr(discord.VoiceClient, "warn_dave", False)
        yield live


@pytest.fixture
def alice(server: LiveDiscord) -> Member:
    """An admin."""
    return server.add_member("alice", server.add_role("Admins"))


class BareBot(Bot):
    """discord.py as it comes, with the one intent that is needed, and commands synced at login."""

    def __init__(self, *, silence: float = 60.0) -> None:
        super().__init__(
            commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            guild_ready_timeout=0.01,
            heartbeat_timeout=silence,
        )
        self.wrong: list[BaseException] = []
        """What discord.py refused to do for a command, or Discord."""
        self.pressed: dict[str, Answering] = {}
        """What answers buttons and forms, by their custom ids; "" all others."""

        @self.tree.error
        async def fail(_: Asked, error: discord.app_commands.AppCommandError) -> None:
            self.wrong.append(error.__cause__ or error)

    def answers(self, name: str, answer: Callable[..., Awaitable[None]]) -> None:
        """Take a command in."""
        self.tree.add_command(
            discord.app_commands.Command(
                name=name,
                description="What comes next",
                callback=answer,  # type: ignore[arg-type]
            )
        )

    async def setup_hook(self) -> None:
        if self.tree.get_commands():
            await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without discord.py's pause of five seconds before a second session."""

    async def on_interaction(self, asked: Asked) -> None:
        if asked.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            data: Mapping[str, object] = asked.data or {}
            custom_id = str(data.get("custom_id"))
            await self.pressed.get(custom_id, self.pressed.get("", _nothing))(asked)


async def _nothing(_: Asked) -> None:
    """Not answered."""


@asynccontextmanager
async def logged_in(bot: Bot, server: LiveDiscord, *, token: str = TOKEN) -> AsyncIterator[None]:
    """Until the end of the block. Raises what the bot fails with before it is there."""
    before = server.gateway.connected
    running = asyncio.create_task(bot.start(token))
    there = asyncio.create_task(server.gateway.wait_for_bots(before + 1))
    try:
        await asyncio.wait({running, there}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        await there
        yield
    finally:
        there.cancel()
        await bot.close()
        await asyncio.wait({running})
