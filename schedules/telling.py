"""Telling: brings the alerts on record to their channels, each at least once, in order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from schedules.alerts import Channel
from schedules.errors import where
from schedules.retry import backoff
from schedules.store import AlertStore

log = structlog.get_logger()

SEND_TIMEOUT = timedelta(seconds=20)
SEND_LEASE = 3 * SEND_TIMEOUT
"""How long another worker leaves an alert alone that one has begun to tell."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Tells what is due. A channel that fails is tried again later, and keeps no other waiting."""

    store: AlertStore
    channels: Sequence[Channel]

    async def tell_due(self) -> None:
        """Tell all that is due on every channel. Raises StoreUnavailable."""
        await asyncio.gather(*(self._tell(channel) for channel in self.channels))

    async def _tell(self, channel: Channel) -> None:
        while True:
            outgoing = await self.store.claim_alert(channel.name, lease=SEND_LEASE)
            if outgoing is None:
                return
            try:
                async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                    await channel.send(outgoing.alert)
            except Exception as error:  # noqa: BLE001 - a channel's bug must not lose the alert
                log.warning(
                    "alert_not_told",
                    channel=channel.name,
                    kind=outgoing.alert.kind.value,
                    subject=outgoing.alert.subject,
                    attempts=outgoing.attempts,
                    cause=where(error),
                )
                await self.store.put_off(outgoing, wait=backoff(outgoing.attempts))
                return
            await self.store.told(outgoing)
