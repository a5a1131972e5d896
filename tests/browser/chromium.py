"""Headless Chromium, driven over the DevTools protocol: opens pages, asks them, takes pictures."""

import asyncio
import base64
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiohttp

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--lang=en",
)
PATIENCE_SECONDS = 30

Scheme = Literal["light", "dark"]


def chromium_program() -> str | None:
    """The installed browser, if there is one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def running_chromium(program: str) -> Iterator[str]:
    """A browser with a profile of its own; the address of its DevTools."""
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        # Its sandbox refuses to work for root, and in most containers.
        options = [*OPTIONS, "--no-sandbox", f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            [program, *options, "about:blank"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "TZ": "UTC"},
            text=True,
        )
        try:
            yield _address(process)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            assert process.stderr is not None
            process.stderr.close()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        _, found, address = line.partition("DevTools listening on ")
        if found:
            return address.strip()
    raise AssertionError(f"the browser did not start: {''.join(said)}")


@dataclass(kw_only=True)
class Page:
    """A tab. `complaints` are its console's warnings and errors, `asked` what it asked for."""

    socket: aiohttp.ClientWebSocketResponse = field(repr=False)
    session_id: str = ""
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        """One command of the protocol; its answer."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session_id:
            message["sessionId"] = self.session_id
        await self.socket.send_json(message)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                said = await self.socket.receive_json()
                if said.get("id") == number:
                    assert "error" not in said, f"{method}: {said['error']}"
                    result: dict[str, Any] = said["result"]
                    return result
                self._note(said)

    async def show(
        self, url: str, *, width: int, height: int = 900, scheme: Scheme = "light", scale: float = 1
    ) -> None:
        """Open an address at a size in CSS pixels, and wait until all pictures are there."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,  # a phone zooms out where a page is too wide, and hides it from us
        )
        await self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        await self.call("Page.navigate", url=url)
        await self.ask(
            "new Promise(done => document.readyState === 'complete' ? done(1)"
            " : addEventListener('load', () => done(1)))"
        )
        await self.ask(
            "Promise.all([...document.images].map(each => { each.loading = 'eager';"
            " return each.decode().catch(() => 0) })).then(() => 1)"
        )

    async def ask(self, expression: str) -> Any:
        """What a JavaScript expression comes to in the page."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def picture(self, *, whole: bool = True) -> bytes:
        """The page as PNG: all of it, or what the window shows."""
        answer = await self.call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole
        )
        return base64.b64decode(answer["data"])

    async def flaws(self) -> list[str]:
        """What is wrong with the page as it is shown; see `FLAWS`."""
        found: list[str] = await self.ask(FLAWS)
        return found + self.complaints

    def _note(self, said: dict[str, Any]) -> None:
        params = said.get("params", {})
        if said.get("method") == "Log.entryAdded" and params["entry"]["level"] != "verbose":
            self.complaints.append(params["entry"]["text"])
        elif said.get("method") == "Runtime.consoleAPICalled":
            self.complaints.append(str(params["args"]))
        elif said.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]["text"]))
        elif said.get("method") == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])


FLAWS = (Path(__file__).parent / "flaws.js").read_text("utf-8")
"""Finds sideways scrolling, pictures that did not load, and what sticks out of page or card."""


@asynccontextmanager
async def opened_page(
    devtools: str, *, headers: dict[str, str] | None = None
) -> AsyncIterator[Page]:
    """A new tab, which sends `headers` with each request; closed at the end."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(devtools, max_msg_size=0) as socket,
    ):
        page = Page(socket=socket)
        context = (await page.call("Target.createBrowserContext"))["browserContextId"]
        target = await page.call("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await page.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        page.session_id = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.call(f"{domain}.enable")
        if headers:
            await page.call("Network.setExtraHTTPHeaders", headers=headers)
        yield page
        page.session_id = ""
        await page.call("Target.disposeBrowserContext", browserContextId=context)


def save(picture: bytes, path: Path) -> None:
    """Write a picture, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
