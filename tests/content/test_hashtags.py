"""Hashtags: made from names and from what people type."""

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.hashtags import bare, fold, hashtag, same_tag, unique_tags

CONFORMANCE = (
    Path(__file__).resolve().parents[2].parent
    / "shared/platforms/twitter-text/conformance/extract.yml"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Saint-Étienne", "#SaintÉtienne"),
        ("Les Sables-d'Olonne", "#LesSablesdOlonne"),
        ("Les Sables-d’Olonne", "#LesSablesdOlonne"),
        ("L'Haÿ-les-Roses", "#LHaÿlesRoses"),
        ("Château-Chinon (Ville)", "#ChâteauChinonVille"),
        ("#Le Mans ", "#LeMans"),
        ("il·lusió", "#il·lusió"),
        ("雪の町", "#雪の町"),
    ],
)
def test_a_name_keeps_its_letters_and_capitals_and_loses_what_parts_them(
    name: str, expected: str
) -> None:
    assert hashtag(name) == expected


def test_letters_with_accents_written_apart_are_composed() -> None:
    assert hashtag("Saint-E\u0301tienne") == "#Saint\u00c9tienne"


def test_a_name_that_begins_with_digits_stays_as_it_is() -> None:
    assert hashtag("24h du Mans") == "#24hduMans"


@pytest.mark.parametrize("name", ["42", "", " # ", "_", "1_2", "१२३४", "❤️", "1️⃣"])
def test_a_name_without_a_letter_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="at least one letter"):
        hashtag(name)


def test_marks_that_come_together_when_a_sign_between_them_goes_are_composed() -> None:
    assert bare("0\u0339:\u0334") == "0\u0334\u0339"


def test_an_emoji_goes_with_its_marks() -> None:
    assert hashtag("❤️Nîmes") == "#Nîmes"


def test_tags_are_the_same_without_case_accents_and_separators() -> None:
    assert same_tag("#SaintÉtienne", "saint-etienne")
    assert same_tag("LE MANS", "#LeMans")
    assert not same_tag("#LeMans", "#Mans")


def test_unique_tags_are_cleaned_in_order_and_never_two_for_one_word() -> None:
    typed = ["#Le Mans ", "Sarthe", "le-mans", "", "#", "Épau", "epau"]
    assert unique_tags(typed) == ("#LeMans", "#Sarthe", "#Épau")


def test_unique_tags_leave_out_what_is_taken() -> None:
    assert unique_tags(["unjourunéville", "Nîmes"], taken=["#UnJourUneVille"]) == ("#Nîmes",)


def test_a_typed_tag_without_a_letter_is_refused_not_dropped() -> None:
    with pytest.raises(ValueError, match="2026"):
        unique_tags(["Nîmes", "2026"])


@given(st.text())
def test_a_hashtag_of_a_hashtag_is_itself(text: str) -> None:
    word = bare(text)
    assert bare(word) == word
    assert unicodedata.is_normalized("NFC", word)
    assert fold(word) == fold(text)


ENDS_OTHERS = re.compile(
    "[\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u3003\u0f0b\u0f0c]"
)
"""What X takes in a hashtag, and at which others end it."""


@given(st.text(st.sampled_from("aÉ東ع0_·・\u200c\u0301'-# ") | st.characters(), max_size=12))
def test_every_hashtag_is_one_by_mastodons_rule(name: str) -> None:
    """Its HASHTAG_RE; a word is letters, marks, decimal digits and "_"."""
    try:
        word = hashtag(name)[1:]
    except ValueError:
        return
    kinds = [unicodedata.category(sign) for sign in word]
    assert all(
        kind[0] in "LM" or kind == "Nd" or sign in "_·・"
        for sign, kind in zip(word, kinds, strict=True)
    )
    assert word[0] not in "·・"
    assert word[-1] not in "·・"
    assert any(kind[0] in "LM" for kind in kinds)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("תל־אביב", "#תלאביב"),
        ("می\u200cخوام", "#میخوام"),
        ("·Foo·", "#Foo"),
        ("ソウル・駅", "#ソウル・駅"),
    ],
)
def test_what_would_end_a_hashtag_elsewhere_goes(name: str, expected: str) -> None:
    assert hashtag(name) == expected


def test_every_hashtag_that_x_recognises_stays_but_for_what_ends_it_elsewhere() -> None:
    if not CONFORMANCE.exists():
        pytest.skip(f"the shared folder is absent: {CONFORMANCE.name}")
    suite = yaml.safe_load(CONFORMANCE.read_text("utf-8"))["tests"]
    cases = suite["hashtags"] + suite["hashtags_from_astral"]
    recognised = [tag for case in cases for tag in case["expected"]]
    assert len(recognised) > 80
    for tag in recognised:
        kept = ENDS_OTHERS.sub("", unicodedata.normalize("NFC", tag))
        assert hashtag(tag) == f"#{kept}"
