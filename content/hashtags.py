"""Hashtags: made from names and from what people type, never two for the same word.

What all platforms take: letters of any script with their marks, digits, "_", "·" and "・" inside;
at least one letter. X takes more joining signs (twitter-text, conformance/extract.yml), at which
Mastodon ends a hashtag (HASHTAG_RE in its app/models/tag.rb); Bluesky takes no invisible ones
(packages/api/docs/hashtags.md of atproto).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from content.phrase import Phrase
from content.typed import shown

LONGEST = 200
"""Characters of a name that may become a hashtag; more are a text, and X's post has 280."""

_INSIDE = "·・"
_EMOJI_MARKS = frozenset("\ufe0e\ufe0f\u20e3")  # after "#" they would make it a keycap, not a tag
_ACCENTS = re.compile("[\u0300-\u036f]")


def hashtag(name: str) -> str:
    """The hashtag of a name, in its own capitals: "Les Sables-d'Olonne" is "#LesSablesdOlonne".

    One that begins with digits stays as it is ("24h du Mans" is "#24hduMans"): platforms take it
    as long as a letter follows. Raises ValueError for a name without any letter, or too long.
    """
    if len(name) > LONGEST:
        raise ValueError(
            Phrase(
                "“{name}” is too long for a hashtag: write {most} characters at most.",
                name=shown(name),
                most=LONGEST,
            )
        )
    word = bare(name)
    if not any(unicodedata.category(letter)[0] in "LM" for letter in word):
        raise ValueError(
            Phrase(
                "“{name}” makes no hashtag: platforms want at least one letter in it; write a word"
                " with a letter.",
                name=shown(name),
            )
        )
    return f"#{word}"


@lru_cache(maxsize=256)
def bare(name: str) -> str:
    """The letters and digits of a name as a hashtag joins them, without "#" (NFC)."""
    kept = "".join(filter(_stays, unicodedata.normalize("NFC", name))).rstrip(_INSIDE)
    # Without marks whose letter has gone, and composed anew: what parted two marks may have gone.
    lost = takewhile(lambda sign: sign in _INSIDE or unicodedata.category(sign)[0] == "M", kept)
    return unicodedata.normalize("NFC", kept[sum(1 for _ in lost) :])


def fold(tag: str) -> str:
    """What makes it the same hashtag again: its word without "#", case and accents."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", bare(tag))).casefold()


def same_tag(a: str, b: str) -> bool:
    """Whether two hashtags are the same word: "#SaintÉtienne" and "saint-etienne" are."""
    return fold(a) == fold(b)


def unique_tags(tags: Iterable[str], *, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Hashtags from what a person typed ("#Le Mans " is "#LeMans"), in their order.

    Empty ones, repeated ones and those already `taken` are left out. Raises ValueError for one
    without any letter.
    """
    seen = {fold(tag) for tag in taken}
    unique = []
    for tag in tags:
        if not tag.strip("# \t\r\n"):
            continue
        made = hashtag(tag)
        if (word := fold(made)) not in seen:
            seen.add(word)
            unique.append(made)
    return tuple(unique)


def _stays(letter: str) -> bool:
    category = unicodedata.category(letter)
    return (
        (category[0] in "LM" or category == "Nd") and letter not in _EMOJI_MARKS
    ) or letter in "_·・"
