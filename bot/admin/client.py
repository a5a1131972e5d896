"""AdminBot: the gateway client. Each interaction is answered or deferred before anything else."""

import asyncio
from collections.abc import Callable

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route as RestRoute
from yarl import URL

from bot.admin.admins import Admins
from bot.admin.asked import Asked, Interaction, asked_of
from bot.admin.cogs import COGS
from bot.admin.commands import EVERYONE, OPENS_FORM
from bot.admin.errors import CONNECTION_ERRORS, NotAllowed, tell
from bot.admin.router import Router
from bot.admin.sync import sync
from bot.admin.translator import FrenchCommands
from bot.app import App

log = structlog.get_logger()


GUILDS_COME_WITHIN = 0.5
"""Seconds between two servers at the log-in, before the commands are synced; of those that come
later they are synced then."""


class AdminTree(app_commands.CommandTree[commands.Bot]):
    """The commands: checked, deferred and, when they fail, answered in one place."""

    client: "AdminBot"

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether who asks may. A command is for admins unless it says that it is for everyone."""
        if not self.client.leads():
            log.warning("left_to_another", interaction=interaction.id)
            return False
        command = interaction.command
        extras = command.extras if command is not None else {}
        completes = interaction.type is discord.InteractionType.autocomplete
        asked = self.client.asked(interaction)
        if EVERYONE not in extras and not self.client.admins.include(interaction.user):
            if completes:
                await interaction.response.autocomplete([])
            else:
                await tell(asked, NotAllowed())
            return False
        if not completes and OPENS_FORM not in extras:
            try:
                await asked.defer()
            except (discord.HTTPException, *CONNECTION_ERRORS) as error:
                await tell(asked, error)
                return False
        return True

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Tell who asked."""
        cause = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else error
        if interaction.type is discord.InteractionType.autocomplete:
            log.error("autocomplete_failed", exc_info=cause)
            return
        await tell(self.client.asked(interaction), cause if isinstance(cause, Exception) else error)


class AdminBot(commands.Bot):
    """Logged in as the bot that posts; it needs no intent but for the servers and their roles.

    `language`: that of what all admins read, the alerts. `leads`: whether it is on us to answer, at
    that moment; Discord sends each interaction to every replica that is connected.
    """

    def __init__(
        self,
        app: App,
        *,
        admins: Admins,
        api_url: str,
        language: str = "en",
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        discord.VoiceClient.warn_nacl = False
        discord.VoiceClient.warn_dave = False
        RestRoute.BASE = api_url  # discord.py has one for the process
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            help_command=None,
            tree_cls=AdminTree,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=GUILDS_COME_WITHIN,
        )
        self.app = app
        self.admins = admins
        self.language = language
        self.leads = leads
        self.router = Router()
        self._syncing = asyncio.Lock()

    def asked(self, interaction: Interaction) -> Asked:
        """The interaction as handlers get it."""
        return asked_of(interaction, self.app)

    async def setup_hook(self) -> None:
        """Take the cogs in. discord.py calls it once, after the log-in."""
        await self.tree.set_translator(FrenchCommands())
        for make in COGS:
            cog = make(self)
            await self.add_cog(cog)
            self.router.add(cog)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected, to the gateway that the API names: discord.py would go to Discord's."""
        _, address, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(address)  # for the process, as BASE is
        await super().connect(reconnect=reconnect)

    async def on_ready(self) -> None:
        """After the first connection, and after one that could not be resumed."""
        log.info("admins_connected", bot=str(self.user), servers=len(self.guilds))
        await self._sync()

    async def on_guild_join(self, _: discord.Guild) -> None:
        """A new server may have an admin role."""
        await self._sync()

    async def on_guild_available(self, _: discord.Guild) -> None:
        """One that was in an outage."""
        if self.is_ready():
            await self._sync()

    async def on_guild_remove(self, _: discord.Guild) -> None:
        """Its commands have gone with the bot: should it come back, they are written anew."""
        await self._sync()

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """The last admin role of a server may be gone."""
        if role.id in self.admins.role_ids:
            await self._sync()

    async def on_interaction(self, interaction: Interaction) -> None:
        """A button, a select or a form; commands have gone to the tree."""
        if interaction.type in (
            discord.InteractionType.component,
            discord.InteractionType.modal_submit,
        ):
            if not self.leads():
                log.warning("left_to_another", interaction=interaction.id)
                return
            await self._pressed(self.asked(interaction))

    async def on_message(self, _: discord.Message, /) -> None:
        """Nothing is read but interactions."""

    async def _pressed(self, asked: Asked) -> None:
        try:
            route = self.router.find(asked.pressed)
            if not self.admins.include(asked.interaction.user):
                await tell(asked, NotAllowed())
                return
            if route.press.reply != "form":
                await asked.defer(updates=route.press.reply == "update")
            await route.run(asked)
        except Exception as error:  # noqa: BLE001 - `tell` is where each error becomes an answer
            await tell(asked, error)

    async def _sync(self) -> None:
        try:
            async with self._syncing:  # two at once would forget each other's fingerprints
                await sync(self)
        except Exception:  # the commands that there are still work; the next start tries again
            log.exception("commands_not_synced")
