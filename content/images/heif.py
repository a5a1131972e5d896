"""HEIC and AVIF: what libvips does not tell of them, and the pixels that it cannot decode."""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from content.images.unusable import UnusablePicture, damaged
from content.picture_files import THREADS, libvips

if TYPE_CHECKING:
    import pyvips
    from pi_heif import HeifFile

T = TypeVar("T")

_DAMAGED = (ValueError, EOFError, SyntaxError, RuntimeError, OSError, IndexError, TypeError)
_BANDS = {"L": 1, "RGB": 3, "RGBA": 4, "RGBa": 4}
_DISPLAY_P3 = 12
_HDR = (16, 18)  # PQ, HLG


def opened(data: bytes) -> "HeifFile":
    """The file by pi-heif, nothing decoded yet. Raises UnusablePicture."""
    try:
        return _pi_heif().open_heif(data)
    except _DAMAGED as error:
        raise damaged(error) from error


def refuse_hdr(heif: "HeifFile") -> None:
    """Raise UnusablePicture for what only the screens know to show that it was made for.

    The numbers are those of ITU-T H.273.
    """
    if _code(heif, "transfer_characteristics") in _HDR:
        raise UnusablePicture(
            "This picture is made for HDR screens, and would look pale on all others. "
            "Save it as JPEG and try again."
        )


def is_display_p3(heif: "HeifFile") -> bool:
    """Whether its colours are those of a phone's screen, said by number and not by a profile."""
    return _code(heif, "color_primaries") == _DISPLAY_P3


def decoded(data: bytes, size: tuple[int, int], use: Callable[["pyvips.Image"], T]) -> T:
    """What `use` makes of the pixels of an HEVC picture, for which libvips has no decoder.

    Raises UnusablePicture, also when the picture has not the `size` that its header says.
    """
    heif = opened(data)
    try:
        pixels, mode = heif.data, heif.mode
    except _DAMAGED as error:
        raise damaged(error) from error
    if heif.size != size or mode not in _BANDS:
        raise damaged(f"{mode} of {heif.size} where {size} was said")
    bands = _BANDS[mode]
    image = libvips().Image.new_from_memory(pixels, *size, bands, "uchar")
    image = image.copy(interpretation="srgb" if bands > 1 else "b-w")
    if mode == "RGBa":
        image = image.unpremultiply().cast("uchar")
    if profile := heif.info.get("icc_profile"):
        image.set_type(libvips().GValue.blob_type, "icc-profile-data", profile)
    return use(image)  # here, while `heif` lives: the pixels are its own


def _code(heif: "HeifFile", name: str) -> object:
    if heif.info.get("icc_profile"):
        return None
    return (heif.info.get("nclx_profile") or {}).get(name)


def _pi_heif() -> ModuleType:
    import pi_heif

    options = pi_heif.options
    options.DECODE_THREADS = THREADS
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    module: ModuleType = pi_heif
    return module
