"""The Earth as a camera above it sees it: ground, air, borders and stars, lit by the sun.

Every pixel's ray meets the globe somewhere; libvips looks up what is there, NumPy lights it.
"""

import random
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pyvips

from content.orbit.borders import draw_borders
from content.orbit.camera import EARTH_RADIUS_KM, Camera, Vectors

Pixels = npt.NDArray[np.uint8]

ROWS_AT_ONCE = 60  # keeps every temporary array small: less memory, and it stays in the cache
TEXELS_AROUND = 4  # that the interpolation needs around those that are seen

LIMB = (118.0, 178.0, 255.0)  # the air beside the globe: close to it, and further out
OUTER_LIMB = (26.0, 66.0, 170.0)
LIMB_KM, OUTER_LIMB_KM = 20.0, 62.0  # the heights in which they fade by e
HAZE = (150.0, 195.0, 255.0)  # the air before the globe, towards the limb
MOST_HAZE = 0.72
COARSE_BELOW, COARSE_OVER = 0.45, 0.2  # cosines of the angle of view

# Light, as a share of the texture's own, for red, green and blue.
NOON = (1.06, 1.05, 1.03)
LOW_SUN = (1.02, 0.84, 0.66)  # the colour that is left of the light near the terminator
NIGHT = (0.56, 0.63, 0.84)  # a moon that always shines: no city is lost in the dark
DUSK, DAWN, MORNING = -0.16, 0.12, 0.42  # sines of the sun's height: night, sunlit, white light
GLINT = (44.0, 60.0, 74.0)  # the sun on the sea
NIGHT_AIR = 0.34  # light of the air on the night side

STARS = 1100


@dataclass(frozen=True, kw_only=True)
class _Sight:
    """What the rays of the pixels meet. `facing`: how much the ground faces the camera, 1 to 0 at
    the limb; `miss`: how near a ray comes to the Earth's centre; `height`: the sine of the sun's
    height where it does; `glint`: how much the sea would mirror the sun.
    """

    places: Vectors
    facing: Vectors
    miss: Vectors
    height: Vectors
    glint: Vectors


def draw_globe(camera: Camera, sun: Vectors) -> Pixels:
    """The whole picture without marker and label. `sun`: the direction of the sun."""
    sight = _look(camera, sun)
    frame = _ground(sight)
    borders = draw_borders(camera)
    for top in range(0, camera.height, ROWS_AT_ONCE):
        rows = slice(top, top + ROWS_AT_ONCE)
        frame[rows] = _lit(camera, sight, frame[rows], borders[rows], rows)
    _add_stars(frame, sight.miss)
    return frame


def _look(camera: Camera, sun: Vectors) -> _Sight:
    shape = camera.height, camera.width
    places = np.empty((*shape, 2), np.float32)  # of the texture, 0 to 1 from its upper left corner
    facing, miss, height, glint = (np.empty(shape, np.float32) for _ in range(4))
    across = (np.arange(camera.width, dtype=np.float32) + 0.5 - camera.width / 2) / camera.focal
    position, distance = camera.position, float((camera.position * camera.position).sum())
    for top in range(0, camera.height, ROWS_AT_ONCE):
        rows = slice(top, min(top + ROWS_AT_ONCE, camera.height))
        up = (camera.height / 2 - 0.5 - np.arange(rows.start, rows.stop, dtype=np.float32))[
            :, None
        ] / np.float32(camera.focal)
        length = 1 / np.sqrt(1 + across * across + up * up)
        ray = [
            (camera.forward[axis] + across * camera.right[axis] + up * camera.up[axis]) * length
            for axis in range(3)
        ]
        # A ray meets the sphere where |position + t * ray| = 1; at -nearest it is closest.
        nearest = ray[0] * position[0] + ray[1] * position[1] + ray[2] * position[2]
        squared = distance - nearest * nearest
        miss[rows] = np.sqrt(squared)
        facing[rows] = np.sqrt(np.maximum(1 - squared, 0))
        t = -nearest - facing[rows]
        ground = [position[axis] + t * ray[axis] for axis in range(3)]
        places[rows, :, 0] = np.arctan2(ground[1], ground[0]) * np.float32(0.5 / np.pi)
        places[rows, :, 1] = np.arcsin(np.clip(ground[2], -1, 1)) * np.float32(-1 / np.pi)
        height[rows] = ground[0] * sun[0] + ground[1] * sun[1] + ground[2] * sun[2]
        towards = ray[0] * sun[0] + ray[1] * sun[1] + ray[2] * sun[2]
        halfway = (height[rows] + facing[rows]) / np.sqrt(np.maximum(2 - 2 * towards, 1e-3))
        glint[rows] = np.maximum(halfway, 0) ** 48
    places += 0.5
    return _Sight(places=places, facing=facing, miss=miss, height=height, glint=glint)


def _ground(sight: _Sight) -> Pixels:
    """What lies on the ground under each pixel, in its own colours."""
    places = sight.places
    fine, coarse = _texture(places)
    frame = _sampled(fine, places, "bicubic")
    # Towards the limb a pixel covers several texels: the coarse texture does not glitter there.
    slanted = np.flatnonzero(((sight.facing < COARSE_BELOW) & (sight.miss < 1)).any(axis=1))
    if len(slanted):
        rows = slice(int(slanted[0]), int(slanted[-1]) + 1)
        share = np.clip((COARSE_BELOW - sight.facing[rows]) * (256 / COARSE_OVER), 0, 256)
        share = share.astype(np.int16)[..., None]
        smooth = _sampled(coarse, places[rows] * np.float32(0.5) - np.float32(0.25), "bilinear")
        for top in range(0, len(smooth), ROWS_AT_ONCE):
            part = slice(top, top + ROWS_AT_ONCE)
            below = frame[rows][part]
            difference = smooth[part].astype(np.int32) - below
            below += (difference * share[part] >> 8).astype(np.uint8)
    return frame


def _texture(places: Vectors) -> tuple[pyvips.Image, pyvips.Image]:
    """The part of the Blue Marble that is seen, and the same at half the size. `places` become
    texels of the part.

    It is decoded for each picture and let go again: a service that draws one a day should not hold
    it all day, and nothing shared means nothing to lock between threads.
    """
    image = pyvips.Image.new_from_buffer(
        (files("content") / "data" / "blue-marble.jpg").read_bytes(), "", access="sequential"
    )
    width, height = image.width, image.height
    places *= np.array([width, height], np.float32)
    places -= np.float32(0.5)
    # Columns count from the one opposite to the camera, so that the date line is no edge.
    columns = places[..., 0]
    left = round(float(places[-1, places.shape[1] // 2, 0])) - width // 2
    columns -= left
    columns += width * (columns < 0)
    columns -= width * (columns >= width)
    start, end = _whole(columns)
    top, bottom = _whole(places[..., 1])
    top, bottom = max(top, 0), min(bottom, height)
    band = image.crop(0, top, width, bottom - top).numpy()
    turned = _columns(band, (start + left) % width, end - start)
    places -= np.array([start, top], np.float32)
    fine = pyvips.Image.new_from_array(turned)
    # By way of NumPy: libvips would keep a picture of its own in its cache.
    return fine, pyvips.Image.new_from_array(fine.shrink(2, 2).numpy())


def _whole(values: Vectors) -> tuple[int, int]:
    """The texels from one on and to before another: even, as they are halved too."""
    first, last = int(values.min()) - TEXELS_AROUND, int(values.max()) + TEXELS_AROUND
    return first // 2 * 2, last // 2 * 2 + 2


def _columns(band: Pixels, start: int, count: int) -> Pixels:
    """So many columns from one on, again and again around the globe."""
    parts = []
    while count > 0:
        part = band[:, start : start + count]
        parts.append(part)
        count -= part.shape[1]
        start = 0
    return np.concatenate(parts, axis=1)


def _sampled(texture: pyvips.Image, at: Vectors, interpolation: str) -> Pixels:
    index = pyvips.Image.new_from_array(np.ascontiguousarray(at))
    interpolate = pyvips.Interpolate.new(interpolation)
    pixels: Pixels = texture.mapim(index, interpolate=interpolate, extend="copy").numpy()
    return pixels


def _lit(camera: Camera, sight: _Sight, ground: Pixels, borders: Pixels, rows: slice) -> Pixels:
    """Some rows of the picture: the ground in the sun's light, the air before and beside it."""
    facing, miss, height = sight.facing[rows], sight.miss[rows], sight.height[rows]
    day = _smooth_step(DUSK, DAWN, height)
    white = _smooth_step(DAWN * 0.3, MORNING, height)
    air = NIGHT_AIR + (1 - NIGHT_AIR) * day
    haze = (1 - facing) ** 3 * np.float32(MOST_HAZE)
    clear = 1 - haze
    haze *= air
    # Towards the limb the borders would crowd into a white band.
    lines = borders * (np.minimum(facing * 2, 1) * np.float32(1 / 255))
    lines *= 0.55 + 0.45 * day
    above = np.maximum(miss - 1, 0) * np.float32(-EARTH_RADIUS_KM)
    inner, outer = np.exp(above / np.float32(LIMB_KM)), np.exp(above / np.float32(OUTER_LIMB_KM))
    inner *= air
    outer *= air
    # How much of a pixel the globe covers: its edge is smooth.
    horizon = float(np.sqrt((camera.position * camera.position).sum() - 1))
    covered = np.clip((1 - miss) * np.float32(camera.focal / horizon) + np.float32(0.5), 0, 1)
    water = np.clip((ground[..., 2].astype(np.float32) - ground[..., 0] - 12) * (1 / 24), 0, 1)
    glint = sight.glint[rows] * water * day
    lit = np.empty(ground.shape, np.uint8)
    for channel in range(3):
        low, noon, night = (np.float32(each[channel]) for each in (LOW_SUN, NOON, NIGHT))
        gain = low + (noon - low) * white
        gain = night + (gain - night) * day
        colour = ground[..., channel] * gain
        colour += glint * np.float32(GLINT[channel])
        colour *= clear
        colour += haze * np.float32(HAZE[channel])
        colour += (255 - colour) * lines
        sky = inner * np.float32(LIMB[channel]) + outer * np.float32(OUTER_LIMB[channel])
        colour -= sky
        colour *= covered
        colour += sky
        lit[..., channel] = np.minimum(colour, 255)
    return lit


def _smooth_step(start: float, end: float, values: Vectors) -> Vectors:
    share = np.clip((values - np.float32(start)) * np.float32(1 / (end - start)), 0, 1)
    smooth: Vectors = share * share * (3 - 2 * share)
    return smooth


def _add_stars(frame: Pixels, miss: Vectors) -> None:
    # Python promises the same numbers for the same seed in every version; NumPy does not.
    chance = random.Random(7)  # noqa: S311 - stars, not secrets
    height, width = miss.shape
    for _ in range(STARS):
        x, y = int(chance.random() * (width - 2)) + 1, int(chance.random() * (height - 2)) + 1
        light, warmth = 45 + 210 * chance.random() ** 2, chance.random()
        if miss[y, x] < 1 or frame[y, x].max() > 24:
            continue
        tint = np.array([0.86 + 0.14 * warmth, 0.92, 1.0 - 0.14 * warmth]) * light
        halo = light * 0.28 if light > 170 else 0.0
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            spot = frame[y + dy, x + dx]
            spot[:] = np.maximum(spot, int(halo))
        frame[y, x] = np.maximum(frame[y, x], tint.astype(np.uint8))
