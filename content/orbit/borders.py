"""Coasts and borders on the globe."""

from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from content.orbit.camera import Camera, direction

BORDER_STRENGTH, COAST_STRENGTH = 120, 80  # of 255
OUTSIDE = 200  # pixels that a line goes on beyond the frame
SCALE = 2  # drawn larger and reduced, for smooth edges


def draw_borders(camera: Camera) -> npt.NDArray[np.uint8]:
    """How strong a coast or border is in each pixel, 0 to 255."""
    with np.load(BytesIO((files("content") / "data" / "borders.npz").read_bytes())) as stored:
        points = np.cumsum(stored["delta"], axis=1, dtype=np.int16)  # hundredths of a degree
        lengths = stored["lengths"]
        borders = int(lengths[: int(stored["borders"])].sum())  # coasts come after the borders
    longitude, latitude = points.astype(np.float32) / 100
    x, y, seen = camera.project(direction(latitude, longitude))
    seen &= (x > -OUTSIDE) & (x < camera.width + OUTSIDE)
    seen &= (y > -OUTSIDE) & (y < camera.height + OUTSIDE)

    line = np.repeat(np.arange(len(lengths)), lengths)
    joined = seen[1:] & seen[:-1] & (line[1:] == line[:-1])  # each point with the next one
    steps = np.diff(np.concatenate([[False], joined, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)

    mask = Image.new("L", (camera.width * SCALE, camera.height * SCALE))
    pen = ImageDraw.Draw(mask)
    drawn = np.stack([x * SCALE, y * SCALE], -1)
    for start, end in sorted(zip(starts.tolist(), ends.tolist(), strict=True), reverse=True):
        strength = BORDER_STRENGTH if start < borders else COAST_STRENGTH
        pen.line(drawn[start : end + 1].ravel().tolist(), fill=strength, width=SCALE)
    return np.asarray(mask.reduce(SCALE))
