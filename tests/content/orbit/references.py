"""Reference pictures, and how unlike one of them a picture is.

`python -m tests.content.orbit.references` draws them anew: do it when the look is meant to change,
and look at each.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyvips

from content.city import City
from content.orbit import view_from_orbit
from tests.content.orbit.cities import CAIRO, LE_MANS, LONGYEARBYEN, MCMURDO, SAINT_DENIS, SUVA

FOLDER = Path(__file__).parent / "looked_at"
WIDTH = 400
MEAN, WORST = 0.9, 10.0
"""CIEDE2000: 1 is the least that an eye can see, side by side."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A picture that was looked at and found good."""

    file: str
    city: City
    at: datetime
    language: str = "fr"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How unlike two pictures are, as CIEDE2000: over all, and where they differ most."""

    mean: float
    worst: float

    @property
    def small(self) -> bool:
        """Whether nobody would notice."""
        return self.mean < MEAN and self.worst < WORST


def _at(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


REFERENCES = (
    Reference(file="le-mans-summer-morning.jpg", city=LE_MANS, at=_at(6, 21, 7)),
    Reference(file="le-mans-winter-morning.jpg", city=LE_MANS, at=_at(12, 21, 8), language="en"),
    Reference(file="saint-denis-noon.jpg", city=SAINT_DENIS, at=_at(3, 20, 8)),
    Reference(file="suva-evening.jpg", city=SUVA, at=_at(6, 21, 6)),
    Reference(file="longyearbyen-polar-night.jpg", city=LONGYEARBYEN, at=_at(12, 21, 8)),
    Reference(file="mcmurdo-polar-day.jpg", city=MCMURDO, at=_at(12, 21, 8)),
    Reference(file="cairo-morning.jpg", city=CAIRO, at=_at(11, 25, 8)),
)


def difference(picture: bytes, reference: bytes) -> Difference:
    """Of a picture of full size from a reference."""
    one, other = (
        each.colourspace("lab")
        for each in (_reduced(picture), pyvips.Image.jpegload_buffer(reference))
    )
    # Blurred a little: what one pixel of a reduced JPEG has is noise.
    distance = one.dE00(other).gaussblur(1)
    return Difference(mean=distance.avg(), worst=distance.max())


def reduced(picture: bytes) -> bytes:
    """A reference of a picture."""
    data: bytes = _reduced(picture).jpegsave_buffer(Q=96, subsample_mode="off", keep="none")
    return data


def _reduced(picture: bytes) -> pyvips.Image:
    return pyvips.Image.thumbnail_buffer(picture, WIDTH).copy_memory()


def main() -> None:
    """Write them all."""
    for each in REFERENCES:
        drawn = view_from_orbit(each.city, each.language, at=each.at)
        (FOLDER / each.file).write_bytes(reduced(drawn))


if __name__ == "__main__":
    main()
