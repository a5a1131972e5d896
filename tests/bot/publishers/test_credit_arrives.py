"""From the queue to the platforms: alt text and credit of a photo arrive, byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import App, assemble
from bot.operations import queue
from bot.operations.queue import Changes
from bot.publishers.discord import platform as discord_platform
from bot.publishers.discord.settings import DiscordSettings
from bot.settings import Settings
from bot.testing import sample_picture, surroundings
from schedules.ledger import Status
from schedules.store import Store
from tests.clock import FakeClock
from tests.platforms.discord_rest import TOKEN, DiscordServer
from tests.platforms.x import XServer
from tests.platforms.x_publisher import StillClock, account

ALT = "L’arène de Nîmes, « au matin »\u202f:\n20 000 places & <gradins> 🌅, cœur de la cité."
CREDIT = "📷 Zoë D’Arc & fils / Archives « Öst » · CC BY-SA 4.0"


@pytest.fixture
async def x() -> AsyncIterator[XServer]:
    async with XServer(now=StillClock().now) as running:
        yield running


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        yield running


@pytest.fixture
async def app(
    tmp_path: Path, store: Store, clock: FakeClock, x: XServer, discord: DiscordServer
) -> AsyncIterator[App]:
    given = {
        "token": TOKEN,
        "channel_ids": str(discord.channel.id),
        "api_url": discord.api_url,
    }
    settings = DiscordSettings.model_validate(given)
    async with AsyncExitStack() as stack:
        twitter = await stack.enter_async_context(account(x))
        (there,) = discord_platform.build(settings, surroundings("discord"))
        stack.push_async_callback(there.close)
        yield assemble(
            Settings(data_dir=tmp_path),
            owner="us",
            clock=clock,
            store=store,
            publishers={"twitter": twitter, "discord": there},
            channels=(),
        )


async def post(app: App) -> None:
    """Today's city, everywhere."""
    edition = await app.days.open_now(app.clock.now())
    assert edition is not None
    for publication in await app.store.publications(day=edition.date):
        publisher = app.publishers[publication.destination]
        attempted = await app.publish_once.attempt(publication, publisher)
        assert attempted is not None
        assert attempted.status is Status.PUBLISHED


async def test_alt_text_and_credit_of_a_queued_photo_reach_the_platforms_as_they_were_given(
    app: App, tmp_path: Path, x: XServer, discord: DiscordServer
) -> None:
    file = tmp_path / "nimes.jpg"
    await asyncio.to_thread(file.write_bytes, sample_picture(640, 480))
    changes = Changes(
        photo=file,
        texts={"fr": "Nîmes garde ses arènes."},
        alt=ALT,
        author="Zoë D’Arc & fils",
        source="Archives « Öst »",
        licence="CC BY-SA 4.0",
    )
    await queue.add(app, "Nîmes", changes)
    await post(app)

    (described,) = [each for each in x.requests if each.path == "/2/media/metadata"]
    (created,) = [each for each in x.requests if each.path == "/2/tweets"]
    assert described.json["metadata"]["alt_text"]["text"] == ALT
    assert created.json["media"]["media_ids"] == [described.json["id"]]
    assert CREDIT in created.json["text"].split("\n")

    (message,) = discord.posted()
    assert [attachment.description for attachment in message.attachments] == [ALT]
    assert CREDIT in message.content.split("\n")


async def test_what_was_proposed_reaches_them_once_it_is_confirmed(
    app: App, tmp_path: Path, x: XServer, discord: DiscordServer
) -> None:
    file = tmp_path / "nimes.jpg"
    await asyncio.to_thread(file.write_bytes, sample_picture(640, 480))
    changes = Changes(
        photo=file, texts={"fr": "Nîmes."}, source="NASA, ISS062-E-81917", licence="domaine public"
    )
    entry = await queue.add(app, "Nîmes", changes)
    assert entry.missing
    await queue.edit(app, entry.id, Changes(confirm=True))
    await post(app)

    alt = "Nîmes (Gard, France), photo prise depuis la Station spatiale internationale."
    (tweet,) = x.delivered()
    (message,) = discord.posted()
    assert tweet.alts == [attachment.description for attachment in message.attachments] == [alt]
