"""What a picture file says of itself in IPTC, XMP and EXIF: a proposal for its credit and words."""

from content.embedded.fields import Embedded
from content.embedded.reading import read_embedded

__all__ = ["Embedded", "read_embedded"]
