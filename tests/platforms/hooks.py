"""HookServer: what takes webhooks and heartbeats, by addresses that are secrets."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.testing import Failure, Recorded, ScriptedServer

SECRET = "T0KEN-0f-the-hook"
STATUS = {
    Failure.FORBIDDEN: 403,
    Failure.RATE_LIMITED: 429,
    Failure.SERVER_ERROR_BEFORE: 500,
    Failure.SERVER_ERROR_AFTER: 500,
}


@dataclass
class HookServer(ScriptedServer):
    """`told` are the bodies that were posted, `beats` counts the heartbeat's calls.

    Every request with an effect counts as a create, so that the next one can be made to fail.
    """

    told: list[dict[str, Any]] = field(default_factory=list)
    beats: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/services/{SECRET}?thread=7"

    @property
    def heartbeat_url(self) -> str:
        return f"{self.url}/ping/{SECRET}?status=up&msg=OK"

    def is_create(self, request: Recorded) -> bool:
        return True

    async def answer(self, request: Recorded) -> web.StreamResponse:
        assert request.headers["User-Agent"] == "city-a-day"
        if (request.method, request.path) == ("POST", f"/services/{SECRET}"):
            assert request.query == {"thread": "7"}
            assert request.content_type == "application/json"
            self.told.append(request.json)
            return web.Response(status=204)
        if (request.method, request.path) == ("GET", f"/ping/{SECRET}"):
            assert request.query == {"status": "up", "msg": "OK"}
            assert request.body == b""
            self.beats += 1
            return web.Response(text="OK")
        return web.Response(status=404)

    def refusal(self, failure: str) -> web.Response:
        return web.Response(status=STATUS[Failure(failure)], text=f"no, not at {SECRET}")
