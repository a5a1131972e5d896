"""Several replicas on one PostgreSQL: one post, whichever of them dies, freezes or wakes."""

import asyncio
import signal
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.testing import Mishap
from bot.testing.server import Recorded
from schedules.publish_once import LEASE, SEND_LEASE
from tests.end_to_end.replicas import SharedDatabase
from tests.end_to_end.service import Installation, Running, install
from tests.platforms.discord_rest import DiscordServer
from tests.platforms.x import XServer

A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Replicas:
    """Two machines: each has a folder of its own, both have the database and the photos."""

    one: Installation
    other: Installation
    database: SharedDatabase


@pytest.fixture
def replicas(
    tmp_path: Path, x: XServer, discord: DiscordServer, shared_database: SharedDatabase
) -> Replicas:
    (tmp_path / "photos").mkdir()

    def machine(name: str) -> Installation:
        folder = tmp_path / name
        folder.mkdir()
        installed = install(folder, x, discord)
        installed.settings.update(
            DESTINATIONS="twitter,discord",
            DATABASE_URL=shared_database.url,
            MEDIA_URL=(tmp_path / "photos").as_uri(),
        )
        installed.write_settings()
        return installed

    return Replicas(one=machine("one"), other=machine("other"), database=shared_database)


def posts(x: XServer, discord: DiscordServer) -> tuple[int, int]:
    return len(x.delivered()), len(discord.posted())


def freeze(service: Running) -> None:
    service.process.send_signal(signal.SIGSTOP)


def wake(service: Running) -> None:
    service.process.send_signal(signal.SIGCONT)


async def both(service: Running, action: str) -> None:
    for _ in range(2):
        await service.until(f"action={action}")


def is_upload(request: Recorded) -> bool:
    return request.path == "/2/media/upload"


async def test_two_that_start_at_once_on_a_new_database_post_one_city(
    replicas: Replicas, x: XServer, discord: DiscordServer
) -> None:
    async with replicas.one.running() as one, replicas.other.running() as other:
        await asyncio.gather(one.until("action=ready"), other.until("action=ready"))
        await asyncio.gather(x.wait_for_creates(1), discord.wait_for_creates(1))
        assert (await one.stop(), await other.stop()) == (0, 0)
    assert posts(x, discord) == (1, 1)
    assert (x.creates, discord.creates) == (1, 1)
    assert await replicas.one.published() == {"twitter": "published", "discord": "published"}
    status = (await replicas.other.command("status", "--json")).json
    assert status["stock"]["ready"] == 49, "the starter cities came once"


async def test_killed_before_the_answer_another_finds_the_post(
    replicas: Replicas, x: XServer, discord: DiscordServer
) -> None:
    for server in (x, discord):
        server.fail_next_create(Mishap.HELD_AFTER)
    async with replicas.one.running() as one:
        await asyncio.gather(x.wait_for_creates(1), discord.wait_for_creates(1))
        await one.kill()
    await replicas.database.let_pass(SEND_LEASE)
    async with replicas.other.running() as other:
        await both(other, "published")
        await other.stop()
    assert posts(x, discord) == (1, 1)
    assert (x.creates, discord.creates) == (1, 1)


async def test_one_that_froze_waiting_for_an_answer_cannot_settle_when_it_wakes(
    replicas: Replicas, x: XServer, discord: DiscordServer
) -> None:
    for server in (x, discord):
        server.fail_next_create(Mishap.HELD_AFTER)
    async with replicas.one.running() as one:
        await asyncio.gather(x.wait_for_creates(1), discord.wait_for_creates(1))
        freeze(one)
        await replicas.database.let_pass(SEND_LEASE)
        async with replicas.other.running() as other:
            await both(other, "published")
            x.release()
            discord.release()
            wake(one)
            await both(one, "lease_lost")
            await other.stop()
        await one.stop()
    assert posts(x, discord) == (1, 1)
    assert await replicas.one.published() == {"twitter": "published", "discord": "published"}


async def test_one_that_froze_while_it_prepared_sends_nothing_when_it_wakes(
    replicas: Replicas, x: XServer
) -> None:
    for machine in (replicas.one, replicas.other):
        machine.write_settings(DESTINATIONS="twitter")
    x.fail_next(is_upload, Mishap.HELD_AFTER)
    async with replicas.one.running() as one:
        await x.wait_for_request(is_upload)
        freeze(one)
        await replicas.database.let_pass(LEASE)
        async with replicas.other.running() as other:
            await other.until("action=published")
            x.release()
            wake(one)
            await one.until("action=lease_lost")
            await other.stop()
        await one.stop()
    assert (x.creates, len(x.delivered())) == (1, 1)


async def test_before_its_lease_is_over_another_leaves_it_alone(
    replicas: Replicas, x: XServer
) -> None:
    for machine in (replicas.one, replicas.other):
        machine.write_settings(DESTINATIONS="twitter")
    x.fail_next_create(Mishap.STALLED_BEFORE)
    async with replicas.one.running() as one:
        await x.wait_for_create_requests(1)
        freeze(one)
        await replicas.database.let_pass(SEND_LEASE - 10 * A_SECOND)
        async with replicas.other.running() as other:
            await other.until("action=ready")
            await other.stop()
        assert await replicas.other.published() == {"twitter": "publishing"}
        await one.kill()
    assert x.creates == 1
