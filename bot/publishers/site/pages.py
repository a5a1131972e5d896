"""Pages: the gallery's HTML, feed and style, as bytes. Pure: the same days give the same bytes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.publishers.site.day import Day
from bot.publishers.site.words import WORDS, facts, long_date, short_date
from content.shortening import shorten
from content.typography import apostrophes

PER_PAGE = 30
FEED_DAYS = 30
DESCRIPTION_LENGTH = 200
STATIC = ("style.css", "favicon.svg")


class Pages:
    """Makes the pages of one gallery: its `title`, its public address `url`, its `language`.

    `name` tells the galleries of one host apart in the feed's ids: "site", "site:other".
    """

    def __init__(self, *, name: str, title: str, url: str, language: str) -> None:
        self._url = url
        self._everywhere: Mapping[str, object] = {
            "title": title,
            "url": url,
            "language": language,
            "words": WORDS[language],
            "long_date": partial(long_date, language=language),
            "short_date": partial(short_date, language=language),
            "facts": partial(facts, language=language),
            # RFC 4151: an id that stays, whatever the page's address becomes on this host.
            "tag": f"tag:{_authority(url)},2026:{name}",
        }
        self.look = _digest_of_package(title, url, language, name)
        """Changes with whatever else than the days the pages depend on."""

    def day(self, days: Sequence[Day], index: int) -> bytes:
        """The page of one of `days`, which are newest first."""
        after = days[index - 1] if index else None
        before = days[index + 1] if index + 1 < len(days) else None
        return self._render("day.html", root="../", day=days[index], before=before, after=after)

    def lists(self, days: Sequence[Day]) -> Mapping[str, bytes]:
        """Whatever shows more than one of `days`, by file name; the front page is the last."""
        pages: dict[str, bytes] = {name: self._source(name) for name in STATIC}
        pages["404.html"] = self._render("404.html", root=urlsplit(self._url).path + "/")
        pages["feed.atom"] = self._render("feed.atom", days=days[:FEED_DAYS])
        earlier = [days[at : at + PER_PAGE] for at in range(1, max(len(days), 2), PER_PAGE)]
        for number, shown in enumerate(earlier[1:], start=2):
            pages[f"page/{number}/index.html"] = self._render(
                "page.html", root="../../", days=shown, number=number, last=len(earlier)
            )
        pages["index.html"] = self._render(
            "index.html",
            root="",
            newest=days[0] if days else None,
            days=earlier[0],
            number=1,
            last=len(earlier),
        )
        return pages

    def card(self, day: Day) -> str:
        """The masthead and a day, to be put into another page: a preview."""
        return self._render("look.html", day=day).decode()

    @property
    def card_css(self) -> str:
        """The style of `card`, as a `bot.look.Look` has it."""
        return (self._source("look.css") + self._source("style.css")).decode()

    def _render(self, template: str, **values: object) -> bytes:
        page = _environment().get_template(template).render(self._everywhere, **values)
        return page.encode()

    def _source(self, name: str) -> bytes:
        return (Path(__file__).parent / "templates" / name).read_bytes()


@cache
def _environment() -> Environment:
    """The templates, compiled once for all galleries."""
    environment = Environment(
        loader=PackageLoader("bot.publishers.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {
        "apostrophes": apostrophes,
        "description": _description,
        "timestamp": _timestamp,
    }
    return environment


def _description(text: str) -> str:
    """A text as a search result or a link's card shows it."""
    line = " ".join(text.split())
    return shorten(line, lambda each: len(each) <= DESCRIPTION_LENGTH)


def _timestamp(instant: datetime) -> str:
    """An instant as RFC 3339 wants it, in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _authority(url: str) -> str:
    """The host for a tag: URI, which takes neither a port nor an IPv6 address."""
    host = urlsplit(url).hostname or ""
    return "localhost" if not host or ":" in host else host


def _digest_of_package(*values: str) -> str:
    """A digest of the settings, the templates and the code that make the pages."""
    digest = sha256(repr(values).encode())
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *here.glob("templates/*")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
