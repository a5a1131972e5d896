"""Colours against a reference made by another library, in CIEDE2000: under 1 nobody sees it.

Over squares of four pixels, because JPEG itself costs as much in single ones.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
import pyvips
from PIL import Image, ImageCms

from content.images import derive
from content.post import Limits

PHOTO = (
    Path(__file__).resolve().parents[2].parent
    / "shared/content/photos/foz-do-iguacu_landsat8_2020-05-18.jpg"
)
LIMITS = Limits(text=1, count=len, images=1, image_bytes=5_000_000, image_side=200, alt=1)
SEEN_BY_NOBODY, SEEN_SIDE_BY_SIDE = 1.0, 2.0

pillow_heif.register_heif_opener()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """A real photo of 300 pixels."""
    if not PHOTO.exists():
        pytest.skip("the photos of the collection are not on this machine")
    with Image.open(PHOTO) as image:
        image.draft("RGB", (600, 600))
        small = image.convert("RGB")
        small.thumbnail((300, 300))
        return small


def profile(name: str) -> bytes:
    """One that libvips has."""
    image = pyvips.Image.black(1, 1, bands=3).copy(interpretation="srgb")
    if name == "cmyk":
        image = image.icc_transform("cmyk", input_profile="srgb")
    else:
        image = image.icc_transform(name, input_profile="srgb")
    data: bytes = image.get("icc-profile-data")
    return data


def adobe_rgb() -> bytes:
    """sRGB's profile with the primaries and the curve of Adobe RGB (1998)."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {
        b"rXYZ": (0.60974, 0.31111, 0.01947),
        b"gXYZ": (0.20528, 0.62567, 0.06087),
        b"bXYZ": (0.14919, 0.06322, 0.74457),
    }
    for number in range(int.from_bytes(made[128:132], "big")):
        entry = 132 + 12 * number
        name, place = bytes(made[entry : entry + 4]), int.from_bytes(made[entry + 4 : entry + 8])
        if name in primaries:
            for index, value in enumerate(primaries[name]):
                at = place + 8 + 4 * index
                made[at : at + 4] = round(value * 65536).to_bytes(4, "big")
        if name.endswith(b"TRC"):
            made[place : place + 14] = b"curv" + bytes(4) + (1).to_bytes(4, "big") + b"\x02\x33"
            made[entry + 8 : entry + 12] = (14).to_bytes(4, "big")
    return bytes(made)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def in_srgb(image: Image.Image, icc: bytes) -> Image.Image:
    """By Pillow."""
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(BytesIO(icc)),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None
    return converted


def difference(data: bytes, reference: Image.Image) -> float:
    """The mean CIEDE2000 between what is derived of a file and the reference, made as small."""
    derived = derive(data, LIMITS, "")
    ours = pyvips.Image.jpegload_buffer(derived.data)
    small = reference.convert("RGB").resize((ours.width, ours.height), Image.Resampling.LANCZOS)
    theirs = pyvips.Image.new_from_array(np.asarray(small)).copy(interpretation="srgb")
    return float(ours.shrink(4, 4).dE00(theirs.shrink(4, 4)).avg())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_a_picture_looks_as_it_did(photo: Image.Image, kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95}
    data = saved(photo, kind, **({} if kind in ("PNG", "TIFF") else options))
    with Image.open(BytesIO(data)) as reference:
        assert difference(data, reference) < SEEN_BY_NOBODY


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF", "Adobe RGB"])
def test_the_colours_of_an_embedded_profile_are_shown(photo: Image.Image, kind: str) -> None:
    icc = adobe_rgb() if kind == "Adobe RGB" else profile("p3")
    kind = "JPEG" if kind == "Adobe RGB" else kind
    data = saved(photo, kind, icc_profile=icc)
    with Image.open(BytesIO(data)) as stored:
        plain = stored.convert("RGB")
    assert difference(data, plain) > SEEN_SIDE_BY_SIDE / 2  # the profile does something
    assert difference(data, in_srgb(plain, icc)) < SEEN_BY_NOBODY


def test_display_p3_may_be_said_by_a_number(photo: Image.Image) -> None:
    data = saved(photo, "HEIF", quality=95)
    said = b"nclx\0\x01\0\x0d"  # the colours and the curve of sRGB
    assert said in data
    with Image.open(BytesIO(data)) as stored:
        plain = stored.convert("RGB")
    wide = data.replace(said, b"nclx\0\x0c\0\x0d")
    assert difference(wide, in_srgb(plain, profile("p3"))) < SEEN_BY_NOBODY


@pytest.mark.parametrize("embedded", [True, False], ids=["with a profile", "without one"])
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_printing_colours_are_shown_as_printed(
    photo: Image.Image, kind: str, *, embedded: bool
) -> None:
    icc = profile("cmyk")
    printed = ImageCms.profileToProfile(
        photo,
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(BytesIO(icc)),
        outputMode="CMYK",
    )
    assert printed is not None
    options: dict[str, object] = {"icc_profile": icc} if embedded else {"icc_profile": None}
    if kind == "JPEG":
        options |= {"quality": 98, "subsampling": 0}
    data = saved(printed, kind, **options)
    with Image.open(BytesIO(data)) as stored:
        assert difference(data, in_srgb(stored, icc)) < SEEN_BY_NOBODY


def test_the_other_way_to_write_printing_colours_is_known(photo: Image.Image) -> None:
    icc = profile("cmyk")
    ycck = pyvips.Image.new_from_array(np.asarray(photo)).copy(interpretation="srgb")
    data = ycck.icc_transform("cmyk", input_profile="srgb").jpegsave_buffer(Q=98)
    with Image.open(BytesIO(data)) as stored:
        assert difference(data, in_srgb(stored, icc)) < SEEN_BY_NOBODY


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_sixteen_bits_become_eight(photo: Image.Image, kind: str) -> None:
    deep = (np.asarray(photo).astype(np.uint16) * 257) + 3
    image = pyvips.Image.new_from_array(deep).copy(interpretation="rgb16")
    data = image.pngsave_buffer() if kind == "png" else image.tiffsave_buffer(compression="lzw")
    assert difference(data, photo) < SEEN_BY_NOBODY


@pytest.mark.parametrize("depth", [8, 16])
def test_lab_becomes_srgb(photo: Image.Image, depth: int) -> None:
    if depth == 8:
        to_lab = ImageCms.profileToProfile(
            photo, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        assert to_lab is not None
        data = saved(to_lab, "TIFF")
    else:
        image = pyvips.Image.new_from_array(np.asarray(photo)).copy(interpretation="srgb")
        data = image.colourspace("labs").tiffsave_buffer()
    assert difference(data, photo) < SEEN_SIDE_BY_SIDE


def test_ycbcr_outside_jpeg_becomes_srgb(photo: Image.Image) -> None:
    assert difference(saved(photo.convert("YCbCr"), "TIFF"), photo) < SEEN_BY_NOBODY


def test_a_selection_saved_with_a_tiff_hides_nothing(photo: Image.Image) -> None:
    picked = photo.copy()
    picked.putalpha(0)
    data = saved(picked, "TIFF").replace(
        b"\x52\x01\x03\x00\x01\x00\x00\x00\x02", b"\x52\x01\x03\x00\x01\x00\x00\x00\x00"
    )
    assert difference(data, photo) < SEEN_BY_NOBODY


def test_a_grey_picture_stays_grey(photo: Image.Image) -> None:
    grey = photo.convert("L")
    assert difference(saved(grey, "PNG"), grey) < SEEN_BY_NOBODY


def test_a_half_transparent_picture_lies_on_white(photo: Image.Image) -> None:
    faded = photo.copy()
    faded.putalpha(Image.linear_gradient("L").resize(photo.size))
    white = Image.new("RGBA", photo.size, "white")
    white.alpha_composite(faded)
    assert difference(saved(faded, "PNG"), white) < SEEN_BY_NOBODY
