"""Inspecting and deriving, from the file as it came to what a destination receives."""

from typing import TYPE_CHECKING

from content.embedded.fields import author_and_copyright
from content.embedded.reading import read_blocks
from content.images.colour import in_srgb, on_white
from content.images.decoding import decoded
from content.images.encoding import encode_within, exif_block, fitted, resized
from content.images.opening import PictureFacts, open_picture
from content.images.unusable import UnusablePicture
from content.phrase import Phrase
from content.picture_files import Kind, libvips, one_at_a_time
from content.post import DerivedImage, Limits

if TYPE_CHECKING:
    import pyvips


def inspect(data: bytes) -> PictureFacts:
    """What the picture is, by its content and after decoding all of it.

    Raises UnusablePicture for what is no still JPEG, PNG, WebP, HEIC, AVIF or TIFF picture, for
    more than 50 MB or 150 megapixels (before decoding), for pixels that are measurements, and for
    a damaged one. Of a TIFF file's pages the first is the picture.
    """
    with one_at_a_time:
        picture = open_picture(data)
        # The decoder of JPEG overlooks some damage in what it reduces.
        least = (picture.width, picture.height) if picture.kind is Kind.JPEG else (1, 1)
        decoded(picture, least, lambda image: image.avg())
    return picture.facts


def derive(data: bytes, limits: Limits, alt: str) -> DerivedImage:
    """The picture as a destination with these limits takes it: an upright sRGB JPEG.

    It is fitted into `image_side`, never enlarged, and encoded at the best quality from 92 down to
    70 that fits `image_bytes`; only then does it become smaller. Of its metadata the author and
    the copyright notice stay, as EXIF, and nothing else. The same input gives the same bytes.
    Raises UnusablePicture for what `inspect` refuses, and where the limits cannot be met.
    """
    if "image/jpeg" not in limits.image_types:
        raise UnusablePicture(Phrase("This destination takes no JPEG pictures."))
    with one_at_a_time:
        return _derived(data, limits, alt)


def _derived(data: bytes, limits: Limits, alt: str) -> DerivedImage:
    picture = open_picture(data)
    size = fitted((picture.width, picture.height), limits.image_side)

    def finished(image: "pyvips.Image") -> "pyvips.Image":
        return in_srgb(picture, resized(on_white(picture, image), size)).copy_memory()

    upright = _turned(decoded(picture, size, finished), picture.orientation)
    exif = exif_block(*author_and_copyright(read_blocks(data, picture.kind)))
    encoded, (width, height) = encode_within(upright, limits.image_bytes, exif)
    return DerivedImage(data=encoded, media_type="image/jpeg", width=width, height=height, alt=alt)


def _turned(image: "pyvips.Image", orientation: int) -> "pyvips.Image":
    if orientation == 1:
        return image
    image = image.copy()
    image.set_type(libvips().GValue.gint_type, "orientation", orientation)
    return image.autorot().copy_memory()
