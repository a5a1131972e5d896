"""Shortening a text: at a sentence, then at a word, never inside a grapheme, link or hashtag."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

ELLIPSIS = "…"

Fits = Callable[[str], bool]

_NO_BREAK = "\u00a0\u2007\u202f"
_SENTENCE_END = re.compile(
    r"(?<![.!?…؟۔।])[.!?…؟۔।]++(?:[ \u00a0\u202f]?»|[”’\"')\]])*+(?=(?P<blank>\s*+)(?P<next>.?))"
    r"|[。！？｡]++[」』）”’]*+",
    re.DOTALL,
)
# What stands before a full stop that ends no sentence: "St.", "M.", "J.-C.", "U.S.".
_ABBREVIATION = re.compile(
    r"(?:(?<![^\W_])(?:[A-ZÀ-ÖØ-Þ]|(?i:alt|approx|apr|arr|aug|av|bd|boul|c|ca|cf|chap|déc|dec|dép|dr"
    r"|e|env|etc|ex|feb|févr|ft|hab|inc|jan|janv|jr|mgr|mlle|mme|mmes|mm|mr|mrs|ms|mt|mts|no|nos"
    r"|nov|oct|p|pp|pr|prof|rte|s|sr|st|ste|stes|sts|vol|vs))"
    r"|\.-?[^\W\d_]{1,2})$"
)
# Words that lead on to another one, and numbers: "146…" of "146 249" would be wrong.
_LEADS_ON = re.compile(
    r"(?:à|a|an|and|at|au|aux|avec|by|ce|cette|dans|de|des|dont|du|en|entre|et|for|from|in|la|le"
    r"|les|mais|ni|of|on|or|ou|où|par|pour|puis|que|qui|sans|sous|sur|the|to|un|une|vers|which"
    r"|with|\d[\d.,]*)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"[’'(«“‘\"]")
_LOOSE = "".join(map(chr, range(0x2000, 0x200B))) + " \t\n\u00a0\u202f\u3000,;:–—-(«“‘\\،؛、，；："

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SYMBOLS = r"\u2000-\u200b\u200e-\u205f\u2061-\u2bff\U0001f000-\U0001faff"  # emoji too
_IN_LINK = rf"[^\s<>{_SYMBOLS}\u3000-\u303f\uff00-\uffef{_CJK}]"
_IN_DOMAIN = "[0-9A-Za-zÀ-ɏ_+\u2060-]"  # with the word joiner of `without_x_links`
_IN_TAG = (
    rf"[^\s!-/:-@\[-^`{{-~\u00a1-\u00bf{_SYMBOLS}\u3001\u3002\u3008-\u301b"
    r"\uff01-\uff0f\uff1a-\uff20\uff61-\uff65]"
)
_JAMO = r"[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"
_PATH = rf"(?:://|/){_IN_LINK}*"
UNCUT = re.compile(
    rf"(?i:https?)://{_IN_LINK}+"
    rf"|(?<!{_IN_DOMAIN}){_IN_DOMAIN}++(?:[.@]{_IN_DOMAIN}++)++(?:{_PATH})?"
    rf"|[#＃@＠]{_IN_TAG}++(?:[.@]{_IN_TAG}++)*(?:{_PATH})?"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|(?:[\uac00-\ud7a3]?{_JAMO}++)++[\uac00-\ud7a3]?"
)
"""Never cut inside: a link, domain, address, hashtag or mention, a flag, old Hangul letters."""
_IDEOGRAPHS = re.compile(rf"[{_CJK}][{_CJK}\u3001-\u301f\uff01-\uff1f]")
# Joiners, halfwidth voice marks, and the Thai and Lao vowels that follow their consonant.
_JOINED_TO_BEFORE = "\u200c\u200d\u2060\uff9e\uff9f\u0e33\u0eb3"
_JOINED_TO_AFTER = "\u200d\u2060\\"  # a backslash belongs to what it escapes
# Signs above a number or a verse, and letters that come before theirs (UAX #29: Prepend).
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e"
    "\U000110bd\U000110cd\U000111c2\U000111c3\U0001193f\U00011941\U00011a3a\U00011d46"
)
_VIRAMA = 9  # canonical combining class: it makes one sign of two consonants


def shorten(text: str, fits: Fits) -> str:
    """The longest beginning of `text` for which `fits` says yes, ended at a sentence or a word.

    Empty when not even the first word fits. A text without word ends, as Thai has, is cut between
    graphemes; a link, hashtag or mention never.
    """
    if fits(text):
        return text
    reach = 128
    while reach < len(text) and fits(text[:reach]):
        reach *= 2
    text = text[: 2 * reach]  # there may be megabytes of it, which cannot fit
    if whole := _longest(text, _sentence_ends(text), reach, fits, ended=str):
        return whole
    ends = list(_ends(text))
    words = [end for end in ends if _between_words(text, end)]
    if words or len(text.split()) > 1:
        return _longest(text, words, reach, fits, ended=_ended_at_word)
    return _longest(text, ends, reach, fits, ended=_ellipsed)


def _longest(
    text: str, ends: Iterable[int], reach: int, fits: Fits, *, ended: Callable[[str], str]
) -> str:
    """The text up to the last of its `ends` at which it fits once it is `ended`; or nothing."""
    within = [end for end in ends if end <= reach]
    index = bisect_right(within, False, key=lambda end: not fits(ended(text[:end])))
    return ended(text[: within[index - 1]]) if index else ""


def _sentence_ends(text: str) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(text):
        if match["next"] is not None and not _ends_sentence(text, match):
            continue
        yield match.end()


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop or its like is followed by a new sentence, or by nothing."""
    if match[0][0] == "." and match[0][1:2] != ".":
        word = text[max(0, match.start() - 12) : match.start()]
        if match["next"] and _ABBREVIATION.search(word):
            return False
    breaks = bool(match["blank"].strip(_NO_BREAK)) or not match["next"]
    return breaks and not match["next"].islower()


def _ends(text: str) -> Iterator[int]:
    """Where the text may be cut: not within a link, a hashtag, a mention or a grapheme."""
    start = 1
    for uncut in UNCUT.finditer(text):
        yield from _grapheme_ends(text, start, uncut.start() + 1)
        start = uncut.end() + ("/" in uncut[0])  # an ellipsis after a link would belong to it
    yield from _grapheme_ends(text, start, len(text))


def _grapheme_ends(text: str, start: int, stop: int) -> Iterator[int]:
    return (end for end in range(max(start, 1), stop) if not _joined(text[end - 1], text[end]))


def _between_words(text: str, end: int) -> bool:
    """Whether a word ends here: at a blank, or between characters of a script without blanks."""
    before, after = text[end - 1], text[end]
    if after.isspace():
        return after not in _NO_BREAK and not before.isspace()
    return bool(_IDEOGRAPHS.match(before + after))


def _joined(before: str, after: str) -> bool:
    """Whether two characters belong to one grapheme, as far as captions need it."""
    return (
        before in _JOINED_TO_AFTER
        or before in _PREPENDED
        or after in _JOINED_TO_BEFORE
        or unicodedata.category(after)[0] == "M"
        or unicodedata.combining(before) == _VIRAMA
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= after <= "\U000e007f"  # tags: the flag of Scotland
    )


def _ended_at_word(text: str) -> str:
    """The text with an ellipsis, without words that lead on to another one, as "et" does."""
    text = text.rstrip(_LOOSE)
    while text and _is_loose(last := text.split()[-1]):
        text = text[: -len(last)].rstrip(_LOOSE)
    return _ellipsed(text)


def _ellipsed(text: str) -> str:
    """The text with an ellipsis, without what cannot stand before one, as "(" and "," cannot."""
    text = text.rstrip(f".{ELLIPSIS}{_LOOSE}")
    return text + ELLIPSIS if text else ""


def _is_loose(word: str) -> bool:
    if word.endswith(".") and _ABBREVIATION.search(word[:-1]):
        return True
    return bool(_LEADS_ON.fullmatch(_OPENING.split(word)[-1]))
