"""The camera above the Earth.

Lengths are Earth radii, directions are unit vectors in the Earth's own frame (x to 0° N 0° E,
y to 0° N 90° E, z to the north pole), so neither a pole nor the date line is a special case.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.floating]

EARTH_RADIUS_KM = 6371.0
CAMERA_HEIGHT_KM = 2500.0
CAMERA_SOUTH_OF_CITY = 14.0  # degrees: from there the city lies before a horizon
AIM_SOUTH_OF_CITY = 2.0
FIELD_OF_VIEW = 50.0  # degrees, from the upper to the lower edge


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
        depth = dot(offset, self.forward)
        in_front = dot(points, self.position) > 1.0  # on this side of the horizon
        scale = self.focal / np.where(in_front, depth, 1.0)
        x = self.width / 2 + scale * dot(offset, self.right)
        y = self.height / 2 - scale * dot(offset, self.up)
        return x, y, in_front


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


def dot(a: Vectors, b: Vectors) -> Vectors:
    """The scalar products."""
    # Not a @ b: the matrix library behind it starts threads and holds large buffers for them.
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


def _unit(vector: Vectors) -> Vectors:
    return vector / np.sqrt(dot(vector, vector))


def _turned(vector: Vectors, towards: Vectors, degrees: float) -> Vectors:
    angle = math.radians(degrees)
    return (vector * math.cos(angle) + towards * math.sin(angle)).astype(np.float32)
