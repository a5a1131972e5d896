"""Photos: the same wherever they are kept, in a folder or in a bucket."""

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from bot.storage.media_url import open_photos
from bot.storage.photos import PhotoFolder, PhotoMissing, Photos, PhotosUnavailable

PICTURE = b"\xff\xd8\xff not really a picture"
FILE = f"{sha256(PICTURE).hexdigest()}.jpg"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Photos, and a hand that reaches around them to where they are kept."""

    photos: Photos
    put: Callable[[str, bytes], object]
    names: Callable[[], list[str]]
    place: str


@pytest.fixture(params=["own folder", "shared folder", "bucket", "prefix in a bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if "folder" in request.param:
        folder = tmp_path / "photos"
        folder.mkdir()
        url = f"file://{folder}" if request.param == "shared folder" else ""
        return Kept(
            photos=open_photos(url, own_folder=folder),
            put=lambda name, data: (folder / name).write_bytes(data),
            names=lambda: [file.name for file in folder.iterdir()],
            place=str(folder),
        )
    s3 = request.getfixturevalue("s3")
    bucket, prefix = s3.make_bucket(), "a/b/" if "prefix" in request.param else ""
    url = f"s3://key:secret@{bucket}/{prefix}?endpoint={s3.url}"
    return Kept(
        photos=open_photos(url, own_folder=tmp_path),
        put=lambda name, data: s3.put(bucket, prefix + name, data),
        names=lambda: [key.removeprefix(prefix) for key in s3.keys(bucket)],
        place=f"s3://{bucket}/{prefix}".rstrip("/") + f" at {s3.url}",
    )


def test_a_photo_is_kept_under_its_content_and_type(kept: Kept) -> None:
    assert kept.photos.add(PICTURE, "image/jpeg") == FILE
    assert kept.names() == [FILE]
    assert kept.photos.read(FILE) == PICTURE


def test_a_large_photo_is_kept_whole(kept: Kept) -> None:
    large = os.urandom(1_000_000) * 12
    assert kept.photos.read(kept.photos.add(large, "image/png")) == large


def test_adding_again_changes_nothing(kept: Kept) -> None:
    kept.photos.add(PICTURE, "image/jpeg")
    assert kept.photos.add(PICTURE, "image/jpeg") == FILE
    assert kept.names() == [FILE]
    assert kept.photos.read(FILE) == PICTURE


def test_it_is_known_which_photos_there_are(kept: Kept) -> None:
    kept.photos.add(PICTURE, "image/jpeg")
    assert kept.photos.has(FILE)
    assert not kept.photos.has(FILE.replace(".jpg", ".png"))


def test_a_damaged_photo_is_not_given_out(kept: Kept) -> None:
    kept.photos.add(PICTURE, "image/jpeg")
    kept.put(FILE, PICTURE[:5])
    with pytest.raises(PhotoMissing, match=f"{FILE} in .* is damaged"):
        kept.photos.read(FILE)


def test_adding_again_heals_a_damaged_photo(kept: Kept) -> None:
    kept.put(FILE, PICTURE[:5])
    kept.photos.add(PICTURE, "image/jpeg")
    assert kept.photos.read(FILE) == PICTURE


def test_a_photo_that_is_not_there_is_named_with_its_place(kept: Kept) -> None:
    with pytest.raises(PhotoMissing) as caught:
        kept.photos.read(FILE)
    assert str(caught.value) == f"The photo {FILE} is not in {kept.place}."


@pytest.mark.parametrize(
    "file",
    [
        "",
        "secret",
        "../secret.jpg",
        f"../{FILE}",
        f"/etc/{FILE}",
        f"{FILE}/../../secret",
        f"{FILE}\n",
        f"{FILE}\0",
        FILE.upper(),
        FILE.replace(".jpg", ".exe"),
        FILE[1:],
    ],
)
def test_nothing_but_a_photos_name_is_read(kept: Kept, tmp_path: Path, file: str) -> None:
    for place in (tmp_path / "secret.jpg", tmp_path / FILE, tmp_path / "secret"):
        place.write_bytes(PICTURE)
    kept.put("secret", PICTURE)
    assert not kept.photos.has(file)
    with pytest.raises(PhotoMissing, match="no name of a photo"):
        kept.photos.read(file)


@pytest.mark.parametrize("media_type", ["", "text/html", "image/svg+xml", "image/../x"])
def test_what_is_no_picture_is_not_kept(kept: Kept, media_type: str) -> None:
    with pytest.raises(ValueError, match="is no picture type"):
        kept.photos.add(PICTURE, media_type)
    assert kept.names() == []


def test_a_check_tells_where_photos_are_and_stands_in_nobodys_way(kept: Kept) -> None:
    assert kept.photos.check() == kept.place
    assert kept.photos.check() == kept.place
    assert [name for name in kept.names() if name != "city-a-day-check"] == []


def test_ones_own_folder_is_made_with_the_first_photo(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path / "data" / "photos")
    assert folder.read(folder.add(PICTURE, "image/png")) == PICTURE


def test_a_shared_folder_that_is_not_there_is_not_made_and_loses_no_photo(tmp_path: Path) -> None:
    photos = open_photos(f"file://{tmp_path}/share/photos", own_folder=tmp_path / "own")
    for use in (
        lambda: photos.add(PICTURE, "image/jpeg"),
        lambda: photos.read(FILE),
        lambda: photos.has(FILE),
        photos.check,
    ):
        with pytest.raises(PhotosUnavailable, match=r"share/photos is not there: mount the share"):
            use()
    assert list(tmp_path.iterdir()) == []


def test_a_photo_that_could_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(PhotosUnavailable, match=f"{tmp_path} cannot be written: File too larg"):
            folder.add(PICTURE, "image/jpeg")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
