"""Where the metadata stands in a file of each kind: libvips knows, and decodes nothing for it."""

from content.embedded import exif
from content.embedded.fields import Blocks, Embedded, embedded_in
from content.embedded.knots import is_knotted
from content.picture_files import Kind, libvips, load, one_at_a_time, recognised

_LONGEST_BLOCK = 2_000_000


def read_embedded(data: bytes) -> Embedded:
    """What the file says of itself. Nothing for what is no picture or is damaged.

    May run in any thread; takes some milliseconds.
    """
    kind = recognised(data)
    if kind is None or is_knotted(data, kind):
        return Embedded()
    with one_at_a_time:
        blocks = read_blocks(data, kind)
    return embedded_in(blocks)


def read_blocks(data: bytes, kind: Kind) -> Blocks:
    """The metadata blocks of a file that is not knotted; empty where it has none or is damaged.

    For whoever holds `one_at_a_time`.
    """
    if kind is Kind.TIFF:
        tags = exif.read_tags(data, (exif.XMP, exif.IPTC, exif.PHOTOSHOP))
        iptc = tags.get(exif.IPTC) or tags.get(exif.PHOTOSHOP, b"")
        return Blocks(exif=data, iptc=iptc, xmp=tags.get(exif.XMP, b""))
    try:
        image = load(data, kind)
    except libvips().Error:
        return Blocks()
    found = {}
    for name in ("exif", "iptc", "xmp"):
        if image.get_typeof(f"{name}-data"):
            block = image.get(f"{name}-data")
            found[name] = block if len(block) <= _LONGEST_BLOCK else b""
    return Blocks(**found)
