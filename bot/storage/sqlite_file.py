"""The SQLite file: made whole, and watched while it is in use.

SQLite takes an empty file for a new database, and goes on writing to one that was deleted or
replaced: what it commits then is lost when the process ends. After either, a city that is out would
be posted a second time.
"""

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote

from schedules.store import StoreUnavailable


class SqliteFile:
    """A database's file. `shown` is what messages call the database."""

    def __init__(self, path: Path, *, shown: str) -> None:
        self.path = path
        self._shown = shown
        self._identity: tuple[int, int] | None = None
        self._size = 0

    @property
    def uri(self) -> str:
        """What opens it for reading and writing, but never makes it."""
        return f"file:{quote(str(self.path))}?mode=rw"

    def make(self) -> None:
        """Make it if it is not there, and begin to watch it.

        Raises StoreUnavailable, sqlite3.Error, OSError.
        """
        if not self.path.parent.is_dir():
            raise self._unavailable(
                f"cannot be opened: there is no folder {self.path.parent}; make it"
            )
        log = self.path.with_name(f"{self.path.name}-wal")
        if not self.path.exists() and not self.path.is_symlink():
            if log.exists() and log.stat().st_size:
                raise self._unavailable(
                    f"is gone, but {log} is still there, which belongs to it: put it back, or move"
                    " that one away to start anew"
                )
            self._put_there()
        # A later failure to open it would leave a thread of aiosqlite behind.
        sqlite3.connect(self.uri, uri=True).close()
        found = self.path.stat()
        if found.st_size == 0:
            raise self._unavailable(
                "is damaged or cut short, the file is empty: restore a backup, or delete the file"
                " to start anew"
            )
        self._identity, self._size = (found.st_dev, found.st_ino), found.st_size

    def check(self) -> None:
        """Raise StoreUnavailable unless it is the file that was opened, as long as it ever was."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise self._unavailable("is gone, its file was moved or deleted: put it back") from None
        # A folder may have been given the file's old number.
        if (found.st_dev, found.st_ino) != self._identity or not S_ISREG(found.st_mode):
            raise self._unavailable(
                "is not the file that was opened, another one has taken its place: put the first"
                " one back, or stop this process and use city-a-day restore"
            )
        if found.st_size < self._size:
            raise self._unavailable(
                "was cut short while it was in use: start this process again; if it says then that"
                " the file is damaged, and not a VACUUM made it smaller, move it and its -wal away"
                " and restore a backup"
            )
        self._size = found.st_size

    def _put_there(self) -> None:
        """Two that do it at once make one file, and none is ever seen empty."""
        unfinished = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        try:
            with closing(sqlite3.connect(unfinished)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")  # writes the first page
            os.link(unfinished, self.path)
        except FileExistsError:
            pass
        finally:
            with suppress(OSError):  # where nothing can be written, what failed first says why
                unfinished.unlink(missing_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _unavailable(self, why: str) -> StoreUnavailable:
        return StoreUnavailable(f"The database {self._shown} {why}.")
