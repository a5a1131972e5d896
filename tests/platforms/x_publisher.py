"""A publisher for X, built as the service builds it, beside the server that it talks to."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from bot.publishers.twitter import TwitterSettings, platform
from bot.testing import Delivered, Failure, sample_picture, sample_post, surroundings
from content.post import Post
from schedules.publisher import Prepared, Publisher
from tests.platforms.x import STRANGER, XServer
from tests.platforms.x_oauth import Keys

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PATIENCE = 10.0
IMPATIENCE = 1.0


class StillClock:
    """Eight o'clock, for as long as a test takes."""

    def now(self) -> datetime:
        return NOW

    async def sleep_until(self, instant: datetime) -> None:
        raise AssertionError("the publisher waits for nothing")


def build(url: str, keys: Keys, *, links: bool = False, timeout: float = PATIENCE) -> Publisher:
    settings = TwitterSettings.model_validate(
        {
            "api_key": keys.api_key,
            "api_secret": keys.api_secret,
            "access_token": keys.access_token,
            "access_token_secret": keys.access_token_secret,
            "api_url": url,
            "links": links,
            "timeout": timeout,
        }
    )
    (publisher,) = platform.build(settings, surroundings("twitter", clock=StillClock()))
    return publisher


@asynccontextmanager
async def account(server: XServer, *, patience: float = PATIENCE) -> AsyncIterator[Publisher]:
    """The publisher of the server's account, closed at the end."""
    publisher = build(server.url, server.keys, timeout=patience)
    try:
        yield publisher
    finally:
        await publisher.close()


@cache
def post(text: str = "Une ville de course.") -> Post:
    """The contract suite's post with a picture so small that many tests are quick."""
    whole = sample_post(text)
    picture = replace(whole.pictures[0], data=sample_picture(480, 270))
    return replace(whole, pictures=(picture,))


async def prepared(publisher: Publisher, given: Post | None = None) -> Prepared:
    """What a create would send."""
    return await publisher.prepare(publisher.preview(given or post()))


@dataclass(kw_only=True)
class XHarness:
    """For the contract suite."""

    publisher: Publisher
    impatient: Publisher
    server: XServer
    secrets: Sequence[str]
    failures: frozenset[Failure] = frozenset(Failure)

    @property
    def creates(self) -> int:
        """Create requests that came in."""
        return self.server.creates

    def delivered(self) -> Sequence[Delivered]:
        """Our account's posts."""
        return self.server.delivered()

    def fail_next_create(self, failure: Failure) -> None:
        """Once, then be well."""
        self.server.fail_next_create(failure)

    def fail_next_look_up(self) -> None:
        """A 500 for the timeline."""
        self.server.fail_next(
            lambda request: request.path.endswith("/tweets") and request.method == "GET",
            Failure.SERVER_ERROR_BEFORE,
        )

    def post_as_another_author(self, text: str) -> None:
        """In a timeline that shows it beside ours, which X's own does not."""
        self.server.timeline_of_everybody = True
        self.server.post(text, author_id=STRANGER)
