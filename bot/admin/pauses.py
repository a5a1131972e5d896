"""A pause, said to an admin, and the button that ends it."""

import discord

from bot.admin.answers import button
from bot.admin.asked import Asked, moment
from bot.admin.remedies import SUCCESS
from bot.admin.router import custom_id
from bot.admin.who import who_acted
from bot.publishers.discord.markdown import as_written, cut
from schedules.stops import Pause

LONGEST_REASON = 1000
"""Characters of a reason, which may be longer when it was given on the command line."""


def in_words(asked: Asked, pause: Pause) -> str:
    """Who paused, why, since when, and when it ends."""
    said = asked.say(
        "⏸️ Posting is paused, by {who}, {since}: {reason}",
        who=who_acted(asked, pause.by),
        since=moment(pause.since, "R"),
        reason=cut(as_written(pause.reason), LONGEST_REASON),
    )
    ends = (
        asked.say("It ends {moment}.", moment=moment(pause.until))
        if pause.until is not None
        else asked.say("It lasts until somebody resumes.")
    )
    return f"{said}\n{ends}"


def resume_button(asked: Asked, pause: Pause) -> discord.ui.Button[discord.ui.View]:
    """Ends this pause, not one that another admin begins later."""
    return button(asked.say("Resume"), custom_id("pause.resume", key_of(pause)), style=SUCCESS)


def key_of(pause: Pause) -> int:
    """Milliseconds: no two pauses begin in the same one."""
    return int(pause.since.timestamp() * 1000)
