"""Makes the fonts of the view from orbit (`content/data/fonts`) from Debian's Noto fonts.

    python tools/orbit_fonts.py FOLDER content/data/fonts

FOLDER is where the packages fonts-noto-core, fonts-noto-extra and fonts-noto-cjk of Debian 12 are
unpacked. Needs fonttools and cffsubr, which are no dependencies of the project. Every font keeps
the letters of its own script alone, no hints, and one character map in format 12, which is what
`content/orbit/lettering.py` reads.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import cffsubr
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

SCRIPTS = (
    "Arabic",
    "Armenian",
    "Bengali",
    "CanadianAboriginal",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thaana",
    "Thai",
    "Tifinagh",
)
LATIN = (
    (0x20, 0x7E),
    (0xA0, 0x24F),  # Latin
    (0x250, 0x36F),  # phonetic letters, modifiers, accents
    (0x370, 0x3FF),  # Greek
    (0x400, 0x52F),  # Cyrillic
    (0x1AB0, 0x1AFF),
    (0x1D00, 0x1FFF),  # phonetic and Latin additions, Vietnamese among them; old Greek
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x20CF),
    (0x2C60, 0x2C7F),
    (0xA720, 0xA7FF),
)
JOINERS = {0x20, 0x200C, 0x200D, 0x25CC}
# What names in Chinese, Japanese and Korean are written with: the national standards' characters.
EAST_ASIAN = ("gb2312", "big5", "shift_jis")
BIG5_COMMON = range(0xA1, 0xC9)  # first bytes of Big5's level 1; level 2 is rare
HANGUL = range(0xAC00, 0xD7A4)


def main() -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    noto = {file.name: file for file in given.source.rglob("NotoSans*.[to]t[fc]")}
    latin = {code for first, last in LATIN for code in range(first, last + 1)}
    for weight in ("SemiBold", "Regular"):
        _write(noto[f"NotoSans-{weight}.ttf"], latin, given.target)
    for script in SCRIPTS:
        weight = "Regular" if script == "Tifinagh" else "Bold"  # it has no other
        file = noto[f"NotoSans{script}-{weight}.ttf"]
        own = set(TTFont(file).getBestCmap()) - latin
        _write(file, own | JOINERS, given.target)
    # The first font of the collection has the Japanese forms and, by language, all others.
    _write(noto["NotoSansCJK-Bold.ttc"], set(_east_asian()), given.target, number=0)


def _east_asian() -> Iterable[int]:
    yield from HANGUL
    yield from range(0x3000, 0x3100)  # punctuation and kana
    for code in range(0x2E80, 0xFFF0):
        if any(_encodes(chr(code), each) for each in EAST_ASIAN) and not 0xE000 <= code < 0xF900:
            yield code


def _encodes(character: str, encoding: str) -> bool:
    try:
        code = character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return encoding != "big5" or code[0] in BIG5_COMMON


def _write(file: Path, codes: set[int], folder: Path, *, number: int = -1) -> None:
    options = subset.Options(
        hinting=False,
        desubroutinize=False,
        name_IDs=[0, 1, 2, 4, 6, 13, 14, 16, 17],
        notdef_outline=True,
        drop_tables=["DSIG", "BASE", "VORG", "vhea", "vmtx", "meta", "STAT"],
    )
    if number >= 0:
        options.layout_features = ["locl", "ccmp", "mark", "mkmk"]
    font = TTFont(file, fontNumber=number, recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=codes)
    chosen.subset(font)
    _one_character_map(font)
    suffix = ".ttf"
    if "CFF " in font:
        suffix = ".otf"
        cffsubr.subroutinize(font, keep_glyph_names=False)
    target = folder / file.with_suffix(suffix).name
    font.save(target)


def _one_character_map(font: TTFont) -> None:
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = dict(font.getBestCmap())
    font["cmap"].tables = [table]


if __name__ == "__main__":
    main()
