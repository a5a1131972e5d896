"""Opening a picture file: everything that can be refused before a pixel is decoded."""

import struct
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from content.embedded.knots import is_knotted
from content.images import heif, tiff
from content.images.unusable import UnusablePicture, damaged
from content.phrase import Phrase
from content.picture_files import Kind, libvips, load, recognised

if TYPE_CHECKING:
    import pyvips

MAX_BYTES = 50_000_000
MAX_PIXELS = 150_000_000
MAX_WHOLE_BYTES = 650_000_000
"""Memory for a picture whose kind of file cannot be decoded row by row."""

_COLOURS = {"b-w": 1, "grey16": 1, "srgb": 3, "rgb": 3, "rgb16": 3, "lab": 3, "labs": 3, "cmyk": 4}
_HEIF = (Kind.HEIC, Kind.AVIF)
_SIDEWAYS = (5, 6, 7, 8)
_SEQUENCES = (b"avis", b"msf1", b"hevc", b"hevx")


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """`media_type` is "image/jpeg" or the like. Width and height are of the upright picture."""

    media_type: str
    width: int
    height: int


class Decoder(Enum):
    """Who decodes the pixels."""

    LIBVIPS = auto()
    PI_HEIF = auto()
    PILLOW = auto()


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A picture file whose header was read and found usable.

    `width`, `height`: as it lies in the file; `orientation` is EXIF's, 1 to 8. `colours`: bands
    without those for transparency and the like. `transparent`: whether a band of transparency
    follows them. `display_p3`: what its colours are where it has no profile.
    """

    data: bytes = field(repr=False)
    kind: Kind
    decoder: Decoder
    width: int
    height: int
    orientation: int
    colours: int
    transparent: bool
    display_p3: bool

    @property
    def facts(self) -> PictureFacts:
        """What it is."""
        sides = (self.width, self.height)
        width, height = reversed(sides) if self.orientation in _SIDEWAYS else sides
        return PictureFacts(media_type=self.kind.value, width=width, height=height)


def open_picture(data: bytes) -> Opened:
    """Read the header. Raises UnusablePicture for what is no still picture that can be posted."""
    if len(data) > MAX_BYTES:
        raise UnusablePicture(
            Phrase(
                "This file has {size} MB, the most is {most} MB. Save it smaller and try again.",
                size=round(len(data) / 1e6),
                most=round(MAX_BYTES / 1e6),
            )
        )
    kind = recognised(data)
    if kind is None:
        raise UnusablePicture(
            Phrase(
                "This file is no JPEG, PNG, WebP, HEIC, AVIF or TIFF picture. Save it as JPEG and"
                " try again."
            )
        )
    if is_knotted(data, kind):
        raise damaged(Phrase("its EXIF data refers to itself"))
    if kind is Kind.TIFF and tiff.libvips_errs(data):
        return _open_by_pillow(data)
    try:
        header = load(data, kind)
    except libvips().Error as error:
        raise damaged(error.detail) from error
    _refuse_large(header.width, header.height, in_one_piece=_whole_bytes(kind, header))
    _refuse_animated(data, kind, header)
    colours = _colours(header)
    display_p3 = False
    if kind in _HEIF and not header.get_typeof("icc-profile-data"):
        heif.refuse_hdr(data)
        display_p3 = heif.is_display_p3(data)
    transparent = kind is not Kind.TIFF or tiff.is_transparent(data)
    return Opened(
        data=data,
        kind=kind,
        decoder=Decoder.PI_HEIF if _is_hevc(header) else Decoder.LIBVIPS,
        width=header.width,
        height=header.height,
        orientation=_orientation(kind, header),
        colours=colours,
        transparent=transparent and header.bands > colours,
        display_p3=display_p3,
    )


def _open_by_pillow(data: bytes) -> Opened:
    width, height = tiff.opened(data).size
    _refuse_large(width, height, in_one_piece=width * height * 8)
    return Opened(
        data=data,
        kind=Kind.TIFF,
        decoder=Decoder.PILLOW,
        width=width,
        height=height,
        orientation=1,
        colours=3,
        transparent=False,
        display_p3=False,
    )


def _refuse_large(width: int, height: int, *, in_one_piece: int) -> None:
    if width * height > MAX_PIXELS:
        raise UnusablePicture(
            Phrase(
                "This picture has {width} × {height} pixels, the most is {most} megapixels. Save it"
                " smaller and try again.",
                width=width,
                height=height,
                most=MAX_PIXELS // 1_000_000,
            )
        )
    if in_one_piece > MAX_WHOLE_BYTES:
        raise UnusablePicture(
            Phrase(
                "This picture has {width} × {height} pixels, too many for this kind of file. Save"
                " it as JPEG, not progressive, and try again.",
                width=width,
                height=height,
            )
        )


def _whole_bytes(kind: Kind, header: "pyvips.Image") -> int:
    """What the decoders were measured to need for what they cannot do row by row."""
    pixels = int(header.width * header.height)
    if kind is Kind.PNG and _number(header, "interlaced", otherwise=0):
        return pixels * int(header.bands) * (2 if header.format == "ushort" else 1)
    if kind is Kind.JPEG and _number(header, "jpeg-multiscan", otherwise=0):
        half = header.get("jpeg-chroma-subsample") == "4:2:0"
        return pixels * (3 if half else 2 * int(header.bands))
    if kind in _HEIF:
        return pixels * (6 if _is_hevc(header) else 16)
    return 0


def _refuse_animated(data: bytes, kind: Kind, header: "pyvips.Image") -> None:
    sequence = kind in _HEIF and data[8:12] in _SEQUENCES
    frames = _png_frames(data) if kind is Kind.PNG else 1
    if kind is Kind.WEBP:
        frames = _number(header, "n-pages", otherwise=1)
    if sequence or frames > 1:
        raise UnusablePicture(
            Phrase(
                "This picture is animated. Only still pictures can be posted: save the frame that"
                " you want as JPEG."
            )
            if sequence
            else Phrase(
                "This picture is animated ({frames} frames). Only still pictures can be posted:"
                " save the frame that you want as JPEG.",
                frames=frames,
            )
        )


def _png_frames(data: bytes) -> int:
    """What its `acTL` chunk says, which stands before the first pixels."""
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"acTL":
            (frames,) = struct.unpack_from(">I", data, at + 8)
            return int(frames)
        if name == b"IDAT":
            break
        at += 12 + length
    return 1


def _colours(header: "pyvips.Image") -> int:
    lab = header.interpretation in ("lab", "labs")
    if header.format not in ("uchar", "ushort") and not lab:
        raise UnusablePicture(
            Phrase(
                "This picture has numbers of 32 bits for its pixels, as measurements have. Save it"
                " with 8 or 16 bits for each colour and try again."
            )
        )
    colours = _COLOURS.get(header.interpretation, 0)
    if not colours or header.bands < colours:
        raise UnusablePicture(
            Phrase(
                "This picture has {bands} channels that are neither grey, RGB nor CMYK. Save it as"
                " RGB and try again.",
                bands=header.bands,
            )
        )
    return colours


def _orientation(kind: Kind, header: "pyvips.Image") -> int:
    """HEIC and AVIF pictures are turned by a property of their own, which the decoder has done."""
    said = 1 if kind in _HEIF else _number(header, "orientation", otherwise=1)
    return said if 1 <= said <= 8 else 1


def _is_hevc(header: "pyvips.Image") -> bool:
    name = "heif-compression"
    return bool(header.get_typeof(name)) and header.get(name) == "hevc"


def _number(header: "pyvips.Image", name: str, *, otherwise: int) -> int:
    return int(header.get(name)) if header.get_typeof(name) else otherwise
