"""Clock: the one place where the time of day comes from."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the time is, and how to wait for it. All instants are aware and in UTC."""

    def now(self) -> datetime:
        """The instant now, in UTC."""
        ...

    async def sleep_until(self, instant: datetime) -> None:
        """Return at `instant`, at once when it has passed."""
        ...


class SystemClock:
    """The machine's clock. Waits in short steps, so that a clock that is set is noticed."""

    LONGEST_STEP_SECONDS = 30.0

    def now(self) -> datetime:
        """The instant now, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place

    async def sleep_until(self, instant: datetime) -> None:
        """Return at `instant`, at once when it has passed."""
        while (seconds := (instant - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time is no event
            await asyncio.sleep(min(seconds, self.LONGEST_STEP_SECONDS))
