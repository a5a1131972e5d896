"""Alerts as messages in a channel of the admins, sent by the bot that posts."""

import discord

from bot.alerts.words import heading, next_step
from bot.publishers.discord.connection import Connection
from bot.publishers.discord.markdown import as_written
from bot.publishers.discord.publisher import LIMITS
from schedules.alerts import FOR_ADMINS, Alert


class DiscordAlerts:
    """Writes each alert into one channel. Nobody is mentioned by it."""

    kinds = FOR_ADMINS

    def __init__(self, *, name: str, channel_id: int, connection: Connection) -> None:
        self.name = name
        self._channel_id = channel_id
        self._connection = connection

    async def send(self, alert: Alert) -> None:
        """One message. Raises what `OneRequestHTTP.request` raises."""
        client = await self._connection.client()
        await client.get_partial_messageable(self._channel_id).send(
            message(alert),
            allowed_mentions=discord.AllowedMentions.none(),
            suppress_embeds=True,
        )

    async def close(self) -> None:
        """Give back the connection."""
        await self._connection.release()


def message(alert: Alert) -> str:
    """The alert with its markdown escaped; of one that is too long, the message is cut."""
    above, below = f"**{as_written(heading(alert))}**\n", as_written(next_step(alert))
    said, room = as_written(alert.message), LIMITS.text - len(above) - len(below) - 1
    if len(said) > room:
        # An escape that was cut in two would take the ellipsis for its other half.
        said = said[: room - 1].rstrip("\\") + "…"
    return f"{above}{said}\n{below}".rstrip()
