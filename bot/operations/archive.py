"""The archive that a backup is: a tar file, whose last member lists all others with their SHA-256.

So one that was cut short is told from a whole one, wherever it was cut. What is in it is named in
one of the ways that are written here; nothing else is taken out of one.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase

FORMAT = 1
ABOUT, DATABASE, LIST = "backup.json", "city-a-day.db", "list.json"
PHOTOS, GALLERIES = "photos", "galleries"
_NAME = re.compile(
    rf"{re.escape(DATABASE)}|{PHOTOS}/[0-9a-f]{{64}}\.[a-z]+"
    rf"|{GALLERIES}/[a-z0-9][a-z0-9_-]*/[a-z]+/[A-Za-z0-9][A-Za-z0-9._-]*"
)
_CHUNK = 1 << 20
_SMALL = 100_000_000
"""More bytes than what is read at once ever has: photos, pictures, the list."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a backup says of itself. `made_at` is an instant before anything in it was read."""

    format: int
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A member, its bytes and their SHA-256."""

    name: str
    size: int
    sha256: str


_ABOUT = TypeAdapter(About)
_LIST = TypeAdapter(list[Listed])


class Writer:
    """Writes an archive. Its members come in the order in which they are added."""

    def __init__(self, stream: IO[bytes], *, made_at: datetime) -> None:
        self._made_at = made_at
        self._tar = tarfile.open(fileobj=stream, mode="w")  # noqa: SIM115 - `finish` ends it
        self._listed: list[Listed] = []
        self._put(ABOUT, _ABOUT.dump_json(About(format=FORMAT, made_at=made_at)))

    def add_file(self, name: str, file: Path) -> None:
        """Raises OSError."""
        with file.open("rb") as stream:
            digest, size = _digest(stream), os.fstat(stream.fileno()).st_size
            stream.seek(0)
            self._tar.addfile(self._member(name, size), stream)
        self._listed.append(Listed(name=name, size=size, sha256=digest))

    def add(self, name: str, data: bytes) -> None:
        """Raises OSError."""
        self._put(name, data)
        self._listed.append(
            Listed(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest())
        )

    def finish(self) -> None:
        """Without it, it is cut short."""
        self._put(LIST, json.dumps([asdict(each) for each in self._listed]).encode())
        self._tar.close()

    def _put(self, name: str, data: bytes) -> None:
        self._tar.addfile(self._member(name, len(data)), BytesIO(data))

    def _member(self, name: str, size: int) -> tarfile.TarInfo:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        member.mtime = int(self._made_at.timestamp())
        return member


def read_about(file: Path) -> About:
    """What a whole backup says of itself. Reads all of it.

    Raises CannotBeDone for a foreign file, one that was cut short or changed, and a newer one.
    """
    with _opened(file) as tar:
        first = tar.next()
        if first is None or first.name != ABOUT:
            raise _foreign(file)
        about = _about(file, _bytes(tar, first))
        try:
            _compare(tar)
        except (tarfile.TarError, EOFError, ValueError) as error:
            raise CannotBeDone(
                Phrase(
                    "{file} is damaged or cut short: use another backup, nothing was changed.",
                    file=file,
                )
            ) from error
    return about


def members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The members of a whole backup, each with its bytes. Raises CannotBeDone."""
    with _opened(file) as tar:
        for member in tar:
            stream = tar.extractfile(member)
            if member.name not in (ABOUT, LIST) and stream is not None:
                yield member.name, stream


def instant(at: datetime) -> str:
    """As a person reads it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _compare(tar: tarfile.TarFile) -> None:
    """Raise ValueError unless all is there as it was written, and nothing else."""
    found: list[Listed] = []
    listed: Sequence[Listed] | None = None
    for member in tar:
        if member.name == ABOUT:
            continue
        if listed is not None or not member.isreg():
            raise ValueError("something follows the list, or is no file")
        if member.name == LIST:
            listed = _LIST.validate_json(_bytes(tar, member))
            continue
        stream = tar.extractfile(member)
        if stream is None or not _NAME.fullmatch(member.name):
            raise ValueError("a member that no backup has")
        found.append(Listed(name=member.name, size=member.size, sha256=_digest(stream)))
    if listed is None or list(listed) != found or len({each.name for each in found}) < len(found):
        raise ValueError("not what the list says")


def _about(file: Path, data: bytes) -> About:
    try:
        fields = json.loads(data)
        if isinstance(fields, Mapping) and fields.get("format", FORMAT) > FORMAT:
            raise CannotBeDone(
                Phrase(
                    "{file} was made by a newer version of City a Day: restore it with that one.",
                    file=file,
                )
            )
        return _ABOUT.validate_python(fields)
    except (ValueError, TypeError, ValidationError) as error:
        raise _foreign(file) from error


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        if not file.is_file():
            raise CannotBeDone(
                Phrase("{file} is not there, or no file: give a backup's.", file=file)
            )
        with tarfile.open(file, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise _foreign(file) from error
    except OSError as error:
        raise CannotBeDone(
            Phrase("{path} cannot be read: {reason}.", path=file, reason=error.strerror)
        ) from error


def _foreign(file: Path) -> CannotBeDone:
    return CannotBeDone(
        Phrase("{file} is no backup that city-a-day made: nothing was changed.", file=file)
    )


def _bytes(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    if stream is None or member.size > _SMALL:
        raise tarfile.ReadError("no such member")
    data = stream.read()
    if len(data) < member.size:
        raise tarfile.ReadError("cut short")
    return data


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
