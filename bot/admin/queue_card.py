"""The card of an Entry as the queue shows it: where it stands, and what can be done with it."""

from collections.abc import Sequence

import discord

from bot.admin.answers import Answer, button
from bot.admin.asked import Asked
from bot.admin.entry_card import Row, back_button, card_buttons, title
from bot.admin.router import custom_id
from bot.operations.listing import Listed
from bot.publishers.discord.markdown import as_written, cut
from content.entry import Entry, EntryState
from content.phrase import Phrase

LONGEST_VALUE = 1000
"""Characters of a text here; the preview shows all of it. Discord takes 1,024 (Embed Limits)."""
LANGUAGE_NAMES = {"fr": Phrase("French"), "en": Phrase("English")}


def queue_card(asked: Asked, listed: Listed, *, waiting: int) -> Answer:
    """The Entry with its buttons. `waiting`: how many Entries wait in all."""
    say, entry = asked.say, listed.entry
    place = say("Place {position} of {count}", position=listed.position, count=waiting)
    embed = discord.Embed(
        description=f"{title(asked, entry)}\n{when_it_comes(asked, listed)} · {place}",
        colour=discord.Colour.blurple(),
    )
    if entry.missing:
        missing = as_written(say("Still missing: {missing}.", missing=entry.missing))
        embed.description = f"{embed.description}\n{missing}"
    for language, text in entry.texts.items():
        name = say(LANGUAGE_NAMES[language]) if language in LANGUAGE_NAMES else language
        embed.add_field(name=name, value=_cut(text), inline=False)
    if entry.tags:
        tags = " ".join(f"#{tag}" for tag in entry.tags)
        embed.add_field(name=say("Hashtags"), value=_cut(tags), inline=False)
    for photo in entry.photos[:1]:
        said = "\n".join(part for part in (photo.alt, photo.credit.line) if part)
        embed.add_field(name=say("Photo"), value=_cut(said) or say("nothing yet"), inline=False)
    return Answer(embeds=[embed], rows=_rows(asked, listed, waiting=waiting))


def _rows(asked: Asked, listed: Listed, *, waiting: int) -> Sequence[Row]:
    """Moves, what can be done with any Entry, and the ways from here."""
    say, entry, number = asked.say, listed.entry, listed.entry.id
    first, last = listed.position <= 1, listed.position >= waiting
    _, *others = card_buttons(asked, entry, new=0)
    # This card says anew when the Entry comes, which an entry.hold would not.
    hold = (
        button(
            say("Release"), custom_id("queue.release", number), style=discord.ButtonStyle.success
        )
        if entry.held
        else button(say("Hold"), custom_id("queue.hold", number))
    )
    return (
        (
            button("⬆️ " + say("Up"), custom_id("entry.up", number), disabled=first),
            button("⬇️ " + say("Down"), custom_id("entry.down", number), disabled=last),
            button("⏫ " + say("To the head"), custom_id("entry.first", number), disabled=first),
        ),
        (hold, *others),
        (
            button(
                "👁️ " + say("Preview"),
                custom_id("entry.show", number),
                style=discord.ButtonStyle.primary,
            ),
            button("📝 " + say("Changes"), custom_id("audit.page", number, 0, "first")),
            back_button(asked, number),
        ),
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
    return f"**{said}**{_pin(asked, entry, shown=listed.comes_on == entry.date)}"


def _pin(asked: Asked, entry: Entry, *, shown: bool) -> str:
    """📌 for one that is pinned, with its date unless that is `shown` already."""
    if entry.date is None:
        return ""
    return " 📌" if shown else f" 📌 {asked.words.day(entry.date)}"


def _cut(text: str) -> str:
    return cut(as_written(text), LONGEST_VALUE)
