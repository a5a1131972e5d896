"""Connection: the one logged-in client that the publishers of a Discord destination share."""

import asyncio

from bot.publishers.discord.rest import RestClient
from bot.publishers.discord.settings import DiscordSettings


class Connection:
    """Made without a loop; connects when it is first asked for its client.

    `users` is how many publishers share it; whoever releases it last closes it.
    """

    def __init__(self, *, settings: DiscordSettings, users: int) -> None:
        self._settings = settings
        self._users = users
        self._client: RestClient | None = None
        self._logging_in = asyncio.Lock()

    @property
    def name(self) -> str:
        """The bot's name as members see it; empty before the first log-in."""
        user = self._client.user if self._client is not None else None
        return user.display_name if user is not None else ""

    async def client(self) -> RestClient:
        """The client, logged in. Raises what `OneRequestHTTP.request` raises."""
        async with self._logging_in:
            if self._client is None:
                self._client = RestClient(
                    api_url=self._settings.api_url, timeout=self._settings.timeout
                )
            if self._client.user is None:
                await self._client.login(self._settings.token.get_secret_value())
            return self._client

    async def release(self) -> None:
        """One publisher needs it no more."""
        self._users -= 1
        if self._users == 0 and self._client is not None:
            await self._client.close()
