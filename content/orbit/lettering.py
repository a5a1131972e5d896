"""Letters of any script: which of our fonts has them, and their ink.

libvips draws them with Pango: joined, ordered and stacked as the script wants it. It sees no font
but ours.
"""

import os
import struct
import unicodedata
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyvips

from content.city import City
from content.orbit.words import MissingGlyph

FOLDER = Path(str(files("content") / "data" / "fonts"))
NAME_STYLE, SUBTITLE_STYLE = "SemiBold", "Regular"
LATIN = "NotoSans"
EAST_ASIAN = "NotoSansCJK-Bold.otf"
FAMILIES = {EAST_ASIAN: "Noto Sans CJK JP"}  # of the fonts whose file is named otherwise
# One character has several forms, and a place the form of its country.
FORMS = {"JP": "ja", "KR": "ko", "KP": "ko", "TW": "zh-tw", "HK": "zh-hk", "MO": "zh-hk"}


@dataclass(frozen=True, kw_only=True)
class Lettering:
    """A text that our fonts can write, from left to right or from right to left."""

    markup: str
    families: str
    style: str

    def ink(self, size: int) -> npt.NDArray[np.uint8]:
        """How dark each pixel is, in a frame that fits tightly. `size`: pixels to the em."""
        mask: npt.NDArray[np.uint8] = pyvips.Image.text(
            self.markup, font=f"{self.families} {self.style} {size}", dpi=72
        ).numpy()
        return mask

    def extent(self, size: int) -> tuple[int, int]:
        """Width and height of the ink."""
        height, width = self.ink(size).shape
        return width, height


def lettering(text: str, *, style: str, language: str, city: City) -> Lettering:
    """A text about a city in our fonts. Raises MissingGlyph for what none of them has: a box in the
    place of a letter must not be published.
    """
    fonts = _fonts_of(text, style, city)
    for file in fonts:
        _load(file)
    if EAST_ASIAN in fonts:
        language = FORMS.get(city.country) or _form_of(text)
    return Lettering(
        markup=f'<span lang="{language}">{escape(text)}</span>',
        families=",".join(["Noto Sans", *(_family(file) for file in fonts[1:])]),
        style=style,
    )


def _fonts_of(text: str, style: str, city: City) -> list[str]:
    """The files that write the text: the Latin one, and those of the scripts that it lacks."""
    first = f"{LATIN}-{style}.ttf"
    used, missing = [first], _without(first, set(text))
    for file in sorted(each.name for each in FOLDER.glob("NotoSans*.[ot]tf")):
        if missing and not file.startswith(f"{LATIN}-"):
            left = _without(file, missing)
            if left != missing:
                used.append(file)
                missing = left
    if missing:
        named = " and ".join(
            f"{character!r} ({unicodedata.name(character, 'unnamed')})"
            for character in sorted(missing, key=text.index)[:3]
        )
        raise MissingGlyph(
            f"The view from orbit of {city.name} cannot show {named}. Spell it in Latin letters, or"
            " give the city a photo."
        )
    return used


def _without(file: str, characters: set[str]) -> set[str]:
    """The characters that a font does not have."""
    covered = _covered(FOLDER / file)
    return {
        each
        for each in characters
        if not any(first <= ord(each) <= last for first, last in covered)
    }


def _covered(font: Path) -> list[tuple[int, int]]:
    """The characters of a font, from one to another: its map in format 12 of OpenType's `cmap`."""
    with font.open("rb") as file:
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        directory = dict(struct.iter_unpack(">4s4xI4x", file.read(16 * tables)))
        start = directory[b"cmap"]
        file.seek(start)
        (offset,) = struct.unpack(">8xI", file.read(12))  # of the one map that there is
        file.seek(start + offset)
        (groups,) = struct.unpack(">12xI", file.read(16))
        data = file.read(12 * groups)
    return [(first, last) for first, last in struct.iter_unpack(">II4x", data)]


def _family(file: str) -> str:
    script = file.removeprefix(LATIN).partition("-")[0]
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in script)
    return FAMILIES.get(file, f"Noto Sans{spaced}")


def _form_of(text: str) -> str:
    names = " ".join(unicodedata.name(character, "") for character in text)
    if "HIRAGANA" in names or "KATAKANA" in names:
        return "ja"
    return "ko" if "HANGUL" in names else "zh-cn"


def _load(file: str) -> None:
    """Make a font known to Pango, which may be done again; that is all which this ink is for."""
    pyvips.Image.text("x", fontfile=str(FOLDER / file))


def _shut_out_the_machines_fonts() -> None:
    """Fontconfig reads its settings when the first letter is drawn, and asks the environment which
    file that is. Nothing else in the process is to see ours.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FOLDER / "fonts.conf")
    try:
        _load(f"{LATIN}-{SUBTITLE_STYLE}.ttf")
    finally:
        del os.environ["FONTCONFIG_FILE"]
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


_shut_out_the_machines_fonts()
