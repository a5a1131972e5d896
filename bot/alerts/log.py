"""The log as a channel: each alert is an error event."""

import structlog

from bot.logs import must_be_written
from schedules.alerts import FOR_ADMINS, Alert

log = structlog.get_logger()


class LogChannel:
    """Writes each alert to the log."""

    name = "log"
    kinds = FOR_ADMINS

    async def send(self, alert: Alert) -> None:
        """Log one event, `alert`, with its kind, subject and message. Raises LogLost."""
        fields = {"kind": alert.kind.value, "subject": alert.subject, "message": alert.message}
        must_be_written(lambda: log.error("alert", **fields))

    async def close(self) -> None:
        """Nothing stays open."""
