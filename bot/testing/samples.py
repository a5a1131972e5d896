"""A post to publish, and pictures for it."""

from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bot.platform import Surroundings
from content.city import City
from content.credit import Credit
from content.post import Kind, Part, Picture, Post
from schedules.clock import Clock, SystemClock

KEY = "20261122-0123456789abcdef"
"""A Publication's key, of the greatest length that one has."""
OTHER_KEY = "20261121-fedcba9876543210"
"""The key of another Publication."""

_TILE = 256


def surroundings(
    destination: str, data_dir: Path = Path("unused"), *, clock: Clock | None = None
) -> Surroundings:
    """What the service gives to `Platform.build`; with the system's clock, if no other is given."""
    return Surroundings(
        destination=destination,
        data_dir=data_dir,
        web_url="http://127.0.0.1:8080",
        clock=clock or SystemClock(),
    )


def sample_picture(width: int = 1600, height: int = 900) -> bytes:
    """A JPEG with some structure in it, so that it has a real size."""
    gradient = Image.linear_gradient("L").resize((width, height))
    out = BytesIO()
    Image.merge("RGB", (gradient, gradient.rotate(180), gradient)).save(out, "JPEG", quality=90)
    return out.getvalue()


def noisy_picture(*, side: int, size: int) -> bytes:
    """A picture in a frame of `side` × ¾ `side` pixels, whose JPEG has almost `size` bytes.

    Nothing is harder to compress than noise; a part of the frame has it. At JPEG quality 92 the
    whole frame has about 0.8 bytes a pixel, which is the most that there can be.
    """
    noise = np.random.default_rng(0).integers(0, 256, (_TILE, _TILE), np.uint8)
    tile, encoded = Image.fromarray(noise), BytesIO()
    tile.save(encoded, "JPEG", quality=92, optimize=True, progressive=True)
    frame = Image.new("L", (side, side * 3 // 4), "gray")
    corners = [(x, y) for y in range(0, frame.height, _TILE) for x in range(0, side, _TILE)]
    for corner in corners[: int(0.97 * size / encoded.tell())]:
        frame.paste(tile, corner)
    out = BytesIO()
    frame.save(out, "PNG", compress_level=1)
    return out.getvalue()


def sample_post(text: str = "Une ville de course, et une cité Plantagenêt intacte.") -> Post:
    """Le Mans, with everything that a post can have."""
    credit = Credit(author="Thomas Pesquet", source="ESA/NASA", licence="CC BY-NC-SA 3.0 IGO")
    return Post(
        date=date(2026, 11, 22),
        city=City(
            name="Le Mans",
            country="FR",
            department="Sarthe",
            region="Pays de la Loire",
            latitude=48.0021,
            longitude=0.2025,
            population=146_249,
            altitude=65,
            timezone="Europe/Paris",
            geoname_id=3003603,
        ),
        language="fr",
        parts=(
            Part(kind=Kind.LEAD, text="#UnJourUneVille"),
            Part(kind=Kind.CITY_TAG, text="#LeMans"),
            Part(kind=Kind.TEXT, text=text),
            Part(kind=Kind.CREDIT, text=credit.line),
            Part(kind=Kind.TAG, text="#Sarthe"),
        ),
        pictures=(Picture(data=sample_picture(), alt="Le Mans vue de l'espace.", credit=credit),),
    )
