"""Composing: an Entry becomes a Post in one language."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from content.caption_templates import CaptionTemplates, Value, built_in, values_of
from content.entry import LANGUAGES, Entry
from content.facts import Series, worth_telling
from content.hashtags import hashtag, same_tag, unique_tags
from content.post import Kind, Part, Picture, Post
from content.typed import LONGEST_FIELD
from content.typography import typographic

# Unicode's Stream-Safe Text Format (UAX #15): no language needs more, and to put marks in their
# order takes time by the square of their number.
_MOST_MARKS = 30
_MAY_BE_MORE = re.compile(
    f"[\u0300-\U0010ffff]{{{_MOST_MARKS + 1}}}"
)  # below U+0300 none is a mark
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
    series: Series | None = None,
    templates: CaptionTemplates | None = None,
) -> Post:
    """What the Entry says on `day`, its text in `language` first if there is one.

    The Post's language is that of its first text: another one where there is none in `language`.
    The link is the first picture's: where the picture comes from. A name or tag that makes no
    hashtag goes without one; `series_hashtag` has to make one (ValueError). `templates`: the
    built-in ones, if none are given. Raises TemplateFailed, which those never do.
    """
    languages = dict.fromkeys([language, *LANGUAGES, *entry.texts])
    said = {each: clean(entry.texts.get(each, "")) for each in languages}
    texts: dict[str, str] = {}
    for each, text in said.items():
        if text:
            texts.setdefault(text, each)
    written = [(each, text) for text, each in texts.items()]
    spoken = written[0][0] if written else language
    told = told_in(entry, language)
    templates = templates or built_in()
    series = series or Series()
    values = values_of(entry.city, series, day, told)

    def say(kind: Kind, **more: Value) -> str:
        return templates.say(kind, told, {**values, **more})

    def written_in(kind: Kind, each: str, text: str) -> str:
        in_template = each if each in LANGUAGES else told
        others = values if in_template == told else values_of(entry.city, series, day, each)
        return _printed(templates.say(kind, in_template, {**others, "text": text}), each)

    lead = hashtag(series_hashtag)
    city_tag = _hashtag(say(Kind.CITY_TAG))
    if same_tag(city_tag, lead):
        city_tag = ""
    typed = unique_tags(filter(_hashtag, entry.tags))
    tags = say(Kind.TAG, tags=[tag.removeprefix("#") for tag in typed]).split(",")
    links = [clean(picture.credit.link) for picture in pictures[:1] if picture.credit.link]
    optional: dict[Kind, Sequence[str]] = {
        Kind.SECOND_LANGUAGE: [written_in(Kind.SECOND_LANGUAGE, *each) for each in written[1:2]],
        Kind.NUMBER: [_printed(_line(say(Kind.NUMBER)), told)] if series.number else [],
        Kind.TAG: unique_tags(filter(_hashtag, tags), taken=[lead, city_tag]),
        Kind.LINK: [clean(say(Kind.LINK, link=link)) for link in links],
    }
    for fact in worth_telling(entry.city, series, [*texts], told):
        optional[fact] = [_printed(_line(say(fact)), told)]
    wanted = [
        (Kind.LEAD, [lead]),
        (Kind.CITY_TAG, [city_tag]),
        (Kind.TEXT, [written_in(Kind.TEXT, *each) for each in written[:1]]),
        (Kind.CREDIT, _distinct(picture.credit.line for picture in pictures)),
        *((kind, optional.get(kind, ())) for kind in templates.priorities),
    ]
    return Post(
        date=day,
        city=entry.city,
        language=spoken,
        parts=tuple(Part(kind=kind, text=text) for kind, texts in wanted for text in texts if text),
        pictures=tuple(replace(each, alt=_printed(each.alt, "")) for each in pictures),
    )


def told_in(entry: Entry, language: str) -> str:
    """The one of LANGUAGES in which the Entry's post is told where `language` comes first.

    That of its first text: another one than `language` where there is none in it.
    """
    order = (language, *LANGUAGES)
    written = (each for each in order if clean(entry.texts.get(each, "")))
    return next(each for each in (*written, *order) if each in LANGUAGES)


def _printed(text: str, language: str) -> str:
    """The text cleaned, with the typography of its language.

    One that is longer than what can be typed stays as it is: nobody sees so much of it.
    """
    text = clean(text)
    return typographic(text, language) if len(text) <= 2 * LONGEST_FIELD else text


def _line(text: str) -> str:
    return re.sub(r"[ \n]+", " ", text).strip(" ")


def clean(text: str) -> str:
    """NFC, without control characters but line ends, without blanks at the ends of lines.

    Of the marks on one letter thirty stay.
    """
    if not text.isprintable():
        text = _NO_CHARACTER.sub("", _LINE_END.sub("\n", text).replace("\t", " "))
    if not text.isascii():
        if _MAY_BE_MORE.search(text):
            text = "".join(_with_few_marks(text))
        text = unicodedata.normalize("NFC", text)
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
