"""The view from orbit: a picture for every city, even one that nobody has photographed.

The words are cheap to import; NumPy, Pillow and libvips are loaded when a picture is drawn.
"""

from datetime import datetime

from content.city import City
from content.orbit.words import MissingGlyph, orbit_alt_text, orbit_credit
from content.picture_files import one_at_a_time

__all__ = ["MissingGlyph", "orbit_alt_text", "orbit_credit", "view_from_orbit"]


def view_from_orbit(city: City, language: str, *, at: datetime, beside: bool = False) -> bytes:
    """The Earth from 2,500 km above it at an instant, with the sun where it then stands and the
    city marked and named, as a JPEG of 1600 × 900. `beside` another picture the label keeps within
    the middle, which is all that platforms show of one of two.

    The same city, language and instant give the same bytes on the same installation. It may be
    called in any thread and keeps nothing: NumPy, Pillow and libvips are loaded by the first
    picture of a process, map and borders are read for each. Raises MissingGlyph for a name that no
    font of ours can write, ValueError for a language that is none of ours or a time without zone.
    """
    with one_at_a_time:
        from content.orbit.card import draw_card

        return draw_card(city, language, at, beside=beside)
