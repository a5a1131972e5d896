import json
import resource
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw

from content.images import MAX_BYTES, UnusablePicture, derive, inspect
from content.post import DerivedImage, Limits

pillow_heif.register_heif_opener()

PHOTOS = Path(__file__).resolve().parents[2].parent / "shared" / "content" / "photos"
RED, WHITE = (200, 30, 20), (255, 255, 255)


def photo(name: str) -> bytes:
    file = PHOTOS / name
    if not file.exists():
        pytest.skip(f"the photo {name} is not on this machine")
    return file.read_bytes()


def limits(*, image_bytes: int = 5_000_000, image_side: int = 4096) -> Limits:
    return Limits(
        text=280,
        count=len,
        images=1,
        image_bytes=image_bytes,
        image_side=image_side,
        image_types=("image/jpeg", "image/png"),
        alt=1000,
    )


BLUESKY = limits(image_bytes=976_000, image_side=2000)
X = limits()


def scene(mode: str = "RGB", size: tuple[int, int] = (120, 80)) -> Image.Image:
    """Red above, white below: enough to see how a picture was turned and coloured."""
    image = Image.new("RGB", size, WHITE)
    ImageDraw.Draw(image).rectangle((0, 0, size[0], size[1] // 2 - 1), RED)
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, exif: Image.Exif | None = None) -> bytes:
    file = BytesIO()
    # As bytes, for HEIC and AVIF are turned by a property of their own, made from these.
    image.save(file, kind, **({} if exif is None else {"exif": exif.tobytes()}))
    return file.getvalue()


def noise(size: tuple[int, int]) -> Image.Image:
    values = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(values)


def shown(derived: DerivedImage) -> Image.Image:
    return Image.open(BytesIO(derived.data))


def colour_at(derived: DerivedImage, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place given in shares of width and height."""
    image = shown(derived).convert("RGB")
    value = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(value, tuple)
    return tuple(int(part) for part in value)


def near(colour: tuple[int, ...], expected: tuple[int, ...], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, expected, strict=True))


def tags(**values: str) -> Image.Exif:
    exif = Image.Exif()
    for name, value in values.items():
        exif[ExifTags.Base[name]] = value.encode()
    return exif


def png(width: int, height: int) -> bytes:
    """A PNG whose header claims a size, and which holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def profile_with_red_and_green_exchanged() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"_XYZ").replace(b"gXYZ", b"rXYZ").replace(b"_XYZ", b"gXYZ")


def still_kinds() -> list[str]:
    return ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"]


# What is accepted


@pytest.mark.parametrize("kind", still_kinds())
def test_a_still_picture_is_recognised_by_its_content(kind: str) -> None:
    facts = inspect(encoded(scene(), kind))
    media_type = "image/heic" if kind == "HEIF" else f"image/{kind.lower()}"
    assert (facts.media_type, facts.width, facts.height) == (media_type, 120, 80)


def test_every_photo_of_the_collection_has_the_size_of_its_manifest() -> None:
    for entry in json.loads(photo("manifest.json")):
        facts = inspect(photo(entry["file"]))
        assert (facts.width, facts.height) == (entry["width"], entry["height"]), entry["file"]


@pytest.mark.parametrize("kind", still_kinds())
def test_the_size_is_that_of_the_upright_picture(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    facts = inspect(encoded(scene(), kind, exif))
    assert (facts.width, facts.height) == (80, 120)


def test_a_jpeg_with_harmless_flaws_is_derived_for_several_destinations_at_once() -> None:
    """libvips has one error text for all threads: what it warned of must not get lost or mixed."""
    flawless = encoded(noise((160, 120)), "JPEG")
    tables = flawless.index(b"\xff\xc4")
    photo = flawless[:tables] + bytes(4) + flawless[tables:]
    with ThreadPoolExecutor(4) as threads:
        derived = list(threads.map(lambda _: derive(photo, X, "").data, range(40)))
    assert len(set(derived)) == 1


# What is refused


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", encoded(scene(), "GIF")],
    ids=["empty", "text", "SVG", "GIF"],
)
def test_what_is_no_picture_of_these_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(UnusablePicture, match="no JPEG, PNG, WebP, HEIC, AVIF or TIFF"):
        inspect(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_an_animated_picture_is_refused(kind: str) -> None:
    file = BytesIO()
    scene().save(file, kind, save_all=True, append_images=[noise((120, 80))], duration=100)
    with pytest.raises(UnusablePicture, match="animated"):
        inspect(file.getvalue())


@pytest.mark.parametrize(
    "use", [inspect, lambda data: derive(data, X, "")], ids=["inspect", "derive"]
)
@pytest.mark.parametrize("kind", still_kinds())
def test_a_truncated_picture_is_refused(kind: str, use: Callable[[bytes], object]) -> None:
    data = encoded(noise((120, 80)), kind)
    with pytest.raises(UnusablePicture, match="damaged or cut short"):
        use(data[: len(data) * 3 // 4])


def test_a_truncated_photo_is_refused() -> None:
    data = photo("paris_ISS043-E-93480.jpg")
    with pytest.raises(UnusablePicture, match="damaged or cut short"):
        inspect(data[: len(data) - 2000])


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    bomb = png(60_000, 60_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnusablePicture, match="60000 × 60000 pixels, the most is 150 megapixels"):
        inspect(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_picture_of_100_megapixels_is_accepted_without_a_warning(kind: str) -> None:
    # Warnings are errors here, and Pillow has one for 90 megapixels.
    file = BytesIO()
    options = {"compression": "group4"} if kind == "TIFF" else {}
    Image.new("1", (12_500, 8_000)).save(file, kind, **options)
    assert inspect(file.getvalue()).width == 12_500


def test_a_file_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="the most is 50 MB"):
        inspect(b"\xff\xd8\xff" + bytes(MAX_BYTES))


# What a destination receives


def test_a_picture_that_fits_keeps_its_size() -> None:
    derived = derive(encoded(scene(), "PNG"), X, "alt")
    assert (derived.media_type, derived.width, derived.height, derived.alt) == (
        "image/jpeg",
        120,
        80,
        "alt",
    )
    assert shown(derived).size == (120, 80)


def test_a_large_photo_is_fitted_into_the_longest_side() -> None:
    derived = derive(photo("portland_ISS016-E-25314.jpg"), limits(image_side=1200), "")
    assert (derived.width, derived.height) == (1200, 819)
    assert shown(derived).size == (1200, 819)


@pytest.mark.parametrize("to", [BLUESKY, X], ids=["976 kB", "5 MB"])
def test_a_photo_is_fitted_into_the_bytes(to: Limits) -> None:
    derived = derive(photo("foz-do-iguacu_landsat8_2020-05-18.jpg"), to, "")
    assert len(derived.data) <= to.image_bytes
    assert max(derived.width, derived.height) >= 2000


def test_what_fits_at_once_has_full_colour_resolution() -> None:
    image = shown(derive(photo("olinda_landsat7_small.jpg"), X, ""))
    layers = image.__dict__["layer"]  # sampling of each component
    assert {(across, down) for _, across, down, _ in layers} == {(1, 1)}


def test_quality_goes_before_size() -> None:
    source = encoded(noise((800, 600)), "PNG")
    derived = derive(source, limits(image_bytes=330_000), "")
    assert len(derived.data) <= 330_000
    assert (derived.width, derived.height) == (800, 600)


def test_size_goes_where_quality_70_does_not_fit() -> None:
    source = encoded(noise((800, 600)), "PNG")
    derived = derive(source, limits(image_bytes=100_000), "")
    assert 80_000 < len(derived.data) <= 100_000
    assert 320 <= derived.width < 800
    assert derived.width / derived.height == pytest.approx(4 / 3, abs=0.01)


def test_a_limit_that_cannot_be_met_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="does not fit into 3000 bytes"):
        derive(encoded(noise((800, 600)), "PNG"), limits(image_bytes=3000), "")


def test_the_same_picture_gives_the_same_bytes() -> None:
    source = photo("olinda_landsat7_small.jpg")
    assert derive(source, BLUESKY, "").data == derive(source, BLUESKY, "").data


def test_fine_detail_survives_the_quick_reduction() -> None:
    source = photo("portland_ISS016-E-25314.jpg")
    derived = derive(source, limits(image_side=1000), "")
    with Image.open(BytesIO(source)) as image:
        careful = image.resize((derived.width, derived.height), Image.Resampling.LANCZOS)
    difference = np.asarray(shown(derived)).astype(int) - np.asarray(careful).astype(int)
    assert np.abs(difference).mean() < 2


@pytest.mark.parametrize(
    ("orientation", "red"),
    [
        (1, (0.5, 0.2)),
        (2, (0.5, 0.2)),
        (3, (0.5, 0.8)),
        (4, (0.5, 0.8)),
        (5, (0.2, 0.5)),
        (6, (0.8, 0.5)),
        (7, (0.8, 0.5)),
        (8, (0.2, 0.5)),
    ],
)
def test_a_turned_picture_is_set_upright(orientation: int, red: tuple[float, float]) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    derived = derive(encoded(scene(), "JPEG", exif), X, "")
    assert near(colour_at(derived, *red), RED)
    assert near(colour_at(derived, 1 - red[0], 1 - red[1]), WHITE)


@pytest.mark.parametrize("kind", still_kinds())
def test_every_kind_is_set_upright_once(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    derived = derive(encoded(scene(), kind, exif), X, "")
    assert (derived.width, derived.height) == (80, 120)
    assert near(colour_at(derived, 0.8, 0.5), RED, by=12)


def test_the_position_and_everything_else_private_is_removed() -> None:
    exif = tags(Make="Camera", Software="Secret", ImageDescription="Home")
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 0.0, 7.0)
    file = BytesIO()
    scene().save(file, "JPEG", exif=exif, comment=b"a comment", xmp=b"<x:xmpmeta>Home</x:xmpmeta>")
    assert Image.open(file).getexif().get_ifd(ExifTags.IFD.GPSInfo)  # it was there

    derived = derive(file.getvalue(), X, "")

    assert not shown(derived).getexif()
    assert set(shown(derived).info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    for private in (b"Exif", b"Home", b"Secret", b"Camera", b"comment", b"xmp"):
        assert private not in derived.data


def test_author_and_copyright_stay() -> None:
    source = encoded(scene(), "JPEG", tags(Artist="Zoé", Copyright="© Zoé", Make="Camera"))
    exif = shown(derive(source, X, "")).getexif()
    assert {tag: value.encode("latin-1").decode() for tag, value in exif.items()} == {
        ExifTags.Base.Artist: "Zoé",
        ExifTags.Base.Copyright: "© Zoé",
    }


def test_a_picture_in_printing_colours_is_converted() -> None:
    derived = derive(encoded(scene("CMYK"), "JPEG"), X, "")
    assert shown(derived).mode == "RGB"
    assert near(colour_at(derived, 0.5, 0.2), RED, by=25)  # as a press prints it, not as a sum
    assert near(colour_at(derived, 0.5, 0.8), WHITE)


def test_the_embedded_colour_profile_is_applied_and_removed() -> None:
    file = BytesIO()
    Image.new("RGB", (40, 40), (220, 0, 0)).save(
        file, "PNG", icc_profile=profile_with_red_and_green_exchanged()
    )
    derived = derive(file.getvalue(), X, "")
    red, green, _ = colour_at(derived, 0.5, 0.5)
    assert green > 180 > 60 > red
    assert "icc_profile" not in shown(derived).info


def test_a_broken_colour_profile_does_no_harm() -> None:
    file = BytesIO()
    scene().save(file, "PNG", icc_profile=b"not a profile" * 20)
    assert near(colour_at(derive(file.getvalue(), X, ""), 0.5, 0.2), RED)


def test_a_photo_with_a_real_profile_keeps_its_look() -> None:
    source = photo("us-gulf-coast-night_nasa-unsplash-53884.jpg")
    derived = derive(source, limits(image_side=600), "")
    with Image.open(BytesIO(source)) as image:
        image.draft("RGB", (1064, 708))
        plain = image.resize((derived.width, derived.height), Image.Resampling.LANCZOS)
    difference = np.asarray(shown(derived)).astype(int) - np.asarray(plain).astype(int)
    assert np.abs(difference).mean() < 3  # its profile is sRGB


def test_sixteen_bit_greys_keep_their_brightness() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None, :].repeat(32, axis=0)
    derived = derive(encoded(Image.fromarray(ramp), "PNG"), X, "")
    assert near(colour_at(derived, 0.25, 0.5), (64, 64, 64))
    assert near(colour_at(derived, 0.75, 0.5), (192, 192, 192))


def test_a_measurement_of_32_bits_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="32 bits"):
        derive(encoded(scene("F"), "TIFF"), X, "")


@pytest.mark.parametrize("mode", ["L", "1", "P", "YCbCr", "LAB"])
def test_other_colour_modes_become_rgb(mode: str) -> None:
    derived = derive(encoded(scene(mode), "TIFF"), X, "")
    assert shown(derived).mode == "RGB"
    assert near(colour_at(derived, 0.5, 0.8), WHITE)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_transparent_parts_become_white(kind: str) -> None:
    image = scene("RGBA")
    image.paste((0, 0, 0, 0), (60, 0, 120, 40))
    derived = derive(encoded(image, kind), X, "")
    assert near(colour_at(derived, 0.2, 0.2), RED)
    assert near(colour_at(derived, 0.8, 0.2), WHITE)


def test_the_transparent_colour_of_a_palette_becomes_white() -> None:
    image = scene().quantize(4)
    corner = image.getpixel((0, 0))
    file = BytesIO()
    image.save(file, "PNG", transparency=corner)
    assert near(colour_at(derive(file.getvalue(), X, ""), 0.5, 0.2), WHITE)


def test_a_destination_without_jpeg_is_refused() -> None:
    only_png = Limits(
        text=1, count=len, images=1, image_bytes=1, image_side=1, image_types=("image/png",), alt=1
    )
    with pytest.raises(UnusablePicture, match="no JPEG"):
        derive(encoded(scene(), "PNG"), only_png, "")
