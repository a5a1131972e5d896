"""Folding: names as they are compared, without accents, case, hyphens or apostrophes, and with
"st" and "ste" written out.
"""

import re
import unicodedata

# What decomposing does not turn into plain letters or separators.
_REPLACED = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}
_REPLACED |= {"ə": "e", "þ": "th"} | dict.fromkeys("‘’ʼ‐–—", " ")
_SEPARATORS = re.compile(r"[^a-z0-9\n]+")
_SAINT = re.compile(r"\bst(e?)\b")


def fold(text: str) -> str:
    """A name as it is compared: "L'Haÿ-les-Roses" is "l hay les roses", "St-Malo" "saint malo"."""
    return saints(plain(text))


def plain(text: str) -> str:
    """Folded, but for the saints, who may be unfinished."""
    return " ".join(letters(text).split())


def letters(text: str) -> str:
    """Plain letters, digits and line breaks; whatever else is a blank."""
    text = unicodedata.normalize("NFKD", text.casefold())
    for letter, plain in _REPLACED.items():
        text = text.replace(letter, plain)
    return _SEPARATORS.sub(" ", text.encode("ascii", "ignore").decode())


def saints(text: str) -> str:
    """ "st" and "ste" written out."""
    return _SAINT.sub(r"saint\1", text)
