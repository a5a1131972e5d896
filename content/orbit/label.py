"""Marker and label of the view from orbit: where they go, and how they are drawn.

Lengths are pixels from the upper left corner of the frame.
"""

import math
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from content.orbit.words import MissingGlyph

NAME_FONT, SUBTITLE_FONT = "DejaVuSans-Bold.ttf", "DejaVuSans.ttf"
NAME_SIZE, SUBTITLE_SIZE = 46, 25
SMALLEST_BESIDE = 38  # a name that would have to be smaller goes across the frame instead
MARGIN = 48
REACH = 66  # from the marker to the corner of the leader line, across and up
RING = 24  # radius of the marker
NAME_ABOVE_LINE, SUBTITLE_BELOW_LINE = 15, 12
CLEAR = 22  # between the marker and a label right above or below it
SHADOW = 16  # how far the dark around the label reaches; without it ice swallows the letters
SCALE = 2  # drawn larger and reduced, for smooth edges

GOLD = (255, 208, 70)
WHITE = (255, 255, 255)
PALE = (232, 240, 255)
NIGHT = (0, 6, 20)

RIGHT_TO_LEFT = ("R", "AL", "RLE", "RLO", "RLI")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle. Right and bottom lie just outside it."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether they have a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def moved(self, across: float, down: float) -> "Box":
        """The same rectangle elsewhere."""
        return Box(
            left=self.left + across,
            top=self.top + down,
            right=self.right + across,
            bottom=self.bottom + down,
        )

    def scaled(self, factor: float) -> "Box":
        """The same rectangle in another unit."""
        return Box(
            left=self.left * factor,
            top=self.top * factor,
            right=self.right * factor,
            bottom=self.bottom * factor,
        )

    def within(self, other: "Box") -> bool:
        """Whether no part of it lies outside the other."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where everything goes. `line` lies between both texts, `leader` joins it to the marker."""

    marker: Box
    name: Box
    name_size: int
    subtitle: Box
    subtitle_size: int
    leader: tuple[tuple[float, float], tuple[float, float]]
    line: tuple[tuple[float, float], tuple[float, float]]


def layout(
    marker: tuple[float, float], name: str, subtitle: str, *, width: int, height: int
) -> Layout:
    """The label of a marker in a frame: above it on the right, or else on the left, or else across
    the frame; below it where there is no room above. Text too long for its place gets smaller.
    """
    x, y = marker
    room = {"right": width - MARGIN - x - REACH, "left": x - REACH - MARGIN}
    sizes = {side: _fitting_size(NAME_FONT, name, NAME_SIZE, room[side]) for side in room}
    side = next((side for side in sizes if sizes[side] >= SMALLEST_BESIDE), "across")
    widest = room.get(side, width - 2 * MARGIN)
    name_size = sizes.get(side) or _fitting_size(NAME_FONT, name, NAME_SIZE, widest)
    subtitle_size = _fitting_size(SUBTITLE_FONT, subtitle, SUBTITLE_SIZE, widest)
    name_box = _text_box(NAME_FONT, name_size, name)
    subtitle_box = _text_box(SUBTITLE_FONT, subtitle_size, subtitle)

    # A label across the frame passes right above or below the marker and has to keep off it.
    above = NAME_ABOVE_LINE - name_box.top
    below = SUBTITLE_BELOW_LINE + subtitle_box.bottom - subtitle_box.top
    clear = RING + CLEAR if side == "across" else 0
    up, down = max(REACH, clear + below), max(REACH, clear + above)
    line = y - up if y - up - above >= MARGIN else y + down

    span = max(name_box.right, subtitle_box.right)
    start = x - REACH - span if side == "left" else x + REACH
    start = max(min(start, width - MARGIN - span), MARGIN)
    slant = abs(line - y) * (-1 if side == "left" else 1)
    corner = (min(max(x + slant, start), start + span), line)
    return Layout(
        marker=Box(left=x - RING, top=y - RING, right=x + RING, bottom=y + RING),
        name=name_box.moved(start, line - NAME_ABOVE_LINE),
        name_size=name_size,
        subtitle=subtitle_box.moved(start, line + SUBTITLE_BELOW_LINE - subtitle_box.top),
        subtitle_size=subtitle_size,
        leader=(_towards((x, y), corner, RING), corner),
        line=((start, line), (start + span, line)),
    )


def require_glyphs(name: str, subtitle: str) -> None:
    """MissingGlyph, naming city and character, for what the fonts cannot draw: a box in the place
    of a letter must not be published. Right-to-left scripts count too: their letters are in the
    font, but it takes more than a font to join and order them.
    """
    for file, text in ((NAME_FONT, name), (SUBTITLE_FONT, subtitle)):
        font = _font(file, SUBTITLE_SIZE)
        absent = _appearance(font, "\U0010ffff")
        for character in text:
            if (
                unicodedata.bidirectional(character) in RIGHT_TO_LEFT
                or unicodedata.category(character) in ("Cc", "Cf")
                or _appearance(font, character) == absent
            ):
                raise MissingGlyph(
                    f"The view from orbit of {name} cannot show {character!r} "
                    f"({unicodedata.name(character, 'unnamed')}). Spell it in Latin letters, "
                    "or give the city a photo."
                )


def draw_label(image: Image.Image, placed: Layout, name: str, subtitle: str) -> None:
    """Marker, leader line and both texts, onto the picture."""
    boxes = (placed.marker, placed.name, placed.subtitle)
    origin = (
        int(min(box.left for box in boxes)) - 3 * SHADOW,
        int(min(box.top for box in boxes)) - 3 * SHADOW,
    )
    size = (
        int(max(box.right for box in boxes)) + 3 * SHADOW - origin[0],
        int(max(box.bottom for box in boxes)) + 3 * SHADOW - origin[1],
    )
    ink = Image.new("RGBA", (size[0] * SCALE, size[1] * SCALE), (*WHITE, 0))
    pen = _Pen(ink, origin)
    pen.line(placed.leader, (*WHITE, 235), 2)
    pen.line(placed.line, (*WHITE, 235), 2)
    pen.text(placed.name, NAME_FONT, placed.name_size, name, WHITE)
    pen.text(placed.subtitle, SUBTITLE_FONT, placed.subtitle_size, subtitle, PALE)
    lettering = ink.getchannel("A").reduce(SCALE)
    pen.marker(placed.marker)
    ink = ink.reduce(SCALE)

    # The marker casts no shadow: the island under it may be no larger than its rings.
    shadow = lettering.filter(ImageFilter.MaxFilter(5))
    shadow = shadow.filter(ImageFilter.GaussianBlur(SHADOW / 2)).point(
        [min(255, round(share * 1.5)) * 3 // 4 for share in range(256)]
    )
    image.paste(NIGHT, origin, shadow)
    image.paste(ink.convert("RGB"), origin, ink.getchannel("A"))


class _Pen:
    """Draws in the frame's pixels onto a larger detail of it."""

    def __init__(self, detail: Image.Image, origin: tuple[int, int]) -> None:
        self._draw = ImageDraw.Draw(detail)
        self._origin = origin

    def line(
        self,
        points: tuple[tuple[float, float], tuple[float, float]],
        colour: tuple[int, int, int, int],
        width: int,
    ) -> None:
        self._draw.line([self._at(*point) for point in points], colour, width * SCALE)

    def text(self, box: Box, file: str, size: int, text: str, colour: tuple[int, int, int]) -> None:
        font = _font(file, size * SCALE)
        self._draw.text(self._at(box.left, box.top), text, (*colour, 255), font, anchor="lt")

    def marker(self, box: Box) -> None:
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        for radius in (RING - 1, 16):
            self._circle(x, y, radius + 1, outline=(*NIGHT, 120), width=4)
            self._circle(x, y, radius, outline=(*GOLD, 235))
        self._circle(x, y, 8, fill=(*NIGHT, 150))
        self._circle(x, y, 6.5, fill=(*GOLD, 255))

    def _circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        outline: tuple[int, int, int, int] | None = None,
        fill: tuple[int, int, int, int] | None = None,
        width: int = 2,
    ) -> None:
        corners = [self._at(x - radius, y - radius), self._at(x + radius, y + radius)]
        self._draw.ellipse(corners, fill, outline, width=width * SCALE)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x - self._origin[0]) * SCALE, (y - self._origin[1]) * SCALE


def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    # A font object of one's own for each call: FreeType's must not be shared between threads.
    # The basic layout is part of every Pillow, the other one depends on the machine's libraries.
    data = (files("content") / "data" / "fonts" / file).read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


def _fitting_size(file: str, text: str, size: int, room: float) -> int:
    """The largest size up to the wanted one at which the text is not wider than the room."""
    while size > 1 and _text_box(file, size, text).right > room:
        size = max(1, min(size - 1, int(size * room / _text_box(file, size, text).right)))
    return size


def _text_box(file: str, size: int, text: str) -> Box:
    """The ink of the text; the left end of its baseline is at 0, 0."""
    # Measured as large as it is drawn: letters are fitted to whole pixels, so it is not the same.
    left, top, right, bottom = _font(file, size * SCALE).getbbox(text, anchor="ls")
    return Box(left=min(left, 0), top=top, right=right, bottom=bottom).scaled(1 / SCALE)


def _appearance(font: ImageFont.FreeTypeFont, character: str) -> tuple[float, bytes]:
    return font.getlength(character), bytes(font.getmask(character))


def _towards(
    start: tuple[float, float], end: tuple[float, float], length: float
) -> tuple[float, float]:
    across, down = end[0] - start[0], end[1] - start[1]
    share = length / max(math.hypot(across, down), length)
    return start[0] + across * share, start[1] + down * share
