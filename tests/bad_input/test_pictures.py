"""Any bytes are a picture that can be posted, or are refused with what would help."""

from functools import cache
from io import BytesIO

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from content.embedded import Embedded, read_embedded
from content.images import UnusablePicture, derive, inspect
from content.post import Limits
from tests.bad_input.strategies import MANY, outcome_of, reads_well

pillow_heif.register_heif_opener()

LIMITS = Limits(text=1, count=len, images=1, image_bytes=100_000, image_side=64, alt=1)
KINDS = ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"]


@cache
def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x013B] = "Zoe"
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, exif=exif)
    return file.getvalue()


damages = st.lists(
    st.tuples(st.integers(0, 700), st.integers(0, 8), st.binary(max_size=8)), max_size=6
)


@MANY
@given(kind=st.sampled_from([kind for kind in KINDS if kind != "HEIF"]), damages=damages)
def test_a_damaged_picture_is_derived_or_refused_in_words(
    kind: str, damages: list[tuple[int, int, bytes]]
) -> None:
    is_derived_or_refused(kind, damages)


@settings(MANY, max_examples=4)  # each starts processes of its own
@given(damages=damages)
def test_a_damaged_heic_is_derived_or_refused_in_words(
    damages: list[tuple[int, int, bytes]],
) -> None:
    is_derived_or_refused("HEIF", damages)


def is_derived_or_refused(kind: str, damages: list[tuple[int, int, bytes]]) -> None:
    data = picture(kind)
    for at, gone, come in damages:
        data = data[:at] + come + data[at + gone :]
    facts = outcome_of(lambda: inspect(data), UnusablePicture)
    derived = outcome_of(lambda: derive(data, LIMITS, ""), UnusablePicture)
    for outcome in (facts, derived):
        assert not isinstance(outcome, str) or reads_well(outcome, most=500)
    assert isinstance(facts, str) or not isinstance(derived, str)
    assert isinstance(read_embedded(data), Embedded)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (7, 7), (3, 300), (300, 3)])
def test_a_tiny_picture_is_a_picture(kind: str, size: tuple[int, int]) -> None:
    data = picture(kind, size)
    facts = inspect(data)
    assert sorted((facts.width, facts.height)) == sorted(size)
    assert derive(data, LIMITS, "").data.startswith(b"\xff\xd8")
