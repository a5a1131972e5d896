"""libvips, loaded when the first picture is handled, and only its loaders for what we take.

The loader is called by its name and never searched for: those that are not safe with files from
strangers are out of reach.
"""

from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from content.images.kinds import Kind

if TYPE_CHECKING:
    import pyvips

_LOADERS = {
    Kind.JPEG: "jpegload_buffer",
    Kind.PNG: "pngload_buffer",
    Kind.WEBP: "webpload_buffer",
    Kind.TIFF: "tiffload_buffer",
    Kind.HEIC: "heifload_buffer",
    Kind.AVIF: "heifload_buffer",
}


@cache
def libvips() -> ModuleType:
    """The library, set up: nothing is kept for a next time, and one thread works at a picture."""
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips


def header(data: bytes, kind: Kind, **options: object) -> "pyvips.Image":
    """The picture, its header read and nothing decoded yet. Raises pyvips.Error."""
    picture: pyvips.Image = getattr(libvips().Image, _LOADERS[kind])(data, **options)
    return picture
