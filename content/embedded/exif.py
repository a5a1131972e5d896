"""EXIF: who made the picture, by the tags of its first directory. Its position is never read."""

import struct
from collections.abc import Iterator, Sequence

from content.embedded.text import decoded, words

IMAGE_DESCRIPTION, ARTIST, COPYRIGHT = 0x010E, 0x013B, 0x8298
WINDOWS_TITLE, WINDOWS_AUTHOR = 0x9C9B, 0x9C9D  # UTF-16, written by Windows Explorer
XMP, IPTC, PHOTOSHOP = 700, 33723, 34377  # blocks of the other standards in a TIFF file

_BYTE_ORDER = {b"II*\0": "<", b"MM\0*": ">"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 129: 1}  # BYTE, ASCII, SHORT, LONG, UNDEFINED, UTF-8
_MOST_TAGS = 1000


def read_tags(data: bytes, wanted: Sequence[int]) -> dict[int, bytes]:
    """The values of these tags as they stand in the first directory of a TIFF structure.

    What is damaged is left out.
    """
    data = data.removeprefix(b"Exif\0\0")
    order = _BYTE_ORDER.get(data[:4])
    if order is None or len(data) < 8:
        return {}
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    return dict(_values(data, order, start, wanted))


def _values(
    data: bytes, order: str, start: int, wanted: Sequence[int]
) -> Iterator[tuple[int, bytes]]:
    if start + 2 > len(data):
        return
    (count,) = struct.unpack_from(f"{order}H", data, start)
    for number in range(min(count, _MOST_TAGS)):
        at = start + 2 + number * 12
        if at + 12 > len(data):
            return
        tag, kind, length = struct.unpack_from(f"{order}HHI", data, at)
        size = _SIZES.get(kind, 0) * length
        if tag not in wanted or not size:
            continue
        place = at + 8
        if size > 4:
            (place,) = struct.unpack_from(f"{order}I", data, place)
        if place + size <= len(data):
            yield tag, data[place : place + size]


def first_text(tags: dict[int, bytes], tag: int) -> str:
    """A tag's text up to its NUL. (Behind that, Copyright may name an editor's.)"""
    parts = [words(decoded(part)) for part in tags.get(tag, b"")[:20_000].split(b"\0")]
    return next(filter(None, parts), "")


def windows_text(tags: dict[int, bytes], tag: int) -> str:
    """A tag's text as Windows Explorer writes it."""
    return words(tags.get(tag, b"")[:20_000].decode("utf-16-le", "replace").partition("\0")[0])
