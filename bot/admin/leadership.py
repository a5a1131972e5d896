"""Leadership: of several replicas exactly one answers, and another takes over when it dies."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from schedules.store import Leadership as Leaderships
from schedules.store import StoreUnavailable

log = structlog.get_logger()

LEASE = timedelta(seconds=6)
RENEW_EVERY = timedelta(seconds=2)
"""So that another one takes over within eight seconds, and one slow answer loses nothing."""


@dataclass(kw_only=True)
class Lead:
    """What is held, until `lost` is set.

    `until`: by the `clock`, in seconds, when the lease ends that is known to be ours.
    """

    clock: Callable[[], float]
    until: float
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    def is_ours(self) -> bool:
        """Whether it is at this very moment: a process that was stopped knows of nothing yet."""
        return not self.lost.is_set() and self.clock() < self.until


class Leadership:
    """The right to answer under `name`, held in the database by one `owner` at a time.

    `clock`: seconds that pass, also while the process is stopped.
    """

    def __init__(
        self,
        store: Leaderships,
        *,
        name: str,
        owner: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._name = name
        self._owner = owner
        self._clock = clock

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Lead]:
        """Wait until it is ours. Leaving gives it back."""
        begun = self._clock()
        while not await self._renewed():
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            begun = self._clock()
        log.info("leading", name=self._name)
        lead = Lead(clock=self._clock, until=begun + LEASE.total_seconds())
        renewing = asyncio.create_task(self._renew(lead))
        try:
            yield lead
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            with suppress(StoreUnavailable):  # then the lease ends by itself
                await self._store.step_down(self._name, owner=self._owner)

    async def _renew(self, lead: Lead) -> None:
        """Until it is lost: to another one, or because the database cannot be asked in time."""
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            begun = self._clock()
            if begun < lead.until and await self._renewed(within=lead.until - begun):
                lead.until = begun + LEASE.total_seconds()
            elif not lead.is_ours() or not await self._renewed(within=lead.until - self._clock()):
                log.warning("leadership_lost", name=self._name)
                lead.lost.set()
                return

    async def _renewed(self, *, within: float | None = None) -> bool:
        try:
            async with asyncio.timeout(within):
                return await self._store.lead(self._name, owner=self._owner, lease=LEASE)
        except (StoreUnavailable, TimeoutError):
            return False
