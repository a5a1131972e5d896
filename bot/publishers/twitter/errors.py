"""What a failure at X means: every one of them becomes a PublishError."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import aiohttp

from bot.publishers.twitter.client import Answer, JsonObject, Refused, Unreadable
from schedules.clock import Clock
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)

RATE_LIMIT_WINDOW = timedelta(minutes=15)
"""How long to wait where X does not say: its limits count by quarters of an hour."""
SHORTEST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=24)

_LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_NOT_ALLOWED_TYPES = ("oauth1-permissions", "client-forbidden", "unsupported-authentication")
_NOT_ALLOWED_WORDS = ("suspended", "temporarily locked")
_LONGEST_QUOTE = 300


@contextmanager
def told_apart(clock: Clock, *, creating: bool = False) -> Iterator[None]:
    """Raises a PublishError in place of whatever goes wrong within.

    `creating`: the request within is the one that makes the post, so that what is not known for
    sure is an AmbiguousOutcome. Elsewhere no post can come of it, and what is our own mistake stays
    visible as such.
    """
    try:
        yield
    except PublishError:
        raise
    except Refused as error:
        raise _refusal(error.answer, creating=creating, now=clock.now()) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        # The only ones that say for sure that nothing was sent: there was no connection yet.
        raise Transient(f"X could not be reached ({_short(error)}). It is tried again.") from error
    except (aiohttp.ClientError, TimeoutError, OSError, Unreadable) as error:
        raise _unanswered(_short(error), creating=creating) from error
    except Exception as error:
        # Sent is sent: whatever went wrong afterwards, the post may be there.
        if creating:
            raise _unanswered(type(error).__name__, creating=True) from error
        raise


def _refusal(answer: Answer, *, creating: bool, now: datetime) -> PublishError:
    """What X's answer means, where it is no 2xx."""
    words = answer.words or {}
    said = _said(answer)
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
        case status if 400 <= status < 500 and status != 408 and answer.words is not None:
            return Permanent(
                f"X will not take this ({said}). Change the post, or the app's permissions if "
                "every post is refused so."
            )
        case _:
            # 5xx, a redirect, or a page by something in front of X: not X's own decision.
            return _unanswered(said, creating=creating)


def _unanswered(what: str, *, creating: bool) -> PublishError:
    if creating:
        return AmbiguousOutcome(
            f"X did not say whether it took the post ({what}). It is looked for on the account "
            "before anything is sent again."
        )
    return Transient(f"X did not answer as it should ({what}). It is tried again.")


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
    seconds = [int(reset) - now.timestamp() for reset in resets if _is_count(reset)]
    if not seconds:
        given = headers.get("retry-after", "")
        seconds = [int(given) if _is_count(given) else RATE_LIMIT_WINDOW.total_seconds()]
    shortest, longest = SHORTEST_WAIT.total_seconds(), LONGEST_WAIT.total_seconds()
    return timedelta(seconds=min(max(*seconds, shortest), longest))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_type(words: JsonObject, name: str) -> bool:
    """Whether X's problem is of this type: ".../2/problems/usage-capped"."""
    return str(words.get("type", "")).endswith(f"/{name}")


def _is_duplicate(said: str) -> bool:
    return "duplicate" in said.lower()


def _not_allowed(words: JsonObject, said: str) -> bool:
    return any(_is_type(words, name) for name in _NOT_ALLOWED_TYPES) or any(
        phrase in said.lower() for phrase in _NOT_ALLOWED_WORDS
    )


def _said(answer: Answer) -> str:
    """X's own words for an admin: "HTTP 403: You are not allowed to ..."."""
    words = answer.words or {}
    errors = words.get("errors")
    listed = (
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )
    found = [error.get("message") or error.get("detail") for error in listed]
    found = found or [words.get("detail") or words.get("message") or words.get("title")]
    text = " ".join(str(part) for part in found if part)[:_LONGEST_QUOTE]
    return f"HTTP {answer.status}: {text}" if text else f"HTTP {answer.status}"


def _short(error: Exception) -> str:
    return str(error)[:_LONGEST_QUOTE] or type(error).__name__
