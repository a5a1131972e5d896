"""Publisher: the contract between publish-once and one Destination."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from content.post import Limits, Post, Rendering


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The platform's id and public URL (perhaps empty) of a published Publication."""

    remote_id: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A Rendering whose pictures the platform already has: `media` are its ids for them, in order.

    A platform that takes pictures together with the post leaves `media` empty.
    """

    rendering: Rendering
    media: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who the credentials belong to, and where that account's posts are seen."""

    name: str
    url: str = ""


class Publisher(Protocol):
    """One Destination. Its methods raise only `schedules.errors.PublishError`.

    `visible_after`: how long after a create a look-up is sure to show its post; None when the
    platform cannot be asked. `language` is the one that the Destination posts in.
    """

    @property
    def destination(self) -> str:
        """The name in the ledger: "site", "twitter:en"."""
        ...

    @property
    def language(self) -> str:
        """The first language of the captions here: "fr" or "en"."""
        ...

    @property
    def limits(self) -> Limits:
        """What the platform takes."""
        ...

    @property
    def visible_after(self) -> timedelta | None:
        """When a look-up that finds nothing is conclusive."""
        ...

    def preview(self, post: Post) -> Rendering:
        """Byte for byte what `publish` sends. Pure; may take a second: call it in a thread."""
        ...

    async def prepare(self, rendering: Rendering) -> Prepared:
        """Upload pictures and alt texts. Repeatable; nothing of it is public."""
        ...

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        """Send exactly one create request, with a hard timeout below `CREATE_TIMEOUT`.

        `prepared` comes from `prepare` of this same object, which may rely on what it learned
        there; `find_existing` may not. `key` (at most 25 characters of A-Z, a-z, 0-9 and "-") stays
        the same for a Publication.
        """
        ...

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        """The post that an earlier create at or after `since` made, or None. Raises if unsure."""
        ...

    async def delete(self, remote_id: str) -> None:
        """Take the post down. One that is already gone is a success."""
        ...

    async def check(self) -> Account:
        """Read-only: do the credentials work, and may this account post here?"""
        ...

    async def close(self) -> None:
        """Give back connections. The publisher is not used after it."""
        ...


CREATE_TIMEOUT = timedelta(seconds=30)
"""How long a create may take before its outcome counts as unknown."""
