"""Fixtures for publish-once: an admin who reads, a platform in memory, and the worker between."""

import pytest

from schedules.publish_once import PublishOnce
from schedules.store import Store
from tests.clock import FakeClock
from tests.schedules.parts import FakePublisher, Recorded, compose


@pytest.fixture
def alerts() -> Recorded:
    return Recorded()


@pytest.fixture
def once(store: Store, clock: FakeClock, alerts: Recorded) -> PublishOnce:
    return PublishOnce(store=store, clock=clock, compose=compose, alerts=alerts, owner="us")


@pytest.fixture
def fake(clock: FakeClock) -> FakePublisher:
    return FakePublisher(clock=clock)
