"""Picture files: of which kind one is, by its first bytes, and how libvips opens it.

libvips is loaded when the first picture is handled. Its loader is called by name and never searched
for, so that those which are not safe with files of strangers are out of reach.
"""

import ctypes
import os
from contextlib import suppress
from enum import StrEnum
from functools import cache
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyvips

THREADS = 2
"""Threads that work at one picture."""


class Kind(StrEnum):
    """A kind that can be read, as its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    AVIF = "image/avif"


_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)


def recognised(data: bytes) -> Kind | None:
    """Which kind the file is; None for every other."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return Kind.TIFF
    if data[4:8] == b"ftyp":
        end = min(256, int.from_bytes(data[:4], "big"))
        brands = {data[at : at + 4] for at in (8, *range(16, end, 4))}
        if brands & _AVIF_BRANDS:
            return Kind.AVIF
        if brands & _HEIC_BRANDS:
            return Kind.HEIC
    return None


_LOADERS = {
    Kind.JPEG: "jpegload_buffer",
    Kind.PNG: "pngload_buffer",
    Kind.WEBP: "webpload_buffer",
    Kind.TIFF: "tiffload_buffer",
    Kind.HEIC: "heifload_buffer",
    Kind.AVIF: "heifload_buffer",
}


one_at_a_time = Lock()
"""Held by whoever handles a picture: libvips has one error text for all threads, which each of them
empties, and a picture may take 650 MB.
"""


def give_memory_back() -> None:
    """After pictures: the C library would keep some 50 MB for the next ones, which a service that
    draws a few a day does not need. Only glibc knows how.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@cache
def libvips() -> ModuleType:
    """The library, set up to keep nothing for a next time, and not to write to standard error:
    what is wrong with a picture is said by who refuses it.
    """
    os.environ.setdefault("VIPS_WARNING", "off")  # whatever its value: libvips checks for the name
    import pyvips

    pyvips.cache_set_max(0)
    pyvips.concurrency_set(THREADS)
    module: ModuleType = pyvips
    return module


def load(data: bytes, kind: Kind, **options: object) -> "pyvips.Image":
    """The picture with its header read; it is decoded as it is used. Raises pyvips.Error."""
    image: pyvips.Image = getattr(libvips().Image, _LOADERS[kind])(data, **options)
    return image
