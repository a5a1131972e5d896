"""The letters of every script: shaped, ordered, from our own fonts, or refused."""

import gzip
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from content.city import City
from content.orbit import MissingGlyph
from content.orbit.card import texts
from content.orbit.lettering import NAME_STYLE, SUBTITLE_STYLE, lettering

NAMES = {
    "Latin": ("Le Mans", "FR"),
    "Vietnamese": ("Đà Nẵng", "VN"),
    "Greek": ("Θεσσαλονίκη", "GR"),
    "Cyrillic": ("Владивосток", "RU"),
    "Arabic": ("القاهرة", "EG"),
    "Persian": ("کرمانشاه", "IR"),
    "Hebrew": ("ירושלים", "IL"),
    "Japanese": ("つくば東京ドーム", "JP"),
    "simplified Chinese": ("乌鲁木齐", "CN"),
    "traditional Chinese": ("臺灣高雄", "TW"),
    "Korean": ("서울특별시", "KR"),
    "Devanagari": ("दिल्ली", "IN"),
    "Bengali": ("কলকাতা", "IN"),
    "Gurmukhi": ("ਅੰਮ੍ਰਿਤਸਰ", "IN"),
    "Gujarati": ("અમદાવાદ", "IN"),
    "Oriya": ("ଭୁବନେଶ୍ୱର", "IN"),
    "Tamil": ("சென்னை", "IN"),
    "Telugu": ("హైదరాబాద్", "IN"),
    "Kannada": ("ಬೆಂಗಳೂರು", "IN"),
    "Malayalam": ("തിരുവനന്തപുരം", "IN"),
    "Sinhala": ("කොළඹ", "LK"),
    "Thai": ("กรุงเทพ", "TH"),
    "Lao": ("ວຽງຈັນ", "LA"),
    "Khmer": ("ភ្នំពេញ", "KH"),
    "Burmese": ("ရန်ကုန်", "MM"),
    "Georgian": ("თბილისი", "GE"),
    "Armenian": ("Երևան", "AM"),
    "Ethiopic": ("አዲስ አበባ", "ET"),
    "Thaana": ("މާލެ", "MV"),
    "Inuktitut": ("ᐃᖃᓗᐃᑦ", "CA"),
    "Tifinagh": ("ⵜⵉⵣⵉ ⵓⵣⵣⵓ", "DZ"),
}


def city_in(country: str) -> City:
    return City(name="Y", country=country, latitude=0, longitude=0)


def ink(text: str, country: str = "FR") -> npt.NDArray[np.uint8]:
    written = lettering(text, style=NAME_STYLE, language="fr", city=city_in(country))
    return written.ink(46)


@pytest.mark.parametrize(("name", "country"), NAMES.values(), ids=NAMES)
def test_each_script_is_drawn_with_letters_and_no_box(name: str, country: str) -> None:
    for style in (NAME_STYLE, SUBTITLE_STYLE):
        drawn = lettering(name, style=style, language="fr", city=city_in(country)).ink(46)
        # Where Pango has no glyph it draws the character's number: dozens of thin strokes.
        assert 0.15 < (drawn > 127).mean() < 0.6
        assert 20 < drawn.shape[0] < 100
    parts = {character: ink(character, country).tobytes() for character in name if character != " "}
    assert len(set(parts.values())) == len(parts), "two letters look the same, as boxes do"


def test_arabic_letters_are_joined() -> None:
    joined, apart = ink("بيت"), ink("ب ي ت")
    assert runs(joined) == 1
    assert runs(apart) == 3


def test_right_to_left_is_drawn_from_the_right() -> None:
    # Aleph is wide, yod a small stroke high up: the first letter stands on the right.
    drawn = ink("אי")
    left, right = drawn[:, : drawn.shape[1] // 3], drawn[:, -drawn.shape[1] // 3 :]
    assert right.astype(int).sum() > 1.5 * left.astype(int).sum()


def test_vowels_stand_above_their_letter_in_thai() -> None:
    assert ink("กี").shape[0] > ink("ก").shape[0] + 5
    assert abs(ink("กี").shape[1] - ink("ก").shape[1]) <= 5


@pytest.mark.parametrize(("one", "other"), [("JP", "CN"), ("JP", "TW"), ("CN", "TW"), ("KR", "CN")])
def test_a_character_has_the_form_of_the_citys_country(one: str, other: str) -> None:
    assert not np.array_equal(ink("骨直", one), ink("骨直", other))


def test_where_the_country_does_not_tell_the_text_does() -> None:
    assert np.array_equal(ink("骨あ", "FR"), ink("骨あ", "JP"))
    assert np.array_equal(ink("骨서", "FR"), ink("骨서", "KR"))


def test_the_subtitle_keeps_its_order_before_a_region_from_the_right() -> None:
    city = City(name="القاهرة", country="EG", region="القاهرة", latitude=30.04, longitude=31.24)
    _, line = texts(city, "fr")
    start = lettering("30,04° N", style=SUBTITLE_STYLE, language="fr", city=city).ink(27)
    assert np.array_equal(
        line.ink(27)[:, : start.shape[1] - 8].max(axis=0), start[:, :-8].max(axis=0)
    )


@pytest.mark.parametrize(
    ("name", "character"),
    [("Y ᚠᚢᚦ", "ᚠ"), ("Le\nMans", r"\n"), ("Ville 🏙", "🏙"), ("\U0010ffff", r"\U0010ffff")],
    ids=["runes", "line break", "emoji", "no character"],
)
def test_a_character_that_cannot_be_drawn_is_named(name: str, character: str) -> None:
    city = City(name=name, country="FR", latitude=48.0, longitude=0.2)
    with pytest.raises(MissingGlyph) as refusal:
        texts(city, "fr")
    assert character in str(refusal.value)
    assert name in str(refusal.value)


def test_a_region_that_cannot_be_drawn_is_refused_too() -> None:
    city = City(name="Tokyo", country="JP", region="ᚠ", latitude=35.7, longitude=139.7)
    with pytest.raises(MissingGlyph, match=r"Tokyo.*RUNIC"):
        texts(city, "en")


def test_every_name_of_the_gazetteer_can_be_drawn() -> None:
    tables = (
        files("content") / "data" / name for name in ("villes_fr.tsv.gz", "world15000.tsv.gz")
    )
    everything = "".join(gzip.decompress(table.read_bytes()).decode() for table in tables)
    letters = "".join(sorted(set(everything) - {"\n", "\t"}))
    for style in (NAME_STYLE, SUBTITLE_STYLE):
        lettering(letters, style=style, language="fr", city=city_in("FR"))  # else MissingGlyph


def test_what_pango_would_read_as_markup_is_text() -> None:
    assert ink("<b>&amp;").shape[1] > ink("&").shape[1] * 3


def test_the_machines_fonts_and_settings_change_nothing(tmp_path: Path) -> None:
    hostile = tmp_path / "fonts.conf"
    hostile.write_text(
        "<fontconfig><dir>/usr/share/fonts</dir>"
        '<match target="pattern"><edit name="family" mode="assign"><string>DejaVu Serif</string>'
        '</edit><edit name="antialias" mode="assign"><bool>false</bool></edit></match></fontconfig>'
    )
    code = (
        "import hashlib; from content.orbit.lettering import lettering;"
        "from content.city import City;"
        "city = City(name='Y', country='FR', latitude=0, longitude=0);"
        "ink = [lettering(t, style='SemiBold', language='fr', city=city).ink(46)"
        " for t in ('Le Mans', 'القاهرة', '東京')];"
        "print(*(hashlib.sha256(i.tobytes()).hexdigest() for i in ink))"
    )
    outputs = set()
    for environment in (
        {"HOME": str(tmp_path / "none")},
        {"FONTCONFIG_FILE": str(hostile), "LANG": "ar_EG.UTF-8", "PANGO_LANGUAGE": "ar"},
    ):
        kept = {
            name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=kept | environment,
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_the_settings_of_our_fonts_are_nobody_elses() -> None:
    ink("Y")
    assert "fonts.conf" not in os.environ.get("FONTCONFIG_FILE", "")


def runs(drawn: npt.NDArray[np.uint8]) -> int:
    """How many pieces lie beside one another with nothing between."""
    inked = (drawn > 60).any(axis=0).astype(int)
    return int((np.diff(np.concatenate([[0], inked])) == 1).sum())
