"""Where alerts go: the log, as error events."""

import structlog

from schedules.alerts import Alert

log = structlog.get_logger()


class LogAlerts:
    """Writes each alert to the log."""

    async def send(self, alert: Alert) -> None:
        """Log one event, `alert`, with its kind, subject and message."""
        log.error("alert", kind=alert.kind.value, subject=alert.subject, message=alert.message)
