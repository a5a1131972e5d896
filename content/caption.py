"""Captions: parts with priorities, fitted to a destination's budget by the destination's count.

Lead hashtag and credit always stay. The optional parts (second language, number of the day, facts,
extra hashtags, link) take no room from the text; a text that does not fit is shortened at a
sentence, then at a word, and what it leaves over goes to the optional parts, but for the second
language, which would say what the first one could not. The city's hashtag goes last of all, because
it names the city.
"""

from collections.abc import Sequence
from dataclasses import replace

from content.phrase import Phrase
from content.post import FACTS, Kind, Limits, Part
from content.shortening import shorten

ALWAYS = frozenset({Kind.LEAD, Kind.CITY_TAG, Kind.TEXT, Kind.CREDIT})
NUMBER_SIGN = " · "
"""What stands between the hashtags and the number of the day; blanks keep it out of a hashtag."""
FACTS_SIGN = "📍 "
MOST_POINTS = 12
"""Code points that a platform may count as one, with a wide margin (an emoji of four people has 11,
and X counts 2). A caption with more is not counted at all: that takes X's rule seconds for a text
of megabytes. Only a link of thousands of characters could have fitted nevertheless.
"""


class CaptionTooLong(ValueError):
    """Not even the lead hashtag and the credit, which are `caption`, fit the limit."""

    def __init__(self, message: Phrase, *, caption: str) -> None:
        super().__init__(message)
        self.caption = caption


def fit(parts: Sequence[Part], limits: Limits) -> str:
    """The caption that says most within `limits.text`. Raises CaptionTooLong.

    The optional ones of the parts come in their order, each where it fits beside those before it.
    """
    always = [part for part in parts if part.kind in ALWAYS]
    chosen = _fit_always(always, limits)
    unwanted = {
        *([] if limits.links else [Kind.LINK]),
        *([] if limits.facts else FACTS),
        *([] if chosen == always else [Kind.SECOND_LANGUAGE]),
    }
    for part in parts:
        if part.kind not in ALWAYS | unwanted and _fits([*chosen, part], limits):
            chosen.append(part)
    return arrange(chosen)


def arrange(parts: Sequence[Part]) -> str:
    """The parts as a reader sees them: hashtags on a line, facts on one, paragraphs apart."""

    texts: dict[Kind, list[str]] = {}
    for part in parts:
        if part.text:
            texts.setdefault(part.kind, []).append(part.text)

    def of(*kinds: Kind) -> list[str]:
        return [text for kind in kinds for text in texts.get(kind, ())]

    hashtags = " ".join(of(Kind.LEAD, Kind.CITY_TAG))
    facts = " · ".join(of(*FACTS))
    footer = [
        FACTS_SIGN + facts[0].upper() + facts[1:] if facts else "",
        *of(Kind.CREDIT),
        " ".join(of(Kind.TAG)),
        *of(Kind.LINK),
    ]
    paragraphs = [
        NUMBER_SIGN.join(head for head in (hashtags, *of(Kind.NUMBER)) if head),
        *of(Kind.TEXT, Kind.SECOND_LANGUAGE),
        "\n".join(line for line in footer if line),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _fit_always(parts: Sequence[Part], limits: Limits) -> list[Part]:
    """The parts that always come, with the text as long as it can be."""
    for kept in (parts, [part for part in parts if part.kind is not Kind.CITY_TAG]):
        chosen = _with_text_shortened(kept, limits)
        if _fits(chosen, limits):
            return chosen
    raise CaptionTooLong(
        Phrase(
            "the lead hashtag and the credit alone are longer than {most}: shorten the credit",
            most=limits.text,
        ),
        caption=arrange([part for part in parts if part.kind in (Kind.LEAD, Kind.CREDIT)]),
    )


def _with_text_shortened(parts: Sequence[Part], limits: Limits) -> list[Part]:
    def with_text(text: str) -> list[Part]:
        return [replace(part, text=text) if part.kind is Kind.TEXT else part for part in parts]

    whole = next((part.text for part in parts if part.kind is Kind.TEXT), "")
    return with_text(shorten(whole, lambda text: _fits(with_text(text), limits)))


def _fits(parts: Sequence[Part], limits: Limits) -> bool:
    caption = arrange(parts)
    return len(caption) <= limits.text * MOST_POINTS and limits.count(caption) <= limits.text
