"""Day: what the gallery keeps on record of one Publication, and all that its pages show."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from content.caption import NUMBER_SIGN
from content.city import City
from content.compose import clean
from content.credit import Credit
from content.entry import LANGUAGES
from content.post import Kind, Post, Rendering

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o"})
_TAGS = (Kind.LEAD, Kind.CITY_TAG, Kind.TAG)


class LineKind(StrEnum):
    """What a line of a caption is, and so how it looks."""

    TEXT = "text"
    TAGS = "tags"
    CREDIT = "credit"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a caption. A credit may have a `link`: where the picture comes from."""

    kind: LineKind
    text: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Lines of a caption in one language."""

    language: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class PagePicture:
    """A picture: its names below the gallery's folder, its sizes in pixels and bytes."""

    file: str
    small_file: str
    width: int
    height: int
    bytes: int
    alt: str
    credit: Credit


@dataclass(frozen=True, kw_only=True)
class Day:
    """A city as the gallery shows it. `key` is the Publication's, `published_at` is UTC."""

    format: Literal[1] = 1
    key: str
    day: date
    published_at: datetime
    language: str
    city: City
    caption: tuple[Paragraph, ...]
    pictures: tuple[PagePicture, ...]

    @property
    def name(self) -> str:
        """The name of its page's folder: "2026-11-22-le-mans"."""
        return page_name(self.day, self.city)

    @property
    def text(self) -> str:
        """The caption, exactly as the Rendering had it."""
        return "\n\n".join("\n".join(line.text for line in each.lines) for each in self.caption)

    @property
    def summary(self) -> str:
        """The first paragraph that is neither hashtags nor credit, or nothing."""
        texts = (
            "\n".join(line.text for line in each.lines if line.kind is LineKind.TEXT).strip()
            for each in self.caption
        )
        return next((text for text in texts if text), "")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its hashtags, without "#"."""
        lines = [line for each in self.caption for line in each.lines]
        words = [word for line in lines if line.kind is LineKind.TAGS for word in line.text.split()]
        return tuple(dict.fromkeys(word[1:] for word in words if word.startswith("#")))


class UnreadableRecord(Exception):
    """A record that this version cannot read: damaged, or written by a newer one."""


_RECORD = TypeAdapter(Day)


def to_json(day: Day) -> bytes:
    """The record's file."""
    return _RECORD.dump_json(day, indent=1)


def from_json(data: bytes) -> Day:
    """The Day of a record's file. Raises UnreadableRecord."""
    try:
        return _RECORD.validate_json(data)
    except ValidationError as error:
        raise UnreadableRecord(str(error)) from error


def page_name(day: date, city: City) -> str:
    """The name of a city's page: "2026-11-22-le-mans". A name without Latin letters adds none."""
    plain = unicodedata.normalize("NFKD", city.name.translate(_LIGATURES))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "-", letters))[:60].strip("-")
    return f"{day.isoformat()}-{slug}".rstrip("-")


def paragraphs(rendering: Rendering) -> tuple[Paragraph, ...]:
    """The rendering's text in paragraphs and lines; put together again it is the same text.

    The Post tells which of them are hashtags, credits, and in the second language. A line that
    fitting has changed is plain text.
    """
    post = rendering.post
    blocks = rendering.text.split("\n\n")
    second = _second_language(blocks, post)
    other = next(each for each in LANGUAGES if each != post.language)
    tags = {part.text for part in post.parts if part.kind in _TAGS}
    number = next((part.text for part in post.parts if part.kind is Kind.NUMBER), "")
    credit_lines = {part.text for part in post.parts if part.kind is Kind.CREDIT}
    links = {clean(each.credit.line): each.credit.link for each in reversed(post.pictures)}

    def line(text: str) -> Line:
        if text in credit_lines:
            return Line(kind=LineKind.CREDIT, text=text, link=web_link(links.get(text, "")))
        hashtags = text.removesuffix(NUMBER_SIGN + number)
        if text and all(word in tags for word in hashtags.split(" ")):
            return Line(kind=LineKind.TAGS, text=text)
        return Line(kind=LineKind.TEXT, text=text)

    return tuple(
        Paragraph(
            language=other if number in second else post.language,
            lines=tuple(line(text) for text in block.split("\n")),
        )
        for number, block in enumerate(blocks)
    )


def web_link(link: str) -> str:
    """The link if it leads to the web; nothing for "javascript:" and the like."""
    return link if re.match(r"https?://", link, re.IGNORECASE) else ""


def _second_language(blocks: Sequence[str], post: Post) -> range:
    """Which of the blocks are the text in the second language."""
    for part in post.parts:
        if part.kind is Kind.SECOND_LANGUAGE:
            wanted = part.text.split("\n\n")
            for start in range(len(blocks) - len(wanted), 0, -1):
                if list(blocks[start : start + len(wanted)]) == wanted:
                    return range(start, start + len(wanted))
    return range(0)
