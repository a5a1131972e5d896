"""The operator's caption file: found, read and tried at start."""

from pathlib import Path

from bot.settings import SettingsError
from content.caption_templates import (
    LARGEST_FILE,
    BrokenTemplates,
    CaptionTemplates,
    built_in,
    read_templates,
)


def read_caption_file(file: Path | None) -> CaptionTemplates:
    """The templates of a file; the built-in ones without one.

    Raises SettingsError, which names the file, line, language and part, and says what is wrong.
    """
    if file is None:
        return built_in()
    try:
        with file.open("rb") as opened:
            source = opened.read(LARGEST_FILE + 1).decode("utf-8")
        return read_templates(source)
    except UnicodeDecodeError as error:
        raise _refused(file, "not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise _refused(file, f"cannot be read: {error.strerror}") from error
    except BrokenTemplates as error:
        raise _refused(file, *str(error).split("\n")) from error


def _refused(file: Path, *flaws: str) -> SettingsError:
    return SettingsError("\n".join(f"CITY_A_DAY_CAPTION_FILE: {file}: {flaw}" for flaw in flaws))
