"""Colour: whatever a file has becomes 8-bit sRGB on white."""

from typing import TYPE_CHECKING

from content.images.opening import Opened
from content.picture_files import libvips

if TYPE_CHECKING:
    import pyvips

_PROFILE = "icc-profile-data"
_MOST = {"uchar": 255, "ushort": 65535}


def on_white(picture: Opened, image: "pyvips.Image") -> "pyvips.Image":
    """The colours alone, what is transparent on white. They stay in the picture's own space."""
    if image.interpretation in ("lab", "labs"):
        image = image.colourspace("srgb")
        image.remove(_PROFILE)
    if image.bands <= picture.colours:
        return image
    colours = image[: picture.colours] if picture.colours > 1 else image[0]
    if not picture.transparent:
        return colours
    image = colours.bandjoin(image[picture.colours])
    most = _MOST[image.format]
    white = 0 if image.interpretation == "cmyk" else most
    return image.flatten(background=[white] * picture.colours, max_alpha=most)


def in_srgb(picture: Opened, image: "pyvips.Image") -> "pyvips.Image":
    """By its own profile. Without one CMYK is taken for that of a press, and all else for sRGB."""
    cmyk = image.interpretation == "cmyk"
    if image.get_typeof(_PROFILE):
        try:
            return _transformed(image, embedded=True)
        except libvips().Error:
            # A broken or unfitting profile: shown without it, as browsers do.
            image = image.copy()
            image.remove(_PROFILE)
    if picture.display_p3:
        return _transformed(image, input_profile="p3")
    if cmyk:
        return _transformed(image, input_profile="cmyk")
    return image.colourspace("srgb")


def _transformed(image: "pyvips.Image", **source: object) -> "pyvips.Image":
    return image.icc_transform(
        "srgb", intent="relative", black_point_compensation=True, depth=8, **source
    )
