"""Whether a post that X shows is the text that was sent."""

import re
import unicodedata

from content.x_text import x_links

_SHOWN_LINK = re.compile(r"https?://t\.co/\w+")
_LINK = "\ufffc"


def is_same_text(*, sent: str, shown: str) -> bool:
    """Compares as far as X leaves a text alone.

    As seen in X's answers: `&`, `<` and `>` are escaped, every link is a t.co link, one more stands
    at the end for the pictures, and the text is NFC without space around it. White space and
    invisible format characters (the joiners of `without_x_links`) are not compared: X promises
    nothing about them.
    """
    expected = _canonical(_without_links(sent))
    found = _canonical(_SHOWN_LINK.sub(_LINK, _unescaped(shown)))
    return found in (expected, f"{expected} {_LINK}".strip())


def _without_links(text: str) -> str:
    for link in x_links(text):
        text = text.replace(link, _LINK, 1)
    return text


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _canonical(text: str) -> str:
    visible = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf"
    )
    return " ".join(visible.split())
