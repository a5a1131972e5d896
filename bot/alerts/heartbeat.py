"""The heartbeat: a dead-man service is called when a day is complete, and misses it otherwise."""

from bot.http import HttpClient
from schedules.alerts import Alert, AlertKind

TIMEOUT_SECONDS = 15.0


class HeartbeatChannel:
    """GETs one address after each day that is published on every destination, and only then."""

    name = "heartbeat"
    kinds = frozenset({AlertKind.DAY_COMPLETE})

    def __init__(self, *, url: str) -> None:
        self._url = url
        self._http = HttpClient(timeout=TIMEOUT_SECONDS, headers={"User-Agent": "city-a-day"})

    async def send(self, alert: Alert) -> None:
        """One GET. Raises Refused for any answer but a 2xx, aiohttp's errors for none."""
        await self._http.request("GET", self._url)

    async def close(self) -> None:
        """Close the session."""
        await self._http.close()
