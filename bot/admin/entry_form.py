"""The form of an Entry: its fields filled with what is known, and what comes back read."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

import discord

from bot.admin.answers import LONGEST_INPUT, Answer, Field, Form, Submitted, Upload, button
from bot.admin.asked import Asked
from bot.admin.credit_lines import credit_lines, read_credit
from bot.admin.router import custom_id
from bot.operations.queue import Changes, clean_tags
from bot.operations.refusal import CannotBeDone
from bot.publishers.discord.markdown import as_written
from content.city import City
from content.entry import LANGUAGES, Entry
from content.phrase import Phrase
from content.typography import apostrophes

SOON_SECONDS = 1.5
"""How long a form may be waited for. It must be there within three seconds of the command, and
what comes before us and behind us takes its part of them."""
TEXT_LABELS = {"fr": Phrase("Text in French"), "en": Phrase("Text in English")}
_BETWEEN_TAGS = re.compile(r"[\s,;]+")


def city_form(asked: Asked, city: City) -> Form:
    """The form of a city of which nothing is on record yet."""
    return _form(asked, Entry(city=city), custom_id("city.write", city.key))


def entry_form(asked: Asked, entry: Entry, *, new: int = 0) -> Form:
    """The form of a waiting Entry. `new`: it was begun in Discord and is not let go yet."""
    return _form(asked, entry, custom_id("entry.write", entry.id, new))


async def open_form(
    asked: Asked, finding: Awaitable[Entry], *, new: int = 0, soon: float = SOON_SECONDS
) -> None:
    """The form of an Entry, if that is found soon; or else a button that opens it."""
    task = asyncio.ensure_future(finding)
    await asyncio.wait([task], timeout=soon)
    if task.done():
        await asked.show(entry_form(asked, task.result(), new=new))
        return
    await asked.defer()
    entry = await task
    opens = button(
        asked.say("Write the texts"),
        custom_id("entry.edit", entry.id, new),
        style=discord.ButtonStyle.primary,
    )
    said = asked.say("{city} is on record.", city=f"**{as_written(entry.city.name)}**")
    await asked.answer(Answer(text=said, rows=[[opens]]))


def _form(asked: Asked, entry: Entry, made: str) -> Form:
    say = asked.say
    fields: list[Field | Upload] = [
        Field(name=each, label=say(TEXT_LABELS[each]), value=entry.texts.get(each, ""), long=True)
        for each in LANGUAGES
    ]
    if entry.photos:
        photo = entry.photos[0]
        fields += [
            Field(
                name="alt",
                label=say("Alt text"),
                hint=say("What the picture shows, for those who do not see it."),
                value=photo.alt,
                long=True,
            ),
            Field(
                name="credit",
                label=say("Credit"),
                hint=say("Write behind each colon; what there is none of stays empty."),
                value=credit_lines(photo.credit, asked.words),
                long=True,
            ),
        ]
    fields.append(
        Field(
            name="tags",
            label=say("Hashtags"),
            hint=say("With blanks between them. The city's own comes by itself."),
            value=" ".join(f"#{tag}" for tag in entry.tags),
        )
    )
    if not entry.photos:
        fields.append(
            Upload(
                name="photo",
                label=say("Photo"),
                hint=say("Without one, the city's view from orbit is shown."),
                required=False,
            )
        )
    fitting = [each for each in fields if isinstance(each, Upload) or len(each.value) < _MOST]
    return Form(apostrophes(entry.city.name), made, fitting)


_MOST = LONGEST_INPUT + 1
"""A field that would have to be cut is left out, and stays as it is."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What came back: `changes`, and the `flaws` of what is none of them."""

    changes: Changes
    flaws: Sequence[Phrase] = ()


def written(form: Submitted, *, photo: bytes | None = None) -> Written:
    """What a form says. What an admin sends off with the photo's fields in it is right by that."""
    texts, flaws = form.texts, []
    tags: Sequence[str] | None = None
    if "tags" in texts:
        try:
            tags = clean_tags(_BETWEEN_TAGS.split(texts["tags"]))
        except CannotBeDone as error:
            typed = texts["tags"]
            flaws = [
                error.words,
                Phrase("The hashtags stay as they were; you wrote: {typed}", typed=typed),
            ]
    credit = read_credit(texts["credit"]) if "credit" in texts else {}
    changes = Changes(
        photo=photo,
        texts={each: texts[each] for each in LANGUAGES if each in texts},
        alt=texts.get("alt"),
        author=credit.get("author"),
        source=credit.get("source"),
        licence=credit.get("licence"),
        link=credit.get("link"),
        tags=tags,
        confirm="alt" in texts and "credit" in texts,
    )
    return Written(changes=changes, flaws=flaws)


def typed_again(form: Submitted) -> str:
    """Everything that was typed, to be kept when it could not be put on record."""
    return "\n\n".join(f"{name}:\n{text}" for name, text in form.texts.items() if text.strip())
