"""`MEDIA_URL` as an operator has it: what is queued on one machine is there on the other."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.bot.cli.terminal import CREDIT, Command, add, names, rows, set_settings

if TYPE_CHECKING:
    from tests.platforms.s3 import S3Server

SECRET = "sesame/open+4711"


def url_of(s3: "S3Server", bucket: str) -> str:
    return f"s3://key:{quote(SECRET, safe='')}@{bucket}/cities?endpoint={s3.url}"


def move_to_another_machine(folder: Path) -> None:
    """One with its own data folder, and a database that it shares with the first."""
    set_settings(folder, "DATA_DIR=other")


@pytest.fixture
def shared_database(folder: Path) -> None:
    set_settings(folder, "DATABASE_URL=sqlite:///shared.db", "LOG_LEVEL=debug")


@pytest.mark.usefixtures("shared_database")
def test_a_photo_in_ones_own_folder_is_not_on_another_machine(run: Command, folder: Path) -> None:
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    move_to_another_machine(folder)
    assert "is not in other/photos" in run("preview", entry, code=1).stderr


@pytest.mark.usefixtures("shared_database")
def test_a_photo_in_a_shared_folder_is_on_another_machine(run: Command, folder: Path) -> None:
    (folder / "share").mkdir()
    set_settings(folder, f"MEDIA_URL=file://{folder}/share")
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    first = image_of(run, entry)
    move_to_another_machine(folder)
    assert image_of(run, entry) == first


@pytest.mark.usefixtures("shared_database")
def test_a_photo_in_a_bucket_is_on_another_machine_and_its_secret_nowhere(
    run: Command, folder: Path, s3: "S3Server"
) -> None:
    bucket = s3.make_bucket()
    set_settings(folder, f"MEDIA_URL={url_of(s3, bucket)}")
    said = [run("check"), run("queue", "list")]
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    first = image_of(run, entry)
    assert not (folder / "data" / "photos").exists()
    move_to_another_machine(folder)
    assert image_of(run, entry) == first
    with s3.strict():
        said += [run("check", code=1), run("preview", entry, code=1)]
        assert "refuses these credentials" in said[-1].stderr
    (folder / ".env").rename(folder.parent / f"{folder.name}.env")
    written = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    heard = "".join(each.stdout + each.stderr for each in said)
    for secret in (SECRET, quote(SECRET, safe="")):
        assert secret not in heard
        assert secret.encode() not in written


def test_check_tells_where_the_photos_are(run: Command, folder: Path, s3: "S3Server") -> None:
    assert photos_found(run) == {
        "subject": "photos",
        "ok": True,
        "message": "data/photos can be read and written",
    }
    bucket = s3.make_bucket()
    set_settings(folder, f"MEDIA_URL={url_of(s3, bucket)}")
    said = f"s3://{bucket}/cities at {s3.url} can be read and written"
    assert photos_found(run)["message"] == said


@pytest.mark.parametrize("url", ["file:///nowhere/photos", "s3://k:s@b1?endpoint=http://[::1]:9"])
def test_check_fails_where_photos_cannot_be_reached(run: Command, folder: Path, url: str) -> None:
    if url.startswith("s3:"):
        pytest.importorskip("obstore")
    set_settings(folder, f"MEDIA_URL={url}")
    assert photos_found(run, code=1)["ok"] is False


def test_a_store_that_is_down_refuses_a_photo_and_queues_nothing(
    run: Command, folder: Path, s3: "S3Server"
) -> None:
    exported = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    (folder / "queue.json").write_bytes(run("queue", "export").stdout_bytes)
    run("queue", "remove", exported)
    set_settings(folder, f"MEDIA_URL={url_of(s3, 'nowhere')}")
    refused = run("queue", "add", "Nîmes", "--photo", "nimes.jpg", code=1).stderr
    assert f"s3://nowhere/cities at {s3.url} has no such bucket" in refused
    refused = run("queue", "import", "queue.json", code=1).stderr
    assert "has no such bucket: make it, or correct its name. Nothing was imported" in refused
    assert names(run) == []


def test_what_is_exported_is_imported_where_its_photos_are(
    run: Command, folder: Path, s3: "S3Server"
) -> None:
    set_settings(folder, f"MEDIA_URL={url_of(s3, s3.make_bucket())}")
    add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    (folder / "queue.json").write_bytes(run("queue", "export").stdout_bytes)
    shutil.rmtree(folder / "data")
    run("queue", "import", "queue.json")
    assert [row["state"] for row in rows(run("queue", "list", "--json"))] == ["ready"]


def test_a_wrong_media_url_is_code_2(run: Command, folder: Path) -> None:
    set_settings(folder, f"MEDIA_URL=s3://key:{SECRET}@bucket")
    refused = run("queue", "list", code=2).stderr
    assert "CITY_A_DAY_MEDIA_URL: got a value that is not shown here" in refused
    assert SECRET not in refused


def image_of(run: Command, entry: str) -> bytes:
    """The image that followers of the gallery would see."""
    (preview,) = rows(run("preview", entry, "--json"))
    return Path(preview["images"][0]["path"]).read_bytes()


def photos_found(run: Command, code: int = 0) -> dict[str, object]:
    found: list[dict[str, object]] = rows(run("check", "--json", code=code))
    return next(each for each in found if each["subject"] == "photos")
