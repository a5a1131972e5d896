"""Look: how a platform shows a post, for previews. A publisher offers one of its own, or none.

look = template_look("city_a_day_pinboard", values={"account": "@cities"})
look.html(shown)  # look.html of the package's templates, with `shown` and the values
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Protocol, runtime_checkable

from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from content.entry import LANGUAGES
from content.post import DerivedImage, Kind, Post, Rendering

LOCALES: Mapping[str, str] = {"fr": "fr", "en": "en_GB"}
_LINK = re.compile(r"https?://[^\s<]+[^\s<.,:;\"'\])]", re.IGNORECASE)
_TAG_OR_MENTION = re.compile(r"(?<![\w&/#@])(?:#[^\s#@]+|@[A-Za-z0-9_]+)")
_JOINING = frozenset("_\u200c\u200d\u00b7\u30fb")


@dataclass(frozen=True, kw_only=True)
class ShownPicture:
    """A picture as it will be sent. `src` is where the page shows it from."""

    src: str
    image: DerivedImage


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a look is given: a Rendering, its pictures, and when it falls due in local time."""

    destination: str
    rendering: Rendering
    pictures: tuple[ShownPicture, ...]
    at: datetime

    @property
    def paragraphs(self) -> "tuple[ShownParagraph, ...]":
        """The text's paragraphs, with their language where it is known."""
        return paragraphs(self.rendering.text, self.rendering.post)


@dataclass(frozen=True, kw_only=True)
class ShownParagraph:
    """Lines between two blank lines. `language` is empty where it is not known."""

    language: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """A piece of a text; `special` when a platform colours it: a hashtag, a mention, a link."""

    text: str
    special: bool = False


@dataclass(frozen=True, kw_only=True)
class Look:
    """The HTML of a post and its style, 390 pixels wide and less.

    `css`: its rules hold inside the card only, whose root is `&`. Colours that differ are written
    `light-dark(#fff, #000)`; the page says which of the two is wanted. What `html` gives is put
    into the page as it is when it is Markup, and escaped otherwise. A policy of the page forbids
    scripts, `style` attributes and whatever is fetched from elsewhere. `note`: what the admin
    should know of it, such as how pictures are cropped and what of that is a guess. `read`: what
    its readers see of a text that holds escapes or other marks of the platform.
    """

    html: Callable[[Shown], str] = field(repr=False)
    css: str = field(repr=False)
    note: str = ""
    read: Callable[[str], str] = field(default=str, repr=False)


@runtime_checkable
class HasLook(Protocol):
    """A publisher that knows how its platform shows a post."""

    @property
    def look(self) -> Look:
        """The look, as of what is known now: no network."""
        ...


def template_look(package: str, *, note: str = "", values: Mapping[str, object]) -> Look:
    """A Look of `templates/look.html`, a Jinja template, and `templates/look.css` of a package.

    The template is escaped by itself. It has `shown`, `values` and the filters `spans`, `moment`.
    """

    def html(shown: Shown) -> Markup:
        template = templates(package).get_template("look.html")
        return Markup(template.render({"shown": shown, **values}))  # noqa: S704 - it escapes

    css = files(package).joinpath("templates", "look.css").read_text("utf-8")
    return Look(html=html, css=css, note=note)


@cache
def templates(package: str) -> Environment:
    """The templates of a package, which escape what they are given."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"spans": spans, "moment": moment}
    return environment


def spans(text: str, links: Sequence[str] | None = None) -> Iterator[Span]:
    """The text in pieces. `links`: those that the platform finds, in order, if it tells."""
    if links is None:
        links = [found.group() for found in _LINK.finditer(text)]
    for link in links:
        before, found, text = text.partition(link)
        yield from _with_tags(before)
        yield Span(text=found, special=True)
    yield from _with_tags(text)


def _with_tags(text: str) -> Iterator[Span]:
    at = 0
    for match in _TAG_OR_MENTION.finditer(text):
        end = match.start() + 1
        while end < match.end() and _stays(text[end]):
            end += 1
        word = text[match.start() : end]
        if any(unicodedata.category(sign)[0] == "L" for sign in word):
            yield Span(text=text[at : match.start()])
            yield Span(text=word, special=True)
            at = end
    yield Span(text=text[at:])


def _stays(sign: str) -> bool:
    return sign in _JOINING or unicodedata.category(sign)[0] in "LMN"


def moment(at: date, pattern: str, language: str) -> str:
    """A local time in a language, by a pattern of CLDR: "d MMM y, HH:mm"."""
    return format_datetime(at, pattern, locale=LOCALES.get(language, "en_GB"))


def paragraphs(text: str, post: Post) -> tuple[ShownParagraph, ...]:
    """The paragraphs of a text that a platform made of a Post's parts.

    A platform may have escaped signs of a part, and fitting may have shortened it: letters and
    digits tell which one it is.
    """
    other = next((each for each in LANGUAGES if each != post.language), "")
    by_kind = {Kind.TEXT: post.language, Kind.SECOND_LANGUAGE: other}
    known = [
        (_letters(block), by_kind[part.kind])
        for part in post.parts
        if part.kind in by_kind
        for block in part.text.split("\n\n")
    ]

    def language(block: str) -> str:
        letters = _letters(block)
        same = (language for said, language in known if letters and said.startswith(letters))
        return next(same, "")

    return tuple(
        ShownParagraph(language=language(block), text=block) for block in text.split("\n\n")
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
