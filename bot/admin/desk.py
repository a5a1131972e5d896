"""DiscordDesk: keeps the gateway client connected, beside the service and never in its way."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import discord
import structlog

from bot.admin.admins import Admins
from bot.admin.client import AdminBot
from bot.admin.leadership import Lead, Leadership
from bot.app import App
from bot.publishers.discord.settings import DiscordSettings
from schedules.errors import where
from schedules.retry import backoff

log = structlog.get_logger()

STEADY = timedelta(minutes=5)
"""A connection that lasted so long worked: after it the wait for the next one begins anew."""


class DiscordDesk:
    """Answers admins in Discord by the settings of one destination."""

    def __init__(self, *, name: str, settings: DiscordSettings) -> None:
        self.name = name
        self._settings = settings

    async def run(self, app: App, *, alone: bool) -> None:
        """Answer until cancelled. `alone`: no other replica can be there.

        Whatever happens here costs no post: it is logged, and tried again after a while.
        """
        failures = 0
        clock = asyncio.get_running_loop().time
        while True:
            begun = clock()
            try:
                async with self._leadership(app, alone=alone) as lead:
                    begun = clock()
                    await self._answer(app, lead)
            except Exception as error:  # noqa: BLE001 - the service goes on without its admins
                log.warning("admins_disconnected", cause=where(error), message=_in_words(error))
            failures = 1 if clock() - begun > STEADY.total_seconds() else failures + 1
            await asyncio.sleep(backoff(failures).total_seconds())

    def _leadership(self, app: App, *, alone: bool) -> AbstractAsyncContextManager[Lead]:
        if alone:
            return _never_lost()
        return Leadership(app.store, name=f"admin/{self.name}", owner=app.publish_once.owner).held()

    async def _answer(self, app: App, lead: Lead) -> None:
        """Connected, until the leadership is lost or the connection for good."""
        bot = AdminBot(
            app,
            admins=Admins(role_ids=frozenset(self._settings.admin_role_ids)),
            api_url=self._settings.api_url,
            language=self._settings.language,
            leads=lead.is_ours,
        )
        connected = asyncio.create_task(bot.start(self._settings.token.get_secret_value()))
        losing = asyncio.create_task(lead.lost.wait())
        try:
            await asyncio.wait([connected, losing], return_when=asyncio.FIRST_COMPLETED)
            if connected.done():
                await connected
        finally:
            losing.cancel()
            await bot.close()
            connected.cancel()
            await asyncio.gather(connected, losing, return_exceptions=True)


@asynccontextmanager
async def _never_lost() -> AsyncIterator[Lead]:
    yield Lead(clock=time.monotonic, until=math.inf)


def _in_words(error: Exception) -> str:
    if isinstance(error, discord.LoginFailure):
        return "Discord refused the bot's token: copy it anew from the Developer Portal."
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return "Discord wants an intent that the bot does not use: see docs/discord.md."
    return "Admins are not answered in Discord meanwhile; it is tried again."
