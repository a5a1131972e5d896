import gzip
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from content.city import City
from content.orbit import MissingGlyph, orbit_alt_text, orbit_credit, view_from_orbit
from content.orbit.card import HEIGHT, WIDTH, place_label
from content.orbit.globe import camera_over, direction
from content.orbit.label import MARGIN, SMALLEST_BESIDE, Box, Layout, layout, require_glyphs
from content.orbit.words import subtitle

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "content"
EXAMPLES = SHARED / "orbit"
CITIES = SHARED / "cities"
FRAME = Box(left=0, top=0, right=WIDTH, bottom=HEIGHT)
NARROW_NO_BREAK = "\u202f"

LE_MANS = City(
    name="Le Mans",
    country="FR",
    department="Sarthe",
    region="Pays de la Loire",
    latitude=48.0021,
    longitude=0.2025,
)
PARIS = City(name="Paris", country="FR", department="Paris", latitude=48.8534, longitude=2.3488)
SAINT_DENIS = City(
    name="Saint-Denis",
    country="RE",
    department="La Réunion",
    region="La Réunion",
    latitude=-20.88,
    longitude=55.45,
)
SUVA = City(name="Suva", country="FJ", latitude=-18.1416, longitude=178.4415)
LONGYEARBYEN = City(name="Longyearbyen", country="SJ", latitude=78.2232, longitude=15.6267)
USHUAIA = City(name="Ushuaia", country="AR", latitude=-54.8108, longitude=-68.3159)
MCMURDO = City(name="McMurdo Station", country="AQ", latitude=-77.846, longitude=166.676)
QUITO = City(name="Quito", country="EC", latitude=-0.2299, longitude=-78.525)
NORTH_POLE = City(name="Pôle Nord", country="XX", latitude=90.0, longitude=0.0)
SOUTH_POLE = City(name="Pôle Sud", country="AQ", latitude=-90.0, longitude=0.0)
OLONNE = City(
    name="Les Sables-d'Olonne",
    country="FR",
    department="Vendée",
    region="Pays de la Loire",
    latitude=46.4972,
    longitude=-1.7833,
)
SAINT_GERMAIN = City(
    name="Saint-Germain-en-Laye",
    country="FR",
    department="Yvelines",
    region="Île-de-France",
    latitude=48.8989,
    longitude=2.0938,
)
SIXTY_LETTERS = City(
    name="Saint-Wandrille-Montmorency-sur-Meurthe-et-Moselle-lez-Amiens",
    country="FR",
    department="Alpes-de-Haute-Provence",
    region="Provence-Alpes-Côte d'Azur",
    latitude=44.0,
    longitude=6.0,
)
EXTREME = (
    SUVA,
    LONGYEARBYEN,
    USHUAIA,
    MCMURDO,
    QUITO,
    NORTH_POLE,
    SOUTH_POLE,
    SAINT_DENIS,
    LE_MANS,
    OLONNE,
    SAINT_GERMAIN,
    SIXTY_LETTERS,
)

each_extreme_city = pytest.mark.parametrize("city", EXTREME, ids=lambda city: city.name)
each_language = pytest.mark.parametrize("language", ["fr", "en"])


@cache
def picture(city: City) -> bytes:
    return view_from_orbit(city, "fr")


def pixels(jpeg: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(jpeg)))


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


# The picture


def test_it_is_a_jpeg_of_1600_by_900() -> None:
    with Image.open(BytesIO(picture(LE_MANS))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1600, 900))


def test_the_same_city_gives_the_same_bytes_even_in_two_threads_at_once() -> None:
    with ThreadPoolExecutor(2) as threads:
        again = list(threads.map(view_from_orbit, [LE_MANS, LE_MANS], ["fr", "fr"]))
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


# The camera


@each_extreme_city
def test_the_city_is_always_at_the_same_point(city: City) -> None:
    camera = camera_over(city.latitude, city.longitude, width=WIDTH, height=HEIGHT)
    x, y, seen = camera.project(direction(city.latitude, city.longitude))
    assert seen
    assert (float(x), float(y)) == pytest.approx((800, 396.5), abs=1)


@pytest.mark.parametrize("latitude", [-89.0, -77.8, -54.8, -0.2, 0.0, 48.0, 78.2, 89.0])
@pytest.mark.parametrize("longitude", [-180.0, -68.3, 0.0, 178.4, 180.0])
def test_north_is_up_and_east_is_right(latitude: float, longitude: float) -> None:
    camera = camera_over(latitude, longitude, width=WIDTH, height=HEIGHT)
    here, north, east = (
        camera.project(direction(latitude + up, longitude + right))
        for up, right in ((0, 0), (0.5, 0), (0, 0.5))
    )
    assert north[1] < here[1]
    assert east[0] > here[0]


def test_the_other_side_of_the_earth_is_not_seen() -> None:
    camera = camera_over(48.0, 0.2, width=WIDTH, height=HEIGHT)
    assert not camera.project(direction(-48.0, -179.8))[2]


# The label


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


@pytest.mark.parametrize("name", ["Y", "Ouagadougou", OLONNE.name, SIXTY_LETTERS.name, "W" * 120])
@pytest.mark.parametrize("x", [50, 400, 800, 1200, 1550])
@pytest.mark.parametrize("y", [50, 200, 450, 700, 850])
def test_the_label_is_readable_wherever_the_marker_is(name: str, x: int, y: int) -> None:
    assert_readable(
        layout((x, y), name, "48,00° N  0,20° E · Pays de la Loire", width=WIDTH, height=HEIGHT)
    )


def test_the_label_is_above_on_the_right_where_there_is_room() -> None:
    placed = place_label(LE_MANS, "fr")
    assert placed.name.left > placed.marker.right
    assert placed.subtitle.bottom < placed.marker.bottom


def test_the_label_flips_to_the_left_near_the_right_edge() -> None:
    placed = layout((1500, 400), "Le Mans", "48,00° N", width=WIDTH, height=HEIGHT)
    assert placed.name.right < placed.marker.left


def test_the_label_flips_below_near_the_upper_edge() -> None:
    placed = layout((800, 60), "Le Mans", "48,00° N", width=WIDTH, height=HEIGHT)
    assert placed.name.top > placed.marker.top


def test_a_long_name_becomes_smaller_but_stays_legible() -> None:
    assert place_label(OLONNE, "fr").name_size >= SMALLEST_BESIDE
    assert 28 <= place_label(SIXTY_LETTERS, "fr").name_size < place_label(OLONNE, "fr").name_size


@pytest.mark.parametrize(
    ("name", "character"),
    [("東京", "東"), ("القاهرة", "ا"), ("Le\nMans", r"\n"), ("กรุงเทพ", "ก")],
    ids=["Japanese", "Arabic", "line break", "Thai"],
)
def test_a_character_that_cannot_be_drawn_is_named(name: str, character: str) -> None:
    city = City(name=name, country="FR", latitude=48.0, longitude=0.2)
    with pytest.raises(MissingGlyph) as refusal:
        view_from_orbit(city, "fr")
    assert character in str(refusal.value)
    assert name in str(refusal.value)


def test_a_region_that_cannot_be_drawn_is_refused_too() -> None:
    city = City(name="Tokyo", country="JP", region="関東", latitude=35.7, longitude=139.7)
    with pytest.raises(MissingGlyph, match="Tokyo"):
        view_from_orbit(city, "en")


def test_every_name_of_the_gazetteer_can_be_drawn() -> None:
    files = (CITIES / "villes_fr.tsv.gz", CITIES / "world15000.tsv.gz")
    if not all(file.exists() for file in files):
        pytest.skip("the lists of cities are not on this machine")
    names = [
        line.split("\t")[1]
        for file in files
        for line in gzip.decompress(file.read_bytes()).decode().splitlines()
    ]
    require_glyphs("".join(sorted(set("".join(names)))), "")


# The words


@pytest.mark.parametrize(
    ("city", "language", "expected"),
    [
        (LE_MANS, "fr", "48,00° N  0,20° E · Pays de la Loire"),
        (LE_MANS, "en", "48.00° N  0.20° E · Pays de la Loire"),
        (USHUAIA, "fr", "54,81° S  68,32° O · Argentine"),
        (USHUAIA, "en", "54.81° S  68.32° W · Argentina"),
        (NORTH_POLE, "fr", "90,00° N  0,00° E · XX"),
    ],
)
def test_the_subtitle_follows_the_language(city: City, language: str, expected: str) -> None:
    assert subtitle(city, language) == expected


def test_a_hair_south_of_the_equator_is_written_as_on_it() -> None:
    city = City(name="Mitad del Mundo", country="EC", latitude=-0.002, longitude=-0.001)
    assert subtitle(city, "en").startswith("0.00° N  0.00° E")


@each_language
@each_extreme_city
def test_the_alt_text_names_the_city_below_300_characters(city: City, language: str) -> None:
    text = orbit_alt_text(city, language)
    assert city.name.replace("'", "’") in text
    assert len(text) < 300


def test_the_alt_text_says_where_the_city_lies() -> None:
    assert "Le Mans (Sarthe, Pays de la Loire, France)" in orbit_alt_text(LE_MANS, "fr")


def test_the_alt_text_does_not_repeat_a_name() -> None:
    assert "Paris (France)" in orbit_alt_text(PARIS, "fr")
    assert "Saint-Denis (La Réunion)" in orbit_alt_text(SAINT_DENIS, "fr")


def test_the_alt_text_says_that_it_is_no_photo() -> None:
    assert "pas une photo" in orbit_alt_text(LE_MANS, "fr")
    assert "not a photo" in orbit_alt_text(LE_MANS, "en")


def test_the_french_alt_text_has_french_typography() -> None:
    text = orbit_alt_text(OLONNE, "fr")
    assert "'" not in text
    before_colons = [text[at - 1] for at, character in enumerate(text) if character in ":;!?"]
    assert before_colons
    assert set(before_colons) == {NARROW_NO_BREAK}


@each_language
def test_the_credit_is_complete(language: str) -> None:
    assert orbit_credit(language).missing == ()


def test_the_licence_is_in_the_language_of_the_caption() -> None:
    assert orbit_credit("fr").line == "📷 NASA Visible Earth / Blue Marble · domaine public"
    assert orbit_credit("en").line == "📷 NASA Visible Earth / Blue Marble · public domain"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="de"):
        orbit_alt_text(LE_MANS, "de")


def test_the_words_do_not_load_the_drawing_libraries() -> None:
    code = "import sys, content.orbit; sys.exit('numpy' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
