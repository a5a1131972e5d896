"""The service's own web server: it shows the galleries, and nothing else of what lies there.

app = make_web(data_dir / "site")
async with WebServer(app, host="127.0.0.1", port=8080) as server:
    server.url  # "http://127.0.0.1:8080"
"""

import asyncio
import errno
import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

# What may be shown, by the end of its name: records, temporary files and the like have another.
CONTENT_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
}
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "city-a-day",
}
REFERRER = "Referrer-Policy"
PICTURES = "pictures"  # named by their content: what was fetched once never changes
FOREVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
NOT_FOUND = "404.html"

log = structlog.get_logger()


class WebCannotStart(Exception):
    """The web server cannot listen; the message says where, why, and what to do."""


def make_web(
    folder: Path,
    *,
    others: Sequence[Path] = (),
    routes: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """An application that shows the gallery in `folder` at "/", and `others` below their names.

    `routes` come before the galleries: "/healthz" and the like. The folders may come to be later.
    """
    app = web.Application()
    app.on_response_prepare.append(_add_headers)
    app.add_routes(routes)
    for other in others:
        shown = f"/{quote(other.name)}"
        app.router.add_get(shown, _add_slash)
        app.router.add_get(f"{shown}/{{path:.*}}", _gallery(other))
    app.router.add_get("/{path:.*}", _gallery(folder))
    return app


class WebServer:
    """Serves an application on `host` and `port` (0: any free one) while it is entered."""

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        self._host = host
        self._wanted_port = port
        # No access log: a gallery's readers are nobody's business.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        self._port: int | None = None

    @property
    def port(self) -> int:
        """The port that it listens on. Raises RuntimeError before it is started."""
        if self._port is None:
            raise RuntimeError("the web server has not been started")
        return self._port

    @property
    def url(self) -> str:
        """Where it is seen from this machine, without a final slash."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises WebCannotStart."""
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, self._host, self._wanted_port)
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise WebCannotStart(self._reason(error)) from error
        self._port = int(self._runner.addresses[0][1])
        log.info("web_started", url=self.url)

    async def stop(self) -> None:
        """Let requests under way finish (2 seconds at most), and listen no more."""
        self._port = None
        await self._runner.cleanup()

    async def __aenter__(self) -> "WebServer":
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _reason(self, error: OSError) -> str:
        where = f"port {self._wanted_port} on {self._host}"
        if error.errno == errno.EADDRINUSE:
            return (
                f"{where} is in use by another program: stop that one, or set"
                " CITY_A_DAY_WEB_PORT to a free port (0 takes any)"
            )
        if error.errno == errno.EACCES:
            return f"{where} is not allowed to this user: set CITY_A_DAY_WEB_PORT to 1024 or higher"
        if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
            return (
                f"{self._host} is no address of this machine: set CITY_A_DAY_WEB_HOST to 127.0.0.1,"
                " or to 0.0.0.0 for all networks"
            )
        return f"{where} cannot be listened on: {error.strerror or error}"


def _gallery(folder: Path) -> Handler:
    """A handler that shows what lies below `folder`."""

    async def show(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        found = await asyncio.to_thread(_find, folder, path)
        if found is None:
            return await asyncio.to_thread(_not_found, folder)
        if found.suffix not in CONTENT_TYPES:
            return await _add_slash(request)
        immutable = path.startswith(f"{PICTURES}/")
        return web.FileResponse(
            found,
            headers={
                "Content-Type": CONTENT_TYPES[found.suffix],
                "Cache-Control": FOREVER if immutable else ASK_AGAIN,
            },
        )

    return show


def _find(folder: Path, path: str) -> Path | None:
    """The file that a decoded path shows, a folder if its final slash is missing, or None.

    Nothing hidden, nothing outside the folder, and nothing by way of a link.
    """
    *above, last = path.split("/")
    if "" in above or any(part.startswith(".") for part in (*above, last)):
        return None
    try:
        root = folder.resolve()
        wanted = root.joinpath(*above, last or "index.html")
        if wanted.resolve(strict=True) != wanted:
            return None
        if wanted.is_dir():
            return wanted if (wanted / "index.html").is_file() and not wanted.suffix else None
        return wanted if wanted.suffix in CONTENT_TYPES and wanted.is_file() else None
    except (OSError, ValueError):  # no such file, a name too long, a NUL
        return None


def _not_found(folder: Path) -> web.Response:
    """The gallery's own page for it, or a plain one before there is a gallery."""
    try:
        page = (folder / NOT_FOUND).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        page = "<!doctype html>\n<title>404</title>\n<p>404: there is no such page.</p>\n"
    return web.Response(
        status=404,
        text=page,
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": ASK_AGAIN},
    )


async def _add_slash(request: web.Request) -> web.StreamResponse:
    """A redirect that keeps to the last part of the path: right behind any proxy, on any host."""
    last = quote(request.path.rpartition("/")[2])
    headers = {"Location": f"./{last}/", "Cache-Control": ASK_AGAIN}
    return web.Response(status=301, headers=headers)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """A page's own word on referrers stays: the operator's is stricter."""
    own = response.headers.get(REFERRER, SECURITY_HEADERS[REFERRER])
    response.headers.update({**SECURITY_HEADERS, REFERRER: own})
