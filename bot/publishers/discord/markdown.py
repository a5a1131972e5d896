"""Captions that read as they were written: what Discord would take as markdown is escaped."""

import re
from collections.abc import Iterator

# What Discord makes a link of by itself: it takes no markdown in it, and a backslash breaks it.
_URL = r"https?://[^\s<]+[^\s<.,:;\"'\]]"
# Emphasis, code, strikethrough, spoilers, the escape itself; "[" begins a masked link, "<" a
# mention, a custom emoji, a timestamp or a command.
_ANYWHERE = r"[\\*_~|`\[<]"
# ":sun:" becomes a picture; a time of day (":30:") is escaped with it, which nobody sees.
_EMOJI_NAME = r":(?=[\w+-]+:)"
# Heading, small print, quotation, list. "#UnJourUneVille" is none: a heading has a blank.
_LINE_START = r"(?:^|(?<=\n))(?P<indent>[ \t]*)(?=#{1,3}\s|-#\s|[-+]\s|>\s|>>>)"
_NUMBERED = r"(?:^|(?<=\n))(?P<number>[ \t]*\d+)(?=\.\s)"

_SPECIAL = re.compile(
    rf"(?P<url>{_URL})|(?P<character>{_ANYWHERE}|{_EMOJI_NAME})|{_LINE_START}|{_NUMBERED}"
)


def as_written(text: str) -> str:
    """`text` with a backslash before whatever Discord would take as markdown.

    Discord shows a backslash before a punctuation mark as the mark alone (Discord Help Center,
    Markdown Text 101). Blanks around the text are dropped, as Discord does with a message.
    """
    return _SPECIAL.sub(_escaped, text.strip())


def cut(text: str, most: int) -> str:
    """At most so many characters of a text that `as_written` may have escaped."""
    # An escape that was cut in two would take the ellipsis for its other half.
    return text if len(text) <= most else text[: most - 1].rstrip("\\") + "…"


def _escaped(match: re.Match[str]) -> str:
    if match["url"]:
        return match["url"]
    if match["character"]:
        return "\\" + match["character"]
    return (match["number"] or match["indent"] or "") + "\\"


def as_shown(text: str) -> Iterator[tuple[str, bool]]:
    """What Discord makes of a text from `as_written`: pieces, and whether each is a link.

    No markdown is in such a text, so that there is nothing else to it than escapes and links.
    """
    for piece in re.split(f"({_URL})", text):
        if re.fullmatch(_URL, piece):
            yield piece, True
        elif piece:
            yield re.sub(r"\\([^\sA-Za-z0-9])", r"\1", piece), False
