"""What Discord means by its refusals: the PublishError for each."""

from contextlib import AbstractContextManager

import discord

from bot.http import DEFAULT_WAIT, REFUSED, in_words, told_apart
from bot.publishers.discord.rest import TooManyRequests
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
)

# Discord API reference, JSON error codes.
UNKNOWN_MESSAGE = 10008
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013

NEEDED = "View Channel, Send Messages, Attach Files and Read Message History"


def creating(channel_id: int) -> AbstractContextManager[None]:
    """Around a create: whatever does not say that nothing was created is AmbiguousOutcome."""
    return told_apart("Discord", lambda error: _create_meaning(error, channel_id), creating=True)


def asking(channel_id: int) -> AbstractContextManager[None]:
    """Around a call that creates nothing: what may go away by itself is Transient."""
    return told_apart("Discord", lambda error: _refusal(error, channel_id))


def looking(channel_id: int) -> AbstractContextManager[None]:
    """Around a look-up: where we may not look, we do not know."""
    return told_apart("Discord", lambda error: _look_meaning(error, channel_id))


def _create_meaning(error: Exception, channel_id: int) -> PublishError | None:
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
        # The nonce is known, its message is not there any more (discord.py issue 10116): somebody
        # took this very post down. That is a decision, and not ours to undo.
        return Permanent(
            f"This was posted in channel {channel_id} before and has been deleted there. To post "
            "it again after all, wait a few minutes and resend it."
        )
    return _refusal(error, channel_id)


def _look_meaning(error: Exception, channel_id: int) -> PublishError | None:
    refusal = _refusal(error, channel_id)
    if not isinstance(refusal, Permanent):
        return refusal
    return AmbiguousOutcome(
        f"{refusal.user_message} Until then nobody knows whether the message was posted."
    )


def _refusal(error: Exception, channel_id: int) -> PublishError | None:
    """The error for an answer that says that nothing was done; None for any other trouble."""
    if isinstance(error, discord.InvalidData):
        return wrong_channel_type(channel_id)
    if not isinstance(error, discord.HTTPException):
        return None
    if isinstance(error, TooManyRequests):
        # Cloudflare does not always say how long.
        wait = error.retry_after or DEFAULT_WAIT
        return RateLimited(
            f"Discord asks to wait {wait.total_seconds():.0f} s. It will be tried again then.",
            retry_after=wait,
        )
    if error.status == 401:
        return AuthExpired(
            "Discord refused the bot's token. Copy the token anew from the Developer Portal into "
            "the settings, and start again."
        )
    if error.status not in REFUSED:
        return None
    if error.status == 404:
        return Permanent(
            f"Discord has no channel {channel_id}, or none that the bot can see. Correct the "
            "channel ids in the settings, or invite the bot to the server."
        )
    if error.status == 403:
        return Permanent(_forbidden(error, channel_id))
    return Permanent(f"Discord does not take this as it is: {in_words(error)}.")


def wrong_channel_type(channel_id: int) -> Permanent:
    """The channel is none of those that this publisher posts in."""
    return Permanent(
        f"Channel {channel_id} is neither a text nor an announcement channel. Choose one of these."
    )


def _forbidden(error: discord.HTTPException, channel_id: int) -> str:
    if error.code == MISSING_ACCESS:
        return (
            f"The bot cannot see channel {channel_id}. Invite it to the server, and give it "
            "View Channel there."
        )
    if error.code == MISSING_PERMISSIONS:
        return f"The bot may not post in channel {channel_id}. Give it {NEEDED} there."
    return f"Discord refused ({in_words(error)}). See that the bot has {NEEDED} in {channel_id}."
