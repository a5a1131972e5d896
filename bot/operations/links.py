"""What a link may be: an address of the web, for everybody, at the usual ports."""

from collections.abc import Collection

from yarl import URL

from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from content.typed import shown

PORTS = frozenset({80, 443})

_LONGEST_LINK = 2_000


def read_link(link: str) -> URL:
    """What an admin typed, as an address. Raises CannotBeDone."""
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
        raise no_link() from error
    if url.scheme not in ("http", "https") or not url.host:
        raise no_link()
    return url


def refuse_address(url: URL, ports: Collection[int]) -> None:
    """Raise CannotBeDone for credentials and for ports of other services."""
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
                host=host_of(url),
            )
        )
    return following


def host_of(url: URL) -> str:
    """As a message names it: neither path nor query, which may hold a secret."""
    return shown(url.host or "")


def no_link() -> CannotBeDone:
    """That something is no link."""
    return CannotBeDone(
        Phrase("This is no link to a picture: it begins with https:// and names a website.")
    )


def _astray(url: URL) -> CannotBeDone:
    return CannotBeDone(
        Phrase(
            "{host} leads to an address that cannot be read. Give the picture as a file.",
            host=host_of(url),
        )
    )
