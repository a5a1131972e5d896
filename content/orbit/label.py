"""Marker and label of the view from orbit: where they go, and how they are drawn.

Lengths are pixels from the upper left corner of the frame.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyvips

from content.orbit.lettering import Lettering

Pixels = npt.NDArray[np.uint8]
Shares = npt.NDArray[np.float32]

NAME_SIZE, SUBTITLE_SIZE = 52, 27
SMALLEST_BESIDE = 40  # a name that would have to be smaller goes across the frame instead
MARGIN = 48
REACH = 66  # from the marker to the corner of the leader line, across and up
RING = 24  # radius of the marker
NAME_ABOVE_LINE, SUBTITLE_BELOW_LINE = 14, 13
CLEAR = 22  # between the marker and a label right above or below it
SHADOW = 14  # how far the dark around the label reaches; without it ice swallows the letters

GOLD = (255, 208, 70)
WHITE = (255, 255, 255)
PALE = (232, 240, 255)
NIGHT = (0, 6, 20)


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
    marker: tuple[float, float],
    name: Lettering,
    subtitle: Lettering,
    *,
    width: int,
    height: int,
    margin: float = MARGIN,
) -> Layout:
    """The label of a marker in a frame: above it on the right, or else on the left, or else across
    the frame; below it where there is no room above. Text too long for its place gets smaller.

    `margin`: how far it keeps from the left and the right edge.
    """
    x, y = marker
    room = {"right": width - margin - x - REACH, "left": x - REACH - margin}
    sizes = {side: _fitting_size(name, NAME_SIZE, room[side]) for side in room}
    side = next((side for side in sizes if sizes[side] >= SMALLEST_BESIDE), "across")
    widest = room.get(side, width - 2 * margin)
    name_size = sizes.get(side) or _fitting_size(name, NAME_SIZE, widest)
    subtitle_size = _fitting_size(subtitle, SUBTITLE_SIZE, widest)
    name_width, name_height = name.extent(name_size)
    subtitle_width, subtitle_height = subtitle.extent(subtitle_size)

    # A label across the frame passes right above or below the marker and has to keep off it.
    above = NAME_ABOVE_LINE + name_height
    below = SUBTITLE_BELOW_LINE + subtitle_height
    clear = RING + CLEAR if side == "across" else 0
    up, down = max(REACH, clear + below), max(REACH, clear + above)
    line = y - up if y - up - above >= MARGIN else y + down

    span = max(name_width, subtitle_width)
    start = x - REACH - span if side == "left" else x + REACH
    # Whole pixels, so that letters are as sharp as they were drawn.
    start, line = round(max(min(start, width - margin - span), margin)), round(line)
    slant = abs(line - y) * (-1 if side == "left" else 1)
    corner = (min(max(x + slant, start), start + span), line)
    if side == "across":  # up to the text, as a line through it would strike it out
        corner = (
            min(max(x, start), start + span),
            line + below + 6 if line < y else line - above - 6,
        )
    return Layout(
        marker=Box(left=x - RING, top=y - RING, right=x + RING, bottom=y + RING),
        name=_box(start, line - above, name_width, name_height),
        name_size=name_size,
        subtitle=_box(start, line + SUBTITLE_BELOW_LINE, subtitle_width, subtitle_height),
        subtitle_size=subtitle_size,
        leader=(_towards((x, y), corner, RING), corner),
        line=((start, line), (start + span, line)),
    )


def draw_label(frame: Pixels, placed: Layout, name: Lettering, subtitle: Lettering) -> None:
    """Marker, leader line and both texts, onto the picture."""
    height, width, _ = frame.shape
    boxes = (placed.marker, placed.name, placed.subtitle)
    left = max(int(min(box.left for box in boxes)) - 2 * SHADOW, 0)
    top = max(int(min(box.top for box in boxes)) - 2 * SHADOW, 0)
    right = min(int(max(box.right for box in boxes)) + 2 * SHADOW, width)
    bottom = min(int(max(box.bottom for box in boxes)) + 2 * SHADOW, height)
    detail = frame[top:bottom, left:right]
    # The middles of the detail's pixels.
    across = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5)
    down = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5)

    white = np.maximum(
        *(_segment(across, down, *ends) for ends in (placed.leader, placed.line))
    ) * np.float32(0.92)
    pale = np.zeros_like(white)
    _write(white, name.ink(placed.name_size), placed.name, (left, top))
    _write(pale, subtitle.ink(placed.subtitle_size), placed.subtitle, (left, top))

    # The marker casts no shadow: the island under it may be no larger than its rings.
    _paint(detail, NIGHT, _shadow(np.maximum(white, pale)))
    _paint(detail, WHITE, white)
    _paint(detail, PALE, pale)
    _draw_marker(detail, across, down, placed.marker)


def _draw_marker(detail: Pixels, across: Shares, down: Shares, box: Box) -> None:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    distance = np.hypot(across - np.float32(x), down - np.float32(y))

    def ring(radius: float, thickness: float) -> Shares:
        covered: Shares = np.clip(thickness / 2 + 0.5 - np.abs(distance - radius), 0, 1)
        return covered

    for radius in (RING - 1.5, 15.5):
        _paint(detail, NIGHT, ring(radius, 5) * 0.6)
        _paint(detail, GOLD, ring(radius, 2) * 0.94)
    _paint(detail, NIGHT, np.clip(9.5 - distance, 0, 1) * 0.7)
    _paint(detail, GOLD, np.clip(7.3 - distance, 0, 1))


def _segment(
    across: Shares, down: Shares, start: tuple[float, float], end: tuple[float, float]
) -> Shares:
    """How much of each pixel a line of two pixels' width covers."""
    run, rise = end[0] - start[0], end[1] - start[1]
    along = ((across - start[0]) * run + (down - start[1]) * rise) / max(run * run + rise * rise, 1)
    along = np.clip(along, 0, 1)
    distance = np.hypot(across - start[0] - along * run, down - start[1] - along * rise)
    return np.clip(1.5 - distance, 0, 1).astype(np.float32)


def _write(shares: Shares, ink: Pixels, box: Box, origin: tuple[int, int]) -> None:
    top, left = int(box.top) - origin[1], int(box.left) - origin[0]
    place = shares[top : top + ink.shape[0], left : left + ink.shape[1]]
    np.maximum(place, ink * np.float32(1 / 255), out=place)


def _shadow(lettering: Shares) -> Shares:
    """Dark close around the letters, and softer further out."""
    mask = pyvips.Image.new_from_array(lettering)
    close, wide = mask.gaussblur(SHADOW / 6).numpy(), mask.gaussblur(SHADOW / 2).numpy()
    dark: Shares = np.minimum(close * 1.5 + wide * 2.6, 1) * np.float32(0.78)
    return dark


def _paint(detail: Pixels, colour: tuple[int, int, int], shares: Shares) -> None:
    painted = detail + (np.array(colour, np.float32) - detail) * shares[..., None]
    detail[:] = np.rint(painted).astype(np.uint8)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return Box(left=left, top=top, right=left + width, bottom=top + height)


def _fitting_size(text: Lettering, size: int, room: float) -> int:
    """The largest size up to the wanted one at which the text is not wider than the room."""
    while size > 1 and (width := text.extent(size)[0]) > room:
        size = max(1, min(size - 1, int(size * room / width)))
    return size


def _towards(
    start: tuple[float, float], end: tuple[float, float], length: float
) -> tuple[float, float]:
    across, down = end[0] - start[0], end[1] - start[1]
    share = length / max(math.hypot(across, down), length)
    return start[0] + across * share, start[1] + down * share
