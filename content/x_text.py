"""X's rules for text: its weighted length, and what it would turn into a link."""

import re
import unicodedata
import warnings

with warnings.catch_warnings():
    # twitter-text-parser reads its emoji list through pkg_resources, which warns on import.
    warnings.simplefilter("ignore")
    from twitter_text import extract_urls_with_indices, parse_tweet

WORD_JOINER = "\u2060"
_PROTOCOL = re.compile(r"^https?://", re.IGNORECASE)


def count_x_weighted(text: str) -> int:
    """X's weighted length: most letters 1, CJK and emoji 2, any link 23.

    Source: X's twitter-text configuration v3 and its conformance suite.
    """
    return int(parse_tweet(unicodedata.normalize("NFC", text)).weightedLength)


def x_links(text: str) -> tuple[str, ...]:
    """What X would turn into a link: a bare domain ("nasa.gov") too."""
    return tuple(link["url"] for link in extract_urls_with_indices(text))


def without_x_links(text: str) -> str:
    """The same words, with nothing left that X would turn into a link.

    A post with a link costs thirteen times a plain one (X's price list, November 2026). The
    protocol goes, and a word joiner, which nobody sees, parts the labels of the domain.
    """
    while links := extract_urls_with_indices(text):
        for link in reversed(links):
            start, end = link["indices"]
            shown = _PROTOCOL.sub("", text[start:end]).replace(".", f"{WORD_JOINER}.")
            text = text[:start] + shown + text[end:]
    return text
