"""Looking for a post in the account's own timeline, as X shows it."""

import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.publishers.twitter.same_text import is_same_text
from bot.testing import KEY, Failure
from content.post import Kind, Part, Rendering
from schedules.errors import AmbiguousOutcome, Transient
from schedules.publisher import Publisher, Receipt
from tests.platforms.x import STRANGER, XServer
from tests.platforms.x_publisher import NOW, StillClock, account, build, post, prepared
from tests.platforms.x_words import Trouble


@pytest.fixture
async def server() -> AsyncIterator[XServer]:
    async with XServer(now=StillClock().now) as running:
        yield running


@pytest.fixture
async def publisher(server: XServer) -> AsyncIterator[Publisher]:
    async with account(server) as publisher:
        yield publisher


async def look(publisher: Publisher, rendering: Rendering) -> Receipt | None:
    return await publisher.find_existing(rendering, key=KEY, since=NOW)


class TestFinds:
    @pytest.mark.parametrize(
        "text",
        [
            "Une ville & ses remparts : 1 < 2 > 0, et &amp; comme &lt;.",
            unicodedata.normalize("NFD", "Évreux, cité décomposée à l'été."),
            "Drapeaux 🇫🇷 et familles 👩‍👩‍👧 : 東京.",
            "Image de nasa.gov, sans lien.",
            "  Des espaces   partout\n\n\n\net des lignes vides.  ",
        ],
    )
    async def test_the_post_in_whatever_way_x_shows_its_text(
        self, publisher: Publisher, server: XServer, text: str
    ) -> None:
        ready = await prepared(publisher, post(text))
        server.fail_next_create(Failure.DROPPED_AFTER)
        with pytest.raises(AmbiguousOutcome):
            await publisher.publish(ready, key=KEY)
        found = await look(publisher, ready.rendering)
        assert found is not None
        assert found.remote_id == server.tweets[0].id

    async def test_a_post_with_links_that_x_has_replaced(self, server: XServer) -> None:
        publisher = build(server.url, server.keys, links=True)
        whole = post("Voir https://www.esa.int/a?b=1&c=2 et nasa.gov.")
        link = Part(kind=Kind.LINK, text="https://example.org/le-mans")
        ready = await prepared(publisher, replace(whole, parts=(*whole.parts, link)))
        receipt = await publisher.publish(ready, key=KEY)
        assert await look(publisher, ready.rendering) == receipt
        await publisher.close()

    async def test_a_post_that_x_shows_late(self, publisher: Publisher, server: XServer) -> None:
        server.look_ups_until_visible = 1
        ready = await prepared(publisher)
        receipt = await publisher.publish(ready, key=KEY)
        assert await look(publisher, ready.rendering) is None
        assert await look(publisher, ready.rendering) == receipt

    async def test_a_post_on_the_third_page(self, publisher: Publisher, server: XServer) -> None:
        rendering = publisher.preview(post())
        wanted = server.post(rendering.text)
        for number in range(230):
            server.post(f"Une autre ville, la {number}e.")
        found = await look(publisher, rendering)
        assert found is not None
        assert found.remote_id == wanted
        assert server.paths == [f"GET /2/users/{server.user_id}/tweets"] * 3

    async def test_a_post_that_x_dated_before_our_create(
        self, publisher: Publisher, server: XServer
    ) -> None:
        """Our clock may be ahead of X's."""
        rendering = publisher.preview(post())
        server.post(rendering.text, ago=timedelta(minutes=5))
        assert await look(publisher, rendering) is not None


class TestDoesNotFind:
    async def test_a_post_from_long_before(self, publisher: Publisher, server: XServer) -> None:
        rendering = publisher.preview(post())
        server.post(rendering.text, ago=timedelta(days=30))
        assert await look(publisher, rendering) is None

    async def test_another_city(self, publisher: Publisher, server: XServer) -> None:
        rendering = publisher.preview(post())
        server.post(rendering.text + " Et plus.")
        server.post(rendering.text[:-1])
        assert await look(publisher, rendering) is None

    async def test_a_stranger_s_post(self, publisher: Publisher, server: XServer) -> None:
        rendering = publisher.preview(post())
        server.post(rendering.text, author_id=STRANGER)
        assert await look(publisher, rendering) is None


class TestIsSure:
    async def test_an_answer_with_errors_is_no_empty_timeline(
        self, publisher: Publisher, server: XServer
    ) -> None:
        """X says "could not find user" with a 200."""
        server.user_id = "12"
        with pytest.raises(Transient, match="HTTP 200 without meta"):
            await look(publisher, publisher.preview(post()))

    @pytest.mark.parametrize("trouble", [Trouble.PAGE_WITH_ERRORS, Trouble.PAGE_WITH_HOLES])
    async def test_a_page_that_is_not_whole_is_no_answer(
        self, publisher: Publisher, server: XServer, trouble: Trouble
    ) -> None:
        server.fail_next(lambda request: request.method == "GET", trouble)
        with pytest.raises(Transient, match="only a part"):
            await look(publisher, publisher.preview(post()))

    async def test_a_timeline_without_end_is_no_answer(
        self, publisher: Publisher, server: XServer
    ) -> None:
        server.endless_timeline = True
        server.post("Une autre ville.")
        with pytest.raises(Transient, match="did not come to an end"):
            await look(publisher, publisher.preview(post()))
        assert len(server.requests) == 32

    async def test_the_account_is_asked_for_once_where_the_token_does_not_say(self) -> None:
        keys = replace(XServer().keys, access_token="opaque-token-of-a-gateway")
        async with XServer(keys=keys, now=StillClock().now) as server, account(server) as publisher:
            rendering = publisher.preview(post())
            wanted = server.post(rendering.text)
            for _ in range(2):
                found = await look(publisher, rendering)
                assert found is not None
                assert found.remote_id == wanted
            assert server.paths.count("GET /2/users/me") == 1


@pytest.mark.parametrize(
    ("sent", "shown", "same"),
    [
        ("Le Mans", "Le Mans", True),
        ("Le Mans", "Le Mans https://t.co/a1B2", True),
        ("Le Mans", "Le Mans https://t.co/a1B2 https://t.co/c3D4", False),
        ("Le Mans", "Le Mans, encore", False),
        ("Le Mans", "le mans", False),
        ("A & B", "A &amp; B", True),
        ("A &amp; B", "A &amp;amp; B", True),
        ("A &amp; B", "A &amp; B", False),
        ("nasa\u2060.gov", "nasa.gov", True),
        ("nasa.gov", "https://t.co/a1B2", True),
        ("a\r\n\r\nb", "a\n\nb", True),
        ("«\u202f120\u00a0m\u202f!\u202f»", "« 120 m ! »", True),
    ],
)
def test_texts_are_compared_as_far_as_x_keeps_them(sent: str, shown: str, same: bool) -> None:
    assert is_same_text(sent=sent, shown=shown) is same
