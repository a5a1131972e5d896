"""/audit: who changed what and when, the newest first."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer, button
from bot.admin.asked import Asked, Interaction, moment
from bot.admin.cogs.city import MOST_CHOICES, offered
from bot.admin.entry_card import back_button
from bot.admin.pages import fitting
from bot.admin.router import custom_id, press
from bot.admin.subjects import subject_in_words
from bot.admin.who import who_acted
from bot.admin.words import Words, language_of
from bot.operations import audit as operations
from bot.operations.waiting import waiting_called, waiting_like
from bot.publishers.discord.markdown import as_written
from content.phrase import Phrase
from schedules.record import Change, entry_subject

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

PAGE_SIZE = 8
LONGEST_CHANGE, LONGEST_VALUE = 480, 120
"""Characters: so much of each Change, and of a text before and after it, fits into a page."""
KEPT_IN_FRONT = 20
"""Characters of what two long texts have in common that are shown before what differs."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.+]+)?$")
ALL, NEWEST = 0, 0
"""In a custom id: of no Entry alone; from the newest Change on."""


class AuditCog(commands.Cog):
    """The record of changes."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("audit"), description=_("Who changed what and when, the newest first.")
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @app_commands.rename(entry=_("entry"))
    @app_commands.describe(entry=_("Only what became of one city: choose it, or give its number."))
    async def audit(self, interaction: Interaction, entry: str = "") -> None:
        """The newest changes."""
        asked = self._bot.asked(interaction)
        await _show(asked, await _entry_id(asked, entry.strip()), NEWEST)

    @audit.autocomplete("entry")
    async def _waiting(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        words = Words(language=language_of(interaction.locale))
        found = await waiting_like(self._bot.app, typed, limit=MOST_CHOICES)
        return [Choice(name=offered(words, each), value=str(each.id)) for each in found]

    @press("audit.page")
    async def page(self, asked: Asked, entry_id: int, before: int, which: str) -> None:
        """The changes before one."""
        await _show(asked, entry_id, before)


async def _entry_id(asked: Asked, typed: str) -> int:
    """By its number also one that waits no more. Raises CannotBeDone for an unknown name."""
    if not typed:
        return ALL
    if typed.isascii() and typed.isdecimal() and len(typed) <= 19:
        return int(typed)
    return (await waiting_called(asked.app, typed)).id


async def _show(asked: Asked, entry_id: int, before: int) -> None:
    found = await operations.audit(
        asked.app, entry_id=entry_id or None, before=before or None, limit=PAGE_SIZE + 1
    )
    shown = found[:PAGE_SIZE]
    newer = await _newer(asked, entry_id, shown) if before else NEWEST
    targets = (
        ("⏮ " + asked.say("Newest"), NEWEST, "first", bool(before)),
        ("◀ " + asked.say("Newer"), newer, "newer", bool(before)),
        (
            asked.say("Older") + " ▶",
            shown[-1].id if shown else NEWEST,
            "older",
            len(found) > PAGE_SIZE,
        ),
    )
    turning = [
        button(label, custom_id("audit.page", entry_id, target, which), disabled=not possible)
        for label, target, which, possible in (targets if shown or before else ())
    ]
    if entry_id != ALL:
        turning.append(back_button(asked, entry_id))
    title = asked.say("Changes") if entry_id == ALL else asked.say("Changes of one city")
    embed = discord.Embed(title=title, colour=discord.Colour.blurple())
    embed.description = "\n\n".join(_said(asked, change) for change in shown) or asked.say(
        "Nothing is on record."
    )
    await asked.answer(Answer(embeds=[embed], rows=[turning] if turning else []))


async def _newer(asked: Asked, entry_id: int, shown: Sequence[Change]) -> int:
    """Before which Change the page begins that comes after this one in time."""
    if not shown:
        return NEWEST
    following = await asked.app.store.changes(
        subject=entry_subject(entry_id) if entry_id else None,
        after=shown[0].id,
        limit=PAGE_SIZE + 1,
    )
    return following[0].id if len(following) > PAGE_SIZE else NEWEST


def _said(asked: Asked, change: Change) -> str:
    """What was done to what, by whom and when, and what it said before and says now."""
    words = operations.subject_words(change)
    subject = as_written(
        asked.say(words, subject=subject_in_words(change.subject, asked.words))
        if "subject" in words.values
        else subject_in_words(asked.say(words), asked.words)
    )
    lines = [
        f"**{subject}** · {as_written(asked.say(operations.action_words(change)))}",
        f"-# {who_acted(asked, change.by)} · {moment(change.at)}",
    ]
    for each in operations.differences(change):
        values = _excerpts(_value(asked, each.before), _value(asked, each.after))
        before, after = (asked.say("“{text}”", text=text) if text else "∅" for text in values)
        said = f"{before} → {after}" if change.before is not None else after
        field = as_written(asked.say(each.field))
        lines.append(asked.say("{label}: {value}", label=field, value=said))
    text, left_out = fitting(lines, most=LONGEST_CHANGE)
    return f"{text}\n…" if left_out else text


def _value(asked: Asked, value: str) -> str:
    said = asked.say(value) if isinstance(value, Phrase) else _moment(asked, value)
    return " ".join(said.split())


def _moment(asked: Asked, value: str) -> str:
    """A date or an instant by the service's clock, where the value is one."""
    if not _DATE.match(value):
        return value
    try:
        if len(value) == len("2026-11-25"):
            return asked.words.day(date.fromisoformat(value))
        local = datetime.fromisoformat(value).astimezone(asked.app.settings.timezone)
    except ValueError:
        return value
    return asked.say("{day} {hour}", day=local.date(), hour=f"{local:%H:%M}")


def _excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts; of long ones what there is from where they begin to differ."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (was, is_) in pairs if was != is_), min(len(before), len(after)))
    start = max(same - KEPT_IN_FRONT, 0) if max(len(before), len(after)) > LONGEST_VALUE else 0
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    if not text:
        return ""
    end = start + LONGEST_VALUE
    return "…" * bool(start) + as_written(text[start:end]) + "…" * (end < len(text))
