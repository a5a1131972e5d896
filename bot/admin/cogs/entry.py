"""The buttons and forms of a waiting Entry: entry.show, entry.edit, entry.queue, entry.remove, …"""

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.admin.answers import Answer, Field, Form, Upload, button, choice
from bot.admin.asked import Asked
from bot.admin.dates import chosen_date
from bot.admin.entry_card import back_button, show_card, show_state, title
from bot.admin.entry_form import open_form, typed_again, written
from bot.admin.errors import tell
from bot.admin.photo_given import photo_given
from bot.admin.router import custom_id, press
from bot.operations import queue
from bot.operations.dates import free_dates
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.publishers.discord.markdown import as_written
from content.city import City
from content.entry import Entry
from content.phrase import Phrase

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

Keep = Callable[[Changes, list[str]], Awaitable[Entry]]
"""Puts changes on record; what is to be said of that is added to the list."""
OFFERED_DATES = 25
"""Options of a menu (Discord API reference, Select Menu)."""


class EntryCog(commands.Cog):
    """What an Entry's card can do. `new` is 1 while it was begun in Discord and not let go yet."""

    def __init__(self, _: "AdminBot") -> None:
        super().__init__()

    @press("entry.show")
    async def show(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """Its card, as it is now."""
        await show_card(asked, await queue.find(asked.app, entry_id), new=new)

    @press("entry.edit", reply="form")
    async def edit(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """Its form."""
        await open_form(asked, queue.find(asked.app, entry_id), new=new)

    @press("entry.write")
    async def write(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """The form came back."""

        async def keep(changes: Changes, said: list[str]) -> Entry:
            return await _kept(asked, entry_id, changes, said)

        await _written(asked, keep, new=new)

    @press("entry.photo", reply="form")
    async def photo(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """A form for another photo."""
        say, made = asked.say, custom_id("entry.photo_given", entry_id, new)
        fields: list[Field | Upload] = [
            Upload(name="photo", label=say("Photo"), required=False),
            Field(name="link", label=say("Or a link to it")),
        ]
        await asked.show(Form(say("Change photo"), made, fields))

    @press("entry.photo_given")
    async def photo_given(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """Its new photo, with what its file says of it."""
        data = await photo_given(
            asked, asked.form.files.get("photo"), asked.form.texts.get("link", "")
        )
        if data is None:
            raise CannotBeDone(Phrase("There was neither a photo nor a link: give one of them."))
        said: list[str] = []
        entry = await _kept(asked, entry_id, Changes(photo=data), said)
        await show_card(asked, entry, new=new, said=said)

    @press("entry.pin")
    async def pin(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """The next free dates, to choose one."""
        say = asked.say
        entry = await queue.find(asked.app, entry_id)
        days = await free_dates(asked.app, entry, limit=OFFERED_DATES)
        options = [
            discord.SelectOption(label=asked.words.day(day), value=day.isoformat()) for day in days
        ]
        back = button(say("Back"), custom_id("entry.show", entry_id, new))
        other = button(say("Another date"), custom_id("entry.date", entry_id, new))
        chosen = choice(
            say("The next free dates"), custom_id("entry.pinned", entry_id, new), options
        )
        said = f"{title(asked, entry)}\n{say('On which date shall it come?')}"
        await asked.answer(
            Answer(text=said, rows=[*([[chosen]] if options else []), [other, back]])
        )

    @press("entry.pinned")
    async def pinned(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """One of the dates was chosen."""
        await self._pin(asked, entry_id, asked.chosen[0] if asked.chosen else "", new)

    @press("entry.date", reply="form")
    async def another_date(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """A form for any date."""
        say, made = asked.say, custom_id("entry.dated", entry_id, new)
        field = Field(
            name="date",
            label=say("Date"),
            hint=say("Year, month, day: 2026-12-24"),
            required=True,
            most=20,
        )
        await asked.show(Form(say("Pin a date"), made, [field]))

    @press("entry.dated")
    async def dated(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """A date was written."""
        await self._pin(asked, entry_id, asked.form.texts.get("date", ""), new)

    @press("entry.unpin")
    async def unpin(self, asked: Asked, entry_id: int, new: int = 0) -> None:
        """It may come on any date."""
        entry = await queue.edit(asked.app, entry_id, Changes(unpin=True))
        await show_card(asked, entry, new=new)

    @press("entry.queue")
    async def queue(self, asked: Asked, entry_id: int) -> None:
        """What was begun is let go."""
        entry = await queue.hold(asked.app, entry_id, held=False)
        name = as_written(entry.city.name)
        if entry.missing:
            said = asked.say(
                "{city} waits in the queue as a draft: it is not posted yet.", city=name
            )
        else:
            said = asked.say("✅ {city} is in the queue.", city=name)
        await show_state(asked, entry, said=[said])

    @press("entry.release")
    async def release(self, asked: Asked, entry_id: int) -> None:
        """It may come again."""
        await show_state(asked, await queue.hold(asked.app, entry_id, held=False))

    @press("entry.hold")
    async def hold(self, asked: Asked, entry_id: int) -> None:
        """It is kept back."""
        await show_state(asked, await queue.hold(asked.app, entry_id, held=True))

    @press("entry.remove")
    async def remove(self, asked: Asked, entry_id: int) -> None:
        """Asks whether it shall go."""
        await ask_to_remove(asked, await queue.find(asked.app, entry_id))

    @press("entry.removed")
    async def removed(self, asked: Asked, entry_id: int) -> None:
        """It goes."""
        await _remove(asked, entry_id, 0)

    @press("entry.cancel")
    async def cancel(self, asked: Asked, entry_id: int) -> None:
        """What was begun goes, without a question unless it was let go since."""
        entry = await queue.find(asked.app, entry_id)
        await (_remove(asked, entry_id, 1) if entry.held else ask_to_remove(asked, entry))

    @press("entry.restore")
    async def restore(self, asked: Asked, change_id: int, new: int = 0) -> None:
        """It is put back where it was."""
        await show_card(asked, await queue.restore(asked.app, change_id), new=new)

    async def _pin(self, asked: Asked, entry_id: int, typed: str, new: int) -> None:
        entry = await queue.edit(asked.app, entry_id, Changes(on=chosen_date(typed)))
        await show_card(asked, entry, new=new)


async def begin_written(asked: Asked, city: City) -> None:
    """Put a city on record, held, with what its first form brought."""

    async def begin(changes: Changes, _: list[str]) -> Entry:
        return await queue.add(asked.app, city.key, changes, held=True)

    await _written(asked, begin, new=1)


async def _written(asked: Asked, keep: Keep, *, new: int) -> None:
    """Keep what a form brought, and show the card. What cannot be kept is given back."""
    said: list[str] = []
    try:
        found = written(asked.form)
        said += [as_written(asked.say(flaw)) for flaw in found.flaws]
        entry = await keep(found.changes, said)
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing typed is lost
        await tell(asked, error)
        file = discord.File(BytesIO(typed_again(asked.form).encode()), "city.txt")
        await asked.also(Answer(text=asked.say("What you wrote is in this file."), files=[file]))
        return
    try:
        photo = await photo_given(asked, asked.form.files.get("photo"), "")
        if photo is not None:
            entry = await _kept(asked, entry.id, Changes(photo=photo), said)
    except CannotBeDone as error:  # the texts are on record all the same
        said.append(as_written(asked.say(error.words)))
    await show_card(asked, entry, new=new, said=said)


async def _kept(asked: Asked, entry_id: int, changes: Changes, said: list[str]) -> Entry:
    """The Entry with the changes; held, and that is `said`, where it could not be posted so."""
    was = await queue.find(asked.app, entry_id)
    entry = await queue.edit(asked.app, entry_id, changes, keep=True)
    if entry.held and not was.held:
        said.append(
            asked.say("⚠️ It could not be posted like this, so it is held: see the problems below.")
        )
    return entry


async def ask_to_remove(asked: Asked, entry: Entry) -> None:
    """The question before a removal."""
    say = asked.say
    yes = button(
        say("Remove"), custom_id("entry.removed", entry.id), style=discord.ButtonStyle.danger
    )
    no = button(say("Keep it"), custom_id("entry.show", entry.id))
    said = f"{title(asked, entry)}\n{say('Shall it be taken out of the queue?')}"
    await asked.answer(Answer(text=said, rows=[[yes, no]]))


async def _remove(asked: Asked, entry_id: int, new: int) -> None:
    gone = await queue.remove(asked.app, entry_id)
    said = asked.say("{city} is out of the queue.", city=as_written(gone.entry.city.name))
    then = [back_button(asked, entry_id)]
    if gone.change is not None:
        then.insert(0, button(asked.say("Undo"), custom_id("entry.restore", gone.change, new)))
    await asked.answer(Answer(text=said, rows=[then]))
