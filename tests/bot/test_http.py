"""One call is one request, and what became of it is told by whether a post may be there."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from pydantic import BaseModel

from bot.http import (
    DEFAULT_WAIT,
    HttpClient,
    Unreadable,
    already_gone,
    in_words,
    read,
    retry_after,
    told_apart,
)
from bot.testing import EXPECTED_ERRORS, HTML_PAGE, Failure, Mishap, Recorded, ScriptedServer
from schedules.errors import AmbiguousOutcome, Permanent, PublishError, RateLimited, Transient


class Shelf(ScriptedServer):
    """`POST /` creates; a number as the path is the status of the answer."""

    def is_create(self, request: Recorded) -> bool:
        return request.method == "POST"

    async def answer(self, request: Recorded) -> web.StreamResponse:
        status = int(request.path.strip("/") or 200)
        return web.json_response({"id": "b1", "detail": "as asked"}, status=status)

    def refusal(self, failure: str) -> web.Response:
        match failure:
            case Failure.UNAUTHORIZED:
                return web.json_response({"error": "who are you?"}, status=401)
            case Failure.FORBIDDEN:
                return web.json_response({"errors": [{"message": "full"}]}, status=403)
            case Failure.RATE_LIMITED:
                return web.Response(status=429, headers={"Retry-After": "120"})
            case Failure.RATE_LIMITED_WITHOUT_RESET:
                return web.Response(status=429)
        return web.Response(status=500)


class Book(BaseModel):
    id: str


class Author(BaseModel):
    name: str


@pytest.fixture
async def server() -> AsyncIterator[Shelf]:
    async with Shelf() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(timeout=10, headers={"Authorization": "Bearer t"})
    yield client
    await client.close()


@pytest.fixture
async def impatient() -> AsyncIterator[HttpClient]:
    client = HttpClient(timeout=0.3)
    yield client
    await client.close()


class TestRequest:
    async def test_is_answered(self, server: Shelf, client: HttpClient) -> None:
        answer = await client.request("GET", server.url, params={"since": 1})
        assert (answer.status, read(Book, answer)) == (200, Book(id="b1"))
        assert server.requests[0].query == {"since": "1"}
        assert server.requests[0].headers["Authorization"] == "Bearer t"

    async def test_json_of_megabytes_is_sent_in_pieces(
        self, server: Shelf, client: HttpClient
    ) -> None:
        """aiohttp would warn of a body that it has to send at once."""
        await client.request("POST", server.url, json={"picture": "a" * 4_000_000})
        (request,) = server.requests
        assert request.headers["Content-Type"] == "application/json"
        assert request.headers["Content-Length"] == str(len(request.body))
        assert len(json.loads(request.body)["picture"]) == 4_000_000

    @pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
    @pytest.mark.parametrize("mishap", [Mishap.DROPPED_BEFORE, Mishap.RESET_AFTER])
    async def test_is_never_repeated(
        self, server: Shelf, client: HttpClient, method: str, mishap: Mishap
    ) -> None:
        server.fail_next(lambda request: True, mishap)
        with pytest.raises(aiohttp.ClientError):
            await client.request(method, server.url)
        assert len(server.requests) == 1


class TestToldApart:
    @pytest.mark.parametrize("failure", list(Failure))
    @pytest.mark.parametrize("creating", [True, False])
    async def test_whether_a_post_may_be_there_decides(
        self,
        server: Shelf,
        client: HttpClient,
        impatient: HttpClient,
        failure: Failure,
        creating: bool,
    ) -> None:
        expected = EXPECTED_ERRORS[failure]
        if expected is AmbiguousOutcome and not creating:
            expected = Transient
        http = impatient if failure is Failure.STALLED_AFTER else client
        server.fail_next_create(failure)
        with pytest.raises(PublishError) as caught, told_apart("Shelf", creating=creating):
            read(Book, await http.request("POST", server.url))
        assert type(caught.value) is expected
        assert "Shelf" in caught.value.user_message

    @pytest.mark.parametrize("status", [302, 408, 409, 425, 503])
    async def test_an_answer_that_proves_nothing_leaves_a_create_open(
        self, server: Shelf, client: HttpClient, status: int
    ) -> None:
        with (
            pytest.raises(AmbiguousOutcome, match=f"HTTP {status}: as asked"),
            told_apart("Shelf", creating=True),
        ):
            await client.request("POST", f"{server.url}/{status}")

    async def test_a_refusal_is_quoted_in_the_platforms_words(
        self, server: Shelf, client: HttpClient
    ) -> None:
        server.fail_next_create(Failure.FORBIDDEN)
        with pytest.raises(Permanent, match="HTTP 403: full"), told_apart("Shelf"):
            await client.request("POST", server.url)

    async def test_a_platforms_own_meaning_comes_first(
        self, server: Shelf, client: HttpClient
    ) -> None:
        full = RateLimited("Shelf is full.", retry_after=timedelta(hours=1))
        with pytest.raises(RateLimited, match="full"), told_apart("Shelf", lambda error: full):
            await client.request("POST", f"{server.url}/500")


class TestGone:
    async def test_is_a_success(self, server: Shelf, client: HttpClient) -> None:
        with told_apart("Shelf"), already_gone(404, 410):
            await client.request("DELETE", f"{server.url}/410")

    async def test_another_refusal_is_none(self, server: Shelf, client: HttpClient) -> None:
        with pytest.raises(Permanent), told_apart("Shelf"), already_gone(404):
            await client.request("DELETE", f"{server.url}/403")

    async def test_a_page_of_something_in_front_proves_nothing(
        self, server: Shelf, client: HttpClient
    ) -> None:
        server.fail_next(lambda request: True, Failure.HTML_ERROR)
        with pytest.raises(Transient), told_apart("Shelf"), already_gone(502):
            await client.request("DELETE", server.url)
        assert b"<html" in HTML_PAGE


async def test_an_answer_without_what_is_promised_names_it(
    server: Shelf, client: HttpClient
) -> None:
    with pytest.raises(Unreadable, match="HTTP 200 without name"):
        read(Author, await client.request("GET", server.url))


@pytest.mark.parametrize(
    ("given", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0.5", timedelta(seconds=0.5)),
        ("1e30", timedelta(days=1)),
        ("inf", timedelta(days=1)),
        ("", DEFAULT_WAIT),
        ("0", DEFAULT_WAIT),
        ("-1", DEFAULT_WAIT),
        ("nan", DEFAULT_WAIT),
        ("Wed, 21 Oct 2026 07:28:00 GMT", DEFAULT_WAIT),
    ],
)
def test_a_wait_is_a_number_of_seconds_and_no_more_than_a_day(given: str, wait: timedelta) -> None:
    assert retry_after({"Retry-After": given}, DEFAULT_WAIT) == wait


def test_an_error_that_may_quote_a_request_is_only_named() -> None:
    assert in_words(aiohttp.InvalidURL("https://example.org/bot-token")) == "InvalidURL"
    assert in_words(ValueError("token")) == "ValueError"
    assert in_words(OSError("")) == "OSError"
