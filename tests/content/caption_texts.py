"""What the texts of captions are made of in tests, and how to see that none was cut inside."""

import unicodedata

from hypothesis import strategies as st

# None may be cut inside.
UNCUT = [
    "#SaintÉtienne",
    "#दिल्ली",
    "#東京タワー",
    "＃長崎",
    "@Thom_astro",
    "@esa.bsky.social",
    "https://www.esa.int/Science_Exploration/le-mans?x=1,2#a",
    "https://example.com/été",
    "nasa.gov",
    "www.example.co.uk/a/b.html",
    "été.fr",
    "info@esa.int",
]
GRAPHEMES = [
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "👩🏾‍🚀",
    "❤️‍🔥",
    "🇫🇷",
    "🇷🇪🇬🇵",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "1️⃣",
    "#️⃣",
    "e\u0301",
    "a\u0323\u0302\u0308",
    "\u1112\u1161\u11ab",
    "\uac00\u11c3",
    "क्षि",
    "กำ",
    "ﾊﾞ",
]
FRENCH = "Le Mans est une ville de la Sarthe et l’on y court , où « Quoi ! » M. Dupont env. 3,5 km"
ENGLISH = (
    "the old town of St. Louis. It's 2,000 years old; (perhaps) more! Who knows? J. F. Kennedy"
)
OTHERS = (
    "الأرض مدينة جميلة، هل؟ Москва Αθήνα 서울은 도시다. 東京は日本の首都。 雪の町！ กรุงเทพ तेल. ..."
)
SPACED = st.sampled_from([*FRENCH.split(), *ENGLISH.split(), *UNCUT, "146\u202f249", "Fin\u202f!"])
PIECES = SPACED | st.sampled_from([*OTHERS.split(), *GRAPHEMES, "…", "!?", "\n", "\n\n"])


def texts_of(pieces: st.SearchStrategy[str], *between: str) -> st.SearchStrategy[str]:
    """Texts short and long; the long ones repeat themselves, to be made quickly."""

    def made(pieces: list[str], between: str, times: int) -> str:
        return (between.join(pieces) + between) * times

    return st.builds(
        made,
        st.lists(pieces, min_size=1, max_size=20),
        st.sampled_from(between),
        st.sampled_from([1, 1, 2, 5, 40]),
    ).map(lambda text: text.strip() or "Le Mans")


TEXTS = texts_of(PIECES | st.text(max_size=5), " ", "", "\n", "\u202f")
PROSE = texts_of(SPACED, " ").filter(lambda text: " " in text)


def is_inside_a_word(text: str, end: int) -> bool:
    """Blanks that break no line hold a word together."""
    before, after = text[:end].rstrip("\u00a0\u202f")[-1:], text[end:].lstrip("\u00a0\u202f")[:1]
    return before.isalnum() and after.isalnum()


def cuts_a_grapheme(text: str, end: int) -> bool:
    """By the rules of Unicode's text segmentation (UAX 29) for what the texts here are made of."""
    if not 0 < end < len(text):
        return False
    before, after = text[end - 1], text[end]
    flags = len(text[:end]) - len(text[:end].rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
    return (
        unicodedata.category(after) in ("Mn", "Mc", "Me")
        or after in "\u200c\u200d\uff9e\u0e33"
        or before == "\u200d"
        or 0x1F3FB <= ord(after) <= 0x1F3FF
        or 0xE0020 <= ord(after) <= 0xE007F
        or (flags % 2 == 1 and 0x1F1E6 <= ord(after) <= 0x1F1FF)
        or hangul(before) + hangul(after) in HANGUL_TOGETHER
    )


HANGUL_TOGETHER = {"LL", "LV", "LG", "LH", "GV", "GT", "VV", "VT", "HT", "TT"}


def hangul(sign: str) -> str:
    """L, V, T: an old letter that begins, fills or ends a syllable. G and H are whole syllables,
    G without an ending letter."""
    code = ord(sign)
    if 0xAC00 <= code <= 0xD7A3:
        return "G" if (code - 0xAC00) % 28 == 0 else "H"
    if 0x1100 <= code <= 0x11FF:
        return "L" if code < 0x1160 else "V" if code < 0x11A8 else "T"
    return "-"
