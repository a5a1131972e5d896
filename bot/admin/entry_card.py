"""The card of a waiting Entry: what it says, when it comes, and all that can be done with it."""

from collections.abc import Sequence

import discord

from bot.admin.answers import Answer, button
from bot.admin.asked import Asked
from bot.admin.router import custom_id
from bot.operations.listing import Listed
from bot.publishers.discord.markdown import as_written
from content.entry import Entry, EntryState
from content.phrase import Phrase

LANGUAGE_NAMES = {"fr": Phrase("French"), "en": Phrase("English")}

Row = Sequence[discord.ui.Item[discord.ui.View]]


def entry_card(asked: Asked, listed: Listed, *, waiting: int) -> Answer:
    """The Entry with its buttons. `waiting`: how many Entries wait in all."""
    say, entry = asked.say, listed.entry
    place = say("Place {position} of {count}", position=listed.position, count=waiting)
    embed = discord.Embed(
        title=as_written(asked.app.gazetteer.label(entry.city))[:256],
        description=f"{when_it_comes(asked, listed)}\n{place}",
        colour=discord.Colour.blurple(),
    )
    if entry.missing:
        embed.add_field(
            name=say("Missing"), value=_cut(as_written(say("{items}", items=entry.missing)))
        )
    for language, text in entry.texts.items():
        embed.add_field(
            name=say(LANGUAGE_NAMES.get(language, Phrase(language))),
            value=_cut(as_written(text)),
            inline=False,
        )
    if entry.tags:
        tags = as_written(" ".join(f"#{tag}" for tag in entry.tags))
        embed.add_field(name=say("Hashtags"), value=_cut(tags), inline=False)
    for photo in entry.photos[:1]:
        said = as_written("\n".join(part for part in (photo.alt, photo.credit.line) if part))
        embed.add_field(name=say("Photo"), value=_cut(said) or say("nothing yet"), inline=False)
    embed.set_footer(text=say("Entry {entry}", entry=str(entry.id)))
    return Answer(embeds=[embed], rows=entry_rows(asked, listed, waiting=waiting))


def entry_rows(asked: Asked, listed: Listed, *, waiting: int) -> Sequence[Row]:
    """The buttons for one Entry, and the way back to the list."""
    say, entry = asked.say, listed.entry
    first, last = listed.position <= 1, listed.position >= waiting
    hold = (
        button("▶️ " + say("Release"), custom_id("entry.release", entry.id))
        if entry.held
        else button("⏸️ " + say("Hold"), custom_id("entry.hold", entry.id))
    )
    pin = (
        button("📌 " + say("Unpin"), custom_id("entry.unpin", entry.id))
        if entry.date
        else button("📌 " + say("Pin to a date"), custom_id("entry.pin", entry.id))
    )
    return (
        (
            button("⬆️ " + say("Up"), custom_id("entry.up", entry.id), disabled=first),
            button("⬇️ " + say("Down"), custom_id("entry.down", entry.id), disabled=last),
            button("⏫ " + say("To the head"), custom_id("entry.first", entry.id), disabled=first),
        ),
        (
            button("👁️ " + say("Preview"), custom_id("entry.show", entry.id)),
            button("✏️ " + say("Edit"), custom_id("entry.edit", entry.id)),
            pin,
            hold,
            button(
                "🗑️ " + say("Remove"),
                custom_id("entry.remove", entry.id),
                style=discord.ButtonStyle.danger,
            ),
        ),
        (button("↩️ " + say("Back to the queue"), custom_id("queue.at", entry.id)),),
    )


def when_it_comes(asked: Asked, listed: Listed) -> str:
    """ "**Wed 25 Nov 2026**", "**Draft**", with its pin."""
    entry = listed.entry
    match entry.state:
        case EntryState.DRAFT:
            said = asked.say("Draft")
        case EntryState.HELD:
            said = asked.say("Held")
        case _ if listed.comes_on is not None:
            said = asked.words.day(listed.comes_on)
        case _:
            said = asked.say("In more than a year")
    return f"**{said}**" + pin_mark(asked, entry, shown=listed.comes_on == entry.date)


def pin_mark(asked: Asked, entry: Entry, *, shown: bool) -> str:
    """📌 for one that is pinned, with its date unless that is `shown` already."""
    if entry.date is None:
        return ""
    return " 📌" if shown else f" 📌 {asked.words.day(entry.date)}"


def _cut(text: str) -> str:
    return text if len(text) <= 1024 else text[:1020].rstrip("\\") + " …"
