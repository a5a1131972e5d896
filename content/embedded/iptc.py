"""IPTC-IIM, the oldest of the three: numbered fields, often inside a Photoshop block.

https://iptc.org/std/IIM/4.2/specification/IIMV4.2.pdf
"""

import struct
from collections.abc import Iterator

from content.embedded.text import decoded, words

BY_LINE, CREDIT, SOURCE, COPYRIGHT, CAPTION = 80, 110, 115, 116, 120
_CHARACTER_SET, _UTF_8 = (1, 90), b"\x1b%G"
_IPTC_RESOURCE = 0x0404
_MOST_FIELDS = 2000


def read_fields(block: bytes) -> dict[int, list[str]]:
    """The texts of the application record by their number, from a bare or a Photoshop block."""
    fields = list(_fields(_unwrapped(block)))
    utf_8 = (_CHARACTER_SET, _UTF_8) in fields
    texts: dict[int, list[str]] = {}
    for (record, number), value in fields:
        text = words(value.decode("utf-8", "replace") if utf_8 else decoded(value))
        if record == 2 and text:
            texts.setdefault(number, []).append(text)
    return texts


def _unwrapped(block: bytes) -> bytes:
    """The IPTC part of a Photoshop block; the block itself if it is none."""
    block = block.removeprefix(b"Photoshop 3.0\0")
    if not block.startswith(b"8BIM"):
        return block
    at = 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        (kind,) = struct.unpack_from(">H", block, at + 4)
        name = 1 + block[at + 6]
        at += 6 + name + name % 2
        if at + 4 > len(block):
            break
        (size,) = struct.unpack_from(">I", block, at)
        if kind == _IPTC_RESOURCE:
            return block[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
    return b""


def _fields(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    for _ in range(_MOST_FIELDS):
        if block[at : at + 1] != b"\x1c" or at + 5 > len(block):
            return
        record, number, size = struct.unpack_from(">BBH", block, at + 1)
        if size > 0x7FFF:  # a field of more than 32 kB: none of ours
            return
        yield (record, number), block[at + 5 : at + 5 + size]
        at += 5 + size
