"""Kinds of picture file, told by their first bytes: a name or a type says nothing about a file."""

from enum import StrEnum


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
