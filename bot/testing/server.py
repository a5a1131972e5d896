"""ScriptedServer: real HTTP on the loopback that can be told to misbehave at the next create.

What the test servers of all platforms share. A platform's own server says which request is a
create, answers honestly, and gives its own words for a refusal; this one records what came in and
breaks connections, stalls, and garbles.
"""

import asyncio
import json
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.testing.harness import Failure
from bot.testing.mishaps import (
    ACTED_ON,
    HTML_PAGE,
    STALLED_FIRST,
    Mishap,
    break_off,
    cut,
    instead,
    present,
)

LARGEST_BODY = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A request as it came in. `url` is as it was asked, `path` decoded and without the query."""

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """Without its parameters, in lower case; empty when there is none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:  # noqa: ANN401 - each platform knows the shape of its requests
        """The body as JSON; None when there is no body. Raises ValueError when it is no JSON."""
        return json.loads(self.body) if self.body else None


class ScriptedServer(ABC):
    """A platform on 127.0.0.1, at one port from `start` to `stop`.

    Serves in the loop that called `start`; nothing is tied to a loop before that, so it may run in
    a test's own loop, in a thread's, or in a process of its own. Connections are not kept alive
    unless `keep_alive` is set, so that a refused connection is refused and not an old one reused.
    """

    def __init__(self, *, keep_alive: bool = False) -> None:
        self.requests: list[Recorded] = []
        self.creates = 0
        self.violations: list[str] = []
        """What no client should send and no server answer; `stop` raises when there is any."""
        self._keep_alive = keep_alive
        self._script: list[tuple[Callable[[Recorded], bool], str]] = []
        self._begun: list[str] = []
        self._last_answered: Callable[[Recorded], bool] | None = None
        self._socket: socket.socket | None = None
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self._port = 0
        self._released = asyncio.Event()
        self._acted_on = 0
        self._progress = asyncio.Condition()

    @abstractmethod
    def is_create(self, request: Recorded) -> bool:
        """Whether this request asks for a public post."""

    @abstractmethod
    async def answer(self, request: Recorded) -> web.StreamResponse:
        """What the platform really does with this request, and says."""

    @abstractmethod
    def refusal(self, failure: str) -> web.Response:
        """The platform's own answer for 401, 403, 429, 5xx and the like, when scripted."""

    @property
    def url(self) -> str:
        """Where it is, without a final slash."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def paths(self) -> list[str]:
        """What was asked so far, as "POST /2/tweets"."""
        return [f"{request.method} {request.path}" for request in self.requests]

    async def start(self) -> None:
        """Listen on a free port of the loopback."""
        app = web.Application(client_max_size=LARGEST_BODY)
        self.add_routes(app)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        self._bind()
        await self.listen()

    def add_routes(self, app: web.Application) -> None:  # noqa: B027 - most platforms need none
        """For what is no plain request and answer: a WebSocket. Added before the rest."""

    async def listen(self) -> None:
        """Accept connections, at first or again after `refuse`."""
        if self._listener is None:
            assert self._runner is not None
            assert self._runner.server is not None
            assert self._socket is not None
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(self._runner.server, sock=self._socket)

    def refuse(self) -> None:
        """Refuse connections from now on until `listen`; the port stays ours meanwhile."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self._bind()

    async def stop(self) -> None:
        """Give up the port, and whoever is still waiting for an answer. Raises on violations."""
        self.release()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()
        assert not self.violations, "\n".join(self.violations)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def fail_next_create(self, failure: str) -> None:
        """Do so with the next create, one after the other when called again; then be well.

        A refused connection is refused at once, for every request, until `listen`: a server that
        does not listen cannot tell a create from a look-up.
        """
        if failure == Failure.REFUSE_CONNECTION:
            self.refuse()
        else:
            self.fail_next(self.is_create, failure)

    def fail_next(self, which: Callable[[Recorded], bool], failure: str) -> None:
        """Do so with the next request of this kind: an upload, a look-up."""
        self._script.append((which, failure))

    def refuse_after(self, which: Callable[[Recorded], bool]) -> None:
        """Answer the next request of this kind, then refuse connections until `listen`."""
        self._last_answered = which

    def release(self) -> None:
        """Let every answer go that is stalled or held back."""
        self._released.set()

    async def wait_for_creates(self, count: int) -> None:
        """Until `count` creates have had their effect; a held back answer may still be missing."""
        async with self._progress:
            await self._progress.wait_for(lambda: self._acted_on >= count)

    async def wait_for_create_requests(self, count: int) -> None:
        """Until `count` creates have come in, whether or not they have had their effect."""
        async with self._progress:
            await self._progress.wait_for(lambda: self.creates >= count)

    async def wait_for_failure(self, failure: str, count: int = 1) -> None:
        """Until it has begun to do so: a create that is to be acted on first has been by then."""
        async with self._progress:
            await self._progress.wait_for(lambda: self._begun.count(failure) >= count)

    async def wait_for_request(self, which: Callable[[Recorded], bool]) -> None:
        """Until a request of this kind has come in, answered or not."""
        async with self._progress:
            await self._progress.wait_for(lambda: any(map(which, self.requests)))

    def _bind(self) -> None:
        """Hold the port. Bound but not listening, the system refuses connections to it."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", self._port))
        self._port = self._socket.getsockname()[1]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        recorded = Recorded(
            method=request.method,
            url=f"{request.scheme}://{request.host}{request.raw_path}",
            path=request.path,
            query=dict(request.query),
            headers=request.headers.copy(),
            body=await request.read(),
        )
        self.requests.append(recorded)
        try:
            response = await self._act(request, recorded)
        except Exception as error:
            self.violations.append(f"{recorded.method} {recorded.path}: {error!r}")
            raise
        if not self._keep_alive and isinstance(response, web.Response):
            response.force_close()
        return response

    async def _act(self, request: web.Request, recorded: Recorded) -> web.StreamResponse:
        create = self.is_create(recorded)
        async with self._progress:
            self.creates += create
            self._progress.notify_all()
        failure = self._scripted(recorded)
        response: web.StreamResponse | None = None
        if failure is not None and failure in STALLED_FIRST:
            await self._begin(failure)
            await self._stall()
        if failure is None or failure in ACTED_ON:
            response = await self.answer(recorded)
        if create:
            async with self._progress:
                self._acted_on += 1
                self._progress.notify_all()
        if self._last_answered is not None and self._last_answered(recorded):
            self._last_answered = None
            self.refuse()
        if failure is not None:
            if failure not in STALLED_FIRST:
                await self._begin(failure)
            return await self._misbehave(failure, request, response)
        return present(response)

    async def _begin(self, failure: str) -> None:
        async with self._progress:
            self._begun.append(failure)
            self._progress.notify_all()

    def _scripted(self, recorded: Recorded) -> str | None:
        for number, (which, failure) in enumerate(self._script):
            if which(recorded):
                del self._script[number]
                return failure
        return None

    async def _misbehave(
        self, failure: str, request: web.Request, honest: web.StreamResponse | None
    ) -> web.StreamResponse:
        match failure:
            case (
                Mishap.RESET_AFTER
                | Mishap.DROPPED_BEFORE
                | Mishap.LOST_BEFORE
                | Failure.DROPPED_AFTER
            ):
                cut(request, reset=failure == Mishap.RESET_AFTER)
                return web.Response()
            case Failure.STALLED_AFTER | Mishap.HELD_AFTER:
                await self._stall()
                return present(honest)
            case Mishap.STALLED_BEFORE:
                return present(honest)
            case Failure.GARBLED_AFTER:
                return instead(honest, b'{"data": {"id": "12', "application/json")
            case Mishap.EMPTY_AFTER:
                return instead(honest, b"", "application/json")
            case Mishap.HTML_AFTER:
                return instead(honest, HTML_PAGE, "text/html", status=200)
            case Mishap.NOT_OBJECT_AFTER:
                return instead(honest, b"[]", "application/json")
            case Mishap.TRUNCATED_AFTER:
                return await break_off(request)
            case Failure.HTML_ERROR:
                return web.Response(status=502, body=HTML_PAGE, content_type="text/html")
        return self.refusal(failure)

    async def _stall(self) -> None:
        self._released.clear()
        await self._released.wait()
