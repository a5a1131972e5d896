"""tweepy's asynchronous client, with a transport of our own beneath it."""

import secrets
from collections.abc import Mapping

import aiohttp
from tweepy.asynchronous import AsyncClient
from yarl import URL

from bot.http import Answer, HttpClient
from bot.publishers.twitter.oauth import Credentials, authorization, query_string
from schedules.clock import Clock


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
        self._clock = clock
        # One that repeated a GET would do so with the nonce of the first, which X answers with a
        # 401, as if the credentials were wrong.
        self._http = HttpClient(timeout=timeout, headers={"User-Agent": self.user_agent})

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
        """One signed request; `patience` lengthens the timeout. Raises as `HttpClient` does."""
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
        return await self._http.request(
            method, target, headers={"Authorization": header}, json=json, patience=patience
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
