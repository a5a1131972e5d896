"""Pictures that people hand in: what they are, and what a destination receives of them.

Both functions may run in any thread; they take their turns. Sizes are pixels and bytes. The
libraries for it are loaded when the first picture is handled.
"""

from content.images.deriving import derive, inspect
from content.images.opening import MAX_BYTES, MAX_PIXELS, PictureFacts
from content.images.unusable import UnusablePicture

__all__ = ["MAX_BYTES", "MAX_PIXELS", "PictureFacts", "UnusablePicture", "derive", "inspect"]
