"""tweepy's asynchronous client, with a transport of our own beneath it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from tweepy.asynchronous import AsyncClient
from yarl import URL

from bot.publishers.twitter.oauth import Credentials, authorization, query_string
from schedules.clock import Clock

JsonObject = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What X answered. `words` is the body as a JSON object; None when it is none."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    words: JsonObject | None


class Refused(Exception):
    """X answered with something else than a 2xx."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


class ConnectionLost(aiohttp.ClientError):
    """The connection broke after it was made: whether X acted on the request is not known."""


class Unreadable(ValueError):
    """X answered with a 2xx that is not what its specification promises."""


class XClient(AsyncClient):  # type: ignore[misc] # tweepy has no types
    """Calls `api_url` and signs for that URL. Its calls give an Answer, or raise Refused.

    `request` replaces tweepy's, whose host is fixed and which, as seen in 4.17.0: writes the token
    and the signature to the log at debug level; raises ContentTypeError or JSONDecodeError for HTML
    where JSON should be, the former with the Authorization header in its repr; crashes when called
    without `params`; has no timeout; follows a redirect with a second create; loses its session at
    a transport error. tweepy's calls keep their parameters and their paths.
    """

    def __init__(
        self, *, api_url: str, credentials: Credentials, timeout: float, clock: Clock
    ) -> None:
        # With this return type tweepy hands on what `request` gives, unchanged.
        super().__init__(return_type=aiohttp.ClientResponse, wait_on_rate_limit=False)
        self._api_url = URL(api_url)
        self._credentials = credentials
        self._timeout = timeout
        self._clock = clock
        self._http: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, object] | None = None,
        json: Mapping[str, object] | None = None,
        user_auth: bool = True,
        *,
        patience: float = 1,
    ) -> Answer:
        """One signed request, never repeated; `patience` lengthens the timeout.

        Raises Refused, and aiohttp's ClientError and TimeoutError when there is no whole answer.
        """
        query = sorted((name, str(value)) for name, value in (params or {}).items())
        url = self._api_url.joinpath(route.lstrip("/"))
        header = authorization(
            self._credentials,
            method=method,
            url=str(url),
            query=query,
            nonce=secrets.token_hex(16),
            at=self._clock.now(),
        )
        # What is sent is what was signed: yarl would escape less.
        target = URL(f"{url}?{query_string(query)}" if query else str(url), encoded=True)
        async with self._session().request(
            method,
            target,
            json=json,
            headers={"Authorization": header, "User-Agent": self.user_agent},
            timeout=_timeout(self._timeout * patience),
            allow_redirects=False,
        ) as response:
            body = await response.read()
        answer = Answer(status=response.status, headers=response.headers, words=_words(body))
        if not 200 <= answer.status < 300:
            raise Refused(answer)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        """The one session, made at the first request because it belongs to the running loop."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                # A kept connection that X has closed meanwhile would look like a lost answer.
                connector=aiohttp.TCPConnector(force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_only_once,),
            )
        return self._http


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keeps aiohttp from repeating a GET or DELETE whose connection broke.

    The second one would come with the nonce of the first, which X answers with a 401, as if the
    credentials were wrong.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionLost(str(error)) from error


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    """Connecting (name look-up, TLS) has half of it: ended there, it is known as not sent."""
    return aiohttp.ClientTimeout(total=seconds, connect=seconds / 2)


def _words(body: bytes) -> JsonObject | None:
    try:
        words = json.loads(body)
    except ValueError:
        return None
    return words if isinstance(words, dict) else None
