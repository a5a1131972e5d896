"""Logs: one event a line, with its fields, to standard error."""

import logging
import sys
from collections.abc import Callable
from typing import TextIO, cast

import structlog

QUIET = (
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "discord",
    "oauthlib",
    "PIL",
    "pyvips",
    "tweepy",
)
"""Libraries that are not ours and would fill the log, some with requests' headers in it."""


class LogLost(OSError):
    """A line could not be written: nobody reads standard error any more, or its disk is full."""


class _StandardError:
    """Goes on when a line cannot be written: that must cost no post. `lost` counts them."""

    lost = 0

    def write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
        except (OSError, ValueError):  # a full disk, a closed pipe; a closed stream
            self.lost += 1

    def flush(self) -> None:
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            self.lost += 1


_standard_error = _StandardError()


def must_be_written(log: Callable[[], None]) -> None:
    """Log something that may not get lost unnoticed. Raises LogLost."""
    before = _standard_error.lost
    log()
    if _standard_error.lost > before:
        raise LogLost


def set_up_logs(level: str) -> None:
    """Events as `time level action key=value …`, in UTC; libraries' own lines from warning on."""
    logging.basicConfig(
        level=level.upper(), format="%(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("action"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "action"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _standard_error)),
        cache_logger_on_first_use=False,
    )
