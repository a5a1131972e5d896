"""`city-a-day backup` and `restore`, as typed: what is in a file, and which files are refused."""

import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.operations.archive import ABOUT, DATABASE, LIST
from bot.storage.schema_version import VERSION_TABLE
from tests.bot.cli.terminal import CREDIT, Command, add, names, set_settings
from tests.bot.storage.test_migrations import use_up_to

Members = dict[str, bytes]


def read(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return {each.name: (tar.extractfile(each) or io.BytesIO()).read() for each in tar}


def write(archive: Path, members: Members) -> None:
    """With a list that is true to them."""
    listed = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
        if name not in (ABOUT, LIST)
    ]
    members = {name: data for name, data in members.items() if name != LIST}
    with tarfile.open(archive, "w") as tar:
        for name, data in (members | {LIST: json.dumps(listed).encode()}).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


@pytest.fixture
def archive(run: Command, folder: Path) -> Path:
    """A backup of a queue with one city and its photo, and of a gallery with one page."""
    run("post")
    add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    run("backup", "b.tar")
    return folder / "b.tar"


def test_a_backup_holds_database_photos_and_gallery_and_no_settings(
    run: Command, folder: Path
) -> None:
    set_settings(folder, "DATABASE_URL=sqlite:///data/s3cret.db")
    run("post")
    add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    made = run("backup", "b.tar")
    assert "b.tar: 1 cities in the queue, 1 dates on record, 1 photos, 3 files of" in made.stdout
    members = read(folder / "b.tar")
    assert next(iter(members)) == ABOUT
    assert sorted({name.partition("/")[0] for name in members}) == sorted(
        [ABOUT, DATABASE, LIST, "photos", "galleries"]
    )
    assert not any(b"s3cret" in data for data in members.values())
    assert [path.name for path in folder.iterdir() if path.name.startswith(".b.tar")] == []


def test_a_restored_folder_is_as_it_was(run: Command, folder: Path, archive: Path) -> None:
    kept = {
        path: path.read_bytes()
        for pattern in ("photos/*", "site/days/*", "site/pictures/*")
        for path in (folder / "data").glob(pattern)
    }
    (folder / "data").rename(folder / "lost")
    run("restore", "b.tar")
    assert names(run) == ["Nîmes"]
    assert {path: path.read_bytes() for path in kept} == kept
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        *("city-a-day.db", "photos", "service.lock", "site"),
    ]


def test_a_photo_that_is_damaged_is_mended_and_a_gallery_page_stays_as_it_is(
    run: Command, folder: Path, archive: Path
) -> None:
    (photo,) = (folder / "data" / "photos").iterdir()
    (day,) = (folder / "data" / "site" / "days").iterdir()
    whole = photo.read_bytes()
    photo.write_bytes(b"damaged")
    day.write_bytes(b"another one")
    run("restore", "b.tar", "--yes")
    assert (photo.read_bytes(), day.read_bytes()) == (whole, b"another one")


def test_a_photo_that_is_not_to_be_had_is_told(run: Command, folder: Path, archive: Path) -> None:
    (photo,) = (folder / "data" / "photos").iterdir()
    photo.unlink()
    assert f"The photo {photo.name} is not to be had" in run("backup", "c.tar").stderr


def test_a_gallery_that_is_no_destination_is_left_out(
    run: Command, folder: Path, archive: Path
) -> None:
    members = read(archive)
    day = next(name for name in members if "/days/" in name)
    write(archive, members | {"galleries/site-old/days/2020-01-01.json": members[day]})
    assert "The gallery site-old was left out" in run("restore", "b.tar", "--yes").stderr
    assert not (folder / "data" / "site-old").exists()


def test_of_a_gallery_only_what_it_keeps_is_taken(
    run: Command, folder: Path, archive: Path
) -> None:
    write(archive, read(archive) | {"galleries/site/days/index.html": b"<script>"})
    run("restore", "b.tar", "--yes")
    assert not (folder / "data" / "site" / "days" / "index.html").exists()


def test_a_backup_that_was_cut_short_anywhere_is_refused(
    run: Command, folder: Path, archive: Path
) -> None:
    add(run, "Metz")
    with tarfile.open(archive) as tar:
        starts = [member.offset for member in tar][1:]
    whole = archive.read_bytes()
    for length in [*starts, *(start - 100 for start in starts), starts[-1] + 600]:
        archive.write_bytes(whole[:length])
        refused = run("restore", "b.tar", "--yes", code=1)
        assert refused.stderr.startswith("city-a-day: b.tar is "), length
        assert refused.stderr.count("\n") == 1
    assert names(run) == ["Nîmes", "Metz"]


def test_a_backup_of_which_a_byte_was_changed_is_refused(
    run: Command, folder: Path, archive: Path
) -> None:
    whole = bytearray(archive.read_bytes())
    whole[len(whole) // 2] ^= 1
    archive.write_bytes(whole)
    assert "is damaged or cut short" in run("restore", "b.tar", "--yes", code=1).stderr


def foreign(archive: Path, members: Members) -> None:
    archive.write_text("These are my notes. " * 1000)


def somebody_elses_tar(archive: Path, members: Members) -> None:
    write(archive, {"notes.txt": b"These are my notes."})


def newer_format(archive: Path, members: Members) -> None:
    write(archive, members | {ABOUT: b'{"format": 2, "made_at": "2027-01-01T00:00:00Z"}'})


def newer_schema(archive: Path, members: Members) -> None:
    file = archive.with_name("newer.db")
    file.write_bytes(members[DATABASE])
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        database.commit()
    write(archive, members | {DATABASE: file.read_bytes()})


def no_database(archive: Path, members: Members) -> None:
    write(archive, {name: data for name, data in members.items() if name != DATABASE})


def path_upwards(archive: Path, members: Members) -> None:
    write(archive, members | {"galleries/site/days/../../../evil.json": b"{}"})


def absolute_path(archive: Path, members: Members) -> None:
    write(archive, members | {"/tmp/evil.json": b"{}"})


def link(archive: Path, members: Members) -> None:
    with tarfile.open(archive, "w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            if "/days/" in name:
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
            tar.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (foreign, "b.tar is no backup that city-a-day made: nothing was changed."),
        (somebody_elses_tar, "b.tar is no backup that city-a-day made: nothing was changed."),
        (newer_format, "b.tar was made by a newer version of City a Day"),
        (newer_schema, "made by a newer version of City a Day (schema 9999"),
        (no_database, "b.tar holds no database"),
        (path_upwards, "b.tar is damaged"),
        (absolute_path, "b.tar is damaged"),
        (link, "b.tar is damaged"),
    ],
)
def test_what_is_no_backup_of_ours_changes_nothing(
    run: Command,
    folder: Path,
    archive: Path,
    spoil: Callable[[Path, Members], None],
    says: str,
) -> None:
    spoil(archive, read(archive))
    add(run, "Metz")
    refused = run("restore", "b.tar", "--yes", code=1)
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert names(run) == ["Nîmes", "Metz"]
    assert sorted(path.name for path in folder.rglob("*evil*")) == []


def test_a_backup_of_the_first_schema_is_brought_up_to_date(
    run: Command, folder: Path, archive: Path
) -> None:
    old = create_engine(f"sqlite:///{folder / 'old.db'}")
    with old.begin() as connection:
        use_up_to(connection, "0001")
    old.dispose()
    members = read(archive)
    write(archive, members | {DATABASE: (folder / "old.db").read_bytes()})
    assert " is restored: " in run("restore", "b.tar", "--yes").stdout
    run("status")


def test_files_that_cannot_be_used_are_named(run: Command, folder: Path) -> None:
    assert "nowhere.tar is not there" in run("restore", "nowhere.tar", code=1).stderr
    assert "data is a folder" in run("backup", "data", code=1).stderr
    assert "no/b.tar cannot be written" in run("backup", "no/b.tar", code=1).stderr
