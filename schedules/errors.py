"""PublishError: what can go wrong at a platform, told apart by one question: was a post created?"""

from datetime import timedelta
from typing import ClassVar


class PublishError(Exception):
    """The platform could not be reached or did not do as asked."""

    created: ClassVar[bool | None] = False
    """Whether a create that raised this made a post: False no, None unknown."""

    def __init__(self, user_message: str = "") -> None:
        self.user_message = user_message or (type(self).__doc__ or "").strip()
        super().__init__(self.user_message)


class Transient(PublishError):
    """The platform could not be reached; nothing was created. It will be tried again."""


class RateLimited(PublishError):
    """The platform asks to wait; nothing was created. It will be tried again then."""

    def __init__(self, user_message: str = "", *, retry_after: timedelta) -> None:
        super().__init__(user_message)
        self.retry_after = retry_after


class AuthExpired(PublishError):
    """The platform refused the credentials; nothing was created. The destination is on hold."""


class Permanent(PublishError):
    """The platform will not take this post as it is; nothing was created."""


class AmbiguousOutcome(PublishError):
    """The answer was lost: the post may or may not be there. It is not sent again blindly."""

    created: ClassVar[bool | None] = None
