"""X's rules for text: its weighted length, and what it would turn into a link."""

import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from typing import TypedDict

with warnings.catch_warnings():
    # twitter-text-parser reads its emoji list through pkg_resources, which warns on import.
    warnings.simplefilter("ignore")
    from twitter_text import extract_urls_with_indices
    from twitter_text.config import config
    from twitter_text.regexp.emoji import emoji

WORD_JOINER = "\u2060"
_PROTOCOL = re.compile(r"^https?://", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?")
# Each of X's top-level domains begins with a letter: without this there is no link.
_MAY_BE_LINK = re.compile(r"\.[^\W\d_]")
# Where X's emoji list is asked, which has thousands: no emoji begins with another character, and
# with a digit, "#" or "*" only a keycap.
_MAY_BE_EMOJI = re.compile("[#*0-9](?=[\ufe0f\u20e3])|[\xa9\xae\u203c-\U0010ffff]")

_RULES = config["defaults"]
_HEAVY: int = _RULES["default_weight"] // _RULES["scale"]
_LINK_LENGTH: int = _RULES["transformed_url_length"]
_LIGHT = re.compile(
    "[{}]".format("".join(f"{chr(each['start'])}-{chr(each['end'])}" for each in _RULES["ranges"]))
)


class _Link(TypedDict):
    """What twitter-text-parser says of a link: its text, its start and its end."""

    url: str
    indices: Sequence[int]


def count_x_weighted(text: str) -> int:
    """X's weighted length: most letters 1, CJK and emoji 2, any link 23.

    Links, emoji and weights are those of twitter-text-parser, and so is the sum, which its own
    `parse_tweet` takes fifty times as long to make (decision 0030). Source: X's twitter-text
    configuration v3 and its conformance suite.
    """
    text = _LINE_END.sub("\n", unicodedata.normalize("NFC", text))
    lengths = {start: (end, _HEAVY) for start, end in _emoji(text)}
    for link in _links(text):
        start = link["indices"][0]
        lengths[start] = (start + len(link["url"]), _LINK_LENGTH)
    total = at = 0
    for start in sorted(lengths):
        if start >= at:
            end, length = lengths[start]
            total += _weight(text[at:start]) + length
            at = end
    return total + _weight(text[at:])


def x_links(text: str) -> tuple[str, ...]:
    """What X would turn into a link: a bare domain ("nasa.gov") too."""
    return tuple(link["url"] for link in _links(text))


def without_x_links(text: str) -> str:
    """The same words, with nothing left that X would turn into a link.

    A post with a link costs thirteen times a plain one (X's price list, November 2026). The
    protocol goes, and a word joiner, which nobody sees, parts the labels of the domain.
    """
    while links := _links(text):
        for link in reversed(links):
            start, end = link["indices"]
            shown = _PROTOCOL.sub("", text[start:end]).replace(".", f"{WORD_JOINER}.")
            text = text[:start] + shown + text[end:]
    return text


def _links(text: str) -> Sequence[_Link]:
    if not _MAY_BE_LINK.search(text):
        return ()
    links: Sequence[_Link] = extract_urls_with_indices(text)
    return links


def _emoji(text: str) -> Iterator[tuple[int, int]]:
    """Where X's emoji start and end."""
    at = 0
    while candidate := _MAY_BE_EMOJI.search(text, at):
        found = emoji.match(text, candidate.start())
        if found:
            yield found.span()
        at = found.end() if found else candidate.end()


def _weight(text: str) -> int:
    """The length of what is neither link nor emoji."""
    return len(text) + (_HEAVY - 1) * len(_LIGHT.sub("", text))
