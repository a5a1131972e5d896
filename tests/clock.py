"""A clock that a test sets."""

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Whoever sleeps, time passes for at once."""

    def __init__(self, now: datetime = datetime(2026, 11, 22, 7, 59, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant

    def advance(self, by: timedelta) -> None:
        self._now += by

    async def sleep_until(self, instant: datetime) -> None:
        self._now = max(self._now, instant)
        await asyncio.sleep(0)
