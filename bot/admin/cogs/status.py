"""/status: how the service stands."""

from importlib.metadata import version
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer
from bot.admin.asked import Asked, Interaction, moment
from bot.operations.health import DestinationStatus, ServiceStatus, status
from bot.operations.publishing import why_not_published
from bot.publishers.discord.markdown import as_written
from content.phrase import Phrase
from schedules.ledger import Status

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

STATUS_WORDS = {
    Status.SCHEDULED: Phrase("scheduled"),
    Status.PUBLISHING: Phrase("being sent"),
    Status.PUBLISHED: Phrase("published"),
    Status.FAILED: Phrase("failed"),
    Status.UNCONFIRMED: Phrase("unconfirmed"),
    Status.MISSED: Phrase("missed"),
    Status.CANCELLED: Phrase("cancelled"),
}


class StatusCog(commands.Cog):
    """What admins ask first."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("status"),
        description=_("What comes next, how each destination is, what needs you."),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def status(self, interaction: Interaction) -> None:
        """How the service stands."""
        asked = self._bot.asked(interaction)
        await asked.answer(_answer(asked, await status(asked.app)))


def _answer(asked: Asked, found: ServiceStatus) -> Answer:
    say, coming, stock = asked.say, found.coming, found.stock
    embed = discord.Embed(title="City a Day", colour=discord.Colour.blurple())
    embed.add_field(
        name=say("Next"),
        value=f"**{as_written(coming.city) or say('no city')}**\n{moment(coming.due_at)}"
        f" · {moment(coming.due_at, 'R')}",
        inline=False,
    )
    embed.add_field(
        name=say("In stock"),
        value=say(
            "{ready} ready (as many days), {draft} drafts, {held} held",
            ready=stock.ready,
            draft=stock.draft,
            held=stock.held,
        ),
        inline=False,
    )
    for each in found.destinations:
        embed.add_field(name=each.name, value=_destination(asked, each)[:1024])
    for publication in found.needs_you[:5]:
        reason = as_written(say(why_not_published(asked.app, publication)))
        state = say(STATUS_WORDS[publication.status])
        embed.add_field(
            name=say("Needs you: {publication}", publication=publication.id),
            value=f"{state}. {reason}"[:1024],
            inline=False,
        )
    embed.set_footer(text=f"city-a-day {version('city-a-day')}")
    return Answer(embeds=[embed])


def _destination(asked: Asked, destination: DestinationStatus) -> str:
    say, latest = asked.say, destination.latest
    if destination.hold is not None:
        return say("on hold: {reason}", reason=as_written(destination.hold.reason))
    if latest is None:
        return say("nothing yet")
    state = say(STATUS_WORDS[latest.status])
    return say("{state}, {day}", state=state, day=latest.date)
