"""The form by which an admin changes what a chosen city's post says."""

from datetime import date
from hashlib import sha256

import discord

from bot.admin.answers import LONGEST_INPUT, Answer, Field, Form, button
from bot.admin.asked import Asked
from bot.admin.router import custom_id
from bot.app import App
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.publishers.discord.markdown import as_written
from content.entry import Entry
from content.phrase import Phrase

LONGEST_EMBED = 4096
"""Characters of an embed's description (Discord API reference, Embed Limits)."""
LONGEST_ANSWER = 5500
"""Characters of all embeds of a message (6,000), less some for their titles."""


async def edition_entry(app: App, day: date) -> Entry:
    """The city that was chosen for a date. Raises CannotBeDone."""
    edition = await app.store.edition(day)
    if edition is None or edition.entry is None:
        raise CannotBeDone(
            Phrase("No city was chosen for {day}: there is nothing to edit.", day=day)
        )
    return edition.entry


def caption_form(
    asked: Asked, entry: Entry, name: str, day: date, destination: str, attempts: int
) -> Form:
    """Filled with what the Entry says. What is sent says by which texts it was filled."""
    labels = _labels(asked)
    fields = [
        Field(name=each, label=labels[each], value=value, long=each != "tags")
        for each, value in _said(entry).items()
    ]
    title = asked.say("Caption of {city}", city=entry.city.name)
    form = custom_id(name, day, destination, attempts, _fingerprint(entry))
    return Form(title, form, fields)


def caption_changes(asked: Asked, entry: Entry, was: str) -> Changes:
    """What the form changes. Raises CannotBeDone: somebody changed the Entry meanwhile."""
    if _fingerprint(entry) != was:
        raise CannotBeDone(Phrase("Somebody else changed it meanwhile: look at it again."))
    said = _said(entry)
    typed = {
        name: text
        for name, text in asked.form.texts.items()
        if name in said and text.strip() != said[name].strip()
    }
    return Changes(
        texts={each: typed[each] for each in ("fr", "en") if each in typed},
        tags=typed["tags"].replace(",", " ").split() if "tags" in typed else None,
        alt=typed.get("alt"),
    )


def typed_again(asked: Asked, error: CannotBeDone, again: str) -> Answer:
    """Why it could not be taken, with what was typed, so that it can be copied from there."""
    labels, left = _labels(asked), LONGEST_ANSWER
    embeds = []
    for name, text in asked.form.texts.items():
        shown = as_written(text)[: min(left, LONGEST_EMBED)]
        if name in labels and shown:
            left -= len(shown)
            embeds.append(discord.Embed(title=labels[name], description=shown))
    said = asked.say("Not changed. {reason} What you wrote is kept below.", reason=error.words)
    rows = [[button(asked.say("Edit the caption"), again)]]
    return Answer(text=as_written(said), embeds=embeds, rows=rows)


def _labels(asked: Asked) -> dict[str, str]:
    return {
        "fr": asked.say("French text"),
        "en": asked.say("English text"),
        "tags": asked.say("Hashtags"),
        "alt": asked.say("Alt text of the photo"),
    }


def _said(entry: Entry) -> dict[str, str]:
    """By field, as far as the form shows it: Discord takes 4,000 characters."""
    said = {
        "fr": entry.texts.get("fr", ""),
        "en": entry.texts.get("en", ""),
        "tags": " ".join(f"#{tag}" for tag in entry.tags),
    }
    if entry.photos:
        said["alt"] = entry.photos[0].alt
    return {name: text[:LONGEST_INPUT] for name, text in said.items()}


def _fingerprint(entry: Entry) -> str:
    return sha256(repr(sorted(_said(entry).items())).encode()).hexdigest()[:8]
