"""Leadership: of several replicas exactly one answers, and another takes over when it dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog

from schedules.store import Leadership as Leaderships
from schedules.store import StoreUnavailable

log = structlog.get_logger()

LEASE = timedelta(seconds=6)
RENEW_EVERY = timedelta(seconds=2)
"""So that another one takes over within eight seconds, and one slow answer loses nothing."""


class Leadership:
    """The right to answer under `name`, held in the database by one `owner` at a time."""

    def __init__(self, store: Leaderships, *, name: str, owner: str) -> None:
        self._store = store
        self._name = name
        self._owner = owner

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        """Wait until it is ours. The event is set when it is lost; leaving gives it back."""
        while not await self._renewed():  # noqa: ASYNC110 - another process lets go of it
            await asyncio.sleep(RENEW_EVERY.total_seconds())
        log.info("leading", name=self._name)
        lost = asyncio.Event()
        renewing = asyncio.create_task(self._renew(lost))
        try:
            yield lost
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            with suppress(StoreUnavailable):  # then the lease ends by itself
                await self._store.step_down(self._name, owner=self._owner)

    async def _renew(self, lost: asyncio.Event) -> None:
        """Until it is lost: to another one, or because the database cannot be asked in time."""
        clock = asyncio.get_running_loop().time
        held_until = clock() + LEASE.total_seconds()
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            begun = clock()
            if begun < held_until and await self._renewed(within=held_until - begun):
                held_until = begun + LEASE.total_seconds()
            elif clock() >= held_until or not await self._renewed(within=held_until - clock()):
                log.warning("leadership_lost", name=self._name)
                lost.set()
                return

    async def _renewed(self, *, within: float | None = None) -> bool:
        try:
            async with asyncio.timeout(within):
                return await self._store.lead(self._name, owner=self._owner, lease=LEASE)
        except (StoreUnavailable, TimeoutError):
            return False
