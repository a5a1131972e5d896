"""/city add, edit, show and remove: a city comes into the queue, or is looked after there."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.asked import Asked, Interaction
from bot.admin.cogs.entry import ask_to_remove, begin_written
from bot.admin.commands import OPENS_FORM
from bot.admin.entry_card import STATE_WORDS, show_card
from bot.admin.entry_form import SOON_SECONDS, city_form, open_form
from bot.admin.photo_given import photo_given, uploaded
from bot.admin.router import press
from bot.admin.words import Words, language_of
from bot.operations import queue
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.operations.waiting import waiting_called, waiting_like
from content.city import City
from content.entry import Entry
from content.gazetteer import CityAmbiguous, CityNotFound
from content.phrase import words_of
from content.typography import apostrophes

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

MOST_CHOICES, LONGEST_CHOICE = 25, 100
"""Discord API reference, Application Command Option Choice."""


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class CityCog(
    commands.GroupCog,
    group_name=_("city"),
    group_description=_("Add a city, or change one that waits."),
):
    """What an admin does with one city."""

    def __init__(self, bot: "AdminBot", *, soon: float = SOON_SECONDS) -> None:
        super().__init__()
        self._bot = bot
        self.soon = soon

    @app_commands.command(
        name=_("add"),
        description=_("Add a city: you see at once what will be posted."),
        extras={OPENS_FORM: True},
    )
    @app_commands.rename(name=_("name"), photo=_("photo"), link=_("link"))
    @app_commands.describe(
        name=_("The city's name: choose one of those that are offered."),
        photo=_("Its photo. Without one, its view from orbit is shown."),
        link=_("Or a link to its photo."),
    )
    async def add(
        self,
        interaction: Interaction,
        name: str,
        photo: discord.Attachment | None = None,
        link: str = "",
    ) -> None:
        """The form at once, unless a photo takes too long; then a button that opens it."""
        asked = self._bot.asked(interaction)
        city = await _city(asked, name)
        if photo is None and not link.strip():
            await asked.show(city_form(asked, city))
            return

        async def begin() -> Entry:
            data = await photo_given(asked, uploaded(photo), link)
            return await queue.add(asked.app, city.key, Changes(photo=data), held=True)

        await open_form(asked, begin(), new=1, soon=self.soon)

    @add.autocomplete("name")
    async def _cities(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        gazetteer = self._bot.app.gazetteer
        if typed.strip():
            found = await asyncio.to_thread(gazetteer.starting_with, typed, limit=MOST_CHOICES)
        else:
            found = await queue.suggestions(self._bot.app, MOST_CHOICES)
        language = language_of(interaction.locale)
        return [
            Choice(
                name=apostrophes(gazetteer.choice(each, language))[:LONGEST_CHOICE], value=each.key
            )
            for each in found
        ]

    @app_commands.command(
        name=_("edit"),
        description=_("Change the texts, the credit or the hashtags of a city that waits."),
        extras={OPENS_FORM: True},
    )
    @app_commands.rename(entry=_("entry"))
    @app_commands.describe(entry=_("A city that waits: choose one of those that are offered."))
    async def edit(self, interaction: Interaction, entry: str) -> None:
        """Its form, filled."""
        asked = self._bot.asked(interaction)
        await open_form(asked, waiting_called(asked.app, entry), soon=self.soon)

    @app_commands.command(
        name=_("show"),
        description=_("See what will be posted of a city that waits."),
    )
    @app_commands.rename(entry=_("entry"))
    @app_commands.describe(entry=_("A city that waits: choose one of those that are offered."))
    async def show(self, interaction: Interaction, entry: str) -> None:
        """Its card."""
        asked = self._bot.asked(interaction)
        await show_card(asked, await waiting_called(asked.app, entry))

    @app_commands.command(
        name=_("remove"),
        description=_("Take a city that waits out of the queue. It can be undone."),
    )
    @app_commands.rename(entry=_("entry"))
    @app_commands.describe(entry=_("A city that waits: choose one of those that are offered."))
    async def remove(self, interaction: Interaction, entry: str) -> None:
        """A question first."""
        asked = self._bot.asked(interaction)
        await ask_to_remove(asked, await waiting_called(asked.app, entry))

    @edit.autocomplete("entry")
    @show.autocomplete("entry")
    @remove.autocomplete("entry")
    async def _waiting(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        words = Words(language=language_of(interaction.locale))
        found = await waiting_like(self._bot.app, typed, limit=MOST_CHOICES)
        return [Choice(name=offered(words, each), value=str(each.id)) for each in found]

    @press("city.begin", reply="form")
    async def begin(self, asked: Asked, key: str) -> None:
        """A city was suggested, and shall come."""
        await asked.show(city_form(asked, await _city(asked, key)))

    @press("city.write", reply="new")
    async def write(self, asked: Asked, key: str) -> None:
        """The first form of a city: from here on it is on record."""
        await begin_written(asked, await _city(asked, key))


async def _city(asked: Asked, name: str) -> City:
    """A city by its key, or by the name that somebody typed. Raises CannotBeDone."""
    try:
        return await asyncio.to_thread(asked.app.gazetteer.find, name)
    except (CityNotFound, CityAmbiguous) as error:
        raise CannotBeDone(words_of(error)) from error


def offered(words: Words, entry: Entry) -> str:
    """ "17 · Le Mans · ready · Wed, 25 Nov 2026"."""
    shown = [str(entry.id), apostrophes(entry.city.name), words.say(STATE_WORDS[entry.state])]
    if entry.date is not None:
        shown.append(words.day(entry.date))
    return " · ".join(shown)[:LONGEST_CHOICE]
