"""PhotoHost: a web server on the loopback that a link leads to, and the names that lead there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Address

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.operations.photo_link import fetch_photo
from bot.operations.public_address import Address

HERE = "127.0.0.1"
"""What the tests let pass as a public address."""


class Names(AbstractResolver):
    """A name has one list of addresses, or one for each look-up, the last for all that follow."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        before = self.asked.count(host)
        self.asked.append(host)
        if host not in self._answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self._answers[host]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in answers[min(before, len(answers) - 1)]
        ]

    async def close(self) -> None:
        """Nothing to close."""


class PhotoHost:
    """Answers each path as it is told to: `host.pages["/a.jpg"] = web.Response(...)`."""

    def __init__(self) -> None:
        self.pages: dict[str, web.StreamResponse] = {}
        self.endless: dict[str, tuple[bytes, bytes, float]] = {}
        """By path: how the body begins, what follows again and again, and seconds in between."""
        self.requests: list[web.BaseRequest] = []
        self.sent = 0
        """Bytes of endless bodies that were written."""
        self.port = 0

    def url(self, path: str, name: str = "photos.example") -> str:
        return f"http://{name}:{self.port}{path}"

    async def fetch(
        self,
        link: str,
        names: AbstractResolver | None = None,
        *,
        patience: float = 20,
        most: int = 1_000_000,
    ) -> bytes:
        """As `fetch_photo` does, but for this server as the public internet."""
        return await fetch_photo(
            link,
            resolver=names or Names({"photos.example": [[HERE]]}),
            allowed=is_here,
            ports={self.port},
            patience=patience,
            most=most,
        )

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        if request.path not in self.endless:
            return self.pages.get(request.path) or web.Response(status=404)
        first, then, wait = self.endless[request.path]
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(first)
            self.sent += len(first)
            first = then
            await asyncio.sleep(wait)


def is_here(address: Address) -> bool:
    return address == IPv4Address(HERE)


@asynccontextmanager
async def photo_host(address: str = HERE, port: int = 0) -> AsyncIterator[PhotoHost]:
    """A server at the address, which is gone afterwards."""
    host = PhotoHost()
    runner = web.ServerRunner(web.Server(host.answer), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, address, port)
    await site.start()
    host.port = runner.addresses[0][1]
    try:
        yield host
    finally:
        await runner.cleanup()
