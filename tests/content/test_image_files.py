"""Files as they come: large, hostile, telling too much, or not what they say they are."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
import pyvips
from PIL import ExifTags, Image

from content.embedded import read_embedded
from content.images import UnusablePicture, derive, inspect
from content.post import Limits

pillow_heif.register_heif_opener()

LIMITS = Limits(text=1, count=len, images=1, image_bytes=900_000, image_side=1200, alt=1)
POSITION, SERIAL = 48.123456, b"SN-4711-0815"
USES: list[Callable[[bytes], object]] = [inspect, lambda data: derive(data, LIMITS, "")]


def saved(kind: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def flat(width: int, height: int) -> pyvips.Image:
    return pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")


def grain(width: int, height: int) -> pyvips.Image:
    return pyvips.Image.gaussnoise(width, height, sigma=60, mean=128, seed=1).cast("uchar")


def with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    """Behind the header of a PNG."""
    chunk = struct.pack(">I", len(body)) + name + body
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(name + body)) + png[33:]


def telling_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Zoe Durand"
    exif[ExifTags.Base.Make] = "Camera maker"
    exif[ExifTags.Base.ImageDescription] = "At home"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (48.0, 7.0, 24.44)
    gps[ExifTags.GPS.GPSDateStamp] = "2024:05:06"
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.BodySerialNumber] = SERIAL.decode()
    camera[ExifTags.Base.LensSerialNumber] = SERIAL.decode()
    camera[ExifTags.Base.MakerNote] = b"maker's note " + SERIAL
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_position_and_serial_numbers_are_gone(kind: str) -> None:
    source = saved(kind, exif=telling_exif().tobytes())
    assert SERIAL in source or kind == "TIFF"  # Pillow leaves some out of a TIFF

    derived = derive(source, LIMITS, "").data

    exif = Image.open(BytesIO(derived)).getexif()
    assert dict(exif) == {ExifTags.Base.Artist: "Zoe Durand"}
    for private in (SERIAL, b"2024:05:06", b"Camera maker", b"At home", b"http:", b"ICC_PROFILE"):
        assert private not in derived


def test_author_and_copyright_of_xmp_stay_as_exif() -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'dc:creator="Zoé Durand" dc:rights="© Zoé"/></rdf:RDF></x:xmpmeta>'
    ).encode()
    derived = derive(saved("WEBP", xmp=packet), LIMITS, "").data
    exif = Image.open(BytesIO(derived)).getexif()
    assert {tag: text.encode("latin-1").decode() for tag, text in exif.items()} == {
        ExifTags.Base.Artist: "Zoé Durand",
        ExifTags.Base.Copyright: "© Zoé",
    }
    assert read_embedded(derived).author == "Zoé Durand"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_a_name_says_nothing_about_a_file(kind: str) -> None:
    # Nobody is asked for it: the bytes alone are given.
    assert derive(saved(kind), LIMITS, "").data.startswith(b"\xff\xd8\xff")


# Large ones


def test_21_megabytes_are_taken() -> None:
    data: bytes = grain(480, 420).replicate(10, 10).pngsave_buffer(compression=0)
    assert 20_000_000 < len(data) < 22_000_000
    assert inspect(data).width == 4800
    assert derive(data, replace(LIMITS, image_bytes=5_000_000, image_side=600), "").width == 600


def test_120_megapixels_are_taken() -> None:
    data: bytes = flat(12_000, 10_000).jpegsave_buffer()
    assert inspect(data).width == 12_000
    assert derive(data, LIMITS, "").width == 1200


@pytest.mark.parametrize(
    "data",
    [
        flat(13_000, 12_000).jpegsave_buffer(),
        saved("HEIF", (64, 64)).replace(
            struct.pack(">II", 64, 64), struct.pack(">II", 60_000, 60_000)
        ),
        saved("AVIF").replace(struct.pack(">II", 40, 30), struct.pack(">II", 60_000, 60_000)),
        saved("TIFF").replace(
            struct.pack("<HHII", 256, 4, 1, 40), struct.pack("<HHII", 256, 4, 1, 60_000_000)
        ),
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\0" * 2 + bytes(4),
    ],
    ids=["JPEG", "HEIC", "AVIF", "TIFF", "WebP"],
)
def test_what_claims_too_many_pixels_is_refused(data: bytes) -> None:
    for use in USES:
        with pytest.raises(UnusablePicture):
            use(data)


@pytest.mark.parametrize("size", [(30_000, 10), (10, 30_000), (1, 1)])
def test_any_shape_is_taken(size: tuple[int, int]) -> None:
    derived = derive(saved("PNG", size), LIMITS, "")
    assert max(derived.width, derived.height) == min(1200, max(size))


def test_progressive_pictures_are_refused_where_they_would_fill_the_memory() -> None:
    small = bytearray(saved("JPEG", progressive=True, subsampling=0))
    at = small.index(b"\xff\xc2") + 5
    small[at : at + 4] = struct.pack(">HH", 12_000, 12_000)
    with pytest.raises(UnusablePicture, match="too many for this kind of file"):
        inspect(bytes(small))


# Hostile and damaged ones


def test_exif_that_refers_to_itself_is_refused_at_once() -> None:
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    exif = b"II*\0\x08\0\0\0" + struct.pack("<H", 5000) + entry * 5000
    data = with_chunk(saved("PNG"), b"eXIf", exif)
    for use in USES:
        with pytest.raises(UnusablePicture, match="EXIF"):
            use(data)
    assert read_embedded(data).author == ""


@pytest.mark.parametrize("name", [b"iCCP", b"zTXt", b"iTXt"])
def test_metadata_that_swells_does_no_harm(name: bytes) -> None:
    swelling = zlib.compress(bytes(20_000_000))
    body = {
        b"iCCP": b"profile\0\0" + swelling,
        b"zTXt": b"Comment\0\0" + swelling,
        b"iTXt": b"XML:com.adobe.xmp\0\1\0\0\0" + swelling,
    }[name]
    data = with_chunk(saved("PNG"), name, body)
    assert derive(data, LIMITS, "").width == 40
    assert read_embedded(data).author == ""


def test_pixels_that_a_jpeg_has_lost_are_found() -> None:
    data = bytearray(saved("JPEG", (400, 300), quality=90))
    start = data.index(b"\xff\xda")
    for place in range(start + 200, len(data) - 100, 97):
        data[place] ^= 0x55
    for use in USES:
        with pytest.raises(UnusablePicture, match="damaged"):
            use(bytes(data))


def test_bytes_that_a_camera_left_over_are_no_damage() -> None:
    data = saved("JPEG", (400, 300), restart_marker_blocks=50)
    at = data.index(b"\xff\xd3", data.index(b"\xff\xda"))
    assert inspect(data[:at] + b"\0\0\0" + data[at:]).width == 400


def test_a_picture_for_hdr_screens_is_refused() -> None:
    data = saved("HEIF").replace(b"nclx\0\x01\0\x0d", b"nclx\0\x09\0\x10")
    for use in USES:
        with pytest.raises(UnusablePicture, match="HDR"):
            use(data)


@pytest.mark.parametrize("said", [(8, 6), (4000, 3000)], ids=["smaller", "larger"])
@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_picture_of_another_size_than_it_says_is_refused(
    kind: str, said: tuple[int, int]
) -> None:
    source = saved(kind, (400, 300))
    assert struct.pack(">II", 400, 300) in source
    with pytest.raises(UnusablePicture, match="damaged"):
        inspect(source.replace(struct.pack(">II", 400, 300), struct.pack(">II", *said)))


def test_of_several_pictures_in_a_heic_the_main_one_is_taken() -> None:
    several = pillow_heif.from_pillow(Image.new("RGB", (40, 30)))
    several.add_from_pillow(Image.new("RGB", (64, 48)))
    file = BytesIO()
    several.save(file, primary_index=1)
    assert inspect(file.getvalue()).width == 64


def test_a_decoder_that_crashes_is_a_damaged_picture() -> None:
    # pi-heif 1.4 ends its process over a kind of metadata whose name is not ASCII.
    data = saved("HEIF", exif=telling_exif().tobytes()).replace(b"Exif", b"E\xf1if", 1)
    for use in USES:
        with pytest.raises(UnusablePicture, match="the decoder gave up"):
            use(data)


@pytest.mark.parametrize("stopped_by", ["INT", "TERM", "KILL"])
def test_a_decoder_that_is_stopped_says_nothing_of_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_by: str
) -> None:
    """Ctrl-C, a service manager and a lack of memory end it too: no reason for a failed day."""
    stopped = tmp_path / "python"
    stopped.write_text(f"#!/bin/sh\nkill -{stopped_by} $$\n")
    stopped.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stopped))
    for use in USES:
        with pytest.raises(InterruptedError, match="ended from outside"):
            use(saved("HEIF"))


def test_ten_bits_of_a_heic_become_eight() -> None:
    deep = np.full((48, 64, 3), 40_000, np.uint16)
    file = BytesIO()
    pillow_heif.from_bytes("RGB;16", (64, 48), deep.tobytes()).save(file, quality=90)
    image = Image.open(BytesIO(derive(file.getvalue(), LIMITS, "").data))
    assert image.convert("L").getpixel((30, 20)) == pytest.approx(40_000 / 257, abs=3)


# What it costs others


HEAVY = ("numpy", "PIL", "pi_heif", "pyvips")


def test_nothing_heavy_is_imported_before_a_picture_is_handled() -> None:
    program = "import content.render, content.images, content.embedded, sys;"
    program += f"print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_nothing_is_kept_for_a_next_time() -> None:
    derive(saved("JPEG"), LIMITS, "")
    assert pyvips.cache_get_size() == 0
