"""The card of a waiting Entry: how it stands, its previews, and what can be done with it."""

from collections.abc import Sequence

import discord

from bot.admin.answers import Answer, button
from bot.admin.asked import Asked
from bot.admin.previews import show_previews
from bot.admin.router import custom_id
from bot.operations.preview import preview_entry
from bot.operations.queue import twins
from bot.publishers.discord.markdown import as_written
from content.entry import Entry, EntryState
from content.phrase import Phrase
from content.typography import apostrophes

STATE_WORDS = {
    EntryState.DRAFT: Phrase("draft"),
    EntryState.READY: Phrase("ready"),
    EntryState.HELD: Phrase("held"),
}

Row = Sequence[discord.ui.Item[discord.ui.View]]


async def show_card(asked: Asked, entry: Entry, *, new: int = 0, said: Sequence[str] = ()) -> None:
    """Answer with the card, `said` above it.

    `new`: it was begun in Discord and is not let go yet: it can be queued, or cancelled.
    """
    head = await _head(asked, entry, new=new, said=said)
    await show_previews(
        asked,
        await preview_entry(asked.app, entry, stated=False),
        head=head,
        rows=_rows(asked, entry, new=new),
    )


async def show_state(asked: Asked, entry: Entry, *, said: Sequence[str] = ()) -> None:
    """Bring a card up to date after a change that no preview shows; drawing them takes seconds."""
    message = asked.interaction.message
    if message is None or not message.embeds:
        await show_card(asked, entry, said=said)
        return
    head = await _head(asked, entry, new=0, said=said)
    await asked.retouch(Answer(text=head, rows=_rows(asked, entry, new=0)))


async def _head(asked: Asked, entry: Entry, *, new: int, said: Sequence[str]) -> str:
    say = asked.say
    lines = [*said, title(asked, entry)]
    if entry.date is not None:
        lines.append(say("📌 Pinned to {day}.", day=entry.date))
    if entry.missing:
        lines.append(say("Still missing: {missing}.", missing=entry.missing))
    if any(photo.proposed for photo in entry.photos):
        lines.append(
            say("“Edit” shows what the photo's file proposes; sending it off confirms it.")
        )
    if entry.held:
        wait = Phrase("Nothing is posted until you queue it.")
        lines.append(say(wait if new else Phrase("It is kept back until you release it.")))
    if others := await twins(asked.app, entry):
        numbers = [str(each.id) for each in others[:5]]
        lines.append(say("This city waits already, as number {numbers}.", numbers=numbers))
    return "\n".join(lines)


def title(asked: Asked, entry: Entry) -> str:
    """ "**Le Mans**, Sarthe · number 17 · held"."""
    shown = asked.app.gazetteer.choice(entry.city, asked.words.language)
    name, _, where = apostrophes(shown).partition(", ")
    return asked.say(
        "**{city}**, {where} · number {id} · {state}",
        city=as_written(name),
        where=as_written(where),
        id=str(entry.id),
        state=STATE_WORDS[entry.state],
    )


def _rows(asked: Asked, entry: Entry, *, new: int) -> Sequence[Row]:
    """The buttons of a card; one that waits has its place in the queue too."""
    buttons = card_buttons(asked, entry, new=new)
    return [buttons] if new else [buttons, [back_button(asked, entry.id)]]


def back_button(asked: Asked, entry_id: int) -> discord.ui.Button[discord.ui.View]:
    """To the page of the queue on which an Entry is."""
    return button("↩️ " + asked.say("Back to the queue"), custom_id("queue.at", entry_id))


def card_buttons(asked: Asked, entry: Entry, *, new: int) -> Row:
    """What can be done with a waiting Entry."""
    say, number = asked.say, entry.id
    green, red = discord.ButtonStyle.success, discord.ButtonStyle.danger
    grey = discord.ButtonStyle.secondary
    if new:
        first = button(say("Queue it"), custom_id("entry.queue", number), style=green)
        last = button(say("Cancel"), custom_id("entry.cancel", number), style=red)
    else:
        last = button(say("Remove"), custom_id("entry.remove", number), style=red)
        if entry.held:
            first = button(say("Release"), custom_id("entry.release", number), style=green)
        else:
            first = button(say("Hold"), custom_id("entry.hold", number))
    unfinished = discord.ButtonStyle.primary if entry.missing else grey
    pin = (
        button(say("Pin a date"), custom_id("entry.pin", number, new))
        if entry.date is None
        else button(say("Unpin"), custom_id("entry.unpin", number, new))
    )
    return [
        first,
        button(say("Edit"), custom_id("entry.edit", number, new), style=unfinished),
        button(say("Change photo"), custom_id("entry.photo", number, new)),
        pin,
        last,
    ]
