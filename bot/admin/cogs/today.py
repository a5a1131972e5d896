"""/today: the city of the day, for everyone."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer, link
from bot.admin.asked import Asked, Interaction, moment
from bot.admin.commands import EVERYONE
from bot.operations.publishing import Today, today
from bot.publishers.discord.markdown import as_written

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

LONGEST_ADDRESS = 512
"""Characters of a button's address (Discord API reference, Button)."""


class TodayCog(commands.Cog):
    """What followers may ask."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("today"),
        description=_("Today's city, and where to see it."),
        extras={EVERYONE: True},
    )
    async def today(self, interaction: Interaction) -> None:
        """Today's city, and where it was posted."""
        asked = self._bot.asked(interaction)
        await asked.answer(_answer(asked, await today(asked.app)))


def _answer(asked: Asked, found: Today) -> Answer:
    if found.city is None:
        if found.next_at is None:
            return Answer(text=asked.say("There is no city today."))
        if found.next_at <= asked.app.clock.now():
            return Answer(text=asked.say("Today's city is not out yet: it comes soon."))
        soon = moment(found.next_at, "R")
        return Answer(text=asked.say("Today's city is not out yet: it comes {soon}.", soon=soon))
    links = [
        link(place[:80], url) for place, url in found.links.items() if len(url) <= LONGEST_ADDRESS
    ]
    rows = [links[start : start + 5] for start in range(0, len(links), 5)][:5]
    name = as_written(found.city.name)
    return Answer(text=asked.say("Today's city is **{city}**.", city=name), rows=rows)
