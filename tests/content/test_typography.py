"""Typography: what a printer would set, and nothing else; the words, links and hashtags stay."""

import re
import unicodedata
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.compose import clean
from content.typography import apostrophes, typographic
from content.x_text import x_links
from tests.often import often

LANGUAGES = st.sampled_from(["fr", "en", "de", ""])


def visible(text: str) -> str:
    """The blanks that break no line, as signs that show: ~ and, the narrow one, ·."""
    return text.replace("\u00a0", "~").replace("\u202f", "·")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quelle ville !", "Quelle ville·!"),
        ("Quelle ville!", "Quelle ville·!"),
        ("Quoi ?! Ici ; là : oui.", "Quoi·?! Ici·; là·: oui."),
        ("Là\u00a0: oui\u00a0!!!", "Là·: oui·!!!"),
        ("(Oui !) [Non ?]", "(Oui·!) [Non·?]"),
        ("« Oh ! » dit-il", "«·Oh·!·» dit-il"),
        ("«Oh»", "«·Oh·»"),
        ("«\u00a0Oh\u00a0» !", "«·Oh·»·!"),
        ('Il dit "oui!" et part.', "Il dit «·oui·!·» et part."),
        ('("oui"), "non".', "(«·oui·»), «·non·»."),
        ('l\'"ami"', "l’«·ami·»"),
        ("L'été d'aujourd'hui, l'11 mai", "L’été d’aujourd’hui, l’11 mai"),
        ("Et puis...", "Et puis…"),
        ("à 120 m, 3,5 km², 12 %", "à 120~m, 3,5~km², 12~%"),
        ("146 249 habitants", "146·249~habitants"),
        ("1\u00a0234\u00a0567 euros", "1·234·567 euros"),
        ("au XIXe siècle, le 1er arrondissement", "au XIXe~siècle, le 1er~arrondissement"),
        ("Une liste :\nun !\ndeux", "Une liste·:\nun·!\ndeux"),
    ],
)
def test_french_is_set_as_in_france(typed: str, printed: str) -> None:
    assert visible(typographic(typed, "fr")) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("It's the town's", "It’s the town’s"),
        ('"What a town!" she said.', "“What a town!” she said."),
        ("the 'old' town", "the ‘old’ town"),
        ("the cities' walls, the '90s, 'tis", "the cities’ walls, the ’90s, ’tis"),
        ("And then...", "And then…"),
        ("rock 'n' roll", "rock ’n’ roll"),
        ("120 m, 146,249 people", "120~m, 146,249~people"),
        ("the 19th century", "the 19th~century"),
        ("A blank stays !", "A blank stays !"),
        ("None comes: here; no? No!", "None comes: here; no? No!"),
    ],
)
def test_english_is_set_as_in_england(typed: str, printed: str) -> None:
    assert visible(typographic(typed, "en")) == printed


def test_a_text_in_an_unknown_language_gets_what_holds_in_any() -> None:
    assert visible(typographic("L'été ! \"A city: it's 5 km...\"", "")) == (
        'L’été·! "A city: it’s 5~km…"'
    )


@pytest.mark.parametrize(
    "typed",
    [
        "à 9:30, à 12:30:15, au 1:2",
        ":-) ;) (: :D :sun:",
        "nasa.gov : https://a.fr/x?y='1'! www.a.fr/b !",
        "#LeMans ! @Thom_astro : info@esa.int ;",
        'de "#LeMans" et "nasa.gov"',
        "photo.jpg ! C:\\a\\b std::map `a ! b` &amp; a",
        "un 5\" ici, 6'2 là",
        "06 12 34 56 78, 0 800 123 456, 2004 150 000",
        'un " seul, "un " et " deux',
        "/tmp/...: ../.. ....",
        "...👩nasa.gov",
    ],
)
def test_what_is_no_prose_is_left_alone(typed: str) -> None:
    assert visible(typographic(typed, "fr")) == typed


@pytest.mark.parametrize("typed", ["5'4\" tall", 'a 5" pipe', "dogs 'and cats"])
def test_english_quotation_marks_that_make_no_pairs_stay_straight(typed: str) -> None:
    assert typographic(typed, "en") == typed


@pytest.mark.parametrize("sign", ["1", "_", "漢"])
def test_a_long_word_takes_no_time_that_others_would_wait(sign: str) -> None:
    began = process_time()
    assert typographic(sign * 10_000, "fr") == sign * 10_000
    assert process_time() - began < 0.2


def test_a_name_from_a_table_has_its_apostrophes() -> None:
    assert apostrophes("'s-Hertogenbosch, Les Sables-d'Olonne") == (
        "’s-Hertogenbosch, Les Sables-d’Olonne"
    )


PIECES = st.sampled_from(
    [
        *("Le Mans", "l'été", "it's", "cities'", "'90s", "XIXe siècle", "146 249", "habitants"),
        *("12", "m", "km²", "9:30", "s", "é", "東京", "العربية", "e\u0301", "👩‍👩‍👧", "🇫🇷", "1️⃣"),
        *("«", "»", '"', "'", "“", "”", "’", "(", ")", "[", "]", "...", ".", "…", ","),
        *(" ", " ", " ", "\u00a0", "\u202f", "\n", ";", ":", "!", "?", "-", "/", "\\", "`", "&"),
        *("#LeMans", "#", "@Thom_astro", "@", "nasa.gov", "https://a.fr/x?y=1", ":)", ";-)"),
        *("\ufffc", "\u2060", "photo.jpg", "::", "=", "D", "amp;"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join).map(clean)


@settings(max_examples=often(150), deadline=None)
@given(TEXTS, LANGUAGES)
def test_doing_it_again_changes_nothing(text: str, language: str) -> None:
    once = typographic(text, language)
    assert typographic(once, language) == once
    assert clean(once) == once


@settings(max_examples=often(150), deadline=None)
@given(TEXTS, LANGUAGES)
def test_the_words_stay(text: str, language: str) -> None:
    assert words(typographic(text, language)) == words(text)


@settings(max_examples=often(150), deadline=None)
@given(TEXTS, LANGUAGES)
def test_hashtags_mentions_and_links_stay_and_none_is_made(text: str, language: str) -> None:
    printed = typographic(text, language)
    assert re.findall(r"[#＃@＠]\w*", printed) == re.findall(r"[#＃@＠]\w*", text)
    assert x_links(printed) == x_links(text)


def words(text: str) -> str:
    """Letters, digits and punctuation, whatever the blanks, quotation marks and dots look like."""
    plain = re.sub("[«»“”\"‘’']", "'", re.sub(r"\s", "", text)).replace("…", "...")
    return unicodedata.normalize("NFC", plain)
