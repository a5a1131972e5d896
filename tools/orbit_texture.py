"""Makes the texture of the view from orbit (`content/data/blue-marble.jpg`).

    .venv/bin/python tools/orbit_texture.py blue-marble-4096.jpg content/data/blue-marble.jpg

The source is `example/img/earth-blue-marble.jpg` of the npm package `three-globe` 2.45.2.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyvips

SCRAP_ROWS, SCRAP_COLUMNS = 40, 420  # a grey corner at 180° E 90° N
POLAR = 69.0  # degrees: nearer to a pole the columns crowd, and would show as rays
GAMMA = 0.86  # lifts the dark forests and leaves the ice and the sea as they are
DEEP = (4.0, 14.0, 34.0)  # light of the air over water: without it deep oceans are black holes
BRIGHT = 195  # above it contrast goes down: ice in the sun keeps its relief
QUALITY = 88

Pixels = npt.NDArray[np.float32]


def main(source: Path, target: Path) -> None:
    """Write it."""
    pixels = pyvips.Image.new_from_file(str(source)).numpy().astype(np.float32)
    _bridge_scrap(pixels)
    _smooth_poles(pixels)
    water = np.clip((pixels[..., 2] - pixels[..., 0]) / 24, 0, 1)[..., None]
    lifted = 255 * (pixels / 255) ** np.float32(GAMMA)
    dark = 1 - np.clip(pixels[..., 2:] / 150, 0, 1)
    pixels = lifted + water * (pixels - lifted + dark * np.array(DEEP, np.float32))
    pixels -= np.maximum(pixels - BRIGHT, 0) * np.float32(0.45)
    image = pyvips.Image.new_from_array(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
    # Not progressive: it is read by rows, and no further than the last one that is seen.
    image.jpegsave(str(target), Q=QUALITY, subsample_mode="on", optimize_coding=True, keep="none")


def _bridge_scrap(pixels: Pixels) -> None:
    """Lay a line from one side of the scrap to the other, over the date line."""
    columns = pixels.shape[1]
    left, right = columns - SCRAP_COLUMNS, columns + 8
    share = np.linspace(0, 1, right - left, dtype=np.float32)[:, None]
    at = np.arange(left, right) % columns
    for row in pixels[:SCRAP_ROWS]:
        row[at] = row[left] * (1 - share) + row[right % columns] * share
    pixels[:2] = pixels[2]  # it goes along the whole edge


def _smooth_poles(pixels: Pixels) -> None:
    """Average along each parallel over as many texels as one texel has at the equator."""
    rows, columns, _ = pixels.shape
    for number, row in enumerate(pixels):
        latitude = 90 - 180 * (number + 0.5) / rows
        if abs(latitude) < POLAR:
            continue
        reach = min(int(0.5 / np.cos(np.radians(latitude))), columns // 2 - 1)
        wrapped = np.concatenate([row[-reach - 1 :], row, row[:reach]]).cumsum(0, dtype=np.float64)
        row[:] = (wrapped[2 * reach + 1 :] - wrapped[: -2 * reach - 1]) / (2 * reach + 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
