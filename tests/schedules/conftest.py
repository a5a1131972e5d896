"""Fixtures for publish-once: an admin who reads, a platform in memory, and the worker between."""

from pathlib import Path

import pytest

from schedules.publish_once import PublishOnce
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, Recorded, compose


@pytest.fixture
def alerts(tmp_path: Path, store: Store) -> Recorded:
    return Recorded(tmp_path / "city-a-day.db")


@pytest.fixture
def once(store: Store, clock: FakeClock) -> PublishOnce:
    return PublishOnce(store=store, clock=clock, compose=compose, owner="us")


@pytest.fixture
def fake(clock: FakeClock) -> FakePublisher:
    return FakePublisher(clock=clock)
