"""What Discord's refusals and broken connections mean: the PublishError for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
import discord

from bot.publishers.discord.rest import TooManyRequests
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)

# Discord API reference, JSON error codes.
UNKNOWN_MESSAGE = 10008
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013

DEFAULT_WAIT = timedelta(seconds=60)
"""When a 429 does not say how long, as Cloudflare's does not always."""

NEEDED = "View Channel, Send Messages, Attach Files and Read Message History"

# A request that was turned down before anything was done with it. Not 408 and the like: they are
# answers of something between us and Discord, which may have passed the request on.
_REFUSED = frozenset({400, 403, 404, 405, 411, 413, 414, 415, 422, 431})


@contextmanager
def creating(channel_id: int) -> Iterator[None]:
    """Around a create: whatever does not say that nothing was created is AmbiguousOutcome."""
    with _translated(_create_error, channel_id):
        yield


@contextmanager
def asking(channel_id: int) -> Iterator[None]:
    """Around a call that creates nothing: what may go away by itself is Transient."""
    with _translated(_call_error, channel_id):
        yield


@contextmanager
def looking(channel_id: int) -> Iterator[None]:
    """Around a look-up: where we may not look, we do not know."""
    with _translated(_look_error, channel_id):
        yield


@contextmanager
def _translated(
    translate: Callable[[Exception, int], PublishError], channel_id: int
) -> Iterator[None]:
    try:
        yield
    except PublishError:
        raise
    except Exception as error:
        # Everything, since discord.py trips over an answer of an unexpected shape with a KeyError,
        # a TypeError and others; and a publisher raises only PublishError.
        raise translate(error, channel_id) from error


def _create_error(error: Exception, channel_id: int) -> PublishError:
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
        # The nonce is known, its message is not there any more (discord.py issue 10116): somebody
        # took this very post down. That is a decision, and not ours to undo.
        return Permanent(
            f"This was posted in channel {channel_id} before and has been deleted there. To post "
            "it again after all, wait a few minutes and resend it."
        )
    if refusal := _refusal(error, channel_id):
        return refusal
    if _not_connected(error):
        return Transient()
    return AmbiguousOutcome(
        f"Discord's answer was lost ({_named(error)}): the message may be in channel {channel_id} "
        "or not. It is looked for there before it is sent again."
    )


def _call_error(error: Exception, channel_id: int) -> PublishError:
    return _refusal(error, channel_id) or Transient(
        f"Discord could not be asked ({_named(error)}). It will be tried again."
    )


def _look_error(error: Exception, channel_id: int) -> PublishError:
    translated = _call_error(error, channel_id)
    if not isinstance(translated, Permanent):
        return translated
    return AmbiguousOutcome(
        f"{translated.user_message} Until then nobody knows whether the message was posted."
    )


def _refusal(error: Exception, channel_id: int) -> PublishError | None:
    """The error for an answer that says that nothing was done; None for any other trouble."""
    if isinstance(error, discord.InvalidData):
        return wrong_channel_type(channel_id)
    if not isinstance(error, discord.HTTPException):
        return None
    if isinstance(error, TooManyRequests):
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
    if error.status not in _REFUSED:
        return None
    if error.status == 404:
        return Permanent(
            f"Discord has no channel {channel_id}, or none that the bot can see. Correct the "
            "channel ids in the settings, or invite the bot to the server."
        )
    if error.status == 403:
        return Permanent(_forbidden(error, channel_id))
    return Permanent(f"Discord does not take this as it is: {_named(error)}.")


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
    return f"Discord refused ({_named(error)}). See that the bot has {NEEDED} in {channel_id}."


def _not_connected(error: Exception) -> bool:
    """Name not found, connection refused or not made in time: nothing has been sent."""
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def _named(error: Exception) -> str:
    """What happened in a few words; never those of a library, which may quote a request."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status}: {error.text}" if error.text else str(error.status)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__
