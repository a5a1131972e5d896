"""A photo may come as bytes: it is judged as a file is, and brings its own alt text and credit."""

import struct
from io import BytesIO
from zlib import compress, crc32

import pytest
from aiohttp import web
from PIL import ExifTags, Image

from bot.app import App
from bot.operations import queue
from bot.operations.queue import Changes
from bot.operations.refusal import CannotBeDone
from bot.testing import sample_picture
from content.credit import Credit
from tests.bot.operations.photo_host import photo_host

GIVEN_WITH_PHOTO = Changes(
    photo=sample_picture(64, 48),
    texts={"fr": "Nîmes."},
    alt="Les arènes.",
    author="Anna",
    licence="CC0",
    link="https://a.example",
)


def photo_by(author: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = author
    file = BytesIO()
    with Image.open(BytesIO(sample_picture(64, 48))) as image:
        image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", compress(bytes(64))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def test_bytes_are_kept_as_the_entrys_photo(app: App) -> None:
    data = photo_by("Noah")
    entry = await queue.add(app, "Nîmes", Changes(photo=data))
    (photo,) = entry.photos
    assert app.photos.read(photo.file) == data
    assert (photo.credit.author, photo.proposed) == ("Noah", ("alt", "author"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is no JPEG, PNG, WebP, HEIC, AVIF or TIFF picture. "),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This file is no JPEG, PNG"),
        (b"\xff\xd8\xff\xe0 not really", "This picture is damaged or cut short"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50_000_001), "This file has 50 MB, the most is 50 MB. "),
        (png_that_says(60_000, 60_000), "This picture has 60000 × 60000 pixels, the most is 150"),
    ],
    ids=["nothing", "svg", "a lie", "large", "many pixels"],
)
async def test_bytes_are_judged_as_a_file_is(app: App, data: bytes, said: str) -> None:
    entry = await queue.add(app, "Nîmes", GIVEN_WITH_PHOTO)
    with pytest.raises(CannotBeDone) as refused:
        await queue.edit(app, entry.id, Changes(photo=data, texts={"fr": "Autre."}))
    assert str(refused.value).startswith(said)
    assert await queue.find(app, entry.id) == entry


async def test_what_a_link_leads_to_is_judged_as_well(app: App) -> None:
    async with photo_host() as host:
        host.pages["/a.jpg"] = web.Response(body=png_that_says(60_000, 60_000))
        data = await host.fetch(host.url("/a.jpg"))
    with pytest.raises(CannotBeDone, match="60000 × 60000 pixels"):
        await queue.add(app, "Nîmes", Changes(photo=data))


async def test_nothing_that_was_said_of_the_old_photo_is_said_of_the_new_one(app: App) -> None:
    entry = await queue.add(app, "Nîmes", GIVEN_WITH_PHOTO)
    assert not entry.missing
    swapped = await queue.edit(app, entry.id, Changes(photo=sample_picture(60, 40)))
    (photo,) = swapped.photos
    assert photo.credit == Credit()
    assert photo.alt != entry.photos[0].alt
    assert photo.proposed == ("alt",)
    assert swapped.missing
    assert swapped.texts == entry.texts


async def test_what_is_given_with_a_new_photo_is_said_of_it(app: App) -> None:
    entry = await queue.add(app, "Nîmes", GIVEN_WITH_PHOTO)
    given = Changes(photo=photo_by("Noah"), alt="La tour.", licence="CC BY 4.0", confirm=True)
    (photo,) = (await queue.edit(app, entry.id, given)).photos
    assert (photo.alt, photo.credit) == ("La tour.", Credit(author="Noah", licence="CC BY 4.0"))
    assert not photo.proposed


def test_bytes_are_in_no_repr() -> None:
    assert "xff" not in repr(Changes(photo=photo_by("Noah")))
