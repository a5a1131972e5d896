"""The photo folder."""

import os
import resource
from hashlib import sha256
from pathlib import Path

import pytest

from bot.storage.photos import PhotoFolder, PhotoMissing

PICTURE = b"\xff\xd8\xff not really a picture"
FILE = f"{sha256(PICTURE).hexdigest()}.jpg"


def test_a_photo_is_kept_under_its_content_and_type(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path)
    assert folder.add(PICTURE, "image/jpeg") == FILE
    assert folder.read(FILE) == PICTURE


def test_the_folder_is_made_with_the_first_photo(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path / "data" / "photos")
    assert folder.read(folder.add(PICTURE, "image/png")) == PICTURE


def test_adding_again_changes_nothing(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path)
    folder.add(PICTURE, "image/jpeg")
    assert folder.add(PICTURE, "image/jpeg") == FILE
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_damaged_photo_is_not_given_out(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path)
    folder.add(PICTURE, "image/jpeg")
    (tmp_path / FILE).write_bytes(PICTURE[:5])
    with pytest.raises(PhotoMissing, match="damaged"):
        folder.read(FILE)


def test_adding_again_heals_a_damaged_photo(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path)
    (tmp_path / FILE).write_bytes(PICTURE[:5])
    folder.add(PICTURE, "image/jpeg")
    assert folder.read(FILE) == PICTURE


def test_a_photo_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PhotoMissing, match=FILE):
        PhotoFolder(tmp_path).read(FILE)


@pytest.mark.parametrize(
    "file",
    [
        "",
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
def test_nothing_but_a_photos_name_is_read(tmp_path: Path, file: str) -> None:
    inside = tmp_path / "photos"
    inside.mkdir()
    for place in (tmp_path / "secret.jpg", tmp_path / FILE, tmp_path / "secret"):
        place.write_bytes(PICTURE)
    with pytest.raises(PhotoMissing, match="no name of a photo"):
        PhotoFolder(inside).read(file)


@pytest.mark.parametrize("media_type", ["", "text/html", "image/svg+xml", "image/../x"])
def test_what_is_no_picture_is_not_kept(tmp_path: Path, media_type: str) -> None:
    with pytest.raises(ValueError, match="is no picture type"):
        PhotoFolder(tmp_path).add(PICTURE, media_type)
    assert list(tmp_path.iterdir()) == []


def test_a_photo_that_could_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError, match=os.strerror(27)):
            folder.add(PICTURE, "image/jpeg")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
