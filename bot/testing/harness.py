"""What the contract suite asks of the test of a publisher: a harness."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)
from schedules.publisher import Publisher


class Failure(StrEnum):
    """What a platform's test server can be told to do with the next create request."""

    REFUSE_CONNECTION = "refuse connection"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    RATE_LIMITED = "429 with a reset time"
    RATE_LIMITED_WITHOUT_RESET = "429 without a reset time"
    SERVER_ERROR_BEFORE = "5xx, nothing created"
    SERVER_ERROR_AFTER = "created, then 5xx"
    DROPPED_AFTER = "created, then the connection drops"
    STALLED_AFTER = "created, then no answer until the timeout"
    GARBLED_AFTER = "created, then a 2xx that is not JSON"
    HTML_ERROR = "502 with an HTML page, nothing created"


EXPECTED_ERRORS: dict[Failure, type[PublishError]] = {
    Failure.REFUSE_CONNECTION: Transient,
    Failure.UNAUTHORIZED: AuthExpired,
    Failure.FORBIDDEN: Permanent,
    Failure.RATE_LIMITED: RateLimited,
    Failure.RATE_LIMITED_WITHOUT_RESET: RateLimited,
    Failure.SERVER_ERROR_BEFORE: AmbiguousOutcome,
    Failure.SERVER_ERROR_AFTER: AmbiguousOutcome,
    Failure.DROPPED_AFTER: AmbiguousOutcome,
    Failure.STALLED_AFTER: AmbiguousOutcome,
    Failure.GARBLED_AFTER: AmbiguousOutcome,
    Failure.HTML_ERROR: AmbiguousOutcome,
}


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A post as the platform holds it: what a follower would get."""

    remote_id: str
    text: str
    images: Sequence[bytes] = field(repr=False)
    alts: Sequence[str]


class Harness(Protocol):
    """A publisher and the test server that it talks to."""

    publisher: Publisher
    """With the timeouts of every day: a busy machine is no failure."""
    impatient: Publisher
    """The same account with a timeout of half a second, for a server that never answers."""
    secrets: Sequence[str]
    """The credentials in use; no log line, error or repr may hold one."""
    failures: frozenset[Failure]
    """What the platform can do; a local folder cannot answer 401."""

    @property
    def creates(self) -> int:
        """How many create requests the platform has received, whatever became of them."""
        ...

    def delivered(self) -> Sequence[Delivered]:
        """The posts of our account that are there now, oldest first."""
        ...

    def fail_next_create(self, failure: Failure) -> None:
        """Do so with the next create request, then be well again."""
        ...

    def fail_next_look_up(self) -> None:
        """Have the next look-up fail on the platform's side, such as with a 500.

        Where none can fail, call `pytest.skip` with the reason.
        """
        ...

    def post_as_another_author(self, text: str) -> None:
        """Put a post with this text, by another author, where a look-up may see it."""
        ...
