"""HTTP for publishers: one call is one request, and whatever goes wrong is a PublishError.

    with told_apart("Mastodon", creating=True):
        answer = await http.request("POST", f"{url}/api/v1/statuses", json=status)

A platform whose refusals say more than their status gives a `meaning` of its own.
"""

import json as jsons
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError
from yarl import URL

from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)

ModelT = TypeVar("ModelT", bound=BaseModel)
JsonObject = dict[str, object]
Meaning = Callable[[Exception], PublishError | None]

NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""The only errors that say for sure that nothing was sent: there was no connection yet."""

REFUSED = frozenset({400, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431})
"""Statuses of a request that was turned down before anything was done with it.

Not 408, 425 and the like, with which something in between may have passed the request on; not 409,
which may come of a create that landed.
"""

DEFAULT_WAIT = timedelta(minutes=1)
"""When a 429 does not say how long."""
LONGEST_WAIT = timedelta(hours=24)
"""Whoever asks for more is asked again tomorrow."""

_LONGEST_QUOTE = 300


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer, read to its end. `response` is for SDKs that build their errors of it."""

    response: aiohttp.ClientResponse = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """By name in any case."""
        return self.response.headers

    @property
    def words(self) -> JsonObject | None:
        """The body as a JSON object; None when it is none."""
        try:
            words = jsons.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return words if isinstance(words, dict) else None


class Refused(Exception):
    """The server answered with something else than a 2xx."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


class Unreadable(ValueError):
    """The server answered with a 2xx that is not what it promises."""


class ConnectionLost(aiohttp.ClientError):
    """The connection broke after it was made: whether the server acted is not known."""


class HttpClient:
    """Sends each request once: no second try, no redirect, no connection that was used before.

    A kept connection that the server has closed meanwhile would look like a lost answer. `timeout`
    is in seconds, for a whole request; connecting (name look-up, TLS) has half of it, since ended
    there it is known as not sent. Made without a loop, it belongs to the one of its first request.
    """

    def __init__(self, *, timeout: float, headers: Mapping[str, str] | None = None) -> None:
        self._timeout = timeout
        self._headers = headers
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str | URL,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        json: object | None = None,
        data: aiohttp.FormData | None = None,
        patience: float = 1,
    ) -> Answer:
        """The answer, when it is a 2xx; `patience` lengthens the timeout, for an upload.

        Raises Refused for any other answer, and aiohttp.ClientError or TimeoutError for none.
        """
        longest = self._timeout * patience
        async with self._connected().request(
            method,
            url,
            headers=headers,
            params=params,
            data=data if json is None else _as_json(json),
            timeout=aiohttp.ClientTimeout(total=longest, connect=longest / 2),
            allow_redirects=False,
        ) as response:
            answer = Answer(response=response, body=await response.read())
        if not 200 <= answer.status < 300:
            raise Refused(answer)
        return answer

    async def close(self) -> None:
        """Close the session, if there is one."""
        if self._session is not None:
            await self._session.close()

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                connector=aiohttp.TCPConnector(force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_only_once,),
            )
        return self._session


def read(model: type[ModelT], answer: Answer) -> ModelT:
    """The JSON of an answer as `model`. Raises Unreadable."""
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as error:
        wrong = ", ".join(".".join(str(step) for step in each["loc"]) for each in error.errors())
        raise Unreadable(f"HTTP {answer.status} without {wrong or 'a JSON object'}") from error


@contextmanager
def told_apart(
    platform: str, meaning: Meaning | None = None, *, creating: bool = False
) -> Iterator[None]:
    """Raises a PublishError in place of whatever goes wrong within; `platform` is for the words.

    `creating`: the request within is the one that makes the post, so that what is not known for
    sure is AmbiguousOutcome; elsewhere it is Transient. `meaning` is asked first: what an error
    means at this platform, or None where it is the one of any other; `refusal` unless given.
    """
    try:
        yield
    except PublishError:
        raise
    except Exception as error:
        # Everything, since sent is sent: whatever went wrong afterwards, the post may be there.
        known = meaning(error) if meaning else refusal(error, platform)
        raise known or _unanswered(error, platform, creating=creating) from error


@contextmanager
def already_gone(*statuses: int) -> Iterator[None]:
    """Around a delete: a refusal with one of these statuses says that it is done.

    Only in the platform's own words: a page by something in front of it proves nothing.
    """
    try:
        yield
    except Refused as error:
        if error.answer.status not in statuses or error.answer.words is None:
            raise


def refusal(error: Exception, platform: str) -> PublishError | None:
    """What an answer says by its status; None where nobody knows whether anything was done."""
    if not isinstance(error, Refused):
        return None
    match error.answer.status:
        case 401:
            return AuthExpired(
                f"{platform} does not accept the credentials ({in_words(error)}). Renew them in "
                "the settings."
            )
        case 429:
            wait = retry_after(error.answer.headers, DEFAULT_WAIT)
            return RateLimited(
                f"{platform} asks to wait {wait.total_seconds():.0f} s.", retry_after=wait
            )
        case status if status in REFUSED and error.answer.words is not None:
            # In the platform's own words: a page by something in front of it proves nothing.
            return Permanent(
                f"{platform} does not take this ({in_words(error)}). Change the post, or the "
                "account's rights if every post is refused so."
            )
    return None


def retry_after(headers: Mapping[str, str], default: timedelta) -> timedelta:
    """How long a 429 asks to wait; `default` where it does not say so in seconds."""
    return seconds(headers.get("Retry-After")) or default


def seconds(given: object) -> timedelta | None:
    """A positive number of seconds, LONGEST_WAIT at most; None for anything else, as a date."""
    try:
        number = float(str(given))
    except ValueError:
        return None
    return timedelta(seconds=min(number, LONGEST_WAIT.total_seconds())) if number > 0 else None


def in_words(error: Exception) -> str:
    """What happened, for an admin: "HTTP 403: your board is read-only".

    Also for an SDK's error that a Refused led to. Of an error that may quote a request, with its
    token, only the name is given.
    """
    refused = error if isinstance(error, Refused) else error.__cause__
    if isinstance(refused, Refused):
        said = _said(refused.answer.words or {})
        return f"{refused}: {said}" if said else str(refused)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return (str(error) if isinstance(error, OSError | Unreadable) else "") or type(error).__name__


def _unanswered(error: Exception, platform: str, *, creating: bool) -> PublishError:
    what = in_words(error)
    if isinstance(error, NOT_SENT):
        return Transient(f"{platform} could not be reached ({what}). It is tried again.")
    if creating:
        return AmbiguousOutcome(
            f"{platform} did not say whether it took the post ({what}). It is looked for there "
            "before anything is sent again."
        )
    return Transient(f"{platform} did not answer as it should ({what}). It is tried again.")


def _said(words: JsonObject) -> str:
    """The text of a refusal: RFC 9457's `detail`, or what else platforms have for it."""
    listed = words.get("errors")
    errors = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    found = []
    for each in errors or [words]:
        texts = (each.get(name) for name in ("message", "detail", "error", "title"))
        found += [text for text in texts if isinstance(text, str) and text][:1]
    return " ".join(found)[:_LONGEST_QUOTE]


def _as_json(value: object) -> aiohttp.BytesIOPayload:
    """Sent in pieces: a picture in one piece would hold up the event loop, and aiohttp warns."""
    return aiohttp.BytesIOPayload(
        BytesIO(jsons.dumps(value).encode()), content_type="application/json"
    )


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keeps aiohttp from repeating a GET or DELETE whose connection broke."""
    try:
        return await handler(request)
    except NOT_SENT:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionLost(str(error)) from error
