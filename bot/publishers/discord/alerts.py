"""Alerts as messages in a channel of the admins, sent by the bot that posts."""

from collections.abc import Callable
from dataclasses import dataclass

import discord

from bot.alerts.words import heading, next_step
from bot.publishers.discord.connection import Connection
from bot.publishers.discord.markdown import as_written, cut
from bot.publishers.discord.publisher import LIMITS
from schedules.alerts import FOR_ADMINS, Alert


@dataclass(frozen=True, kw_only=True)
class AlertMessage:
    """An alert as Discord takes it. `view`: the buttons that settle it, if it has any."""

    content: str
    view: discord.ui.View | None = None


Words = Callable[[Alert], AlertMessage]


class DiscordAlerts:
    """Writes each alert into one channel, in `words`. Nobody is mentioned by it."""

    kinds = FOR_ADMINS

    def __init__(self, *, name: str, channel_id: int, connection: Connection, words: Words) -> None:
        self.name = name
        self._channel_id = channel_id
        self._connection = connection
        self._words = words

    async def send(self, alert: Alert) -> None:
        """One message. Raises what `OneRequestHTTP.request` raises."""
        client = await self._connection.client()
        message = self._words(alert)
        await client.get_partial_messageable(self._channel_id).send(
            message.content,
            view=message.view or discord.utils.MISSING,
            allowed_mentions=discord.AllowedMentions.none(),
            suppress_embeds=True,
        )

    async def close(self) -> None:
        """Give back the connection."""
        await self._connection.release()


def for_the_command_line(alert: Alert) -> AlertMessage:
    """In English, with the commands that settle it."""
    return AlertMessage(content=lines(heading(alert), alert.message, next_step(alert)))


def lines(above: str, said: str, below: str) -> str:
    """An alert with its markdown escaped; of one that is too long, what is `said` is cut."""
    above, below = f"**{as_written(above)}**\n", as_written(below)
    said = cut(as_written(said), LIMITS.text - len(above) - len(below) - 1)
    return f"{above}{said}\n{below}".rstrip()
