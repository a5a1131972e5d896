"""What an error means for a Publication: tried again, failed, or in doubt (see the error table)."""

import random
from datetime import datetime, timedelta

from schedules.errors import AmbiguousOutcome, AuthExpired, PublishError, RateLimited, Transient
from schedules.ledger import Settlement, Status
from schedules.publisher import CREATE_TIMEOUT

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt: doubling, with jitter from a half to the whole."""
    doublings = min(max(attempts, 1) - 1, 20)
    wait: timedelta = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return wait * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def conclusive_at(armed_at: datetime, visible_after: timedelta) -> datetime:
    """From when on a look-up that finds nothing proves that nothing was created."""
    return armed_at + CREATE_TIMEOUT + visible_after


def after_error(
    error: PublishError,
    *,
    at: datetime,
    attempts: int,
    in_doubt_since: datetime | None,
    visible_after: timedelta | None,
) -> Settlement:
    """How a claim ends that met `error`.

    `in_doubt_since` is when a create was sent of which nobody knows whether it landed: by this
    attempt or an earlier one. As long as that is so, nothing is sent, whatever the error was.
    """
    wait = backoff(attempts)
    if isinstance(error, RateLimited):
        wait = max(wait, error.retry_after)  # a platform may say "now", again and again
    if in_doubt_since is not None:
        next_look: datetime | None = None
        if visible_after is not None:
            next_look = max(conclusive_at(in_doubt_since, visible_after), at + wait)
        return Settlement(
            status=Status.UNCONFIRMED,
            next_attempt_at=next_look,
            may_have_landed=True,
            error=AmbiguousOutcome.__name__,
            message=_doubt(error, waits_for_admin=next_look is None),
        )
    passes = isinstance(error, Transient | RateLimited | AuthExpired)
    return Settlement(
        status=Status.SCHEDULED if passes else Status.FAILED,
        next_attempt_at=at + wait if passes else None,
        error=type(error).__name__,
        message=error.user_message,
    )


def _doubt(error: PublishError, *, waits_for_admin: bool) -> str:
    """What an admin reads of a create in doubt: that it is in doubt, whatever the look-up met."""
    words = error.user_message
    if error.created is not None:
        words = f"It could not be found out whether the post is there. {words}"
    if waits_for_admin:
        words = f"{words} It is not looked for any more: see for yourself, then resolve it."
    return words
