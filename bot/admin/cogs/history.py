"""/history: what was posted where, the newest first."""

from datetime import date
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer, button
from bot.admin.asked import Asked, Interaction
from bot.admin.links import masked_link
from bot.admin.pages import fitting
from bot.admin.router import custom_id, press
from bot.operations.history import HistoryDay, HistoryPage, history
from bot.operations.publishing import STATUS_WORDS, why_not_published
from bot.publishers.discord.markdown import as_written
from content.typography import apostrophes
from schedules.ledger import Publication, Status

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

DAYS = 7
LONGEST_DAY, LONGEST_REASON = 700, 200
"""Characters: seven days fit into the 6,000 of an embed (Discord API reference, Embed Limits)."""


class HistoryCog(commands.Cog):
    """What was posted."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("history"), description=_("What was posted where, the newest first, with links.")
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def history(self, interaction: Interaction) -> None:
        """The newest week."""
        await _show(self._bot.asked(interaction), None)

    @press("history.page")
    async def page(self, asked: Asked, until: date, which: str) -> None:
        """The week that ends with a date."""
        await _show(asked, until)


async def _show(asked: Asked, until: date | None) -> None:
    page = await history(asked.app, until=until, days=DAYS)
    if page is None:
        await asked.answer(Answer(text=asked.say("Nothing was posted yet.")))
        return
    await asked.answer(_answer(asked, page))


def _answer(asked: Asked, page: HistoryPage) -> Answer:
    embed = discord.Embed(title=asked.say("History"), colour=discord.Colour.blurple())
    for day in page.days:
        city = as_written(apostrophes(day.city)) or asked.say("no city")
        embed.add_field(
            name=f"{asked.words.day(day.date)} · {city}"[:256],
            value=_places(asked, day),
            inline=False,
        )
    if not page.days:
        embed.description = asked.say("Nothing in these days.")
    targets = (
        ("⏮ " + asked.say("Newest"), page.newest, "first", page.until < page.newest),
        ("◀ " + asked.say("Newer"), page.newer, "newer", page.until < page.newest),
        (asked.say("Older") + " ▶", page.older, "older", page.first > page.oldest),
        (asked.say("Oldest") + " ⏭", page.last_page, "last", page.first > page.oldest),
    )
    turning = [
        button(label, custom_id("history.page", target, which), disabled=not possible)
        for label, target, which, possible in targets
    ]
    return Answer(embeds=[embed], rows=[turning])


def _places(asked: Asked, day: HistoryDay) -> str:
    lines = [_line(asked, each) for each in day.publications]
    text, left_out = fitting(lines, most=LONGEST_DAY)
    if left_out:
        text += "\n" + asked.say("and {count} more", count=left_out)
    return text or asked.say("nothing")


def _line(asked: Asked, publication: Publication) -> str:
    """ "**twitter** [published](…)", "**twitter** failed: why"."""
    name, state = as_written(publication.destination), asked.say(STATUS_WORDS[publication.status])
    if publication.status is Status.PUBLISHED:
        url = publication.receipt.url if publication.receipt else ""
        return f"**{name}** · {masked_link(state, url)}"
    reason = as_written(asked.say(why_not_published(asked.app, publication)))
    if len(reason) > LONGEST_REASON:
        reason = reason[:LONGEST_REASON].rstrip("\\") + "…"
    said = asked.say("{label}: {value}", label=state, value=reason) if reason else state
    return f"**{name}** · {said}"
