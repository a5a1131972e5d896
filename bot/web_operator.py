"""The operator's page: what comes next as followers will see it, and how the service stands.

It has a password: followers must not see the next city. Without one there is no such page.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web

from bot.app import App
from bot.basic_auth import Doorkeeper, Verdict
from bot.operations.health import DestinationStatus, ServiceStatus, status
from bot.operations.publishing import why_not_published
from bot.previews.coming import PICTURES, Coming
from bot.previews.page import (
    HealthLine,
    NeedsYou,
    Standing,
    operator_page,
    style_sheet,
)
from bot.readiness import Lookout
from schedules.store import StoreUnavailable

PATH = "/operator"
USER = "operator"
STYLE = "style.css"
PATIENCE_SECONDS = 8.0
"""How long the page waits for its previews; what is not drawn by then is drawn while it is read."""
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
ASK = {"WWW-Authenticate": 'Basic realm="City a Day", charset="UTF-8"'}


def operator_routes(app: App, lookout: Lookout, coming: Coming) -> Sequence[web.AbstractRouteDef]:
    """The routes, for `make_web`; none without a password."""
    if not app.settings.operator_password.get_secret_value():
        return ()
    page = _Operator(app, lookout, coming)
    return [
        web.get(PATH, page.add_slash),
        web.get(f"{PATH}/", page.page),
        web.get(f"{PATH}/{STYLE}", page.style),
        web.get(f"{PATH}/{PICTURES}{{name}}", page.picture),
    ]


class _Operator:
    def __init__(self, app: App, lookout: Lookout, coming: Coming) -> None:
        self._app = app
        self._lookout = lookout
        self._coming = coming
        self._styled: set[str] = set()
        self._door = Doorkeeper(user=USER, password=app.settings.operator_password, clock=app.clock)

    async def add_slash(self, _: web.Request) -> web.Response:
        """To the page, for the operator as for anybody."""
        return web.Response(status=301, headers=PRIVATE | {"Location": "./operator/"})

    async def page(self, request: web.Request) -> web.Response:
        """The page itself."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        try:
            days = await self._coming.days(within=PATIENCE_SECONDS)
            standing = await self._standing()
        except StoreUnavailable as error:
            return _plain(503, f"{error}\n")
        self._styled |= {card.css for day in days for card in day.cards}
        body = await asyncio.to_thread(operator_page, standing, days, style=STYLE)
        headers = PRIVATE | {"Content-Type": "text/html; charset=utf-8"}
        return web.Response(body=body, headers=headers)

    async def style(self, request: web.Request) -> web.Response:
        """The style sheet, with the looks of all that was shown."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        headers = PRIVATE | {"Content-Type": "text/css; charset=utf-8"}
        sheet = await asyncio.to_thread(style_sheet, sorted(self._styled))
        return web.Response(body=sheet.encode(), headers=headers)

    async def picture(self, request: web.Request) -> web.Response:
        """A picture of the page."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        data = self._coming.picture(request.match_info["name"])
        if data is None:
            return _plain(404, "There is no such picture any more: look again.\n")
        return web.Response(body=data, headers=PRIVATE | {"Content-Type": "image/jpeg"})

    def _refusal(self, request: web.Request) -> web.Response | None:
        verdict = self._door.judge(request)
        if verdict is Verdict.WRONG:
            return _plain(401, "This page is the operator's.\n", ASK)
        if verdict is Verdict.WAIT:
            return _plain(429, "Too many wrong tries: wait a minute.\n", {"Retry-After": "60"})
        return None

    async def _standing(self) -> Standing:
        found = await status(self._app)
        now = self._app.clock.now().astimezone(self._app.settings.timezone)
        return Standing(
            now=now,
            next_up=_next_up(found, now),
            stock=_stock(found),
            health=tuple(self._health(each) for each in found.destinations),
            needs_you=tuple(
                NeedsYou(
                    publication=each.id,
                    status=each.status.value,
                    reason=why_not_published(self._app, each),
                )
                for each in found.needs_you
            ),
            red=self._red(),
        )

    def _health(self, destination: DestinationStatus) -> HealthLine:
        latest, hold = destination.latest, destination.hold
        trouble = f"on hold: {hold.reason}" if hold is not None else ""
        if latest is not None and not trouble:
            trouble = why_not_published(self._app, latest)
        return HealthLine(
            destination=destination.name,
            latest=f"{latest.status.value} {latest.date}" if latest else "nothing yet",
            url=latest.receipt.url if latest is not None and latest.receipt is not None else "",
            trouble=trouble,
        )

    def _red(self) -> tuple[str, ...]:
        """What the last look found wrong."""
        latest = self._lookout.latest
        found = latest.findings if latest is not None else ()
        return tuple(f"{each.subject}: {each.message}" for each in found if not each.ok)


def _next_up(found: ServiceStatus, now: datetime) -> str:
    coming = found.coming
    pause = f"{found.paused.message.rstrip('.')}. " if found.paused is not None else ""
    if not coming.city:
        return pause or f"No city is ready for {coming.date}."
    local = coming.due_at.astimezone(now.tzinfo)
    when = f"{local:%A} {local.day} {local:%B, %H:%M}: {_until(coming.due_at - now)}"
    return f"{pause}{coming.city}, {when}"


def _until(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return "it is due"
    days, hours = minutes // 1440, minutes // 60 % 24
    said = [(days, "d"), (hours, "h"), (minutes % 60 if not days else 0, "min")]
    return "in " + (" ".join(f"{n}\u00a0{unit}" for n, unit in said if n) or "less than a minute")


def _stock(found: ServiceStatus) -> str:
    """A ready city lasts a day."""
    stock = found.stock
    last = found.coming.date + timedelta(days=stock.ready - 1)
    lasts = f"{stock.ready} ready, enough until {last.day} {last:%B %Y}"
    return f"{lasts if stock.ready else 'nothing is ready'}; {stock.draft} draft, {stock.held} held"


def _plain(code: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=code, text=text, headers=PRIVATE | (headers or {}))
