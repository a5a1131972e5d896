"""Fetching a photo from a link that an admin gives.

The link may come from anywhere, and the service may stand inside a network that trusts it. So it
asks for nothing but what the public internet holds: each address is checked as it is connected
to, and between the look-up of a name and the connection there is no second look-up.
"""

import asyncio
import socket
from collections.abc import Callable, Collection
from importlib.metadata import version

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.operations.files import LARGEST_BYTES
from bot.operations.links import PORTS, host_of, no_link, read_link, redirected, refuse_address
from bot.operations.public_address import Address, is_public, read_address
from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from content.picture_files import recognised

PATIENCE_SECONDS = 30.0
"""For everything: look-ups, redirects and the picture itself."""

MOST_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ENOUGH_TO_RECOGNISE = 512
_HEADERS = {
    # Wikimedia turns away who does not say what it is.
    "User-Agent": f"city-a-day/{version('city-a-day')} (posts a city a day; fetches one photo)",
    "Accept": "image/*",
    "Accept-Encoding": "identity",
}

Allowed = Callable[[Address], bool]


async def fetch_photo(
    link: str,
    *,
    resolver: AbstractResolver | None = None,
    allowed: Allowed = is_public,
    ports: Collection[int] = PORTS,
    patience: float = PATIENCE_SECONDS,
    most: int = LARGEST_BYTES,
) -> bytes:
    """The bytes that the link leads to, which begin as a picture does.

    No cookie, no credentials, no Referer and no proxy of the environment has a part in it.
    `allowed` and `ports`: what may be connected to; `patience` in seconds for everything, `most`
    in bytes. Raises CannotBeDone.
    """
    url = read_link(link)
    try:
        async with asyncio.timeout(patience), _session(resolver, allowed) as session:
            for _ in range(MOST_REDIRECTS + 1):
                refuse_address(url, ports)
                async with session.get(url, allow_redirects=False) as response:
                    if response.status not in _REDIRECTS:
                        return await _picture(response, most)
                    url = redirected(url, response.headers.get("Location", ""))
    except TimeoutError as error:
        raise CannotBeDone(
            Phrase(
                "{host} took more than {seconds} seconds to send the picture. Try again, or give"
                " the picture as a file.",
                host=host_of(url),
                seconds=f"{patience:g}",
            )
        ) from error
    except _NotPublic as error:
        raise _not_public(url) from error
    except (aiohttp.ClientConnectorDNSError, UnicodeError) as error:  # a..b: no name can be so
        raise CannotBeDone(
            Phrase("There is no {host}: check how the link is written.", host=host_of(url))
        ) from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise CannotBeDone(
            Phrase(
                "{host} cannot show that it is who it says (its certificate is not valid). Give"
                " the picture as a file.",
                host=host_of(url),
            )
        ) from error
    except aiohttp.InvalidURL as error:  # such as http://2130706433/
        raise no_link() from error
    except (aiohttp.ClientError, OSError) as error:
        raise CannotBeDone(
            Phrase(
                "{host} could not be reached, or broke off. Try again, or give the picture as a"
                " file.",
                host=host_of(url),
            )
        ) from error
    raise CannotBeDone(
        Phrase(
            "The link leads from one address to the next, more than {most} times. Give the"
            " picture's own address.",
            most=MOST_REDIRECTS,
        )
    )


class _NotPublic(Exception):
    """A connection to an address that is not allowed was about to be made."""


class _AllPublic(AbstractResolver):
    """Lets no name pass that has one address which is not allowed."""

    def __init__(self, resolver: AbstractResolver, allowed: Allowed) -> None:
        self._resolver = resolver
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            _refuse_private(each["host"], self._allowed)
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _session(resolver: AbstractResolver | None, allowed: Allowed) -> aiohttp.ClientSession:
    def connect(info: aiohttp.AddrInfoType) -> socket.socket:
        """Also for addresses in the link itself, for which no resolver is asked."""
        family, kind, protocol, _, address = info
        _refuse_private(str(address[0]), allowed)
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        resolver=_AllPublic(resolver or aiohttp.ThreadedResolver(), allowed),
        socket_factory=connect,
        happy_eyeballs_delay=None,  # one address after another
        use_dns_cache=False,
        force_close=True,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
    )


def _refuse_private(text: str, allowed: Allowed) -> None:
    address = read_address(text)
    if address is None or not allowed(address):
        raise _NotPublic


async def _picture(response: aiohttp.ClientResponse, most: int) -> bytes:
    host = host_of(response.url)
    if response.status != 200:
        raise CannotBeDone(
            Phrase(
                "{host} does not give the picture (HTTP {status}). Check the link, or give the"
                " picture as a file.",
                host=host,
                status=response.status,
            )
        )
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise CannotBeDone(
            Phrase(
                "{host} sends the picture compressed once more, though it was asked not to. Give"
                " the picture as a file.",
                host=host,
            )
        )
    if (response.content_length or 0) > most:
        raise _too_large(host, most)
    data = bytearray()
    looked_at = False
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            raise _too_large(host, most)
        if not looked_at and len(data) >= _ENOUGH_TO_RECOGNISE:
            _refuse_no_picture(data, response)
            looked_at = True
    if not looked_at:
        _refuse_no_picture(data, response)
    return bytes(data)


def _refuse_no_picture(data: bytearray, response: aiohttp.ClientResponse) -> None:
    """By its first bytes: what the server calls it counts only for what to say."""
    first = bytes(data[:_ENOUGH_TO_RECOGNISE])
    if recognised(first):
        return
    begins = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_page = begins.startswith((b"<!doctype html", b"<html"))
    if not is_page and response.content_type not in ("text/html", "application/xhtml+xml"):
        raise CannotBeDone(
            Phrase(
                "What {host} sends is no JPEG, PNG, WebP, HEIC, AVIF or TIFF picture. Check the"
                " link, or give the picture as a file.",
                host=host_of(response.url),
            )
        )
    if (response.url.host or "").endswith((".wikimedia.org", ".wikipedia.org")):
        raise CannotBeDone(
            Phrase(
                "This is the page of a picture, not the picture. Choose “Original file” on it and"
                " give that address: it begins with https://upload.wikimedia.org/."
            )
        )
    raise CannotBeDone(
        Phrase(
            "This is a page, not a picture. Give the picture's own address (in a browser: “Copy"
            " image address”), or the picture as a file."
        )
    )


def _not_public(url: URL) -> CannotBeDone:
    return CannotBeDone(
        Phrase(
            "{host} is not on the public internet, and nothing else is asked. Give the picture as"
            " a file.",
            host=host_of(url),
        )
    )


def _too_large(host: str, most: int) -> CannotBeDone:
    return CannotBeDone(
        Phrase(
            "What {host} sends has more than {most} MB. Give a smaller picture.",
            host=host,
            most=f"{most / 1e6:g}",
        )
    )
