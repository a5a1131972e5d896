"""Deaths: where the service dies, and the ports with which it does so.

The service under proof is made of the real parts; only its ports stand behind ones that end the
process with SIGKILL right before or right after a named call.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.platform import ShownHere
from content.post import Limits, Post, Rendering
from schedules.alerts import Alert, AlertKind, Channel
from schedules.ledger import Publication, Status
from schedules.publisher import Account, Prepared, Publisher, Receipt
from schedules.runner import OPEN
from schedules.store import Store
from schedules.telling import SEND_LEASE
from tests.proof.clock import JumpClock


class Step(StrEnum):
    """The calls of publish-once, by the names of the ports' methods."""

    OPEN = "open_edition"
    CLAIM = "claim"
    PREVIEW = "preview"
    LOOK = "find_existing"
    DISARM = "disarm"
    PREPARE = "prepare"
    ARM = "arm"
    CREATE = "publish"
    SETTLE = "settle"
    HOLD = "hold"
    CLOSE = "close_window"
    SEND = "send"
    TOLD = "told"


@dataclass(frozen=True, kw_only=True)
class Death:
    """Right before or after the `nth` call of a step."""

    step: Step
    after: bool
    nth: int = 1


@dataclass(kw_only=True)
class Reaper:
    """Counts the steps and kills the process at the one where it is to die; or freezes it there."""

    death: Death | None
    by: signal.Signals = signal.SIGKILL
    calls: dict[Step, int] = field(default_factory=dict)

    @contextmanager
    def around(self, step: Step) -> Iterator[None]:
        """Around a call of this step."""
        self.calls[step] = self.calls.get(step, 0) + 1
        nth = self.calls[step]
        self._die_if(Death(step=step, after=False, nth=nth))
        try:
            yield
        finally:
            self._die_if(Death(step=step, after=True, nth=nth))

    def _die_if(self, now: Death) -> None:
        if now == self.death:
            os.kill(os.getpid(), self.by)


class DyingStore:
    """A Store whose steps may be the last. Its clock jumps to whatever is the next to be done."""

    STEPS = (Step.OPEN, Step.CLAIM, Step.DISARM, Step.ARM, Step.SETTLE, Step.HOLD, Step.CLOSE)

    def __init__(self, store: Store, reaper: Reaper, clock: JumpClock) -> None:
        self._store = store
        self._reaper = reaper
        self._clock = clock
        self._nothing_left = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in (*self.STEPS, Step.TOLD):
            return method

        async def step(*args: Any, **named: Any) -> Any:
            with self._reaper.around(Step(name)):
                return await method(*args, **named)

        return step

    async def publications(self, **wanted: Any) -> Sequence[Publication]:
        """At each of the runner's looks, wait no longer than it takes to jump."""
        found = await self._store.publications(**wanted)
        if wanted.get("statuses") == OPEN:
            self._pass_time(found)
        return found

    def _pass_time(self, left: Sequence[Publication]) -> None:
        if any(each.status is Status.PUBLISHING for each in left):
            return
        steps = [each.next_attempt_at for each in left if each.next_attempt_at is not None]
        if not steps and self._nothing_left:
            os.kill(os.getpid(), signal.SIGTERM)
        elif not steps:
            # Settled, or an admin's; but an alert may be kept by a worker that died telling it.
            self._nothing_left = True
            self._clock.jump_to(self._clock.now() + SEND_LEASE)
        elif min(steps) > self._clock.now():
            self._clock.jump_to(min(steps))


class DyingPublisher:
    """A Publisher whose steps may be the last."""

    def __init__(self, publisher: Publisher, reaper: Reaper, fills: Path | None) -> None:
        self._publisher = publisher
        self._reaper = reaper
        self._fills = fills

    @property
    def destination(self) -> str:
        return self._publisher.destination

    @property
    def language(self) -> str:
        return self._publisher.language

    @property
    def limits(self) -> Limits:
        return self._publisher.limits

    @property
    def visible_after(self) -> timedelta | None:
        return self._publisher.visible_after

    def preview(self, post: Post) -> Rendering:
        if Step.CLAIM not in self._reaper.calls:  # who looks ahead asks for one too
            return self._publisher.preview(post)
        with self._reaper.around(Step.PREVIEW):
            return self._publisher.preview(post)

    async def prepare(self, rendering: Rendering) -> Prepared:
        with self._reaper.around(Step.PREPARE):
            return await self._publisher.prepare(rendering)

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        if self._fills is not None:
            fill(self._fills)
            self._fills = None
        with self._reaper.around(Step.CREATE):
            return await self._publisher.publish(prepared, key=key)

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        with self._reaper.around(Step.LOOK):
            return await self._publisher.find_existing(rendering, key=key, since=since)

    async def delete(self, remote_id: str) -> None:
        await self._publisher.delete(remote_id)

    async def check(self) -> Account:
        return await self._publisher.check()

    async def close(self) -> None:
        await self._publisher.close()


class DyingGallery(DyingPublisher):
    """One whose posts the service shows itself."""

    def __init__(
        self, publisher: Publisher, gallery: ShownHere, reaper: Reaper, fills: Path | None
    ) -> None:
        super().__init__(publisher, reaper, fills)
        self._gallery = gallery

    @property
    def folder(self) -> Path:
        return self._gallery.folder

    async def rebuild(self) -> None:
        await self._gallery.rebuild()


class DyingChannel:
    """A Channel that may take an alert and never say so."""

    def __init__(self, channel: Channel, reaper: Reaper) -> None:
        self._channel = channel
        self._reaper = reaper

    @property
    def name(self) -> str:
        return self._channel.name

    @property
    def kinds(self) -> frozenset[AlertKind]:
        return self._channel.kinds

    async def send(self, alert: Alert) -> None:
        with self._reaper.around(Step.SEND):
            await self._channel.send(alert)

    async def close(self) -> None:
        await self._channel.close()


def dying(publisher: Publisher, reaper: Reaper, fills: Path | None) -> Publisher:
    """The publisher behind a port that may kill; `fills`: a disk that is full by the create."""
    if isinstance(publisher, ShownHere):
        return DyingGallery(publisher, publisher, reaper, fills)
    return DyingPublisher(publisher, reaper, fills)


def fill(disk: Path) -> None:
    """Leave no room on a small disk."""
    with (disk / FILLER).open("ab", buffering=0) as file:
        for size in (65536, 1):
            with suppress(OSError):
                while True:
                    if file.write(b"\0" * size) < size:
                        break
    assert os.statvfs(disk).f_bavail == 0, f"{disk} is not full"


FILLER = ".filler"
