"""Composing: an Entry becomes a Post in one language."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from content.entry import LANGUAGES, Entry
from content.hashtags import hashtag, same_tag, unique_tags
from content.post import Kind, Part, Picture, Post

# Unicode's Stream-Safe Text Format (UAX #15): no language needs more, and to put marks in their
# order takes time by the square of their number.
_MOST_MARKS = 30
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters, halves of characters, and what X refuses a post for: the byte order mark and
# what Unicode keeps for no character at all.
_NO_CHARACTER = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)


def compose(
    entry: Entry,
    pictures: Sequence[Picture],
    *,
    day: date,
    language: str,
    series_hashtag: str,
) -> Post:
    """What the Entry says on `day`, its text in `language` first if there is one.

    The Post's language is that of its first text: another one where there is none in `language`.
    The link is the first picture's: where the picture comes from. A name or tag that makes no
    hashtag goes without one; `series_hashtag` has to make one (ValueError).
    """
    lead = hashtag(series_hashtag)
    city_tag = _hashtag(entry.city.name)
    if same_tag(city_tag, lead):
        city_tag = ""
    languages = dict.fromkeys([language, *LANGUAGES, *entry.texts])
    said = {each: clean(entry.texts.get(each, "")) for each in languages}
    texts = [text for text in dict.fromkeys(said.values()) if text]
    spoken = next((each for each, text in said.items() if text), language)
    wanted = [
        (Kind.LEAD, [lead]),
        (Kind.CITY_TAG, [city_tag]),
        (Kind.TEXT, texts[:1]),
        (Kind.SECOND_LANGUAGE, texts[1:2]),
        (Kind.CREDIT, _distinct(picture.credit.line for picture in pictures)),
        (Kind.TAG, unique_tags(filter(_hashtag, entry.tags), taken=[lead, city_tag])),
        (Kind.LINK, [clean(picture.credit.link) for picture in pictures[:1]]),
    ]
    return Post(
        date=day,
        city=entry.city,
        language=spoken,
        parts=tuple(Part(kind=kind, text=text) for kind, texts in wanted for text in texts if text),
        pictures=tuple(replace(picture, alt=clean(picture.alt)) for picture in pictures),
    )


def clean(text: str) -> str:
    """NFC, without control characters but line ends, without blanks at the ends of lines.

    Of the marks on one letter thirty stay.
    """
    text = _NO_CHARACTER.sub("", _LINE_END.sub("\n", text).replace("\t", " "))
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(_with_few_marks(text)))
    return "\n".join(line.strip() for line in text.strip().split("\n"))


def _with_few_marks(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            yield char


def _hashtag(name: str) -> str:
    """The hashtag of a name, or nothing: no reason for a day without a post."""
    with suppress(ValueError):
        return hashtag(name)
    return ""


def _distinct(texts: Iterable[str]) -> list[str]:
    """The texts, cleaned, that say something, each of them once."""
    return [text for text in dict.fromkeys(map(clean, texts)) if text]
