"""The heartbeat: called for a complete day, and for nothing else."""

from collections.abc import AsyncIterator

import pytest

from bot.alerts.heartbeat import HeartbeatChannel
from bot.http import Refused
from bot.testing import Failure
from schedules.alerts import Alert, AlertKind
from tests.platforms.hooks import HookServer

COMPLETE = Alert(kind=AlertKind.DAY_COMPLETE, subject="2026-11-22", message="Published.")


@pytest.fixture
async def server() -> AsyncIterator[HookServer]:
    async with HookServer() as server:
        yield server


@pytest.fixture
async def heartbeat(server: HookServer) -> AsyncIterator[HeartbeatChannel]:
    channel = HeartbeatChannel(url=server.heartbeat_url)
    yield channel
    await channel.close()


def test_it_is_for_complete_days_and_nothing_else() -> None:
    assert HeartbeatChannel.kinds == {AlertKind.DAY_COMPLETE}


async def test_it_calls_the_address_as_it_was_given(
    heartbeat: HeartbeatChannel, server: HookServer
) -> None:
    await heartbeat.send(COMPLETE)
    assert server.beats == 1


async def test_a_service_that_did_not_take_it_is_called_again_later(
    heartbeat: HeartbeatChannel, server: HookServer
) -> None:
    server.fail_next_create(Failure.SERVER_ERROR_BEFORE)
    with pytest.raises(Refused):
        await heartbeat.send(COMPLETE)
    await heartbeat.send(COMPLETE)
    assert server.beats == 1
