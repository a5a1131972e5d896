"""Sessions: what a bot has been sent over the gateway, and the WebSocket that it is sent by.

Source: Discord's documentation, Gateway and Gateway Opcodes and Close Codes (version 10).
"""

import asyncio
import importlib
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.testing.mishaps import cut
from tests.platforms.discord_components import Json

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME = 0, 1, 2, 3, 4, 6
RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 8, 9, 10, 11
LARGEST_PAYLOAD = 4096
"""Bytes that a bot may send at once."""


@dataclass
class Closing(Exception):
    """The gateway closes the connection. `misuse`: no client should come to this."""

    code: int
    reason: str
    misuse: bool = True


@dataclass(kw_only=True)
class Session:
    """What one bot has been sent since it identified itself: event `n` is `log[n - 1]`."""

    id: str
    intents: int
    log: list[Json] = field(default_factory=list)
    reached: int = 0
    """The sequence number up to which it was ever sent."""
    resumable: bool = True
    connection: "Connection | None" = None

    def add(self, event: str, data: Json) -> None:
        """Send an event, now or once the bot is there again."""
        self.log.append({"op": DISPATCH, "t": event, "s": len(self.log) + 1, "d": data})
        if self.connection is not None:
            self.connection.wake()


class Connection:
    """One WebSocket. `sent` is the sequence number up to which its session was sent over it."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, compress: str) -> None:
        self.session: Session | None = None
        self.sent = 0
        self._request = request
        self._socket = socket
        self._compressed = _COMPRESSIONS[compress]()
        self._binary = bool(compress)
        self._sending = asyncio.Lock()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    async def send(self, op: int, data: object) -> None:
        """What is no event."""
        await self._send({"op": op, "d": data, "s": None, "t": None})

    async def send_events(self, before: Callable[[str], bool]) -> None:
        """Send what the session holds as it comes; stop where `before` an event says so."""
        while True:
            self._woken.clear()
            while self.session is not None and self.sent < len(self.session.log):
                event = self.session.log[self.sent]
                if before(event["t"]):
                    return
                self.sent += 1
                self.session.reached = max(self.session.reached, self.sent)
                await self._send(event)
            await self._woken.wait()

    async def receive(self, within: float) -> Json | None:
        """What the bot sends; None: it has gone. Raises TimeoutError, Closing."""
        async with asyncio.timeout(within):
            message = await self._socket.receive()
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            return None
        if message.type is not WSMsgType.TEXT or len(message.data.encode()) > LARGEST_PAYLOAD:
            raise Closing(4002, "Error while decoding payload.")
        try:
            payload: Json = json.loads(message.data)
        except ValueError as error:
            raise Closing(4002, "Error while decoding payload.") from error
        return payload

    @property
    def closed_for_good(self) -> bool:
        """The bot said that it does not come back."""
        return self._socket.close_code in (1000, 1001)

    async def close(self, code: int, reason: str = "") -> None:
        await self._socket.close(code=code, message=reason.encode())

    def drop(self) -> None:
        """Cut the line without a word."""
        cut(self._request, reset=False)

    async def _send(self, payload: Json) -> None:
        text = json.dumps(payload)
        async with self._sending:
            # One that has gone gets it from its session, if it comes again.
            with suppress(ConnectionError):
                if self._binary:
                    await self._socket.send_bytes(self._compressed(text.encode()))
                else:
                    await self._socket.send_str(text)


def _plain() -> Callable[[bytes], bytes]:
    return lambda data: data


def _zlib() -> Callable[[bytes], bytes]:
    stream = zlib.compressobj()
    return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Callable[[bytes], bytes]:
    """Asked for by discord.py where the interpreter (3.14) or the package zstandard has it."""
    try:
        library = importlib.import_module("zstandard")
    except ImportError:
        stream = importlib.import_module("compression.zstd").ZstdCompressor()
        return lambda data: bytes(stream.compress(data, stream.FLUSH_BLOCK))
    packed = library.ZstdCompressor().compressobj()
    return lambda data: packed.compress(data) + packed.flush(library.COMPRESSOBJ_FLUSH_BLOCK)


_COMPRESSIONS: dict[str, Callable[[], Callable[[bytes], bytes]]] = {
    "": _plain,
    "zlib-stream": _zlib,
    "zstd-stream": _zstd,
}
COMPRESSIONS = frozenset(_COMPRESSIONS)
