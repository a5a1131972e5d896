"""The photo folder: pictures under the name of their content."""

import hashlib
import os
import re
import secrets
from pathlib import Path

EXTENSIONS = {
    "image/avif": "avif",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tiff",
    "image/webp": "webp",
}
NAME = re.compile(rf"([0-9a-f]{{64}})\.({'|'.join(EXTENSIONS.values())})")


class PhotoMissing(LookupError):
    """The photo folder does not have this photo, or not whole; the message says which."""


class PhotoFolder:
    """A folder of pictures, each in a file named by its SHA-256 and its type. It is made if needed.

    Adding a picture that is there already changes nothing, so that whatever was cut short can be
    done again. OSError is raised when the disk is full or the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, data: bytes, media_type: str) -> str:
        """Keep a picture ("image/jpeg" or the like) for good; its file name.

        Raises ValueError when the media type is no known picture type.
        """
        if media_type not in EXTENSIONS:
            raise ValueError(f"{media_type} is no picture type: one of {', '.join(EXTENSIONS)}")
        file = f"{hashlib.sha256(data).hexdigest()}.{EXTENSIONS[media_type]}"
        self._folder.mkdir(parents=True, exist_ok=True)
        # Written in any case: the one that is there may have been damaged.
        unfinished = self._folder / f".{file}.{secrets.token_hex(8)}"
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
        """Whether there is a picture of this name."""
        return NAME.fullmatch(file) is not None and (self._folder / file).is_file()

    def read(self, file: str) -> bytes:
        """The picture of a name that `add` gave. Raises PhotoMissing, also for any other name."""
        name = NAME.fullmatch(file)
        if name is None:
            raise PhotoMissing(f"{file!r} is no name of a photo in the photo folder.")
        try:
            data = (self._folder / file).read_bytes()
        except FileNotFoundError as error:
            raise PhotoMissing(f"The photo {file} is not in {self._folder}.") from error
        if hashlib.sha256(data).hexdigest() != name[1]:
            raise PhotoMissing(f"The photo {file} in {self._folder} is damaged: add it again.")
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
