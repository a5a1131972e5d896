"""Reading the files that a person names."""

import stat
from pathlib import Path

from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from content.typed import shown

LARGEST_BYTES = 50_000_000
"""As much as a picture may have (`content.images.MAX_BYTES`), and many times a long queue."""


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises CannotBeDone, also for what never ends: a pipe, a device."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise CannotBeDone(Phrase("{path} is a folder: give a file.", path=path))
        if not stat.S_ISREG(facts.st_mode):
            raise CannotBeDone(
                Phrase("{path} is no file but a pipe or a device: give a file.", path=path)
            )
        if facts.st_size > LARGEST_BYTES:
            raise CannotBeDone(
                Phrase(
                    "{path} has {size:,} MB, the most is {most} MB: give a smaller file.",
                    path=path,
                    size=round(facts.st_size / 1e6),
                    most=LARGEST_BYTES // 1_000_000,
                )
            )
        return path.read_bytes()
    except OSError as error:
        raise CannotBeDone(
            Phrase("{path} cannot be read: {reason}.", path=path, reason=error.strerror)
        ) from error
    except ValueError as error:  # a NUL, or half of a character
        raise CannotBeDone(
            Phrase("{path} cannot be the name of a file.", path=shown(str(path)))
        ) from error
