"""Mishaps: what can become of a request and its answer on the way, on any platform."""

import socket
import struct
from enum import StrEnum

from aiohttp import web

from bot.testing.harness import Failure

HTML_PAGE = b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>"


class Mishap(StrEnum):
    """What any server can do with a create, beyond the contract suite's `Failure`."""

    DROPPED_BEFORE = "connection accepted, then dropped, nothing created"
    RESET_AFTER = "created, then the connection is reset"
    STALLED_BEFORE = "no answer until released; created then"
    LOST_BEFORE = "no answer until released; nothing created even then"
    HELD_AFTER = "created; the answer is held back until released"
    EMPTY_AFTER = "created, then a 2xx with nothing in it"
    HTML_AFTER = "created, then a 200 with an HTML page"
    NOT_OBJECT_AFTER = "created, then a 2xx whose JSON is not what was promised"
    TRUNCATED_AFTER = "created, then a 2xx whose body breaks off"


ACTED_ON = {
    Failure.SERVER_ERROR_AFTER,
    Failure.DROPPED_AFTER,
    Failure.STALLED_AFTER,
    Failure.GARBLED_AFTER,
    Mishap.RESET_AFTER,
    Mishap.STALLED_BEFORE,
    Mishap.HELD_AFTER,
    Mishap.EMPTY_AFTER,
    Mishap.HTML_AFTER,
    Mishap.NOT_OBJECT_AFTER,
    Mishap.TRUNCATED_AFTER,
}
"""With these the server does what it was asked before anything goes wrong."""

STALLED_FIRST = {Mishap.STALLED_BEFORE, Mishap.LOST_BEFORE}
"""With these it does nothing at all until it is released."""


def cut(request: web.Request, *, reset: bool) -> None:
    """Close the connection without an answer; `reset` makes the client see ECONNRESET."""
    transport = request.transport
    if transport is None:
        return  # the client has gone meanwhile
    if reset:
        # Linger on, for no time: the system sends RST in place of FIN.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def instead(
    honest: web.StreamResponse | None, body: bytes, content_type: str, *, status: int | None = None
) -> web.Response:
    """The honest answer's status with another body."""
    return web.Response(
        status=status or present(honest).status, body=body, content_type=content_type
    )


def present(honest: web.StreamResponse | None) -> web.StreamResponse:
    """The honest answer, which must have been asked for."""
    assert honest is not None
    return honest


async def break_off(request: web.Request) -> web.StreamResponse:
    """A 200 that promises 4,000 bytes, sends a few and closes the connection."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = 4000
    await response.prepare(request)
    await response.write(b'{"data": {"id": "')
    cut(request, reset=False)
    return response
