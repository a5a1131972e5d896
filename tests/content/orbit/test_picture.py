"""The picture as a whole: what it shows, and that it looks as it did."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import pyvips
from PIL import Image

from content.city import City
from content.orbit import view_from_orbit
from content.orbit.camera import camera_over, direction
from content.orbit.card import HEIGHT, WIDTH, place_label
from content.orbit.globe import draw_globe
from content.orbit.sun import subsolar_point
from tests.content.orbit.cities import LE_MANS, MCMURDO, PARIS, SAINT_DENIS, SUVA
from tests.content.orbit.references import FOLDER, REFERENCES, Reference, difference

EXAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "content" / "orbit"


def morning(city: City) -> datetime:
    """Eight o'clock there, by its sun, in its summer."""
    month = 6 if city.latitude > 0 else 12
    return datetime(2026, month, 21, 8, tzinfo=UTC) - timedelta(hours=city.longitude / 15)


@cache
def picture(city: City) -> bytes:
    return view_from_orbit(city, "fr", at=morning(city))


def jpeg(frame: npt.NDArray[np.uint8]) -> bytes:
    data: bytes = pyvips.Image.new_from_array(frame).jpegsave_buffer(Q=90, subsample_mode="off")
    return data


def pixels(data: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(data)))


def likeness(one: bytes, other: bytes) -> float:
    """How alike two pictures are in their large forms: 1 for the same, 0 for nothing in common."""
    small = [
        np.asarray(Image.open(BytesIO(data)).convert("RGB").resize((64, 36), Image.Resampling.BOX))
        for data in (one, other)
    ]
    return float(np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1])


def example(name: str) -> bytes:
    file = EXAMPLES / name
    if not file.exists():
        pytest.skip(f"the example picture {name} is not on this machine")
    return file.read_bytes()


def test_it_is_a_jpeg_of_1600_by_900() -> None:
    with Image.open(BytesIO(picture(LE_MANS))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1600, 900))


def test_the_same_city_gives_the_same_bytes_even_in_two_threads_at_once() -> None:
    with ThreadPoolExecutor(2) as threads:
        draw = partial(view_from_orbit, LE_MANS, "fr", at=morning(LE_MANS))
        again = [each.result() for each in [threads.submit(draw), threads.submit(draw)]]
    assert again == [picture(LE_MANS)] * 2


@pytest.mark.parametrize(
    ("city", "name"),
    [(LE_MANS, "example-le-mans.jpg"), (SAINT_DENIS, "example-saint-denis.jpg")],
    ids=["Le Mans", "Saint-Denis"],
)
def test_it_looks_like_the_example(city: City, name: str) -> None:
    assert likeness(picture(city), example(name)) > 0.93


def test_another_city_170_km_away_does_not_look_like_the_example() -> None:
    assert likeness(picture(PARIS), example("example-le-mans.jpg")) < 0.9


def test_space_is_black_above_a_blue_limb() -> None:
    top = pixels(picture(LE_MANS))[:, WIDTH // 2].astype(int)
    assert top[:60].max() < 20
    red, _, blue = top[100:125].max(axis=0)
    assert blue > 200
    assert blue > red + 60


def test_the_marker_is_golden() -> None:
    box = place_label(LE_MANS, "fr").marker
    x, y = round((box.left + box.right) / 2), round((box.top + box.bottom) / 2)
    red, green, blue = pixels(picture(LE_MANS))[y, x]
    assert red > 230
    assert 180 < green < 235
    assert blue < 120


def test_antarctica_fills_the_view_south_of_mcmurdo() -> None:
    assert pixels(picture(MCMURDO))[600:, 200:1200].mean() > 200


def test_the_sea_around_suva_has_no_seam_at_the_date_line() -> None:
    camera = camera_over(SUVA.latitude, SUVA.longitude, width=WIDTH, height=HEIGHT)
    sea = pixels(picture(SUVA)).astype(int)

    def step_across(meridian: float) -> float:
        x, y, _ = camera.project(direction(np.linspace(-20, -30, 60), np.full(60, meridian)))
        columns, rows = x.astype(int), y.astype(int)
        return float(np.abs(sea[rows, columns + 4] - sea[rows, columns - 4]).max(axis=1).mean())

    assert step_across(180) < 2 * step_across(178.5) + 4


# As it did


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.file)
def test_it_looks_like_its_reference(reference: Reference) -> None:
    drawn = view_from_orbit(reference.city, reference.language, at=reference.at)
    assert difference(drawn, (FOLDER / reference.file).read_bytes()).small


def test_a_picture_without_its_label_does_not_pass_for_the_reference() -> None:
    camera = camera_over(LE_MANS.latitude, LE_MANS.longitude, width=WIDTH, height=HEIGHT)
    sun = direction(*subsolar_point(REFERENCES[0].at)).astype(np.float32)
    bare = jpeg(draw_globe(camera, sun))
    assert not difference(bare, (FOLDER / REFERENCES[0].file).read_bytes()).small


@pytest.mark.parametrize(("across", "down"), [(2, 0), (0, 2)])
def test_a_picture_that_is_shifted_does_not_pass_for_the_reference(across: int, down: int) -> None:
    drawn = view_from_orbit(LE_MANS, "fr", at=REFERENCES[0].at)
    shifted = np.roll(pixels(drawn), (down, across), (0, 1))
    assert not difference(jpeg(shifted), (FOLDER / REFERENCES[0].file).read_bytes()).small


def test_a_picture_in_the_light_of_another_hour_does_not_pass_for_the_reference() -> None:
    later = view_from_orbit(LE_MANS, "fr", at=REFERENCES[0].at + timedelta(hours=3))
    assert not difference(later, (FOLDER / REFERENCES[0].file).read_bytes()).small


# Where it runs


def test_nothing_is_loaded_for_it_before_it_is_drawn() -> None:
    code = (
        "import sys, content.orbit, content.orbit.words;"
        "sys.exit(not {'numpy', 'PIL', 'pyvips'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
