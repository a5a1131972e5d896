"""Bytes as text, and text as it may stand in a field."""

from content.compose import clean
from content.typed import LONGEST_FIELD

LONGEST_NAME = 200
"""Characters of an author, a source or a licence: more would not fit into a caption."""

_LONGEST_READ = 20_000
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def decoded(value: bytes) -> str:
    """UTF-8, as nearly everyone writes it; else the Western European code of old Windows."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def words(text: str) -> str:
    """The text without control characters, and with nothing that turns its direction around."""
    return clean(text[:_LONGEST_READ].translate(_DIRECTION))


def one_line(text: str, most: int = LONGEST_NAME) -> str:
    """The text in one line of at most so many characters, cut at a word."""
    return _cut(" ".join(text.split()), most)


def lines(text: str) -> str:
    """The text with its lines, as long as a field may be."""
    return _cut(text, LONGEST_FIELD)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return f"{head.rpartition(' ')[0].rstrip() or head}…"
