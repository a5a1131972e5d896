"""TIFF: what its tags say of its colours, and the two kinds of them that libvips gets wrong.

These are Lab of 8 bits, which libvips 8.18 refuses, and YCbCr that is not within JPEG, which it
takes for RGB. Pillow knows both.
"""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from content.embedded.exif import read_tags
from content.images.unusable import damaged
from content.picture_files import libvips

if TYPE_CHECKING:
    import pyvips
    from PIL.TiffImagePlugin import TiffImageFile

T = TypeVar("T")

_BITS, _COMPRESSION, _COLOURS, _EXTRA_SAMPLES = 258, 259, 262, 338
_YCBCR, _LAB = 6, 8
_JPEG = (6, 7)
_TRANSPARENCY = (1, 2)  # in the colours already, or apart
# What Pillow is known to raise on damaged files. Warning is for those who run with warnings as
# errors.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    Warning,
)


def libvips_errs(data: bytes) -> bool:
    """Whether the file's colours are of a kind that libvips gets wrong."""
    colours = _number(data, _COLOURS)
    if colours == _YCBCR:
        return _number(data, _COMPRESSION) not in _JPEG
    return colours == _LAB and _number(data, _BITS) == 8


def is_transparent(data: bytes) -> bool:
    """Whether the first band after the colours is one of transparency, and no selection's."""
    return _number(data, _EXTRA_SAMPLES) in _TRANSPARENCY


def opened(data: bytes) -> "TiffImageFile":
    """The file by Pillow, its header read. Its size is the upright one. Raises UnusablePicture."""
    from PIL.TiffImagePlugin import TiffImageFile

    try:
        # Not Image.open: that one warns about large pictures before their size can be asked.
        return TiffImageFile(BytesIO(data))
    except _DAMAGED as error:
        raise damaged(error) from error


def decoded(data: bytes, use: Callable[["pyvips.Image"], T]) -> T:
    """What `use` makes of the upright RGB pixels. Raises UnusablePicture."""
    file = opened(data)
    try:
        file.load()
        picture = file.convert("RGB")
    except _DAMAGED as error:
        raise damaged(error) from error
    image = libvips().Image.new_from_memory(picture.tobytes(), *picture.size, 3, "uchar")
    image = image.copy(interpretation="srgb")
    profile = file.info.get("icc_profile")
    if profile and file.mode != "LAB":
        image.set_type(libvips().GValue.blob_type, "icc-profile-data", profile)
    return use(image)


def _number(data: bytes, tag: int) -> int | None:
    value = read_tags(data, (tag,)).get(tag, b"")[:2]
    return int.from_bytes(value, "little" if data[:2] == b"II" else "big") if value else None
