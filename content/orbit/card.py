"""The finished picture: the globe with the city's marker and label, as JPEG."""

from datetime import datetime

import numpy as np
import pyvips

from content.city import City
from content.orbit.camera import Camera, camera_over, direction
from content.orbit.globe import draw_globe
from content.orbit.label import MARGIN, Layout, draw_label, layout
from content.orbit.lettering import NAME_STYLE, SUBTITLE_STYLE, Lettering, lettering
from content.orbit.sun import subsolar_point
from content.orbit.words import name_on_picture, subtitle

WIDTH, HEIGHT = 1600, 900
MARGIN_BESIDE = (WIDTH - HEIGHT * 7 / 8) / 2 + MARGIN / 2
"""X shows the middle 7:8 of each of two pictures (seen in its web page), others a square."""
QUALITY = 90


def draw_card(city: City, language: str, at: datetime, *, beside: bool) -> bytes:
    """See content.orbit.view_from_orbit."""
    name, line = texts(city, language)
    frame = draw_globe(_camera(city), direction(*subsolar_point(at)).astype(np.float32))
    draw_label(frame, _place(city, name, line, beside=beside), name, line)
    # Without chroma subsampling: it frays the thin lines and the golden marker.
    jpeg: bytes = pyvips.Image.new_from_array(frame).jpegsave_buffer(
        Q=QUALITY, subsample_mode="off", keep="none"
    )
    return jpeg


def texts(city: City, language: str) -> tuple[Lettering, Lettering]:
    """Name and subtitle as they can be drawn. Raises MissingGlyph."""
    name, line = name_on_picture(city, language), subtitle(city, language)
    return (
        lettering(name, style=NAME_STYLE, language=language, city=city),
        lettering(line, style=SUBTITLE_STYLE, language=language, city=city),
    )


def place_label(city: City, language: str, *, beside: bool = False) -> Layout:
    """Where the city's marker and label go. Raises MissingGlyph."""
    return _place(city, *texts(city, language), beside=beside)


def _place(city: City, name: Lettering, line: Lettering, *, beside: bool) -> Layout:
    x, y, _ = _camera(city).project(direction(city.latitude, city.longitude))
    margin = MARGIN_BESIDE if beside else MARGIN
    return layout((float(x), float(y)), name, line, width=WIDTH, height=HEIGHT, margin=margin)


def _camera(city: City) -> Camera:
    return camera_over(city.latitude, city.longitude, width=WIDTH, height=HEIGHT)
