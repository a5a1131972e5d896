"""Encoding a finished picture as the best JPEG that fits into a destination's bytes."""

import struct
from math import log, sqrt
from typing import TYPE_CHECKING

from content.images.unusable import UnusablePicture
from content.phrase import Phrase

if TYPE_CHECKING:
    import pyvips

BEST_QUALITY, WORST_QUALITY = 92, 70
SMALLEST_SIDE = 320  # a picture is not made smaller than this on its longest side to save bytes
FULL_COLOUR, HALF_COLOUR = "off", "on"  # chroma subsampling: 4:4:4, 4:2:0

_ARTIST, _COPYRIGHT, _ASCII = 0x013B, 0x8298, 2


def encode_within(picture: "pyvips.Image", most: int, exif: bytes) -> tuple[bytes, tuple[int, int]]:
    """The best JPEG of at most so many bytes, and its size in pixels.

    `picture` is in memory: it may be encoded several times. Raises UnusablePicture.
    """
    whole, room = picture, most - len(exif)
    best = _encode(whole, BEST_QUALITY, FULL_COLOUR)
    if len(best) <= room:
        return _with_exif(best, exif), (whole.width, whole.height)
    while True:
        smallest = _encode(picture, WORST_QUALITY, HALF_COLOUR)
        if len(smallest) <= room:
            best = _best_quality(picture, room, smallest)
            return _with_exif(best, exif), (picture.width, picture.height)
        # Bytes grow about as the area does; a little less, to get there in few steps.
        factor = min(0.95, 0.98 * sqrt(max(room, 0) / len(smallest)))
        side = int(max(picture.width, picture.height) * factor)
        if side < SMALLEST_SIDE:
            raise UnusablePicture(
                Phrase(
                    "This picture does not fit into {most} bytes without becoming too small to"
                    " see.",
                    most=most,
                )
            )
        picture = resized(whole, fitted((whole.width, whole.height), side)).copy_memory()


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size of a picture that is made to fit into a square, never enlarged."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resized(image: "pyvips.Image", size: tuple[int, int]) -> "pyvips.Image":
    """By Lanczos, to exactly this size."""
    if size == (image.width, image.height):
        return image
    return image.resize(size[0] / image.width, vscale=size[1] / image.height, kernel="lanczos3")


def exif_block(author: str, copyright_notice: str) -> bytes:
    """A JPEG segment that says these two and nothing else; empty if they are."""
    said = [(_ARTIST, author), (_COPYRIGHT, copyright_notice)]
    tags = [(tag, text.encode() + b"\0") for tag, text in said if text]
    if not tags:
        return b""
    directory, texts = struct.pack("<H", len(tags)), b""
    behind = 8 + 2 + 12 * len(tags) + 4
    for tag, text in tags:
        place = struct.pack("<I", behind + len(texts)) if len(text) > 4 else text.ljust(4, b"\0")
        directory += struct.pack("<HHI", tag, _ASCII, len(text)) + place
        if len(text) > 4:
            texts += text + bytes(len(text) % 2)
    body = b"Exif\0\0II*\0\x08\0\0\0" + directory + bytes(4) + texts
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _with_exif(jpeg: bytes, exif: bytes) -> bytes:
    return jpeg[:2] + exif + jpeg[2:]


def _best_quality(picture: "pyvips.Image", most: int, smallest: bytes) -> bytes:
    """The highest quality that fits; `smallest` is the encoding at the lowest one, which does."""
    largest = _encode(picture, BEST_QUALITY, HALF_COLOUR)
    if len(largest) <= most:
        return largest
    best, fits = smallest, WORST_QUALITY
    too_much, too_large = BEST_QUALITY, len(largest)
    while too_much - fits > 1:
        # The logarithm of the bytes grows about as the quality does.
        share = log(most / len(best)) / log(too_large / len(best))
        guess = fits + round(share * (too_much - fits))
        quality = min(max(guess, fits + 1), too_much - 1)
        data = _encode(picture, quality, HALF_COLOUR)
        if len(data) <= most:
            best, fits = data, quality
        else:
            too_much, too_large = quality, len(data)
    return best


def _encode(picture: "pyvips.Image", quality: int, chroma: str) -> bytes:
    data: bytes = picture.jpegsave_buffer(
        Q=quality, subsample_mode=chroma, optimize_coding=True, interlace=True, keep="none"
    )
    return data
