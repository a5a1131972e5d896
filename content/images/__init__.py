"""Pictures that people hand in: what they are, and what a destination receives of them.

Both functions may run in any thread. Sizes are pixels and bytes.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

import numpy as np
from PIL import (
    AvifImagePlugin,
    ExifTags,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from content.post import DerivedImage, Limits

MAX_BYTES = 50_000_000
MAX_PIXELS = 150_000_000
BEST_QUALITY, WORST_QUALITY = 92, 70
SMALLEST_SIDE = 320  # a picture is not made smaller than this on its longest side to save bytes
FULL_COLOUR, HALF_COLOUR = 0, 2  # chroma subsampling: 4:4:4, 4:2:0

# Pillow warns, or refuses, by a limit of its own: it is moved out of the way of ours, which is
# checked before anything is decoded.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# What the decoders are known to raise on damaged files. Warning is for those who run with
# warnings as errors.
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
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
_PLAIN_MODES = ("L", "LA", "RGB", "RGBA", "CMYK")
_KEPT_TAGS = (ExifTags.Base.Artist, ExifTags.Base.Copyright)


class UnusablePicture(ValueError):
    """A picture that cannot be posted. The message tells an admin why, and what would help."""


@dataclass(frozen=True, kw_only=True)
class PictureFacts:
    """`media_type` is "image/jpeg" or the like. Width and height are of the upright picture."""

    media_type: str
    width: int
    height: int


def inspect(data: bytes) -> PictureFacts:
    """What the picture is, by its content and after decoding all of it.

    Raises UnusablePicture for what is no still JPEG, PNG, WebP, TIFF or AVIF picture, for more
    than 50 MB or 150 megapixels (before decoding), and for a damaged one.
    """
    media_type, image = _open(data)
    width, height = image.size
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        # All of the file is read all the same, into a 64th of the memory.
        image.draft(None, (max(1, width // 8), max(1, height // 8)))
    _load(image)
    if _orientation(image) in _SIDEWAYS:
        width, height = height, width
    return PictureFacts(media_type=media_type, width=width, height=height)


def derive(data: bytes, limits: Limits, alt: str) -> DerivedImage:
    """The picture as a destination with these limits takes it: an upright sRGB JPEG.

    It is fitted into `image_side`, never enlarged, and encoded at the best quality from 92 down to
    70 that fits `image_bytes`; only then does it become smaller. Of its metadata the EXIF author
    and copyright stay, and nothing else. The same input gives the same bytes. Raises
    UnusablePicture for what `inspect` refuses, and where the limits cannot be met.
    """
    if "image/jpeg" not in limits.image_types:
        raise UnusablePicture("This destination takes no JPEG pictures.")
    _, image = _open(data)
    size = _fitted(image.size, limits.image_side)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        # The decoder's own reduction is quick but coarse: leave Lanczos a factor of two at least.
        image.draft(None, (size[0] * 2, size[1] * 2))
    _load(image)
    picture = _plain_mode(image)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture = _on_white(picture, image.info.get("icc_profile"))
    turn = _UPRIGHT.get(_orientation(image))
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {}  # else a comment would be written again
    encoded, (width, height) = _encode_within(picture, limits.image_bytes, _kept_metadata(image))
    return DerivedImage(data=encoded, media_type="image/jpeg", width=width, height=height, alt=alt)


def _open(data: bytes) -> tuple[str, ImageFile.ImageFile]:
    """Media type and the picture, its header read but nothing decoded."""
    if len(data) > MAX_BYTES:
        raise UnusablePicture(
            f"This file has {len(data) / 1e6:.0f} MB, the most is {MAX_BYTES / 1e6:.0f} MB. "
            "Save it smaller and try again."
        )
    media_type, opener = _recognise(data)
    try:
        # Not Image.open: that one warns about large pictures before their size can be asked.
        image = opener(BytesIO(data))
        frames = 1 if media_type == "image/tiff" else getattr(image, "n_frames", 1)
    except Image.DecompressionBombError as error:
        raise UnusablePicture(_too_large("many more pixels")) from error
    except _DAMAGED as error:
        raise UnusablePicture(_damaged(error)) from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise UnusablePicture(_too_large(f"{width} × {height} pixels"))
    if frames > 1:
        raise UnusablePicture(
            f"This picture is animated ({frames} frames). Only still pictures can be posted."
        )
    return media_type, image


def _recognise(data: bytes) -> tuple[str, Callable[[BytesIO], ImageFile.ImageFile]]:
    """By its first bytes: a name says nothing about a file."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", JpegImagePlugin.JpegImageFile
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", PngImagePlugin.PngImageFile
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp", WebPImagePlugin.WebPImageFile
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "image/tiff", TiffImagePlugin.TiffImageFile
    brands = data[8:32] if data[4:8] == b"ftyp" else b""
    if (b"avif" in brands or b"avis" in brands) and features.check("avif"):
        return "image/avif", AvifImagePlugin.AvifImageFile
    raise UnusablePicture(
        "This file is no JPEG, PNG, WebP, TIFF or AVIF picture. Save it as JPEG and try again."
    )


def _load(image: ImageFile.ImageFile) -> None:
    try:
        image.load()
    except Image.DecompressionBombError as error:
        raise UnusablePicture(_too_large("many more pixels")) from error
    except _DAMAGED as error:
        raise UnusablePicture(_damaged(error)) from error


def _too_large(what: str) -> str:
    return (
        f"This picture has {what}, the most is {MAX_PIXELS // 1_000_000} megapixels. "
        "Save it smaller and try again."
    )


def _damaged(error: Exception) -> str:
    return f"This picture is damaged or cut short ({error}). Upload it again."


def _exif(image: Image.Image, tag: ExifTags.Base) -> object:
    try:
        return image.getexif().get(tag)  # it is read only now
    except _DAMAGED:
        return None  # the picture itself is sound


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation of a loaded picture. (Pillow turns TIFF pictures itself.)"""
    value = _exif(image, ExifTags.Base.Orientation)
    return value if isinstance(value, int) else 1


def _kept_metadata(image: Image.Image) -> bytes:
    """The author and copyright of the source as an EXIF block; empty where it names none."""
    kept = Image.Exif()
    for tag in _KEPT_TAGS:
        value = _exif(image, tag)
        if isinstance(value, str):
            # Pillow reads these bytes as Latin-1, whatever they are, and would write ASCII.
            text = " ".join(value.replace("\0", " ").split())[:1000]
            if text:
                kept[tag] = text.encode("latin-1", "replace")
    return kept.tobytes() if len(kept) else b""


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain_mode(image: Image.Image) -> Image.Image:
    """The picture as 8-bit grey, RGB or CMYK, with its transparency if it has any."""
    if image.mode.startswith("I;16"):
        # Pillow's own conversion cuts everything above 255 off.
        sixteen = np.asarray(image).astype(np.uint32)
        return Image.fromarray(((sixteen + 128) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise UnusablePicture(
            "This picture has 32 bits for each pixel, as measurements have. "
            "Save it with 8 bits for each colour and try again."
        )
    if image.has_transparency_data:
        return image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    return image if image.mode in _PLAIN_MODES else image.convert("RGB")


def _on_white(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode not in ("LA", "RGBA"):
        return _to_srgb(picture, profile)
    colours = _to_srgb(picture.convert(picture.mode.removesuffix("A")), profile)
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(colours, mask=picture.getchannel("A"))
    return white


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        except (ImageCms.PyCMSError, *_DAMAGED):
            converted = None  # a broken or unfitting profile: shown without it, as browsers do
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _encode_within(picture: Image.Image, most: int, exif: bytes) -> tuple[bytes, tuple[int, int]]:
    """The best JPEG of at most so many bytes, and its size in pixels."""
    whole = picture
    best = _encode(whole, BEST_QUALITY, FULL_COLOUR, exif)
    if len(best) <= most:
        return best, whole.size
    while True:
        smallest = _encode(picture, WORST_QUALITY, HALF_COLOUR, exif)
        if len(smallest) <= most:
            return _best_encoding(picture, most, exif, smallest), picture.size
        # Bytes grow about as the area does; a little less, to get there in few steps.
        side = int(max(picture.size) * min(0.95, 0.98 * sqrt(most / len(smallest))))
        if side < SMALLEST_SIDE:
            raise UnusablePicture(
                f"This picture does not fit into {most} bytes without becoming too small to see."
            )
        picture = whole.resize(
            _fitted(whole.size, side), Image.Resampling.LANCZOS, reducing_gap=3.0
        )


def _best_encoding(picture: Image.Image, most: int, exif: bytes, smallest: bytes) -> bytes:
    """The highest quality that fits; `smallest` is the encoding at the lowest one, which does."""
    best, fits, too_much = smallest, WORST_QUALITY, BEST_QUALITY + 1
    while too_much - fits > 1:
        quality = (fits + too_much) // 2
        data = _encode(picture, quality, HALF_COLOUR, exif)
        if len(data) <= most:
            best, fits = data, quality
        else:
            too_much = quality
    full = _encode(picture, fits, FULL_COLOUR, exif)
    return full if len(full) <= most else best


def _encode(picture: Image.Image, quality: int, subsampling: int, exif: bytes) -> bytes:
    file = BytesIO()
    options = {"quality": quality, "subsampling": subsampling, "exif": exif}
    try:
        picture.save(file, "JPEG", optimize=True, progressive=True, **options)
    except OSError:
        # Pillow reserves one byte for a pixel for this, and pure noise needs more.
        file = BytesIO()
        picture.save(file, "JPEG", **options)
    return file.getvalue()
