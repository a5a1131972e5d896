"""/status: how the service stands."""

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer, Rows, button
from bot.admin.asked import Asked, Interaction, moment
from bot.admin.pauses import in_words, resume_button
from bot.admin.remedies import LONGEST_BUTTON, PRIMARY, in_buttons
from bot.admin.router import custom_id
from bot.admin.subjects import subject_in_words
from bot.operations.health import DestinationStatus, ServiceStatus, status
from bot.operations.publishing import STATUS_WORDS, why_not_published
from bot.operations.spending import Spending, dollars
from bot.publishers.discord.markdown import as_written, cut
from content.typography import apostrophes
from schedules.ledger import Publication

Button = discord.ui.Button[discord.ui.View]

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

MOST_SKIPS = 10
"""Dates shown."""
LONGEST_REASON = 300
MOST_WAITING = 5
"""Publications shown that need an admin's word, each with its button: one row takes five."""
MOST_FIELDS, MOST_CHARACTERS = 25, 5900
"""Discord takes 25 fields and 6,000 characters (API reference, Embed Limits): the footer's last."""


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
        app = asked.app
        skips = await app.store.skips(app.rule.local_date(app.clock.now()), date.max)
        await asked.answer(_answer(asked, await status(app), sorted(skips)))


def _answer(asked: Asked, found: ServiceStatus, skipped: Sequence[date]) -> Answer:
    say, coming, stock = asked.say, found.coming, found.stock
    embed = discord.Embed(title="City a Day", colour=_colour(found))
    rows: Rows = ()
    if found.paused is not None:
        embed.description = in_words(asked, found.paused)
        rows = [[resume_button(asked, found.paused)]]
    waiting = found.needs_you[:MOST_WAITING]
    if waiting:
        rows = [*rows, [_settle_button(asked, each) for each in waiting]]
    city = as_written(apostrophes(coming.city)) or say("no city")
    embed.add_field(
        name=say("Next"),
        value=f"**{city}**\n{moment(coming.due_at)} · {moment(coming.due_at, 'R')}",
        inline=False,
    )
    embed.add_field(
        name=say("In stock"),
        value=say(
            "Ready: {ready} (as many days) · Drafts: {draft} · Held: {held}",
            ready=stock.ready,
            draft=stock.draft,
            held=stock.held,
        ),
        inline=False,
    )
    if skipped:
        days = [
            *map(asked.words.day, skipped[:MOST_SKIPS]),
            *(["…"] if skipped[MOST_SKIPS:] else []),
        ]
        embed.add_field(name=say("Skipped"), value=asked.words.listed(days), inline=False)
    needs_you = [_needs_you(asked, publication) for publication in waiting]
    room = MOST_CHARACTERS - sum(len(name + value) for name, value in needs_you)
    shown = 0
    for each in found.destinations:
        value = _destination(asked, each)
        full = len(embed.fields) + len(needs_you) >= MOST_FIELDS
        if full or len(embed) + len(each.name) + len(value) > room:
            break
        embed.add_field(name=each.name, value=value)
        shown += 1
    for name, value in needs_you:
        embed.add_field(name=name, value=value, inline=False)
    below = f"city-a-day {version('city-a-day')}"
    if left_out := len(found.destinations) - shown:
        more = say("Destinations that are not shown: {count}", count=left_out)
        below = f"{below} · {more}"
    embed.set_footer(text=below)
    return Answer(embeds=[embed], rows=rows)


def _needs_you(asked: Asked, publication: Publication) -> tuple[str, str]:
    """The field of what waits for an admin: its name and its value."""
    reason = as_written(asked.say(why_not_published(asked.app, publication)))
    state = asked.say(STATUS_WORDS[publication.status])
    name = asked.say(
        "Needs you: {publication}", publication=subject_in_words(publication.id, asked.words)
    )
    return name, cut(f"{state}. {reason}", LONGEST_REASON)


def _settle_button(asked: Asked, publication: Publication) -> Button:
    """To what can be done about it."""
    shown = subject_in_words(publication.id, asked.words)
    return button(
        asked.say("Settle: {publication}", publication=shown)[:LONGEST_BUTTON],
        custom_id("remedy.settle", publication.date, in_buttons(publication.destination)),
        style=PRIMARY,
    )


def _colour(found: ServiceStatus) -> discord.Colour:
    if found.needs_you or any(each.hold is not None for each in found.destinations):
        return discord.Colour.red()
    return discord.Colour.orange() if found.paused is not None else discord.Colour.green()


def _destination(asked: Asked, destination: DestinationStatus) -> str:
    said = _health(asked, destination)
    return f"{said}\n{_spending(asked, destination.spending)}" if destination.spending else said


def _health(asked: Asked, destination: DestinationStatus) -> str:
    say, latest = asked.say, destination.latest
    if destination.hold is not None:
        reason = cut(as_written(asked.say(destination.hold.reason)), LONGEST_REASON)
        return say("on hold: {reason}", reason=reason)
    if latest is None:
        return say("nothing yet")
    state = say(STATUS_WORDS[latest.status])
    return say("{state}, {day}", state=state, day=latest.date)


def _spending(asked: Asked, found: Spending) -> str:
    said = asked.say(
        "{spent} this month, {expected} by its end",
        spent=dollars(found.spent),
        expected=dollars(found.expected),
    )
    if found.budget is None:
        return said
    return asked.say("{spending}; budget {budget}", spending=said, budget=dollars(found.budget))
