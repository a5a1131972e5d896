"""What people type: how long it may be, what it may not hold, and how a message quotes it."""

import re
import unicodedata

from content.phrase import Phrase

LONGEST_FIELD = 5_000
"""Characters that any one field may hold: many times what a caption, an alt text or a name needs.
"""
MOST_TAGS = 50
"""Hashtags of an Entry: each is tried in each Destination's caption."""

_LONGEST_SHOWN = 60
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Besides: line ends, and what turns the direction of the words behind it around.
_DISTURBING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def is_blank(value: str) -> bool:
    """Whether it says nothing: blanks, invisible characters and punctuation alone, such as "…"."""
    return all(unicodedata.category(char)[0] in "ZCP" for char in value)


def too_long(name: str, value: str, *, most: int = LONGEST_FIELD) -> list[Phrase]:
    """That the field `name` has more than so many characters; nothing otherwise."""
    if len(value) <= most:
        return []
    return [
        Phrase(
            "“{field}” has {length:,} characters: shorten it to {most:,} at most.",
            field=name,
            length=len(value),
            most=LONGEST_FIELD,
        )
    ]


def control_character(value: str) -> Phrase | None:
    """The first control character or half of a character, by its number and place, or nothing."""
    found = _CONTROL.search(value)
    if not found:
        return None
    number, place = ord(found.group()), found.start() + 1
    return Phrase(
        "a control character ({code}) as its character {place}",
        code=f"U+{number:04X}",
        place=place,
    )


def shown(value: str) -> str:
    """A value as a message quotes it: at most 60 characters, and none that disturbs the others."""
    value = value.strip() if len(value) < LONGEST_FIELD else value
    cut = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN].strip()}…"
    return _DISTURBING.sub("\ufffd", cut)
