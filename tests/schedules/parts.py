"""Honest stand-ins for what the schedules room talks to: a platform, and an admin who reads."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from content.city import City
from content.counting import count_characters
from content.entry import Entry
from content.post import Kind, Limits, Part, Post, Rendering
from schedules.alerts import FOR_ADMINS, Alert, AlertKind
from schedules.errors import PublishError
from schedules.publisher import Account, Prepared, Receipt
from tests.clock import FakeClock

LIMITS = Limits(
    text=500,
    count=count_characters,
    images=1,
    image_bytes=1_000_000,
    image_side=2048,
    alt=1000,
)


def city(name: str = "Le Mans", geoname_id: int = 3003603) -> City:
    return City(name=name, country="FR", latitude=48.0, longitude=0.2, geoname_id=geoname_id)


def entry(name: str = "Le Mans", geoname_id: int = 3003603, **more: object) -> Entry:
    texts = {"fr": f"{name}, une ville.", "en": f"{name}, a city."}
    return Entry(city=city(name, geoname_id), texts=texts, **more)  # type: ignore[arg-type]


async def compose(entry: Entry, day: date, language: str) -> Post:
    """Text alone: pictures are the content room's business."""
    text = f"{day} {entry.texts[language]}"
    parts = (Part(kind=Kind.TEXT, text=text),)
    return Post(date=day, city=entry.city, language=language, parts=parts, pictures=())


@dataclass(frozen=True)
class Recorded:
    """The alerts on record for an admin; a complete day is none of his worries."""

    database: Path

    @property
    def alerts(self) -> list[Alert]:
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(
                "SELECT kind, subject, message FROM alerts WHERE channel = 'admin' ORDER BY id"
            )
            told = [Alert(kind=AlertKind(row[0]), subject=row[1], message=row[2]) for row in rows]
        return [alert for alert in told if alert.kind in FOR_ADMINS]

    @property
    def kinds(self) -> list[str]:
        return [alert.kind.value for alert in self.alerts]


Step = Callable[[], None]


@dataclass
class FakePublisher:
    """A platform in memory. `fails` says at which step what goes wrong, once each.

    A create that fails with `landed` in its name leaves its post behind.
    """

    clock: FakeClock
    destination: str = "fake"
    language: str = "fr"
    limits: Limits = LIMITS
    visible_after: timedelta | None = timedelta(seconds=30)
    fails: dict[str, list[BaseException]] = field(default_factory=dict)
    lands: bool = True
    shows: bool = True
    posts: list[tuple[str, str]] = field(default_factory=list)
    creates: int = 0
    steps: list[str] = field(default_factory=list)
    problems: tuple[str, ...] = ()
    while_creating: Step | None = None
    while_checking: asyncio.Event | None = None

    def preview(self, post: Post) -> Rendering:
        text = "\n".join(part.text for part in post.parts)
        return Rendering(
            post=post, text=text, length=len(text), limit=500, images=(), problems=self.problems
        )

    async def prepare(self, rendering: Rendering) -> Prepared:
        self._step("prepare")
        return Prepared(rendering=rendering)

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        self.creates += 1
        self.steps.append("publish")
        if self.while_creating is not None:
            self.while_creating()
        failure = self._failure("publish")
        if failure is None or (self.lands and _unknown(failure)):
            self.posts.append((key, prepared.rendering.text))
        if failure is not None:
            raise failure
        return self._receipt()

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        self._step("look")
        there = self.shows and (key, rendering.text) in self.posts
        return self._receipt() if there else None

    async def delete(self, remote_id: str) -> None:
        self._step("delete")
        self.posts.clear()

    async def check(self) -> Account:
        if self.while_checking is not None:
            self.while_checking.set()
        self._step("check")
        return Account(name="fake")

    async def close(self) -> None:
        """Nothing to give back."""

    def _receipt(self) -> Receipt:
        number = str(len(self.posts))
        return Receipt(remote_id=number, url=f"https://fake.example/{number}")

    def _step(self, name: str) -> None:
        self.steps.append(name)
        failure = self._failure(name)
        if failure is not None:
            raise failure

    def _failure(self, name: str) -> BaseException | None:
        waiting = self.fails.get(name)
        return waiting.pop(0) if waiting else None


def _unknown(failure: BaseException) -> bool:
    return not isinstance(failure, PublishError) or failure.created is None
