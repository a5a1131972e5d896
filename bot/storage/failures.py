"""What goes wrong at a database, in words: which one, why, what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from schedules.store import StoreUnavailable

SQLITE_REASONS = {
    "NOTADB": "is not a SQLite database: give another file name, or move this file away",
    "CORRUPT": "is damaged or cut short: move the file and its -wal away, then restore a backup",
    "FULL": "cannot grow, the disk is full: make room",
    "BUSY": "is locked, another process does not finish writing: end that process",
    "LOCKED": "is locked, another process does not finish writing: end that process",
    "READONLY": "cannot be written: give this user the right to write the file and its folder",
    "PERM": "cannot be written: give this user the right to write the file and its folder",
    "CANTOPEN": "cannot be opened: see that its folder can be written and that it is a file",
    "IOERR": "cannot be read or written, the disk reports an error: check the disk",
}
"""By the second word of SQLite's result code (https://www.sqlite.org/rescode.html)."""


@contextmanager
def told(database: str, connecting: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn the database's errors into StoreUnavailable, all but those of a refused second time.

    `database` is its URL without a password. `connecting`: what the driver raises by itself while
    it connects, where SQLAlchemy does not wrap it.
    """
    failures: tuple[type[Exception], ...] = (
        DBAPIError,
        NoConnectionFree,
        sqlite3.Error,
        OSError,
        *connecting,
    )
    try:
        yield
    except IntegrityError:
        raise
    except failures as error:
        raise StoreUnavailable(f"The database {database} {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")  # absent when Python's own module raised it
        known = SQLITE_REASONS.get(name.split("_")[1]) if "_" in name else None
        return known or f"fails: {cause}"
    words = " ".join(str(cause).split()) or type(cause).__name__
    if isinstance(cause, OSError):
        if cause.filename is not None:  # of a file, not of a server
            return f"cannot be opened: {cause.strerror} ({cause.filename})"
        return f"cannot be reached: {words}; see that the server runs and that the URL is right"
    return f"refuses: {words}"
