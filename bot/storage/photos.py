"""Photos: pictures under the name of their content, in a folder or wherever `Photos` is kept."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

from content.phrase import Phrase
from content.typed import shown

EXTENSIONS = {
    "image/avif": "avif",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tiff",
    "image/webp": "webp",
}
_READ, _WRITTEN = Phrase("read"), Phrase("written")
NAME = re.compile(rf"([0-9a-f]{{64}})\.({'|'.join(EXTENSIONS.values())})")


class PhotoMissing(LookupError):
    """There is no such photo, or not whole; the message says which."""


class PhotosUnavailable(Exception):
    """Photos can be neither read nor written now; the message says where, why and what to do."""


class Photos(Protocol):
    """Pictures, each under its SHA-256 and its type. Every method blocks: call it in a thread.

    Adding a picture that is there already changes nothing, so that whatever was cut short can be
    done again. Each method raises PhotosUnavailable.
    """

    def add(self, data: bytes, media_type: str) -> str:
        """Keep a picture ("image/jpeg" or the like) for good; its name.

        Raises ValueError when the media type is no known picture type.
        """

    def has(self, file: str) -> bool:
        """Whether there is a picture of this name."""

    def read(self, file: str) -> bytes:
        """The picture of a name that `add` gave. Raises PhotoMissing, also for any other name."""

    def check(self) -> str:
        """See that pictures can be read and written; where that is."""


class PhotoFolder:
    """Photos in a folder. It is made if needed, unless it is `shared` with other replicas.

    A shared one must be there: made where the share is not mounted, it would be this replica's own.
    """

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self._folder = folder
        self._shared = shared

    def add(self, data: bytes, media_type: str) -> str:
        """Written to the disk when this returns. Raises PhotosUnavailable, ValueError."""
        file = file_name(data, media_type)
        # Written in any case: the one that is there may have been damaged.
        unfinished = self._folder / f".{file}.{secrets.token_hex(8)}"
        with self._told(_WRITTEN):
            self._see_that_it_is_there()
            try:
                with unfinished.open("xb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                unfinished.replace(self._folder / file)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            _sync(self._folder)
        return file

    def has(self, file: str) -> bool:
        """Whether there is a picture of this name. Raises PhotosUnavailable."""
        if NAME.fullmatch(file) is None:
            return False
        with self._told(_READ):
            found = (self._folder / file).is_file()
            if not found and self._shared:
                self._see_that_it_is_there()
        return found

    def read(self, file: str) -> bytes:
        """The picture of a name that `add` gave. Raises PhotoMissing, PhotosUnavailable."""
        digest = digest_in(file)
        with self._told(_READ):
            try:
                data = (self._folder / file).read_bytes()
            except FileNotFoundError as error:
                if self._shared:
                    self._see_that_it_is_there()
                raise PhotoMissing(
                    Phrase("The photo {file} is not in {place}.", file=file, place=self._folder)
                ) from error
        return whole(
            data, digest, Phrase("The photo {file} in {place}", file=file, place=self._folder)
        )

    def check(self) -> str:
        """See that the folder can be written; its path. Raises PhotosUnavailable."""
        with self._told(_WRITTEN):
            self._see_that_it_is_there()
            with TemporaryFile(dir=self._folder) as file:
                file.write(b"City a Day")
                file.flush()
        return str(self._folder)

    def _see_that_it_is_there(self) -> None:
        if not self._shared:
            self._folder.mkdir(parents=True, exist_ok=True)
        elif not self._folder.is_dir():
            raise PhotosUnavailable(
                Phrase(
                    "The photo folder {folder} is not there: mount the share, or make the folder in"
                    " it.",
                    folder=self._folder,
                )
            )

    @contextmanager
    def _told(self, done: Phrase) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise PhotosUnavailable(
                Phrase(
                    "The photo folder {folder} cannot be {done}: {reason}.",
                    folder=self._folder,
                    done=done,
                    reason=error.strerror,
                )
            ) from error


def file_name(data: bytes, media_type: str) -> str:
    """The name of a picture. Raises ValueError when the media type is no known picture type."""
    if media_type not in EXTENSIONS:
        raise ValueError(f"{media_type} is no picture type: one of {', '.join(EXTENSIONS)}")
    return f"{hashlib.sha256(data).hexdigest()}.{EXTENSIONS[media_type]}"


def digest_in(file: str) -> str:
    """The SHA-256 that a photo's name tells. Raises PhotoMissing for any other name."""
    name = NAME.fullmatch(file)
    if name is None:
        raise PhotoMissing(Phrase("“{file}” is no name of a photo.", file=shown(file)))
    return name[1]


def whole(data: bytes, digest: str, photo: Phrase) -> bytes:
    """A picture's bytes, when they have this SHA-256. Raises PhotoMissing, naming the `photo`."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise PhotoMissing(Phrase("{photo} is damaged: add it again.", photo=photo))
    return data


def _sync(folder: Path) -> None:
    """Make a rename in a folder survive a power cut; where folders cannot be opened it does so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
