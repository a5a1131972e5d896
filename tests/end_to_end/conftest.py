"""What the installed program talks to: its platforms, and a database for several replicas."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from tests.end_to_end.replicas import SharedDatabase, drop_database, make_database
from tests.platforms.discord_rest import DiscordServer
from tests.platforms.hooks import HookServer
from tests.platforms.x import XServer

_numbers = count(1)


@pytest.fixture
async def x() -> AsyncIterator[XServer]:
    async with XServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def hooks() -> AsyncIterator[HookServer]:
    async with HookServer() as server:
        yield server


@pytest.fixture
async def shared_database(postgresql: str) -> AsyncIterator[SharedDatabase]:
    name = f"replicas_{next(_numbers)}"
    yield await make_database(postgresql, name)
    await drop_database(postgresql, name)
