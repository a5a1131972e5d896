"""Logs: one event a line, with its fields, to standard error."""

import logging
import sys

import structlog

QUIET = ("aiosqlite", "alembic", "apscheduler", "asyncio", "discord", "oauthlib", "PIL", "tweepy")
"""Libraries that are not ours and would fill the log, some with requests' headers in it."""


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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
