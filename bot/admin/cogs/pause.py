"""/pause and /resume: all posting stops for a while."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer
from bot.admin.asked import Asked, Interaction
from bot.admin.dates import chosen_date, date_choices
from bot.admin.pauses import in_words, key_of, resume_button
from bot.admin.router import press
from bot.operations.pausing import pause, paused, resume
from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

OFFERED_DAYS = 14
LONGEST_REASON = 500


class PauseCog(commands.Cog):
    """What stops all posting, and lets it go on."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("pause"), description=_("Post nothing for a while; the days stay empty.")
    )
    @app_commands.describe(
        reason=_("Why: the other admins read it."),
        until=_("The first date on which a city comes again; empty: until somebody resumes."),
    )
    @app_commands.rename(reason=_("reason"), until=_("until"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def pause(
        self,
        interaction: Interaction,
        reason: app_commands.Range[str, 1, LONGEST_REASON],
        until: str | None = None,
    ) -> None:
        """Post nothing from now on."""
        asked = self._bot.asked(interaction)
        ends_on = chosen_date(until) if until is not None else None
        begun = await pause(asked.app, reason, until=ends_on)
        go_on = resume_button(asked, begun)
        await asked.answer(Answer(text=in_words(asked, begun), rows=[[go_on]]))

    @pause.autocomplete("until")
    async def _next_days(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        app, words = self._bot.app, self._bot.asked(interaction).words
        today = app.rule.local_date(app.clock.now())
        days = [today + timedelta(days=each) for each in range(1, OFFERED_DAYS + 1)]
        return date_choices(typed, [(day, words.day(day)) for day in days])

    @app_commands.command(name=_("resume"), description=_("End the pause: cities come again."))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def resume(self, interaction: Interaction) -> None:
        """End the pause that is in force."""
        await _resume(self._bot.asked(interaction))

    @press("pause.resume")
    async def resume_this(self, asked: Asked, began: int) -> None:
        """End this pause, not one that another admin began since."""
        there = await paused(asked.app)
        if there is not None and key_of(there) != began:
            raise CannotBeDone(Phrase("This pause is over. There is another one: see /status."))
        await _resume(asked)

    @press("pause.over", reply="new")
    async def resume_after(self, asked: Asked, day: date) -> None:
        """End the pause under which this date passed, of which an alert told."""
        there = await paused(asked.app)
        if there is not None and not there.covers(asked.app.rule.slot(day).closes_at):
            raise CannotBeDone(Phrase("This pause is over. There is another one: see /status."))
        await _resume(asked)


async def _resume(asked: Asked) -> None:
    await resume(asked.app)
    await asked.answer(Answer(text=asked.say("Posting goes on. What is due today comes soon.")))
