"""A folder whose files appear whole or not at all, whatever crashes."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Folder:
    """Writes below `root`. Every method raises OSError, and takes names relative to `root`.

    Files are written in a hidden folder beside their place and moved there when complete. The
    writing methods want `locked()` around them.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unfinished = root / ".unfinished"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all threads and processes; waits for the others."""
        self._unfinished.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # given back when the file is closed
            for left_by_a_crash in self._unfinished.iterdir():
                left_by_a_crash.unlink()
            yield

    def create(self, name: str, data: bytes) -> None:
        """Write a new file for good. Raises FileExistsError, and the one that is there stays.

        A hard link cannot replace what exists, and what it makes is complete from its first moment.
        """
        target = self._target(name)
        temporary = self._write_aside(data, durable=True)
        try:
            os.link(temporary, target)
        finally:
            temporary.unlink()
        _sync(target.parent)

    def write(self, name: str, data: bytes, *, durable: bool) -> bool:
        """Write or replace a file, unless it holds `data` already; whether it was written."""
        target = self._target(name)
        try:
            if target.read_bytes() == data:
                return False
        except FileNotFoundError:
            pass
        self._write_aside(data, durable=durable).replace(target)
        if durable:
            _sync(target.parent)
        return True

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError."""
        return (self.root / name).read_bytes()

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.root / name).is_file()

    def names(self, pattern: str) -> list[str]:
        """The names that match a glob pattern, sorted."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern))

    def remove(self, name: str) -> None:
        """Take a file, or a folder with all that is in it, away. One already gone is a success."""
        target = self.root / name
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def _target(self, name: str) -> Path:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _write_aside(self, data: bytes, *, durable: bool) -> Path:
        path = self._unfinished / secrets.token_hex(8)
        with path.open("xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        return path


def _sync(folder: Path) -> None:
    """Make the names in a folder outlast a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
