"""The one place where an error becomes an answer."""

from collections.abc import Mapping
from uuid import uuid4

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.admin.answers import Answer
from bot.admin.asked import Asked
from bot.admin.router import UnknownPress
from bot.operations.refusal import CannotBeDone, See
from bot.publishers.discord.markdown import as_written
from content.phrase import Phrase
from schedules.errors import PublishError, where
from schedules.store import StoreUnavailable

log = structlog.get_logger()

HINTS: Mapping[See, Phrase] = {
    See.QUEUE: Phrase("See /queue list."),
    See.HISTORY: Phrase("See /history."),
    See.ADD_A_CITY: Phrase("Add one with /city add."),
    See.GIVE_A_PHOTO: Phrase("Give it with “Change photo”."),
}
"""What to look at or do next, in Discord's commands."""

UNKNOWN_INTERACTION, ALREADY_ANSWERED = 10062, 40060
"""Discord API reference, JSON error codes."""


CONNECTION_ERRORS = (aiohttp.ClientError, OSError)
"""What a request to Discord raises when no answer comes; discord.py lets them through."""


class NotAllowed(Exception):
    """Who asks is no admin."""


async def tell(asked: Asked, error: Exception) -> None:
    """Say what went wrong to who asked; what nobody foresaw is logged, with a number to find it."""
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
        log.warning("answered_too_late", interaction=asked.interaction.id)
        return
    if isinstance(error, discord.HTTPException) and error.code == ALREADY_ANSWERED:
        log.warning("answered_by_another", interaction=asked.interaction.id)
        return
    answer = Answer(text=_in_words(asked, error))
    try:
        if asked.updates:
            await asked.also(answer)
        else:
            await asked.answer(answer)
    except (discord.HTTPException, *CONNECTION_ERRORS) as failure:
        log.warning("not_answered", interaction=asked.interaction.id, cause=where(failure))


def _in_words(asked: Asked, error: Exception) -> str:
    match error:
        case NotAllowed():
            return _refusal(asked)
        case CannotBeDone():
            return _with_hint(asked, error)
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return asked.say("The commands have changed: try again in a minute.")
        case UnknownPress():
            return asked.say("This button is not known any more: ask for the message anew.")
        case PublishError():
            return as_written(asked.say(error.user_message))
        case StoreUnavailable():
            log.error("store_unavailable", message=str(error))
            return asked.say("The database cannot be reached: nothing was changed. Try again soon.")
    number = uuid4().hex[:8]
    log.error("admin_failed", number=number, interaction=asked.interaction.id, exc_info=error)
    return asked.say(
        "Something went wrong that nobody foresaw. The log says what, with number {number}.",
        number=number,
    )


def _with_hint(asked: Asked, error: CannotBeDone) -> str:
    said = as_written(asked.say(error.words))
    hint = HINTS.get(error.see) if error.see is not None else None
    return f"{said} {asked.say(hint)}" if hint else said


def _refusal(asked: Asked) -> str:
    guild = asked.interaction.guild
    roles = asked.interaction.client.admins.named_in(guild)  # type: ignore[attr-defined]
    if roles:
        return asked.say("That is for admins. Ask somebody with the role {roles}.", roles=roles)
    return asked.say("That is for admins, on their own server.")
