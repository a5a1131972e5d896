"""A Post's pictures: what their absence means on the day."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.posts import Composer
from bot.storage.media_url import open_photos
from bot.storage.photos import PhotoFolder, Photos
from bot.testing import sample_picture
from content.caption_templates import read_templates
from content.credit import Credit
from content.entry import Entry, Photo
from content.facts import Series
from content.gazetteer import Gazetteer
from content.orbit import orbit_credit
from content.post import Kind
from schedules.errors import Permanent, Transient

if TYPE_CHECKING:
    from tests.platforms.s3 import S3Server

DAY = date(2026, 11, 22)
PICTURE = sample_picture(64, 48)
CREDIT = Credit(author="A. Photographe", licence="CC BY 4.0")


class Hanging(PhotoFolder):
    """A folder on a share whose server is gone: who reads waits."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.let_go = Event()

    def read(self, file: str) -> bytes:
        self.let_go.wait()
        return super().read(file)


def entry_with(file: str) -> Entry:
    photo = Photo(file=file, alt="Nîmes au soleil.", credit=CREDIT)
    return Entry(city=Gazetteer().find("Nîmes"), texts={"fr": "Nîmes."}, photos=(photo,))


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def composer(photos: Photos, *, seconds: float = 45, beside: bool = False) -> Composer:
    return Composer(
        photos=photos,
        series_hashtag="UnJourUneVille",
        series=twelfth,
        due_at=at_nine,
        orbit_beside_photo=beside,
        patience=timedelta(seconds=seconds),
    )


async def twelfth(_: date) -> Series:
    return Series(number=12)


async def test_the_view_from_orbit_stands_beside_the_photo_with_words_in_the_texts_language(
    tmp_path: Path,
) -> None:
    photos = PhotoFolder(tmp_path)
    entry = replace(entry_with(photos.add(PICTURE, "image/jpeg")), texts={"en": "A city."})
    post = await composer(photos, beside=True)(entry, DAY, "fr")
    photo, view = post.pictures
    assert (photo.data, photo.alt) == (PICTURE, "Nîmes au soleil.")
    assert "Nîmes" in view.alt
    assert "not a photo" in view.alt
    named = [part.text for part in post.parts if part.kind is Kind.CREDIT]
    assert named == [CREDIT.line, orbit_credit("en").line]
    alone = await composer(photos)(entry, DAY, "en")
    assert alone.pictures == (photo,)


async def test_a_name_that_cannot_be_drawn_costs_the_view_and_not_the_photo(tmp_path: Path) -> None:
    photos = PhotoFolder(tmp_path)
    entry = entry_with(photos.add(PICTURE, "image/jpeg"))
    runes = replace(entry, city=replace(entry.city, name="ᚠᚢᚦ"))
    post = await composer(photos, beside=True)(runes, DAY, "fr")
    assert [picture.data for picture in post.pictures] == [PICTURE]
    with pytest.raises(Permanent, match="ᚠ"):
        await composer(photos)(replace(runes, photos=()), DAY, "fr")


async def test_a_photo_that_is_lost_is_permanent_and_named(tmp_path: Path) -> None:
    file = "0" * 64 + ".jpg"
    with pytest.raises(Permanent, match=f"{file} is not in"):
        await composer(PhotoFolder(tmp_path))(entry_with(file), DAY, "fr")


async def test_a_share_that_is_not_mounted_is_transient(tmp_path: Path) -> None:
    photos = PhotoFolder(tmp_path / "share" / "photos", shared=True)
    with pytest.raises(Transient, match="share/photos is not there: mount the share"):
        await composer(photos)(entry_with("0" * 64 + ".jpg"), DAY, "fr")


async def test_a_folder_that_cannot_be_read_is_transient(tmp_path: Path) -> None:
    (tmp_path / "photos").touch()
    with pytest.raises(Transient, match=f"{tmp_path}/photos cannot be read: Not a directory"):
        await composer(PhotoFolder(tmp_path / "photos"))(entry_with("0" * 64 + ".jpg"), DAY, "fr")


async def test_photos_that_hang_are_transient_before_the_attempt_is_over(tmp_path: Path) -> None:
    photos = Hanging(tmp_path)
    file = photos.add(PICTURE, "image/jpeg")
    try:
        with pytest.raises(Transient, match=r"could not be read within 0\.05 seconds"):
            await composer(photos, seconds=0.05)(entry_with(file), DAY, "fr")
    finally:
        photos.let_go.set()


@pytest.mark.parametrize("trouble", ["no such bucket", "damaged", "refused", "down"])
async def test_what_is_wrong_with_a_store_is_transient_but_for_a_damaged_photo(
    s3: "S3Server", tmp_path: Path, trouble: str
) -> None:
    bucket = s3.make_bucket()
    url = f"s3://key:secret@{bucket}?endpoint={s3.url}"
    file = open_photos(url, own_folder=tmp_path).add(PICTURE, "image/jpeg")
    entry = entry_with(file)
    post = await composer(open_photos(url, own_folder=tmp_path))(entry, DAY, "fr")
    assert [picture.data for picture in post.pictures] == [PICTURE]
    match trouble:
        case "no such bucket":
            url = url.replace(bucket, "nowhere")
        case "damaged":
            s3.put(bucket, file, PICTURE[:-1])
        case "down":
            url = url.replace(str(s3.port), "9")
    compose = composer(open_photos(url, own_folder=tmp_path))
    expected = Permanent if trouble == "damaged" else Transient
    server = s3.strict() if trouble == "refused" else nullcontext()
    with server, pytest.raises(expected) as caught:
        await compose(entry, DAY, "fr")
    assert "s3://" in caught.value.user_message
    assert "secret@" not in caught.value.user_message


async def test_a_template_that_fails_with_a_city_is_logged_and_replaced(tmp_path: Path) -> None:
    city = Gazetteer().find("Nîmes")
    broken = read_templates(f'[fr]\nnumber = "{{{{ 1 / (altitude - {city.altitude}) }}}}"')
    photos = PhotoFolder(tmp_path)
    entry = entry_with(photos.add(PICTURE, "image/jpeg"))
    with capture_logs() as logged:
        post = await replace(composer(photos), templates=broken)(entry, DAY, "fr")
    assert "jour 12" in [part.text for part in post.parts]
    assert [(each["event"], each["city"]) for each in logged] == [("template_failed", "Nîmes")]
    assert "fr.number: division by zero" in logged[0]["message"]
