"""/calendar: what comes on the next fourteen days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer
from bot.admin.asked import Asked, Interaction
from bot.admin.pages import fitting, paused_line
from bot.operations.publishing import STATUS_WORDS, CalendarDay, calendar
from bot.publishers.discord.markdown import as_written
from content.phrase import Phrase
from content.typography import apostrophes
from schedules.ledger import Publication

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

DAYS = 14
PINNED, STANDS_IN, BLANK = "📌", "🛰️", "⬜"
LEGEND = {
    PINNED: Phrase("pinned"),
    STANDS_IN: Phrase("stands in, no city is ready"),
}
WHY_BLANK = {"skipped": Phrase("skipped date"), "paused": Phrase("posting is paused")}


class CalendarCog(commands.Cog):
    """What comes when."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("calendar"), description=_("The cities of the next fourteen days.")
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def calendar(self, interaction: Interaction) -> None:
        """The next fourteen days, today's among them."""
        asked = self._bot.asked(interaction)
        days = await calendar(asked.app, None, DAYS)
        begun: dict[date, list[Publication]] = {}
        for each in await asked.app.store.publications(since=days[0].date):
            begun.setdefault(each.date, []).append(each)
        await asked.answer(_answer(asked, days, begun, await paused_line(asked)))


def _answer(
    asked: Asked,
    days: Sequence[CalendarDay],
    begun: Mapping[date, Sequence[Publication]],
    paused: Sequence[str],
) -> Answer:
    lines = [
        *paused,
        *(
            line
            for day in days
            for line in (_line(asked, day), *_states(asked, begun.get(day.date)))
        ),
    ]
    text, _left_out = fitting(lines)
    embed = discord.Embed(
        title=asked.say("The next {count} days", count=len(days)),
        description=text,
        colour=discord.Colour.blurple(),
    )
    shown = [f"{mark} {asked.say(said)}" for mark, said in LEGEND.items() if mark in text]
    hours = asked.say("Hours of {timezone}", timezone=asked.app.settings.timezone)
    embed.set_footer(text=" · ".join([hours, *shown]))
    return Answer(embeds=[embed])


def _line(asked: Asked, day: CalendarDay) -> str:
    """ "**Wed 25 Nov** 18:00 · Albi 📌"."""
    local = day.due_at.astimezone(asked.app.settings.timezone)
    when = f"**{asked.words.short_day(day.date)}** {asked.words.hour(local)}"
    if day.entry is None:
        why = asked.say(WHY_BLANK.get(day.blank, Phrase("no city")))
        return f"{when} · {BLANK} *{why}*"
    marks = [PINNED] if day.entry.date == day.date else []
    if not day.entry_id:
        marks.append(STANDS_IN)
    city = apostrophes(asked.app.gazetteer.label(day.entry.city))
    return " ".join([when, "·", as_written(city), *marks])


def _states(asked: Asked, publications: Sequence[Publication] | None) -> Sequence[str]:
    """What has become of a day so far: "-# published: site, twitter · failed: discord"."""
    if not publications:
        return ()
    by_status: dict[str, list[str]] = {}
    for each in sorted(publications, key=lambda each: each.destination):
        said = asked.say(STATUS_WORDS[each.status])
        by_status.setdefault(said, []).append(as_written(each.destination))
    parts = [
        asked.say("{label}: {value}", label=said, value=", ".join(names))
        for said, names in by_status.items()
    ]
    return (f"-# {' · '.join(parts)}"[:500],)
