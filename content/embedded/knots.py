"""EXIF that refers to itself: made to keep libexif busy, which reads all of it for libvips.

Of 74 kB of it libexif takes three seconds each time, and of a megabyte hours.
"""

import struct
from collections.abc import Iterator

from content.picture_files import Kind

_POINTERS = (0x8769, 0x8825, 0xA005)  # to the directories of EXIF, of the position, of the rest
_MOST_BLOCKS, _MOST_DIRECTORIES, _MOST_ENTRIES = 100, 8, 200_000


def is_knotted(data: bytes, kind: Kind) -> bool:
    """Whether a file holds, wherever, directories of EXIF that no camera wrote."""
    entries = 0
    for number, (start, order) in enumerate(_blocks(data, kind)):
        if number == _MOST_BLOCKS:
            return True
        seen: set[int] = set()
        ahead = [start + 4]
        while ahead:
            directory = start + _number(data, ahead.pop(), f"{order}I")
            if directory in seen or len(seen) == _MOST_DIRECTORIES or entries > _MOST_ENTRIES:
                return True
            seen.add(directory)
            count = _number(data, directory, f"{order}H")
            entries += count
            pointers = _pointers(data[directory + 2 : directory + 2 + 12 * count], order)
            if len({tag for tag, _ in pointers}) < len(pointers):
                return True
            ahead += [directory + 2 + 12 * place + 8 for _, place in pointers]
    return False


def _blocks(data: bytes, kind: Kind) -> Iterator[tuple[int, str]]:
    """Where a block of EXIF may begin, and its byte order. In TIFF nobody follows it so far."""
    if kind is Kind.TIFF:
        return
    before = b"Exif\0\0" if kind is Kind.JPEG else b""
    for mark, order in ((b"II*\0", "<"), (b"MM\0*", ">")):
        found = data.find(before + mark)
        while found >= 0:
            yield found + len(before), order
            found = data.find(before + mark, found + 4)


def _pointers(entries: bytes, order: str) -> list[tuple[int, int]]:
    whole = entries[: len(entries) // 12 * 12]
    tags = (tag for (tag,) in struct.iter_unpack(f"{order}H10x", whole))
    return [(tag, place) for place, tag in enumerate(tags) if tag in _POINTERS]


def _number(data: bytes, at: int, code: str) -> int:
    """Zero where the file has ended."""
    if at + struct.calcsize(code) > len(data):
        return 0
    (number,) = struct.unpack_from(code, data, at)
    return int(number)
