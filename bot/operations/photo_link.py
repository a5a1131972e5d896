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
from bot.operations.public_address import Address, is_public, read_address
from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from content.picture_files import recognised
from content.typed import shown

PATIENCE_SECONDS = 30.0
"""For everything: look-ups, redirects and the picture itself."""

PORTS = frozenset({80, 443})
MOST_REDIRECTS = 5

_LONGEST_LINK = 2_000
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
    url = _readable(link)
    try:
        async with asyncio.timeout(patience), _session(resolver, allowed) as session:
            for _ in range(MOST_REDIRECTS + 1):
                _refuse_address(url, ports)
                async with session.get(url, allow_redirects=False) as response:
                    if response.status not in _REDIRECTS:
                        return await _picture(response, most)
                    url = redirected(url, response.headers.get("Location", ""))
    except TimeoutError as error:
        raise CannotBeDone(
            Phrase(
                "{host} took more than {seconds} seconds to send the picture. Try again, or give"
                " the picture as a file.",
                host=_name(url),
                seconds=f"{patience:g}",
            )
        ) from error
    except _NotPublic as error:
        raise _not_public(url) from error
    except aiohttp.ClientConnectorDNSError as error:
        raise CannotBeDone(
            Phrase("There is no {host}: check how the link is written.", host=_name(url))
        ) from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise CannotBeDone(
            Phrase(
                "{host} cannot show that it is who it says (its certificate is not valid). Give"
                " the picture as a file.",
                host=_name(url),
            )
        ) from error
    except aiohttp.InvalidURL as error:  # such as http://2130706433/
        raise _no_link() from error
    except (aiohttp.ClientError, OSError) as error:
        raise CannotBeDone(
            Phrase(
                "{host} could not be reached, or broke off. Try again, or give the picture as a"
                " file.",
                host=_name(url),
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


def _readable(link: str) -> URL:
    link = link.strip().removeprefix("<").removesuffix(">")
    if len(link) > _LONGEST_LINK:
        raise CannotBeDone(
            Phrase(
                "The link has {length} characters, the most is {most}. Give the picture as a file.",
                length=f"{len(link):,}",
                most=f"{_LONGEST_LINK:,}",
            )
        )
    try:
        url = URL(link)
        _ = url.port, url.host
    except ValueError as error:
        raise _no_link() from error
    if url.scheme not in ("http", "https") or not url.host:
        raise _no_link()
    return url


def _refuse_address(url: URL, ports: Collection[int]) -> None:
    if url.user is not None or url.password is not None:
        raise CannotBeDone(
            Phrase(
                "The link holds a name or a password before its “@”. Give a link that everybody"
                " may open, or the picture as a file."
            )
        )
    if url.port not in ports:
        raise CannotBeDone(
            Phrase(
                "The link names port {port}: only web servers at the usual ports, {ports}, are"
                " asked. Give the picture as a file.",
                port=url.port,
                ports=", ".join(map(str, sorted(ports))),
            )
        )


def redirected(url: URL, location: str) -> URL:
    """Where a redirect from `url` leads: not from https to http. Raises CannotBeDone."""
    try:
        following = url.join(URL(location))
        _ = following.port, following.host
    except ValueError as error:
        raise _astray(url) from error
    if not location or following.scheme not in ("http", "https") or not following.host:
        raise _astray(url)
    if url.scheme == "https" and following.scheme == "http":
        raise CannotBeDone(
            Phrase(
                "{host} leads from https to http, where anybody on the way may change the"
                " picture. Give the picture as a file.",
                host=_name(url),
            )
        )
    return following


async def _picture(response: aiohttp.ClientResponse, most: int) -> bytes:
    host = _name(response.url)
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
                host=_name(response.url),
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


def _name(url: URL) -> str:
    """As a message names it: neither path nor query, which may hold a secret."""
    return shown(url.host or "")


def _no_link() -> CannotBeDone:
    return CannotBeDone(
        Phrase("This is no link to a picture: it begins with https:// and names a website.")
    )


def _astray(url: URL) -> CannotBeDone:
    return CannotBeDone(
        Phrase(
            "{host} leads to an address that cannot be read. Give the picture as a file.",
            host=_name(url),
        )
    )


def _not_public(url: URL) -> CannotBeDone:
    return CannotBeDone(
        Phrase(
            "{host} is not on the public internet, and nothing else is asked. Give the picture as"
            " a file.",
            host=_name(url),
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
