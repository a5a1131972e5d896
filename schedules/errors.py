"""PublishError: what can go wrong at a platform, told apart by one question: was a post created?"""

import asyncio
import traceback
from collections.abc import Awaitable
from datetime import timedelta
from typing import ClassVar, TypeVar

T = TypeVar("T")


class PublishError(Exception):
    """The platform could not be reached or did not do as asked.

    The docstrings below are what an admin reads where a publisher has no better words. They do not
    say that nothing was created: of an error met while looking for a doubtful post that is untrue.
    """

    created: ClassVar[bool | None] = False
    """Whether a create that raised this made a post: False no, None unknown."""

    def __init__(self, user_message: str = "") -> None:
        self.user_message = user_message or (type(self).__doc__ or "").strip()
        super().__init__(self.user_message)


class Transient(PublishError):
    """The platform could not be reached. It will be tried again."""


class RateLimited(PublishError):
    """The platform asks to wait. It will be tried again then."""

    def __init__(self, user_message: str = "", *, retry_after: timedelta) -> None:
        super().__init__(user_message)
        self.retry_after = retry_after


class AuthExpired(PublishError):
    """The platform refused the credentials. The destination is on hold."""


class Permanent(PublishError):
    """The platform will not take this post as it is."""


class AmbiguousOutcome(PublishError):
    """The answer was lost: the post may or may not be there. It is not sent again blindly."""

    created: ClassVar[bool | None] = None


async def only(otherwise: type[PublishError], work: Awaitable[T], *, within: timedelta) -> T:
    """Await `work`; whatever it raises but a PublishError, and taking too long, is `otherwise`."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await work
    except PublishError:
        raise
    except Exception as error:  # a publisher's bug must not decide whether we send again
        raise otherwise from error


def where(cause: BaseException | None) -> str:
    """Class and place of an unexpected error. Not its words: they may hold a request's headers."""
    if cause is None:
        return ""
    frames = traceback.extract_tb(cause.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return type(cause).__name__ + place
