"""RestClient: discord.py without its gateway and without its retries."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.http import Answer, HttpClient, JsonObject, Refused, seconds

if TYPE_CHECKING:
    from discord.types.user import User


class GarbledAnswer(discord.DiscordException):
    """Discord said that it did as asked, in words that are not JSON."""


class TooManyRequests(discord.HTTPException):
    """A 429. `retry_after` is what it asks for, if it says."""

    def __init__(self, response: aiohttp.ClientResponse, said: JsonObject | None) -> None:
        super().__init__(response, said)
        # The body counts: the header is wrong for crossposts (discord-api-docs issue 6109).
        self.retry_after = seconds((said or {}).get("retry_after")) or seconds(
            response.headers.get("Retry-After")
        )


class OneRequestHTTP(HTTPClient):
    """discord.py's REST routes, where one call is one HTTP request with a timeout of ours.

    `HTTPClient.request` (discord.py 2.7.1) is replaced as a whole, since no option turns off that
    - it repeats a request up to five times after 500, 502, 504, 524, 429 and some lost
      connections, while of a create exactly one may reach Discord;
    - it sleeps on its rate limit buckets before a request and after one that has succeeded, for as
      long as Discord says (an hour for crossposts), so that a posted message could look timed out;
    - it waits 300 seconds for an answer;
    - it takes the API's address from a class attribute, the same one for all clients.
    Every other method of discord.py sends through `request`, so nothing gets past this one. The
    Discord errors that it raises are discord.py's own.
    """

    def __init__(self, *, api_url: str, timeout: float) -> None:
        super().__init__(asyncio.get_running_loop())
        self._api_url = api_url
        self._http = HttpClient(timeout=timeout, headers={"User-Agent": self.user_agent})

    async def static_login(self, token: str) -> "User":
        """Who the token belongs to. Called again after a failure, it goes on with its session."""
        self.token = token
        user: User = await self.request(Route("GET", "/users/@me"))
        return user

    async def request(
        self,
        route: Route,
        *,
        files: Sequence[discord.File] | None = None,
        form: Iterable[Mapping[str, Any]] | None = None,
        json: object | None = None,
        params: Mapping[str, str | int] | None = None,
        reason: str | None = None,
        **unknown: object,
    ) -> Any:  # noqa: ANN401 - discord.py's signature: each route knows its payload's shape
        """Send one request and give back the JSON that was answered, None for an empty answer.

        Raises discord.HTTPException, GarbledAnswer, aiohttp.ClientError and TimeoutError.
        """
        if reason or unknown:
            raise TypeError(f"no route that is used here has {['reason', *unknown]}")
        try:
            answer = await self._http.request(
                route.method,
                self._api_url + route.url.removeprefix(Route.BASE),
                headers={"Authorization": f"Bot {self.token}"},
                params=params,
                json=json,
                data=None if form is None else _multipart(form),
            )
        except Refused as error:
            raise _refusal(error.answer) from error
        return _parsed(answer.body)

    async def close(self) -> None:
        """Close the session, if there is one."""
        await self._http.close()


class RestClient(discord.Client):
    """A discord.py client that only ever sends requests; it never opens a gateway connection."""

    def __init__(self, *, api_url: str, timeout: float) -> None:
        # Nobody here speaks: no warnings about missing voice libraries.
        discord.VoiceClient.warn_nacl = False
        discord.VoiceClient.warn_dave = False
        # Intents are for the gateway; without this one discord.py warns.
        super().__init__(intents=discord.Intents(guilds=True))
        self.http = self._connection.http = OneRequestHTTP(api_url=api_url, timeout=timeout)

    async def login(self, token: str) -> None:
        """Learn who we are. Without discord.py's second question, about slash commands."""
        user = await self.http.static_login(token)
        self._connection.user = discord.ClientUser(state=self._connection, data=user)

    @property
    def me(self) -> discord.ClientUser:
        """Who is logged in. Raises discord.ClientException before `login`."""
        if self.user is None:
            raise discord.ClientException("not logged in")
        return self.user


def _multipart(form: Iterable[Mapping[str, Any]]) -> aiohttp.FormData:
    # Discord wants the brackets of "files[0]" as they are.
    data = aiohttp.FormData(quote_fields=False)
    for field in form:
        data.add_field(**field)
    return data


def _parsed(body: bytes) -> object:
    try:
        answer: object = json.loads(body) if body else None
    except ValueError as error:
        raise GarbledAnswer("the answer is not JSON") from error
    return answer


def _refusal(answer: Answer) -> discord.HTTPException:
    """What discord.py would raise. Cloudflare's HTML pages are not kept."""
    said, response = answer.words, answer.response
    match answer.status:
        case 403:
            return discord.Forbidden(response, said)
        case 404:
            return discord.NotFound(response, said)
        case 429:
            return TooManyRequests(response, said)
        case status if status >= 500:
            return discord.DiscordServerError(response, said)
    return discord.HTTPException(response, said)
