"""Marker and label: inside the frame, beside one another, legible."""

import numpy as np
import pytest

from content.city import City
from content.orbit.card import HEIGHT, WIDTH, place_label, texts
from content.orbit.label import MARGIN, SMALLEST_BESIDE, Box, Layout, draw_label, layout
from content.orbit.lettering import NAME_STYLE, Lettering, lettering
from tests.content.orbit.cities import (
    LE_MANS,
    OLONNE,
    SIXTY_LETTERS,
    each_extreme_city,
    each_language,
)

SUBTITLE = "48,00° N  0,20° E · Pays de la Loire"


def written(text: str) -> Lettering:
    return lettering(text, style=NAME_STYLE, language="fr", city=LE_MANS)


def assert_readable(placed: Layout) -> None:
    margin = Box(
        left=MARGIN - 1, top=MARGIN - 1, right=WIDTH - MARGIN + 1, bottom=HEIGHT - MARGIN + 1
    )
    assert placed.name.within(margin)
    assert placed.subtitle.within(margin)
    assert not placed.name.overlaps(placed.marker)
    assert not placed.subtitle.overlaps(placed.marker)
    assert not placed.name.overlaps(placed.subtitle)


@each_language
@each_extreme_city
def test_the_label_is_inside_the_frame_and_beside_the_marker(city: City, language: str) -> None:
    assert_readable(place_label(city, language))


@each_language
@each_extreme_city
def test_beside_a_photo_no_crop_of_a_platform_cuts_the_label(city: City, language: str) -> None:
    placed = place_label(city, language, beside=True)
    assert_readable(placed)
    middle = HEIGHT * 7 / 8
    shown = Box(left=(WIDTH - middle) / 2, top=0, right=(WIDTH + middle) / 2, bottom=HEIGHT)
    assert placed.name.within(shown)
    assert placed.subtitle.within(shown)


@pytest.mark.parametrize(
    "name", ["Y", OLONNE.name, SIXTY_LETTERS.name, "W" * 120, "القاهرة", "東京"]
)
@pytest.mark.parametrize("x", [50, 400, 800, 1200, 1550])
@pytest.mark.parametrize("y", [50, 200, 450, 700, 850])
def test_the_label_is_readable_wherever_the_marker_is(name: str, x: int, y: int) -> None:
    assert_readable(layout((x, y), written(name), written(SUBTITLE), width=WIDTH, height=HEIGHT))


def test_the_label_is_above_on_the_right_where_there_is_room() -> None:
    placed = place_label(LE_MANS, "fr")
    assert placed.name.left > placed.marker.right
    assert placed.subtitle.bottom < placed.marker.bottom


def test_the_label_flips_to_the_left_near_the_right_edge() -> None:
    placed = layout(
        (1500, 400), written("Le Mans"), written("48,00° N"), width=WIDTH, height=HEIGHT
    )
    assert placed.name.right < placed.marker.left


def test_the_label_flips_below_near_the_upper_edge() -> None:
    placed = layout((800, 60), written("Le Mans"), written("48,00° N"), width=WIDTH, height=HEIGHT)
    assert placed.name.top > placed.marker.top


def test_a_long_name_becomes_smaller_but_stays_legible() -> None:
    assert place_label(OLONNE, "fr").name_size >= SMALLEST_BESIDE
    assert 28 <= place_label(SIXTY_LETTERS, "fr").name_size < place_label(OLONNE, "fr").name_size


@pytest.mark.parametrize("ground", [0, 255], ids=["on black", "on white"])
def test_the_label_stands_out_from_any_ground(ground: int) -> None:
    frame = np.full((HEIGHT, WIDTH, 3), ground, np.uint8)
    placed = place_label(LE_MANS, "fr")
    draw_label(frame, placed, *texts(LE_MANS, "fr"))
    for box in (placed.name, placed.subtitle):
        letters = frame[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
        assert letters.max() > 240
        assert letters.min(axis=2).min() < 90


def test_nothing_is_drawn_far_from_the_label() -> None:
    frame = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    draw_label(frame, place_label(LE_MANS, "fr"), *texts(LE_MANS, "fr"))
    assert (frame[500:] == 120).all()
    assert (frame[:, :700] == 120).all()


def test_a_marker_at_the_frames_edge_is_drawn_as_far_as_it_is_inside() -> None:
    frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    city = City(name="Y", country="FR", latitude=0, longitude=0)
    name, line = texts(city, "fr")
    placed = layout((5, HEIGHT - 5), name, line, width=WIDTH, height=HEIGHT)
    draw_label(frame, placed, name, line)
    assert frame[HEIGHT - 6, 4, 0] > 200
