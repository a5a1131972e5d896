"""What people and programs hand in, good and bad, and how a refusal has to read."""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from content.gazetteer import Gazetteer

T = TypeVar("T")

settings.register_profile(
    "bad_input",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MANY = settings.get_profile("bad_input")
OFTEN = settings(MANY, max_examples=300)
"""For what takes no time."""
FEW = settings(MANY, max_examples=8)
"""For what opens a database."""

# Each is one grapheme cluster beside any of the others (UAX #29).
CLUSTERS = [
    *("a", "É", "7", "é", " ", "\n", "e\u0301", "q\u0323\u0307", "א", "שׁ", "ع", "مَ", "\u06dd1"),
    *("न", "क्षि", "ഗ", "กำ", "한", "\u1112\u1161\u11ab", "雪", "ﾊﾞ", "z" + "\u0335\u0489" * 8),
    *("👩‍👩‍👧‍👦", "👍🏽", "👩🏾‍🚀", "❤️‍🔥", "🇫🇷", "🇷🇪", "🏳️‍🌈", "1️⃣"),
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]
ODD = [
    *("\x00", "\x01", "\x1b[2J", "\x7f", "\x85", "\r\n", "\t", "\ufeff", "\ufffe", "\uffff"),
    *("\u202e", "\u202b", "\u2066", "\u2069", "\u200f", "\u200b", "\u200d", "\u2060", "\u00ad"),
    *("\ud800", "\udfff", "\u0301" * 40, "\u0316\u0301" * 40, "\ufe0f", "\u20e3", "\U0001f1e6"),
    *("\u2028", "\u2029", "\u3000", "\u0600", "\U000e0001", "\U0010ffff", "{", "%s", "${A}", "\\"),
    *("https://a.fr/x", "nasa.gov", "@everyone", "<@1>", "#tag", "**", "```", "=1+1", "<script>"),
]
WORDS = ["Le Mans", "est une ville.", "M. Dupont", "et", "Fin !", "Москва.", "دينة؟", "東京。"]

pieces = st.sampled_from(CLUSTERS) | st.sampled_from(ODD) | st.sampled_from(WORDS)
anything = st.characters(exclude_categories=[])
texts = st.builds(
    lambda parts, between, times: between.join(parts) * times,
    st.lists(pieces | st.text(anything, max_size=6), max_size=12),
    st.sampled_from(["", " ", ". ", "\n"]),
    st.sampled_from([1, 1, 1, 3, 60]),
)
"""Any text: lone surrogates, NUL and the rest of Unicode too."""

good_texts = st.lists(st.sampled_from([*CLUSTERS, *WORDS]), min_size=1, max_size=15).map(
    lambda parts: "".join(["Une ville. ", *parts, "."])
)
"""Texts that nobody may refuse."""

DAYS = [
    *("0000-00-00", "0000-01-01", "0001-01-01", "1900-02-29", "2027-02-29", "2028-02-29"),
    *("9999-12-31", "10000-01-01", "-2027-01-01", "٢٠٢٦-١١-٢٢", "2026-11-22T00:00", "20261122"),
    *("2026-W47-7", "2026-326", "2026-1-2", "2026-13-01", "2026-11-31", "1e9-01-01", "٢026-11-22"),
    *("2026-11-22\x00", "2026-11-22\n", " 2026-11-22", "22/11/2026", "", "-", "NaN"),
]
days = st.sampled_from(DAYS) | st.dates().map(str) | texts


@cache
def gazetteer() -> Gazetteer:
    """Reading its tables takes a while."""
    return Gazetteer()


def outcome_of(work: Callable[[], T], *refusals: type[Exception]) -> T | str:
    """What the work gives, or the refusal's words; any other exception is a crash."""
    try:
        return work()
    except refusals as refusal:
        return f"refused: {refusal}"


def reads_well(refusal: str, *, most: int = 2_000) -> bool:
    """Whether a person can read why: some words, not a megabyte, nothing that disturbs."""
    disturbing = ("Cc", "Cs", "Zl", "Zp")
    return (
        10 < len(refusal) <= most
        and not any(sign != "\n" and unicodedata.category(sign) in disturbing for sign in refusal)
        and not set(refusal) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    )
