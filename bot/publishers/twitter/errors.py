"""What X means by its refusals."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from bot import http
from bot.http import LONGEST_WAIT, JsonObject, Refused, in_words, retry_after
from schedules.clock import Clock
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
)

RATE_LIMIT_WINDOW = timedelta(minutes=15)
"""How long to wait where X does not say: its limits count by quarters of an hour."""
SHORTEST_WAIT = timedelta(seconds=10)

_LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_NOT_ALLOWED_TYPES = ("oauth1-permissions", "client-forbidden", "unsupported-authentication")
_NOT_ALLOWED_WORDS = ("suspended", "temporarily locked")


def told_apart(clock: Clock, *, creating: bool = False) -> AbstractContextManager[None]:
    """Around requests to X: raises a PublishError in place of whatever goes wrong within.

    `creating`: the request within is the one that makes the post.
    """

    def meaning(error: Exception) -> PublishError | None:
        if not isinstance(error, Refused):
            return None
        special = _special(error, creating=creating, now=clock.now())
        return special or http.refusal(error, "X")

    return http.told_apart("X", meaning, creating=creating)


def _special(error: Refused, *, creating: bool, now: datetime) -> PublishError | None:
    """What X's refusal means, where its status alone does not say it."""
    answer, said = error.answer, in_words(error)
    words = answer.words or {}
    match answer.status:
        case 401:
            return AuthExpired(
                f"X does not accept the credentials ({said}). Renew API key and access token in "
                "the settings, and see that the machine's clock is right."
            )
        case 402:
            return _spent(said)
        case 429 if _is_type(words, "usage-capped"):
            return _spent(said)
        case 429:
            wait = _wait(answer.headers, now)
            minutes = max(1, round(wait.total_seconds() / 60))
            return RateLimited(f"X asks to wait {minutes} min ({said}).", retry_after=wait)
        case 403 if _is_duplicate(said) and creating:
            # X refuses a text that it has; perhaps from a create of ours whose answer was lost.
            return AmbiguousOutcome(
                f"X says that this text was posted already ({said}). If the post is not on the "
                "account, change its text before you send it again."
            )
        case 403 if _not_allowed(words, said):
            return AuthExpired(
                f"X does not let this account post ({said}). Give the app Read and Write "
                "permission, make a new access token, and see that the account is in order."
            )
    return None


def _spent(said: str) -> Permanent:
    """No wait of ours ends this, so it is no RateLimited: somebody has to pay."""
    return Permanent(
        f"X's budget is spent ({said}). Add credits or raise the spending limit at "
        "console.x.com, then send the post again."
    )


def _wait(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Until the latest reset of a limit that is used up. X gives seconds since 1970."""
    used_up = [
        name
        for name in _LIMITS
        if name == "x-rate-limit" or headers.get(f"{name}-remaining") == "0"
    ]
    resets = [headers.get(f"{name}-reset", "") for name in used_up]
    ahead = [int(reset) - now.timestamp() for reset in resets if _is_count(reset)]
    wait = timedelta(seconds=max(ahead)) if ahead else retry_after(headers, RATE_LIMIT_WINDOW)
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def _is_count(text: str) -> bool:
    """Of ten digits at most, as its seconds since 1970 have until 2286."""
    return text.isascii() and text.isdigit() and len(text) <= 10


def _is_type(words: JsonObject, name: str) -> bool:
    """Whether X's problem is of this type: ".../2/problems/usage-capped"."""
    return str(words.get("type", "")).endswith(f"/{name}")


def _is_duplicate(said: str) -> bool:
    return "duplicate" in said.lower()


def _not_allowed(words: JsonObject, said: str) -> bool:
    return any(_is_type(words, name) for name in _NOT_ALLOWED_TYPES) or any(
        phrase in said.lower() for phrase in _NOT_ALLOWED_WORDS
    )
