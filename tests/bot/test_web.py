"""The web server, over real HTTP on the loopback: what it shows, and what it never shows."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from multidict import CIMultiDictProxy
from yarl import URL

from bot.web import WebCannotStart, WebServer, make_web

DAY = "2026-11-22-le-mans"
PICTURE = "a" * 64


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Asks a server for paths exactly as they are written, and follows no redirect by itself."""

    session: aiohttp.ClientSession
    base: str

    async def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None
    ) -> Answer:
        url = URL(self.base + path, encoded=True)
        async with self.session.request(
            method, url, headers=headers, allow_redirects=False
        ) as response:
            body = await response.read()
            return Answer(status=response.status, headers=response.headers, body=body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A gallery, with beside it and in it what nobody may see."""
    folder = tmp_path / "site"
    files = {
        "index.html": "<p>Le Mans</p>",
        "404.html": "<p>Rien</p>",
        "style.css": "p {}",
        "feed.atom": "<feed/>",
        "favicon.svg": "<svg/>",
        f"{DAY}/index.html": "<p>Le Mans, en grand</p>",
        f"pictures/{PICTURE}.jpg": "JPEG",
        "page/2/index.html": "<p>2</p>",
        "days/2026-11-22.json": '{"key": "secret"}',
        ".built.json": "secret",
        ".lock": "secret",
        ".unfinished/index.html": "secret",
        ".hidden.html": "secret",
        "notes.txt": "secret",
        "empty/.keep": "",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / "ledger.sqlite").write_text("secret")
    (tmp_path / "outside.html").write_text("secret")
    (tmp_path / "site-private").mkdir()
    (tmp_path / "site-private/index.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    (folder / "inner.html").symlink_to(folder / "days/2026-11-22.json")
    (folder / "linked").symlink_to(tmp_path / "site-private")
    os.mkfifo(folder / "pipe.html")
    return folder


@pytest.fixture
async def browser(folder: Path) -> AsyncIterator[Browser]:
    """A browser in front of the gallery."""
    async with (
        WebServer(make_web(folder), host="127.0.0.1", port=0) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Browser(session=session, base=server.url)


class TestShows:
    """What followers may see."""

    @pytest.mark.parametrize(
        ("path", "kind", "body"),
        [
            ("/", "text/html; charset=utf-8", b"<p>Le Mans</p>"),
            ("/index.html", "text/html; charset=utf-8", b"<p>Le Mans</p>"),
            (f"/{DAY}/", "text/html; charset=utf-8", b"<p>Le Mans, en grand</p>"),
            (f"/{DAY}/?from=feed", "text/html; charset=utf-8", b"<p>Le Mans, en grand</p>"),
            ("/page/2/", "text/html; charset=utf-8", b"<p>2</p>"),
            ("/style.css", "text/css; charset=utf-8", b"p {}"),
            ("/feed.atom", "application/atom+xml; charset=utf-8", b"<feed/>"),
            ("/favicon.svg", "image/svg+xml", b"<svg/>"),
            (f"/pictures/{PICTURE}.jpg", "image/jpeg", b"JPEG"),
        ],
    )
    async def test_each_with_its_type(
        self, browser: Browser, path: str, kind: str, body: bytes
    ) -> None:
        """GET gives it; HEAD says the same without it."""
        answer = await browser.ask(path)
        assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, kind, body)
        head = await browser.ask(path, "HEAD")
        assert (head.status, head.headers["Content-Type"], head.body) == (200, kind, b"")
        assert head.headers["Content-Length"] == str(len(body))

    async def test_a_folder_without_its_slash_redirects(self, browser: Browser) -> None:
        """To an address that is right behind a proxy's prefix too."""
        answer = await browser.ask(f"/{DAY}")
        assert (answer.status, answer.headers["Location"]) == (301, f"./{DAY}/")
        assert (await browser.ask("/page/2")).headers["Location"] == "./2/"

    async def test_pictures_are_kept_and_pages_asked_for_again(self, browser: Browser) -> None:
        """A picture's name is its content; a page may change every day."""
        picture = await browser.ask(f"/pictures/{PICTURE}.jpg")
        assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        for path in ("/", f"/{DAY}/", "/feed.atom", "/style.css", "/nothing"):
            assert (await browser.ask(path)).headers["Cache-Control"] == "no-cache"

    async def test_what_has_not_changed_is_not_sent_again(
        self, browser: Browser, folder: Path
    ) -> None:
        """By tag and by date; once the page is another one, it is sent."""
        first = await browser.ask("/")
        tag = {"If-None-Match": first.headers["ETag"]}
        again = await browser.ask("/", headers=tag)
        assert (again.status, again.body) == (304, b"")
        assert "Content-Security-Policy" in again.headers
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert (await browser.ask("/", headers=since)).status == 304
        (folder / "index.html").write_text("<p>Another city</p>")
        changed = await browser.ask("/", headers=tag)
        assert (changed.status, changed.body) == (200, b"<p>Another city</p>")

    async def test_part_of_a_picture(self, browser: Browser) -> None:
        """A download that broke off goes on."""
        answer = await browser.ask(f"/pictures/{PICTURE}.jpg", headers={"Range": "bytes=1-2"})
        assert (answer.status, answer.body) == (206, b"PE")

    async def test_every_answer_has_the_security_headers(self, browser: Browser) -> None:
        """Found or not, allowed or not."""
        for path, method in (("/", "GET"), ("/nothing", "GET"), (f"/{DAY}", "GET"), ("/", "POST")):
            headers = (await browser.ask(path, method)).headers
            policy = headers["Content-Security-Policy"].split("; ")
            assert policy == [
                "default-src 'none'",
                "img-src 'self'",
                "style-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            ]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
            assert "Python" not in headers["Server"]

    async def test_nothing_can_be_sent_to_it(self, browser: Browser) -> None:
        """It only shows."""
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert (await browser.ask("/", method)).status == 405

    async def test_other_galleries_have_their_own_place(self, tmp_path: Path, folder: Path) -> None:
        """The second destination's is below its folder's name, and nobody's else."""
        app = make_web(folder, others=[tmp_path / "site-private"])
        async with (
            WebServer(app, host="127.0.0.1", port=0) as server,
            aiohttp.ClientSession() as session,
        ):
            browser = Browser(session=session, base=server.url)
            assert (await browser.ask("/site-private/")).body == b"secret"
            assert (await browser.ask("/site-private")).headers["Location"] == "./site-private/"
            assert (await browser.ask("/")).body == b"<p>Le Mans</p>"
            assert (await browser.ask("/site-private/nothing")).status == 404

    async def test_other_routes_come_first(self, folder: Path) -> None:
        """The service has more to say than its gallery."""

        async def alive(_: web.Request) -> web.Response:
            return web.Response(text="alive")

        app = make_web(folder, routes=[web.get("/healthz", alive)])
        async with (
            WebServer(app, host="127.0.0.1", port=0) as server,
            aiohttp.ClientSession() as session,
        ):
            answer = await Browser(session=session, base=server.url).ask("/healthz")
        assert answer.body == b"alive"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestHides:
    """What nobody may see."""

    @pytest.mark.parametrize(
        "path",
        [
            "/days/2026-11-22.json",
            "/days/",
            "/days",
            "/DAYS/2026-11-22.JSON",
            "/.built.json",
            "/.lock",
            "/.hidden.html",
            "/.unfinished/",
            "/.unfinished/index.html",
            "/%2eunfinished/index.html",
            "/notes.txt",
            "/empty/",
            "/empty",
            "/link.html",
            "/inner.html",
            "/linked/",
            "/linked",
            "/linked/index.html",
            "/pipe.html",
            "/../outside.html",
            "/../ledger.sqlite",
            "/../site-private/",
            f"/{DAY}/../../outside.html",
            f"/{DAY}/../index.html",
            "/%2e%2e/outside.html",
            "/%2E%2E%2Foutside.html",
            "/..%2foutside.html",
            "/..%5coutside.html",
            "/%252e%252e/outside.html",
            "/....//outside.html",
            "/./index.html",
            "//outside.html",
            "//etc/passwd",
            "/%2fetc/passwd",
            "//example.org/%2e%2e",
            "/index.html%00.jpg",
            "/index.html/",
            f"/{DAY}//",
            f"/{'a' * 5000}",
            "/" + "a/" * 2000,
            "/%ff%fe",
            "/~root",
        ],
    )
    async def test_there_is_no_such_page(self, browser: Browser, path: str) -> None:
        """The friendly page, and not a word of what lies there."""
        for method in ("GET", "HEAD"):
            answer = await browser.ask(path, method)
            assert answer.status == 404, path
            assert answer.body == (b"" if method == "HEAD" else b"<p>Rien</p>")
            assert "Location" not in answer.headers

    async def test_a_raw_request_gets_no_further(self, browser: Browser) -> None:
        """Written by hand, with nothing between it and the server."""
        url = URL(browser.base)
        for target in ("/../outside.html", "../outside.html", "/..\\outside.html", "//../x"):
            reader, writer = await asyncio.open_connection(url.host, url.port)
            writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            assert answer.split(b" ", 2)[1] in (b"400", b"404"), target
            assert b"secret" not in answer

    async def test_before_there_is_a_gallery(self, tmp_path: Path) -> None:
        """A plain page; and the gallery, as soon as it is there."""
        folder = tmp_path / "later"
        async with (
            WebServer(make_web(folder), host="127.0.0.1", port=0) as server,
            aiohttp.ClientSession() as session,
        ):
            browser = Browser(session=session, base=server.url)
            answer = await browser.ask("/")
            assert (answer.status, answer.headers["Content-Type"]) == (
                404,
                "text/html; charset=utf-8",
            )
            folder.mkdir()
            (folder / "index.html").write_text("<p>Now</p>")
            assert (await browser.ask("/")).body == b"<p>Now</p>"


class TestStarting:
    """Where it listens, and why it cannot."""

    async def test_a_port_in_use(self, folder: Path) -> None:
        """Which one, and what to do; the other server goes on."""
        async with WebServer(make_web(folder), host="127.0.0.1", port=0) as first:
            second = WebServer(make_web(folder), host="127.0.0.1", port=first.port)
            with pytest.raises(WebCannotStart, match=f"port {first.port} .* CITY_A_DAY_WEB_PORT"):
                await second.start()
            async with aiohttp.ClientSession() as session:
                assert (await Browser(session=session, base=first.url).ask("/")).status == 200

    async def test_an_address_of_another_machine(self, folder: Path) -> None:
        """203.0.113.1 is kept for examples, so no machine has it."""
        with pytest.raises(WebCannotStart, match=r"no address of this machine.*WEB_HOST"):
            await WebServer(make_web(folder), host="203.0.113.1", port=0).start()

    @pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
    async def test_an_ipv6_address(self, folder: Path) -> None:
        """Its address has brackets."""
        try:
            with socket.create_server(("::1", 0), family=socket.AF_INET6):
                pass
        except OSError as error:
            pytest.skip(f"this machine has no IPv6: {errno.errorcode.get(error.errno or 0)}")
        async with (
            WebServer(make_web(folder), host="::1", port=0) as server,
            aiohttp.ClientSession() as session,
        ):
            assert server.url == f"http://[::1]:{server.port}"
            assert (await Browser(session=session, base=server.url).ask("/")).status == 200

    async def test_after_stopping_nobody_listens(self, folder: Path) -> None:
        """The port is free again, and the server has none."""
        server = WebServer(make_web(folder), host="127.0.0.1", port=0)
        with pytest.raises(RuntimeError, match="not been started"):
            _ = server.port
        async with server:
            port = server.port
        with pytest.raises(RuntimeError, match="not been started"):
            _ = server.url
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
