"""Typography: texts as a printer would set them, in French and in English; the words stay.

French after the Imprimerie nationale's "Lexique", but with a narrow no-break space throughout:
before ; : ! ? and inside « ». Nothing is touched in or beside a link, a domain, a file name, an
address, a hashtag, a mention, a time, a ratio, an emoticon or code.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from content.shortening import UNCUT

NO_BREAK = "\u00a0"
NARROW = "\u202f"

_KEPT = re.compile(
    rf"`[^`\n]*`|{UNCUT.pattern}|&#?\w+;|:\w+:|(?:(?<!\w)\w++)?::\w*|\b[A-Z]:\\\S*"
    r"|(?<!\d)\d++(?::\d+)+"
    r"|[:;=][-'^]?[()\[\]|\\*/](?!\w)|(?<!\w)[:;=]-?[DPpOo3](?!\w)|\ufffc"
)
_MARK = "\ufffc"
"""Stands for what is kept: neither blank, letter nor digit, so that no rule reaches up to it."""

_LETTER = r"[^\W\d_]"
_BLANK = f"[ {NO_BREAK}{NARROW}]"
_ENDS = r"(?=[\s)\]»”’\"….,]|$)"
_UNITS = (
    "k?m[²³]?|km/h|cm|mm|ha|kg|t|°[CF]?|%|€|habitante?s?|inhabitants?|people|kilom[eè]tres?"
    "|kilometers?|m[eè]tres?|meters?|hectares?|tonnes?|millions?|milliards?|billions?"
)

_Rules = Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]


def _rules(*rules: tuple[str, str | Callable[[re.Match[str]], str]]) -> _Rules:
    return [(re.compile(pattern, re.MULTILINE), replacement) for pattern, replacement in rules]


def _grouped(number: re.Match[str]) -> str:
    return re.sub(_BLANK, NARROW, number[0])


_ANY_LANGUAGE = _rules(
    # Within a word: "l'été", "it's". After a digit it may be minutes or feet.
    (rf"(?<={_LETTER})'(?={_LETTER})", "’"),
    (rf"(?<=\d) (?=(?:{_UNITS})(?![\w'’]))", NO_BREAK),
)
_BLANK_BEFORE_MARK = _rules((rf"(?<=[^\s{_MARK}]){_BLANK}+(?=[;:!?]+{_ENDS})", NARROW))
_FRENCH = _rules(
    (rf"(?<={_LETTER})'(?=[\d«])", "’"),
    (
        rf"(?<!\d{_BLANK})(?<![\w.,…])[1-9]\d{{0,2}}(?:[ {NO_BREAK}]\d{{3}})+(?!\w|{_BLANK}\d)",
        _grouped,
    ),
    (r"(?<=[IVXLC1-9])((?:er|re|e|ème)) (?=siècle|arrondissement)", rf"\1{NO_BREAK}"),
    (rf"«{_BLANK}*(?=[^\s{_MARK}])", f"«{NARROW}"),
    (rf"(?<=[^\s«{_MARK}]){_BLANK}*»", f"{NARROW}»"),
    (rf"(?<=[\w)\]»])(?=[;!?]+{_ENDS})", NARROW),
    (rf"(?:(?<={_LETTER})|(?<=[)\]»]))(?=:(?:\s|$))", NARROW),
)
# The last: where a word ends, the blanks say.
_ELLIPSIS = _rules((rf"(?<![./\\{_MARK}])\.\.\.(?!\.|\S{{0,80}}{_MARK})", "…"))
_ENGLISH = _rules(
    (r"(?<!\w)'(?=\d\ds\b|tis\b|twas\b)", "’"),  # the '90s
    (r"(?<!\w)'n'(?!\w)", "’n’"),  # rock ’n’ roll
    (r"(?<=\d)((?:st|nd|rd|th)) (?=centur)", rf"\1{NO_BREAK}"),
)


@lru_cache(maxsize=64)
def typographic(text: str, language: str) -> str:
    """The text with the apostrophes, quotation marks, blanks and dots of its language.

    In a language that is neither "fr" nor "en" (in "", one that is not known) only what holds in
    any: apostrophes within words, "…", a number with its unit, no break before a mark that has a
    blank before it. Doing it again changes nothing where quotation marks are in pairs.
    """
    kept = _KEPT.findall(text)
    text = _KEPT.sub(_MARK, text)
    if language == "fr":
        text = _quoted(text, '"', f"«{NARROW}", f"{NARROW}»")
        text = _applied([*_ANY_LANGUAGE, *_BLANK_BEFORE_MARK, *_FRENCH], text)
    elif language == "en":
        text = _applied([*_ANY_LANGUAGE, *_ENGLISH], text)
        text = _quoted(_quoted(text, '"', "“", "”"), "'", "‘", "’", apostrophe="’")
    else:
        text = _applied([*_ANY_LANGUAGE, *_BLANK_BEFORE_MARK], text)
    text = _applied(_ELLIPSIS, text)
    spans = iter(kept)
    return re.sub(_MARK, lambda _: next(spans), text)


def apostrophes(name: str) -> str:
    """A name from a table as it is printed: "Les Sables-d’Olonne"."""
    return name.replace("'", "’")


def _applied(rules: _Rules, text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _quoted(text: str, straight: str, opening: str, closing: str, *, apostrophe: str = "") -> str:
    """The text with its straight quotation marks made pairs, in each line where that is safe.

    Safe is a line where one opens, the next closes, and so on. One that ends a word in s outside a
    pair is an `apostrophe` where there is one: "the cities' walls".
    """
    if straight not in text:
        return text
    lines = []
    for line in text.split("\n"):
        pieces = line.split(straight)
        signs: list[str] = []
        is_open = False
        for before, after in pairwise(pieces):
            if not is_open and _opens(before, after):
                signs.append(opening)
                is_open = True
            elif is_open and _closes(before, after):
                signs.append(closing)
                is_open = False
            elif apostrophe and not is_open and before.endswith("s") and _closes(before, after):
                signs.append(apostrophe)
            else:
                is_open = True
                break
        if is_open:
            lines.append(line)
        else:
            both = zip(pieces, [*signs, ""], strict=True)
            lines.append("".join(piece + sign for piece, sign in both))
    return "\n".join(lines)


def _opens(before: str, after: str) -> bool:
    return (not before or before[-1] in "([’'" or before[-1].isspace()) and _is_beside(after[:1])


def _closes(before: str, after: str) -> bool:
    return _is_beside(before[-1:]) and not (after[:1].isalnum() or after[:1] == _MARK)


def _is_beside(sign: str) -> bool:
    """Whether a quotation mark may stand right beside the sign, inside."""
    return bool(sign) and not sign.isspace() and sign != _MARK
