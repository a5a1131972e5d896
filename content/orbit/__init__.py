"""The view from orbit: a picture for every city, even one that nobody has photographed.

The words are cheap to import; NumPy and Pillow are loaded when a picture is drawn.
"""

from content.city import City
from content.orbit.words import MissingGlyph, orbit_alt_text, orbit_credit

__all__ = ["MissingGlyph", "orbit_alt_text", "orbit_credit", "view_from_orbit"]


def view_from_orbit(city: City, language: str) -> bytes:
    """The Earth from 2,500 km above it with the city marked and named, as a JPEG of 1600 × 900.

    The same city gives the same bytes on the same installation. It takes half a second and for
    that long 150 MB, and may be called in any thread. Raises MissingGlyph for a name that the
    font cannot write, ValueError for a language that is none of ours.
    """
    from content.orbit.card import draw_card

    return draw_card(city, language)
