"""Alt text proposed for a photo: what is known, in the language of the captions, and no more."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from content.alt_text import LONGEST, propose_alt_text
from content.city import City
from content.credit import Credit
from content.embedded import Embedded

LE_MANS = City(
    name="Le Mans",
    country="FR",
    department="Sarthe",
    region="Pays de la Loire",
    latitude=48.0,
    longitude=0.2,
)
CAMPECHE = City(name="Campeche", country="MX", latitude=19.8, longitude=-90.5)
NO_CREDIT = Credit()
PHOTOS = Path(__file__).parents[3] / "shared" / "content" / "photos"


def proposed(
    caption: str = "", credit: Credit = NO_CREDIT, *, city: City = LE_MANS, language: str = "en"
) -> str:
    return propose_alt_text(city, language, Embedded(caption=caption), credit)


def test_the_files_own_alt_text_is_taken_as_it_is() -> None:
    own = Embedded(alt="La cathédrale.\nAu premier plan, la vieille ville.", caption="Le Mans")
    assert propose_alt_text(LE_MANS, "en", own, Credit()) == own.alt


def test_where_nothing_is_known_it_is_a_photo_of_the_city() -> None:
    assert proposed() == "Photo of Le Mans (Sarthe, France)."
    assert proposed(language="fr") == "Photo\u202f: Le Mans (Sarthe, France)."
    assert proposed(city=CAMPECHE, language="fr") == "Photo\u202f: Campeche (Mexique)."


def test_the_files_caption_comes_behind_it() -> None:
    assert proposed("The cathedral\nat dusk.") == (
        "Photo of Le Mans (Sarthe, France): The cathedral at dusk."
    )
    assert proposed("La cathédrale, le soir.", language="fr") == (
        "Photo\u202f: Le Mans (Sarthe, France). La cathédrale, le soir."
    )


def test_a_caption_that_is_only_the_citys_name_is_not_said_again() -> None:
    assert proposed("LE MANS.") == "Photo of Le Mans (Sarthe, France)."


@pytest.mark.parametrize(
    "credit",
    [
        Credit(source="NASA JSC, ISS062-E-81917"),
        Credit(author="Thomas Pesquet", source="ESA/ISS"),
        Credit(source="ISS Expedition 43"),
        Credit(source="International Space Station"),
        Credit(link="https://eol.jsc.nasa.gov/photos/iss043e093480_lrg.jpg"),
        Credit(
            link="https://eol.jsc.nasa.gov/SearchPhotos/photo.pl?mission=ISS043&roll=E&frame=93"
        ),
    ],
)
def test_a_frame_or_a_source_on_board_says_the_space_station(credit: Credit) -> None:
    seen = "Le Mans (Sarthe, France) seen from the International Space Station."
    assert proposed(credit=credit) == seen
    assert proposed(credit=credit, language="fr") == (
        "Le Mans (Sarthe, France), photo prise depuis la Station spatiale internationale."
    )


@pytest.mark.parametrize(
    "caption",
    [
        "The town as seen from the International Space Station.",
        "Photographed by an Expedition 62 crew member aboard the ISS.",
        "View of the coast from the ISS",
        "La ville vue depuis l’ISS.",
        "Photo prise à bord de la Station spatiale internationale",
    ],
)
def test_a_caption_may_say_that_it_was_taken_on_board(caption: str) -> None:
    seen = f"Le Mans (Sarthe, France) seen from the International Space Station: {caption}"
    assert proposed(caption) == seen


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The ISS passes over the cathedral.", NO_CREDIT),
        ("An astronaut, back from the ISS, visits the town.", NO_CREDIT),
        ("The International Space Station above the old town", NO_CREDIT),
        ("", Credit(source="NASA")),
        ("", Credit(author="Thomas Pesquet", source="ESA/NASA")),
        ("", Credit(source="ISS Facility Services")),
        ("MISSION ISSY-LES-MOULINEAUX", NO_CREDIT),
        ("Landsat 8 and Sentinel-2 compared", NO_CREDIT),
        ("The town after a night of rain", NO_CREDIT),
        ("Une nuit au musée", NO_CREDIT),
    ],
)
def test_what_is_only_likely_is_not_claimed(caption: str, credit: Credit) -> None:
    head = proposed(caption, credit).split(":")[0].rstrip(".")
    assert head == "Photo of Le Mans (Sarthe, France)"


def test_an_astronauts_photograph_was_taken_from_space() -> None:
    unit = Credit(source="Earth Science and Remote Sensing Unit, NASA Johnson Space Center")
    assert proposed(credit=unit) == "Le Mans (Sarthe, France) seen from space."
    assert proposed(credit=unit, language="fr") == (
        "Le Mans (Sarthe, France), photo prise depuis l’espace."
    )


def test_a_satellite_is_named() -> None:
    assert proposed(credit=Credit(source="Landsat 8, USGS/NASA")) == (
        "Le Mans (Sarthe, France) seen from a satellite (Landsat 8)."
    )
    assert proposed("Image Sentinel-2B", language="fr") == (
        "Le Mans (Sarthe, France), image prise par satellite (Sentinel-2B). Image Sentinel-2B"
    )


def test_night_is_said_when_the_caption_says_it() -> None:
    frame = Credit(source="ISS043-E-93480")
    assert proposed("Paris at night.", frame).startswith(
        "Le Mans (Sarthe, France) at night seen from the International Space Station: "
    )
    assert proposed("Vue nocturne.", frame, language="fr").startswith(
        "Le Mans (Sarthe, France), photo prise de nuit depuis la Station spatiale internationale. "
    )
    assert proposed("Le circuit de nuit", language="fr").startswith("Photo de nuit\u202f: Le Mans")


def test_a_place_is_not_said_twice() -> None:
    paris = replace(LE_MANS, name="Paris", department="Paris", region="Île-de-France")
    assert proposed(city=paris) == "Photo of Paris (France)."
    reunion = replace(LE_MANS, name="Saint-Denis", country="RE", department="La Réunion")
    assert proposed(city=reunion, language="fr") == "Photo\u202f: Saint-Denis (La Réunion)."
    assert "(Réunion)" in proposed(city=replace(reunion, department="", region=""))


def test_of_a_long_caption_comes_the_beginning_up_to_a_sentence() -> None:
    text = proposed("The old town lies on a hill. " * 100)
    assert LONGEST / 2 < len(text) <= LONGEST
    assert text.endswith("on a hill.")


def test_real_photos_are_told_from_their_credits() -> None:
    if not PHOTOS.exists():
        pytest.skip("the real photos lie beside the repository in CI only")
    told = {
        photo["file"].split("_")[1]: proposed(
            credit=Credit(source=photo["credit"], link=photo.get("page", ""))
        )
        for photo in json.loads((PHOTOS / "manifest.json").read_text(encoding="utf-8"))
    }
    assert "International Space Station" in told["ISS062-E-81917"]
    assert "(Landsat 8)" in told["landsat8"]
    assert "seen from" not in told["nasa-unsplash-53884.jpg"]
