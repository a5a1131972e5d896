"""Reading the files that a person names."""

import stat
from pathlib import Path

from bot.operations.refusal import CannotBeDone
from content.typed import shown

LARGEST_BYTES = 50_000_000
"""As much as a picture may have (`content.images.MAX_BYTES`), and many times a long queue."""


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises CannotBeDone, also for what never ends: a pipe, a device."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise CannotBeDone(f"{path} is a folder: give a file.")
        if not stat.S_ISREG(facts.st_mode):
            raise CannotBeDone(f"{path} is no file but a pipe or a device: give a file.")
        if facts.st_size > LARGEST_BYTES:
            raise CannotBeDone(
                f"{path} has {facts.st_size / 1e6:,.0f} MB, the most is"
                f" {LARGEST_BYTES // 1_000_000} MB: give a smaller file."
            )
        return path.read_bytes()
    except OSError as error:
        raise CannotBeDone(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a NUL, or half of a character
        raise CannotBeDone(f"{shown(str(path))} cannot be the name of a file.") from error
