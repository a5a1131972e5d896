"""/queue: what waits, Entry by Entry, in order; and in and out as a file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer, Uploaded, choice
from bot.admin.asked import Asked, Interaction
from bot.admin.pages import page_buttons, paused_line
from bot.admin.queue_card import queue_card, when_it_comes
from bot.admin.queue_files import exported, imported
from bot.admin.router import UnknownPress, custom_id, press
from bot.operations import listing, queue
from bot.operations.listing import Listed, QueuePage
from bot.operations.refusal import CannotBeDone
from bot.publishers.discord.markdown import as_written
from content.records import Format
from content.typography import apostrophes
from schedules.store import Step

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

PAGE_SIZE = 10
"""Entries of a page: as many as a phone shows at once."""


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class QueueCog(
    commands.GroupCog,
    group_name=_("queue"),
    group_description=_("The cities that wait for their day."),
):
    """The content queue."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("list"), description=_("What comes on which date, in order, and what to do with it.")
    )
    async def list_(self, interaction: Interaction) -> None:
        """The first page."""
        await _show_page(self._bot.asked(interaction), 1)

    @app_commands.command(
        name=_("import"),
        description=_(
            "Add the cities of a file, JSON or CSV. Good rows are queued, bad ones named."
        ),
    )
    @app_commands.rename(file=_("file"))
    @app_commands.describe(
        file=_("As /queue export gives it. Only the column “city” must be there.")
    )
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Queue a file's rows."""
        asked = self._bot.asked(interaction)
        given = Uploaded(name=file.filename, url=file.url, size=file.size)
        await asked.answer(await imported(asked, given))

    @app_commands.command(
        name=_("export"), description=_("Get all that waits as a file that /queue import takes.")
    )
    @app_commands.rename(file_format=_("format"))
    @app_commands.describe(file_format=_("json is the default; csv opens in a spreadsheet."))
    async def export(self, interaction: Interaction, file_format: Format = "json") -> None:
        """The queue as a file."""
        asked = self._bot.asked(interaction)
        await asked.answer(await exported(asked, file_format))

    @press("queue.page")
    async def page(self, asked: Asked, number: int, which: str) -> None:
        """Another page, of the queue as it is now."""
        await _show_page(asked, number)

    @press("queue.at")
    async def at(self, asked: Asked, entry_id: int) -> None:
        """The page on which an Entry is now; the first one when it waits no more."""
        try:
            position = (await listing.listed(asked.app, entry_id)).position
        except CannotBeDone:
            position = 1
        await _show_page(asked, (position - 1) // PAGE_SIZE + 1)

    @press("queue.open")
    async def open(self, asked: Asked) -> None:
        """The card of the Entry that was chosen."""
        chosen = asked.chosen[0] if asked.chosen else ""
        if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= 19):
            raise UnknownPress(chosen)
        await _show_entry(asked, int(chosen))

    @press("queue.hold")
    async def hold(self, asked: Asked, entry_id: int) -> None:
        """It is kept back."""
        await queue.hold(asked.app, entry_id, held=True)
        await _show_entry(asked, entry_id)

    @press("queue.release")
    async def release(self, asked: Asked, entry_id: int) -> None:
        """It may come again."""
        await queue.hold(asked.app, entry_id, held=False)
        await _show_entry(asked, entry_id)

    @press("entry.up")
    async def up(self, asked: Asked, entry_id: int) -> None:
        """Past the Entry in front."""
        await _step(asked, entry_id, Step.UP)

    @press("entry.down")
    async def down(self, asked: Asked, entry_id: int) -> None:
        """Past the Entry behind."""
        await _step(asked, entry_id, Step.DOWN)

    @press("entry.first")
    async def first(self, asked: Asked, entry_id: int) -> None:
        """Before all others."""
        await _step(asked, entry_id, Step.HEAD)


async def _step(asked: Asked, entry_id: int, where: Step) -> None:
    await queue.step(asked.app, entry_id, where)
    await _show_entry(asked, entry_id)


async def _show_entry(asked: Asked, entry_id: int) -> None:
    listed = await listing.listed(asked.app, entry_id)
    waiting = listing.waiting(await asked.app.store.stock())
    await asked.answer(queue_card(asked, listed, waiting=waiting))


async def _show_page(asked: Asked, number: int) -> None:
    page = await listing.queue_page(asked.app, number, size=PAGE_SIZE)
    await asked.answer(_page(asked, page, await paused_line(asked)))


def _page(asked: Asked, page: QueuePage, paused: Sequence[str]) -> Answer:
    say = asked.say
    if not page.entries:
        return Answer(text=say("The queue is empty. Add a city with /city add."))
    embed = discord.Embed(
        title=say("Queue"),
        description="\n".join([*paused, *(_line(asked, each) for each in page.entries)]),
        colour=discord.Colour.blurple(),
    )
    embed.set_footer(
        text=say(
            "Ready: {ready} · Drafts: {draft} · Held: {held}",
            ready=page.stock.ready,
            draft=page.stock.draft,
            held=page.stock.held,
        )
    )
    entries = choice(
        say("Choose one to move, change or remove"),
        custom_id("queue.open"),
        [_option(asked, each) for each in page.entries],
    )
    turning = page_buttons("queue.page", number=page.number, pages=page.pages)
    return Answer(embeds=[embed], rows=[[entries], turning])


def _line(asked: Asked, listed: Listed) -> str:
    """ "`12` **Wed 25 Nov 2026** 📌 · Albi"."""
    city = as_written(apostrophes(asked.app.gazetteer.label(listed.entry.city)))
    return f"`{listed.position}` {when_it_comes(asked, listed)} · {city}"


def _option(asked: Asked, listed: Listed) -> discord.SelectOption:
    city = apostrophes(asked.app.gazetteer.label(listed.entry.city))
    return discord.SelectOption(
        label=f"{listed.position}. {city}"[:100],
        value=str(listed.entry.id),
        description=when_it_comes(asked, listed).replace("*", "")[:100],
    )
