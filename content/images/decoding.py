"""Decoding an opened picture, as small as it may be for what it is wanted for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from content.images import heif, tiff
from content.images.opening import Decoder, Opened
from content.images.unusable import damaged
from content.picture_files import Kind, libvips, load

if TYPE_CHECKING:
    import pyvips

T = TypeVar("T")

_HARMLESS = (
    "extraneous bytes",
    "Invalid SOS parameters",
    "Inconsistent progression sequence",
    "unknown JFIF revision",
    "Unknown Adobe color transform",
)


def decoded(picture: Opened, least: tuple[int, int], use: Callable[["pyvips.Image"], T]) -> T:
    """What `use` makes of the pixels, which pass by once from top to bottom.

    They may come reduced by the decoder, to twice the size `least` at least. Raises
    UnusablePicture for a file that is damaged or ends too early.
    """
    try:
        if picture.decoder is Decoder.PI_HEIF:
            return heif.decoded(picture.data, (picture.width, picture.height), use)
        if picture.decoder is Decoder.PILLOW:
            return tiff.decoded(picture.data, use)
        return use(_pixels(picture, least, strict=True))
    except libvips().Error as error:
        if picture.kind is not Kind.JPEG or not _is_harmless(error.detail):
            raise damaged(error.detail) from error
    try:
        return use(_pixels(picture, least, strict=False))
    except libvips().Error as error:
        raise damaged(error.detail) from error


def _is_harmless(warnings: str) -> bool:
    """Whether a JPEG decoder warned only of what costs no pixel: some cameras leave bytes over
    between two markers, and some programs write headers of their own taste.
    """
    lost = ("premature end", "Huffman", "bad", "seek")
    return any(each in warnings for each in _HARMLESS) and not any(
        each in warnings for each in lost
    )


def _pixels(picture: Opened, least: tuple[int, int], *, strict: bool) -> "pyvips.Image":
    options: dict[str, object] = {"access": "sequential"}
    options["fail_on"] = "warning" if strict and picture.kind is Kind.JPEG else "error"
    reduction = _reduction(picture, least)
    if reduction > 1 and picture.kind is Kind.JPEG:
        options["shrink"] = reduction
    if reduction > 1 and picture.kind is Kind.WEBP:
        options["scale"] = 1 / reduction
    return load(picture.data, picture.kind, **options)


def _reduction(picture: Opened, least: tuple[int, int]) -> int:
    """By 1, 2, 4 or 8. That of the decoder is quick but coarse: two are left to Lanczos."""
    factor = min(picture.width / least[0], picture.height / least[1])
    return next((each for each in (8, 4, 2) if each * 2 <= factor), 1)
