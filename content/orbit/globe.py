"""The Earth as a camera above it sees it: texture, atmosphere, borders and stars.

Lengths are Earth radii, directions are unit vectors in the Earth's own frame (x to 0° N 0° E,
y to 0° N 90° E, z to the north pole), so neither a pole nor the date line is a special case.
"""

import math
import random
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Vectors = npt.NDArray[np.floating]

EARTH_RADIUS_KM = 6371.0
CAMERA_HEIGHT_KM = 2500.0
CAMERA_SOUTH_OF_CITY = 14.0  # degrees: from there the city lies before a horizon
AIM_SOUTH_OF_CITY = 2.0
FIELD_OF_VIEW = 50.0  # degrees, from the upper to the lower edge
ATMOSPHERE_KM = 28.0  # the height in which the blue limb fades by e
ROWS_AT_ONCE = 60  # keeps every temporary array small: less memory, and it stays in the cache

LIMB = (95.0, 160.0, 255.0)
HAZE = (150.0, 195.0, 255.0)
DEEP = (5.0, 12.0, 30.0)  # light of the air over water: without it deep oceans are black holes
GAMMA = 0.88  # lifts the dark forests of the texture and leaves the ice as it is
SUN = (-0.45, 0.55, 0.70)  # where the light comes from: right, up and towards the camera
SHADE, LIGHT = 0.76, 0.25  # of a surface turned away from the sun, and what facing it adds
COARSE_BELOW, COARSE_OVER = 0.45, 0.2  # cosines of the angle of view
BORDER_STRENGTH, COAST_STRENGTH = 120, 80  # of 255
STARS = 1100


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A pinhole camera. `focal` is its focal length in pixels of a `width` × `height` frame."""

    position: Vectors
    forward: Vectors
    right: Vectors
    up: Vectors
    focal: float
    width: int
    height: int

    def project(self, points: Vectors) -> tuple[Vectors, Vectors, npt.NDArray[np.bool_]]:
        """x and y in pixels of each point of the surface, and whether the camera sees it."""
        offset = points - self.position
        depth = _dot(offset, self.forward)
        in_front = _dot(points, self.position) > 1.0  # on this side of the horizon
        scale = self.focal / np.where(in_front, depth, 1.0)
        x = self.width / 2 + scale * _dot(offset, self.right)
        y = self.height / 2 - scale * _dot(offset, self.up)
        return x, y, in_front


@dataclass(frozen=True, kw_only=True)
class Textures:
    """The Blue Marble as red, green and blue plane, and the same at half the size."""

    fine: npt.NDArray[np.uint8]
    coarse: npt.NDArray[np.uint8]


def camera_over(latitude: float, longitude: float, *, width: int, height: int) -> Camera:
    """The camera that looks north over a place, given in degrees. The place is always seen at the
    same point of the frame, and north of it is up.
    """
    zenith = direction(latitude, longitude)
    lat, lon = math.radians(latitude), math.radians(longitude)
    # Turning the zenith itself, and not the latitude, goes on beyond a pole.
    north = np.array(
        [-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)], np.float32
    )
    below = _turned(zenith, north, -CAMERA_SOUTH_OF_CITY)
    position = below * np.float32(1 + CAMERA_HEIGHT_KM / EARTH_RADIUS_KM)
    forward = _unit(_turned(zenith, north, -AIM_SOUTH_OF_CITY) - position)
    right = _unit(np.cross(forward, below))
    return Camera(
        position=position,
        forward=forward,
        right=right,
        up=np.cross(right, forward),
        focal=height / 2 / math.tan(math.radians(FIELD_OF_VIEW) / 2),
        width=width,
        height=height,
    )


def direction(latitude: Vectors | float, longitude: Vectors | float) -> Vectors:
    """The unit vectors of positions in degrees, one in each row."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)


def draw_globe(camera: Camera) -> Image.Image:
    """The whole picture without marker and label, as RGB."""
    textures = _load_textures()
    frame = np.empty((camera.height, camera.width, 3), np.uint8)
    # How much the surface faces the camera, 0 to 255; 0 beside the globe too.
    facing = np.zeros((camera.height, camera.width), np.uint8)
    for top in range(0, camera.height, ROWS_AT_ONCE):
        rows = slice(top, min(top + ROWS_AT_ONCE, camera.height))
        frame[rows], facing[rows] = _draw_rows(camera, textures, rows)
    _add_stars(frame, facing)
    image = Image.fromarray(frame)
    image.paste((255, 255, 255), (0, 0, *image.size), _draw_borders(camera, facing))
    return image


def _draw_rows(
    camera: Camera, textures: Textures, rows: slice
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    x = (np.arange(camera.width, dtype=np.float32) + 0.5 - camera.width / 2) / camera.focal
    y = (
        camera.height / 2 - 0.5 - np.arange(rows.start, rows.stop, dtype=np.float32)
    ) / camera.focal
    rays = camera.forward + x[None, :, None] * camera.right + y[:, None, None] * camera.up
    rays /= np.sqrt(_dot(rays, rays))[..., None]
    # A ray meets the sphere where |position + t * ray| = 1; `nearest` is where it is closest.
    nearest = _dot(rays, camera.position)
    distance = float((camera.position * camera.position).sum())
    miss = distance - nearest * nearest  # square of the ray's closest distance to the centre
    hit = (miss < 1) & (nearest < 0)

    height = (np.sqrt(np.maximum(miss, 1)) - 1) * EARTH_RADIUS_KM
    glow = np.where(nearest < 0, np.exp(-height / ATMOSPHERE_KM), 0)
    colours = glow[..., None] * np.array(LIMB, np.float32)

    if hit.any():
        ray = rays[hit]
        t = -nearest[hit] - np.sqrt(1 - miss[hit])
        ground = camera.position + t[:, None] * ray
        faces = np.clip(-_dot(ground, ray), 0, 1)
        sun = SUN[0] * camera.right + SUN[1] * camera.up - SUN[2] * camera.forward
        light = SHADE + LIGHT * np.maximum(_dot(ground, _unit(sun)), 0)
        colours[hit] = _colour_ground(textures, ground, faces, light)
        facing = np.zeros(hit.shape, np.uint8)
        facing[hit] = (faces * 254).astype(np.uint8) + 1
    else:
        facing = np.zeros(hit.shape, np.uint8)
    return np.clip(colours, 0, 255).astype(np.uint8), facing


def _colour_ground(textures: Textures, ground: Vectors, faces: Vectors, light: Vectors) -> Vectors:
    colours = _sample(textures.fine, ground)
    # Towards the limb a pixel covers several texels: the coarse texture does not glitter there.
    slanted = faces < COARSE_BELOW
    if slanted.any():
        share = np.minimum((COARSE_BELOW - faces[slanted]) * np.float32(1 / COARSE_OVER), 1)
        colours[:, slanted] += (
            _sample(textures.coarse, ground[slanted]) - colours[:, slanted]
        ) * share
    red, _, blue = colours
    water = np.clip((blue - red) * np.float32(1 / 24), 0, 1)
    haze = (1 - faces) ** 3 * np.float32(0.75)
    for channel, values in enumerate(colours):
        values *= light
        values += water * np.float32(DEEP[channel])
        values += (np.float32(HAZE[channel]) - values) * haze
    return colours.T


def _sample(texture: npt.NDArray[np.uint8], ground: Vectors) -> Vectors:
    """The texture under each point, bilinear: one row for each channel."""
    _, rows, columns = texture.shape
    latitude = np.arcsin(np.clip(ground[:, 2], -1, 1))
    longitude = np.arctan2(ground[:, 1], ground[:, 0])
    u = longitude * np.float32(columns / (2 * np.pi)) + np.float32(columns / 2 - 0.5)
    v = np.clip(latitude * np.float32(-rows / np.pi) + np.float32(rows / 2 - 0.5), 0, rows - 1.001)
    left, top = np.floor(u).astype(np.int32), v.astype(np.int32)
    across, down = u - left, v - top
    right, left = (left + 1) % columns, left % columns  # over the date line
    top *= columns
    corners = (
        (top + left, (1 - across) * (1 - down)),
        (top + right, across * (1 - down)),
        (top + columns + left, (1 - across) * down),
        (top + columns + right, across * down),
    )
    colours = np.zeros((3, len(u)), np.float32)
    for plane, values in zip(texture.reshape(3, -1), colours, strict=True):
        for index, weight in corners:
            values += plane[index] * weight
    return colours


def _draw_borders(camera: Camera, facing: npt.NDArray[np.uint8]) -> Image.Image:
    """Coasts and borders as a mask, drawn at twice the size to be smooth."""
    with np.load(BytesIO(_data("borders.npz"))) as stored:
        points = np.cumsum(stored["delta"], axis=1, dtype=np.int16)  # hundredths of a degree
        lengths = stored["lengths"]
        borders = int(lengths[: int(stored["borders"])].sum())  # coasts come after the borders
    longitude, latitude = points.astype(np.float32) / 100
    x, y, seen = camera.project(direction(latitude, longitude))
    margin = 200  # lines go on a little beyond the frame
    seen &= (x > -margin) & (x < camera.width + margin)
    seen &= (y > -margin) & (y < camera.height + margin)

    line = np.repeat(np.arange(len(lengths)), lengths)
    joined = seen[1:] & seen[:-1] & (line[1:] == line[:-1])  # each point with the next one
    steps = np.diff(np.concatenate([[False], joined, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)

    mask = Image.new("L", (camera.width * 2, camera.height * 2))
    pen = ImageDraw.Draw(mask)
    drawn = np.stack([x * 2, y * 2], -1)
    for start, end in sorted(zip(starts.tolist(), ends.tolist(), strict=True), reverse=True):
        strength = BORDER_STRENGTH if start < borders else COAST_STRENGTH
        pen.line(drawn[start : end + 1].ravel().tolist(), fill=strength, width=2)
    strength_map = np.asarray(mask.reduce(2)).astype(np.uint16)
    # Towards the limb they would crowd into a white band.
    fade = np.minimum(facing.astype(np.uint16) * 2, 255)
    return Image.fromarray((strength_map * fade // 255).astype(np.uint8))


def _add_stars(frame: npt.NDArray[np.uint8], facing: npt.NDArray[np.uint8]) -> None:
    # Python promises the same numbers for the same seed in every version; NumPy does not.
    chance = random.Random(7)  # noqa: S311 - stars, not secrets
    height, width = facing.shape
    for _ in range(STARS):
        x, y = int(chance.random() * (width - 2)) + 1, int(chance.random() * (height - 2)) + 1
        light, warmth = 45 + 210 * chance.random() ** 2, chance.random()
        if facing[y, x] or frame[y, x].max() > 24:
            continue
        tint = np.array([0.86 + 0.14 * warmth, 0.92, 1.0 - 0.14 * warmth]) * light
        halo = light * 0.28 if light > 170 else 0.0
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            spot = frame[y + dy, x + dx]
            spot[:] = np.maximum(spot, int(halo))
        frame[y, x] = np.maximum(frame[y, x], tint.astype(np.uint8))


def _load_textures() -> Textures:
    """It is decoded for each picture and let go again: a service that draws one a day should not
    hold 30 MB for it all day, and nothing shared means nothing to lock between threads.
    """
    with Image.open(BytesIO(_data("blue-marble.webp")), formats=("WEBP",)) as image:
        bands = image.split()
    del image  # its decoder holds 70 MB
    curve = [round(255 * (value / 255) ** GAMMA) for value in range(256)]
    bands = tuple(band.point(curve) for band in bands)
    return Textures(
        fine=np.stack([np.asarray(band) for band in bands]),
        coarse=np.stack([np.asarray(band.reduce(2)) for band in bands]),
    )


def _data(name: str) -> bytes:
    return (files("content") / "data" / name).read_bytes()


def _dot(a: Vectors, b: Vectors) -> Vectors:
    # Not a @ b: the matrix library behind it starts threads and holds large buffers for them.
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


def _unit(vector: Vectors) -> Vectors:
    return vector / np.sqrt(_dot(vector, vector))


def _turned(vector: Vectors, towards: Vectors, degrees: float) -> Vectors:
    angle = math.radians(degrees)
    return (vector * math.cos(angle) + towards * math.sin(angle)).astype(np.float32)
