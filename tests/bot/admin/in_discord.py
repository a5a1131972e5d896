"""Discord in this process for the real client: an admin and a member on a server with a channel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import simcord
from simcord import interactions

from bot.admin.admins import Admins
from bot.admin.client import AdminBot
from bot.app import App
from tests.clock import FakeClock

API = "https://discord.com/api/v10"


@dataclass
class Scene:
    """Somebody at work in Discord, in English unless `french` is said."""

    env: simcord.Env
    bot: AdminBot
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    """An admin."""
    bob: simcord.MemberActor
    """A member like others."""
    carol: simcord.MemberActor
    """Manages the server, so she sees the commands, but is no admin."""
    app: App
    clock: FakeClock
    language: str = "en-GB"

    def french(self) -> "Scene":
        """From now on everybody has Discord in French."""
        self.language = "fr"
        return self

    async def slash(
        self, name: str, /, by: Any = None, **options: object
    ) -> simcord.InteractionResult:
        return await (by or self.alice).slash(self.channel, name, **options)

    async def click(
        self, message: Any, custom_id: str, by: Any = None
    ) -> simcord.InteractionResult:
        return await (by or self.alice).click(message, custom_id=custom_id)

    def text(self, shown: simcord.InteractionResult) -> str:
        """All words of the answer, which only who asked can see."""
        response = shown.response
        assert response is not None
        assert response.ephemeral
        words = [response.content]
        for embed in response.embeds:
            words += [embed.title or "", embed.description or ""]
            words += [f"{field.name}: {field.value}" for field in embed.fields]
            words.append(embed.footer.text or "")
        return "\n".join(word for word in words if word)


@asynccontextmanager
async def in_discord(app: App, clock: FakeClock) -> AsyncIterator[Scene]:
    """The bot has connected, and brought its commands to Discord."""
    bot = AdminBot(app, admins=Admins(role_ids=frozenset()), api_url=API)
    env = simcord.Env(bot, check_errors=False)
    try:
        guild = env.create_guild("Admins")
        manages = discord.Permissions(manage_guild=True)
        role = guild.create_role("Villes", permissions=manages)
        others = guild.create_role("Modération", permissions=manages)
        bot.admins = Admins(role_ids=frozenset({role.id}))
        alice = guild.add_member(env.create_user("alice"), roles=[role])
        bob = guild.add_member(env.create_user("bob"))
        await env.start()
        scene = Scene(
            env=env,
            bot=bot,
            guild=guild,
            channel=guild.create_text_channel("admins"),
            alice=alice,
            bob=bob,
            carol=guild.add_member(env.create_user("carol"), roles=[others]),
            app=app,
            clock=clock,
        )
        made = interactions.base_payload

        def in_their_language(*args: Any, **kwargs: Any) -> Any:  # simcord speaks en-US alone
            record, payload = made(*args, **kwargs)
            return record, {**payload, "locale": scene.language}

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(interactions, "base_payload", in_their_language)
            yield scene
    finally:
        await env.shutdown()
