"""What each failure at X means: whether a post may be there decides."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.testing import KEY, Failure, Mishap, Recorded
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)
from schedules.publisher import Prepared, Publisher
from tests.platforms.x import XServer
from tests.platforms.x_oauth import Keys
from tests.platforms.x_publisher import (
    IMPATIENCE,
    NOW,
    StillClock,
    account,
    build,
    post,
    prepared,
)
from tests.platforms.x_words import Trouble


@pytest.fixture
async def server() -> AsyncIterator[XServer]:
    async with XServer(now=StillClock().now) as running:
        yield running


@pytest.fixture
async def publisher(server: XServer) -> AsyncIterator[Publisher]:
    async with account(server, patience=IMPATIENCE) as publisher:
        yield publisher


CREATE_TROUBLES: dict[str, tuple[type[PublishError], str]] = {
    Trouble.NO_CREDITS: (Permanent, "budget is spent.*does not have any credits"),
    Trouble.USAGE_CAPPED: (Permanent, "budget is spent.*Monthly product cap"),
    Trouble.DUPLICATE: (AmbiguousOutcome, "posted already.*duplicate content"),
    Trouble.READ_ONLY_APP: (AuthExpired, "Read and Write"),
    Trouble.SUSPENDED: (AuthExpired, "suspended"),
    Trouble.BAD_REQUEST: (Permanent, "Your Tweet text is not allowed here"),
    Failure.FORBIDDEN: (Permanent, "You are not permitted to perform this action"),
    # Written by something in front of X: whether X itself got the post is not known.
    Trouble.FIREWALL: (AmbiguousOutcome, "HTTP 403"),
    Trouble.REDIRECT: (AmbiguousOutcome, "HTTP 308"),
}


class TestCreate:
    @pytest.mark.parametrize(("trouble", "meaning"), CREATE_TROUBLES.items())
    async def test_each_refusal_means_what_x_means_by_it(
        self,
        publisher: Publisher,
        server: XServer,
        trouble: str,
        meaning: tuple[type[PublishError], str],
    ) -> None:
        ready = await prepared(publisher)
        server.fail_next_create(trouble)
        with pytest.raises(PublishError, match=meaning[1]) as caught:
            await publisher.publish(ready, key=KEY)
        assert type(caught.value) is meaning[0]
        assert server.creates == 1
        assert server.delivered() == []

    @pytest.mark.parametrize("mishap", list(Mishap))
    async def test_each_lost_answer_is_ambiguous_and_sent_once(
        self, publisher: Publisher, server: XServer, mishap: Mishap
    ) -> None:
        ready = await prepared(publisher)
        server.fail_next_create(mishap)
        with pytest.raises(AmbiguousOutcome, match="looked for"):
            await publisher.publish(ready, key=KEY)
        assert server.creates == 1

    @pytest.mark.parametrize(
        ("trouble", "wait"),
        [
            (Failure.RATE_LIMITED, timedelta(minutes=10)),
            (Failure.RATE_LIMITED_WITHOUT_RESET, timedelta(minutes=15)),
            (Trouble.RATE_LIMITED_IN_HTML, timedelta(minutes=15)),
            (Trouble.ODD_RESET, timedelta(minutes=15)),
            (Trouble.DAILY_LIMIT, timedelta(hours=7)),
        ],
    )
    async def test_a_rate_limit_says_how_long(
        self, publisher: Publisher, server: XServer, trouble: str, wait: timedelta
    ) -> None:
        ready = await prepared(publisher)
        server.fail_next_create(trouble)
        with pytest.raises(RateLimited) as caught:
            await publisher.publish(ready, key=KEY)
        assert caught.value.retry_after == wait

    async def test_a_host_that_does_not_exist_is_transient(self) -> None:
        publisher = build("http://city-a-day.invalid", Keys(), timeout=10)
        ready = Prepared(rendering=publisher.preview(post()))
        with pytest.raises(Transient, match="could not be reached"):
            await publisher.publish(ready, key=KEY)
        await publisher.close()

    async def test_a_text_that_x_counts_too_long_is_refused_for_good(
        self, publisher: Publisher, server: XServer
    ) -> None:
        ready = await prepared(publisher)
        long = replace(ready, rendering=replace(ready.rendering, text="ö" * 281))
        with pytest.raises(Permanent, match="too long"):
            await publisher.publish(long, key=KEY)

    async def test_a_picture_that_x_forgot_is_refused_for_good(self, publisher: Publisher) -> None:
        ready = await prepared(publisher)
        with pytest.raises(Permanent, match="media IDs are invalid"):
            await publisher.publish(replace(ready, media=("12345",)), key=KEY)

    async def test_sent_again_after_a_lost_answer_x_keeps_one_post(
        self, publisher: Publisher, server: XServer
    ) -> None:
        ready = await prepared(publisher)
        server.fail_next_create(Failure.DROPPED_AFTER)
        for _ in range(2):
            with pytest.raises(AmbiguousOutcome):
                await publisher.publish(ready, key=KEY)
        assert len(server.delivered()) == 1

    async def test_no_connection_is_used_twice(self) -> None:
        """A kept one that X closed meanwhile would make a create's outcome unknown."""
        async with XServer(now=StillClock().now, keep_alive=True) as server:
            publisher = build(server.url, server.keys)
            await publisher.publish(await prepared(publisher), key=KEY)
            await publisher.close()
            assert {request.headers.get("Connection") for request in server.requests} == {"close"}


def to_upload(request: Recorded) -> bool:
    return request.path == "/2/media/upload"


def to_metadata(request: Recorded) -> bool:
    return request.path == "/2/media/metadata"


def to_look_up(request: Recorded) -> bool:
    return request.method == "GET"


def to_delete(request: Recorded) -> bool:
    return request.method == "DELETE"


class TestEverythingButTheCreate:
    """No post can come of it, so that nothing is ambiguous there."""

    @pytest.mark.parametrize(
        ("failure", "error"),
        [
            (Failure.UNAUTHORIZED, AuthExpired),
            (Failure.FORBIDDEN, Permanent),
            (Failure.RATE_LIMITED, RateLimited),
            (Failure.SERVER_ERROR_BEFORE, Transient),
            (Failure.HTML_ERROR, Transient),
            (Failure.DROPPED_AFTER, Transient),
            (Failure.STALLED_AFTER, Transient),
            (Mishap.TRUNCATED_AFTER, Transient),
            (Mishap.RESET_AFTER, Transient),
            (Trouble.FIREWALL, Transient),
            (Trouble.NO_CREDITS, Permanent),
            (Trouble.USAGE_CAPPED, Permanent),
            (Trouble.DUPLICATE, Permanent),
        ],
    )
    @pytest.mark.parametrize("which", [to_upload, to_metadata, to_look_up, to_delete])
    async def test_each_failure_is_told_apart(
        self,
        server: XServer,
        which: Callable[[Recorded], bool],
        failure: str,
        error: type[PublishError],
    ) -> None:
        server.fail_next(which, failure)
        patience = 0.1 if failure == Failure.STALLED_AFTER else IMPATIENCE
        async with account(server, patience=patience) as publisher:
            with pytest.raises(PublishError) as caught:
                await everything_but_the_create(publisher)
        assert type(caught.value) is error
        assert server.creates == 0

    @pytest.mark.parametrize("which", [to_upload, to_look_up, to_delete])
    @pytest.mark.parametrize(
        "mishap",
        [Failure.GARBLED_AFTER, Mishap.HTML_AFTER, Mishap.EMPTY_AFTER, Mishap.NOT_OBJECT_AFTER],
    )
    async def test_a_garbled_answer_is_transient(
        self, publisher: Publisher, server: XServer, which: Callable[[Recorded], bool], mishap: str
    ) -> None:
        server.fail_next(which, mishap)
        with pytest.raises(Transient):
            await everything_but_the_create(publisher)

    async def test_a_refused_connection_is_transient_until_it_is_accepted_again(
        self, publisher: Publisher, server: XServer
    ) -> None:
        server.refuse()
        with pytest.raises(Transient, match="could not be reached"):
            await publisher.check()
        await server.listen()
        await publisher.check()


async def everything_but_the_create(publisher: Publisher) -> None:
    ready = await prepared(publisher)
    await publisher.find_existing(ready.rendering, key=KEY, since=NOW)
    await publisher.delete("1234567890123456789")
    await publisher.check()
