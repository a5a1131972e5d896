"""X's rules for text, against X's own conformance suite; and that nothing is left to link."""

import re
import unicodedata
import warnings
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.x_text import WORD_JOINER, count_x_weighted, without_x_links, x_links
from tests.often import often

with warnings.catch_warnings():
    # It reads its emoji list through pkg_resources, which warns on import.
    warnings.simplefilter("ignore")
    from twitter_text import extract_urls_with_indices, parse_tweet
    from twitter_text.config import config

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CONFORMANCE = SHARED / "platforms" / "twitter-text" / "conformance"

needs_conformance = pytest.mark.skipif(
    not CONFORMANCE.is_dir(), reason="shared/platforms/twitter-text is not here"
)

# The suite's groups, each with the configuration that it was written for: 140 characters, then
# 280 with weights, then emoji that count as one. X's own is the last, and so is ours.
LENGTH_GROUPS = {
    "tweets": "version1",
    "WeightedTweetsCounterTest": "version2",
    "WeightedTweetsWithDiscountedEmojiCounterTest": "version3",
    "UnicodeDirectionalMarkerCounterTest": "version3",
}
CHANGED_BY_VERSION_3 = {
    "Count a mix of single byte single word, and double word unicode characters",
    "Count unicode emoji chars outside the basic multilingual plane with skin tone modifiers",
}


@cache
def cases(file: str, group: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _file(file)[group]
    return found


@cache
def _file(name: str) -> dict[str, list[dict[str, Any]]]:
    with (CONFORMANCE / name).open(encoding="utf-8") as file:
        tests: dict[str, list[dict[str, Any]]] = yaml.load(file, yaml.CSafeLoader)["tests"]
    return tests


@needs_conformance
class TestConformance:
    def test_52_of_52_lengths_by_the_parser(self) -> None:
        """Each group under its own configuration."""
        right = []
        for group, version in LENGTH_GROUPS.items():
            for case in cases("validate.yml", group):
                found = parse_tweet(
                    case["text"], {"emoji_parsing_enabled": False, **config[version]}
                )
                wanted = case["expected"]
                if isinstance(wanted, dict):
                    right.append(
                        (found.weightedLength, found.valid)
                        == (wanted["weightedLength"], wanted["valid"])
                    )
                else:
                    right.append(found.valid is wanted)
        assert (len(right), sum(right)) == (52, 52)

    def test_42_of_42_lengths_by_our_count(self) -> None:
        """All those with a length, without the two whose length version 3 changed."""
        right = [
            count_x_weighted(case["text"]) == case["expected"]["weightedLength"]
            for group in LENGTH_GROUPS
            for case in cases("validate.yml", group)
            if isinstance(case["expected"], dict)
            and not (
                case["description"] in CHANGED_BY_VERSION_3 and LENGTH_GROUPS[group] == "version2"
            )
        ]
        assert (len(right), sum(right)) == (42, 42)

    def test_101_of_101_links(self) -> None:
        right = [
            list(x_links(case["text"]))
            == [link["url"] if isinstance(link, dict) else link for link in case["expected"]]
            for group in ("urls", "urls_with_indices")
            for case in cases("extract.yml", group)
        ]
        assert (len(right), sum(right)) == (101, 101)

    def test_no_link_of_the_suite_is_left(self) -> None:
        texts = [case["text"] for case in cases("extract.yml", "urls")]
        texts += [case["text"] for case in cases("extract.yml", "urls_with_directional_markers")]
        texts += [case["text"] for case in cases("extract.yml", "tco_urls_with_params")]
        assert [text for text in texts if x_links(without_x_links(text))] == []
        assert [text for text in texts if words(without_x_links(text)) != words(text)] == []


def words(text: str) -> str:
    """Without what `without_x_links` puts in and takes out."""
    return re.sub(r"https?://", "", text.replace(WORD_JOINER, ""), flags=re.IGNORECASE)


PIECES = st.sampled_from(
    [
        "nasa.gov",
        "esa.int/le-mans.html?a=1.2#b.c",
        "https://",
        "HTTP://",
        "http://www.example.co.uk",
        "https://t.co/a1B2c3",
        "x.com",
        "été.fr",
        "例え.jp",
        "пример.рф",
        "twitter.com",
        "St.",
        "M.Pesquet",
        "J.-C.",
        "...",
        ".",
        "。",
        ",",
        "/",
        "-",
        "_",
        "@",
        "#",
        "(",
        ")",
        " ",
        "\n",
        "\u00a0",
        WORD_JOINER,
        "\u200d",
        "\ufe0f",
        "🚀",
        "👩‍👩‍👧",
        "1️⃣",
        "#\u20e3",
        "©",
        "…",
        "\u202f",
        "\r\n",
        "한국",
        "com",
        "fr",
        "Le Mans",
        "日本",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join)


@settings(max_examples=often(300), deadline=None)
@given(TEXTS)
@example("Image : nasa.gov")
@example("http://http://nasa.gov")
@example("nasa.gov.esa.int")
@example("web.archive.org/web/2020/https://www.esa.int/le-mans")
def test_no_link_is_left_and_the_words_stay(text: str) -> None:
    changed = without_x_links(text)
    assert x_links(changed) == ()
    assert words(changed) == words(text)


@settings(max_examples=often(200), deadline=None)
@given(TEXTS)
def test_length_and_links_are_the_parsers(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert count_x_weighted(text) == parse_tweet(composed).weightedLength
    assert list(x_links(text)) == [link["url"] for link in extract_urls_with_indices(text)]


def test_every_emoji_of_x_counts_2() -> None:
    listed = files("twitter_text.regexp").joinpath("emoji-test.txt").read_text("utf-8")
    points = [line.partition(";")[0].split() for line in listed.splitlines() if line[:1] != "#"]
    every = ["".join(chr(int(point, 16)) for point in each) for each in points if each]
    assert len(every) > 3000
    assert [each for each in every if count_x_weighted(f"a{each}a") != 4] == []


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_without_links_is_left_alone(text: str) -> None:
    once = without_x_links(text)
    assert without_x_links(once) == once


def test_any_link_counts_23() -> None:
    assert count_x_weighted("https://www.esa.int/a/very/long/path/to/a/picture/of/le/mans") == 23
    assert count_x_weighted("a https://t.co b") == 27
    assert count_x_weighted("") == 0


@pytest.mark.parametrize(
    ("text", "length"), [("é", 1), ("e\u0301", 1), ("東", 2), ("👩‍👩‍👧", 2), ("🇫🇷", 2), ("…", 2)]
)
def test_counts_by_weight(text: str, length: int) -> None:
    assert count_x_weighted(text) == length
