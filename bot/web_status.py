"""What a machine asks the service: /healthz, /readyz and /metrics, beside the gallery.

A stranger may see them where the gallery is public: they say what is well and what is not, and
numbers, but neither why nor which city comes next.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from bot.app import App
from bot.readiness import OLDEST, Lookout
from schedules.store import StoreUnavailable

NEVER_KEPT = {"Cache-Control": "no-store"}
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNT_AGAIN_AFTER = timedelta(seconds=5)
"""However often it is asked, the database counts no more often than that."""


def status_routes(app: App, lookout: Lookout) -> Sequence[web.AbstractRouteDef]:
    """The routes, for `make_web`."""
    status = _Status(app, lookout)
    return [
        web.get("/healthz", status.healthz),
        web.get("/readyz", status.readyz),
        web.get("/metrics", status.metrics),
    ]


class _Status:
    def __init__(self, app: App, lookout: Lookout) -> None:
        self._app = app
        self._lookout = lookout
        self._one_at_a_time = asyncio.Lock()
        self._counted = b""
        self._counted_at = app.clock.now() - COUNT_AGAIN_AFTER

    async def healthz(self, _: web.Request) -> web.Response:
        """The process lives: its event loop answers."""
        return web.Response(text="ok\n", headers=NEVER_KEPT)

    async def readyz(self, _: web.Request) -> web.Response:
        """200 when the next post could be published, as of the last look; else 503."""
        latest = self._lookout.latest
        if latest is None:
            return _ready(ready=False, age=None, checks={})
        age = self._app.clock.now() - latest.at
        return _ready(
            ready=latest.ready and abs(age) <= OLDEST,
            age=age,
            checks={finding.subject: finding.ok for finding in latest.findings},
        )

    async def metrics(self, _: web.Request) -> web.Response:
        """What the database holds, in Prometheus' words."""
        from bot.metrics import exposition  # most services are never asked

        async with self._one_at_a_time:
            now = self._app.clock.now()
            if abs(now - self._counted_at) >= COUNT_AGAIN_AFTER:
                try:
                    self._counted = await exposition(self._app, self._lookout)
                except StoreUnavailable:
                    return web.Response(
                        status=503, text="the database cannot be read\n", headers=NEVER_KEPT
                    )
                self._counted_at = now
        return web.Response(body=self._counted, headers=NEVER_KEPT | {"Content-Type": METRICS_TYPE})


def _ready(*, ready: bool, age: timedelta | None, checks: dict[str, bool]) -> web.Response:
    said = {
        "ready": ready,
        "age_seconds": None if age is None else round(age.total_seconds()),
        "checks": checks,
    }
    return web.json_response(said, status=200 if ready else 503, headers=NEVER_KEPT)
