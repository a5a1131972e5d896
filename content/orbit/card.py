"""The finished picture: the globe with the city's marker and label, as JPEG."""

from io import BytesIO

from content.city import City
from content.orbit.globe import Camera, camera_over, direction, draw_globe
from content.orbit.label import Layout, draw_label, layout, require_glyphs
from content.orbit.words import name_on_picture, subtitle

WIDTH, HEIGHT = 1600, 900
QUALITY = 88


def draw_card(city: City, language: str) -> bytes:
    """See content.orbit.view_from_orbit."""
    name, line = name_on_picture(city, language), subtitle(city, language)
    require_glyphs(name, line)
    image = draw_globe(_camera(city))
    draw_label(image, place_label(city, language), name, line)
    file = BytesIO()
    # Without chroma subsampling: it frays the thin lines and the golden marker.
    image.save(file, "JPEG", quality=QUALITY, subsampling=0, optimize=True, progressive=True)
    return file.getvalue()


def place_label(city: City, language: str) -> Layout:
    """Where the city's marker and label go."""
    x, y, _ = _camera(city).project(direction(city.latitude, city.longitude))
    name, line = name_on_picture(city, language), subtitle(city, language)
    return layout((float(x), float(y)), name, line, width=WIDTH, height=HEIGHT)


def _camera(city: City) -> Camera:
    return camera_over(city.latitude, city.longitude, width=WIDTH, height=HEIGHT)
