"""What the installed program talks to: its platforms, and a database for several replicas."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from tests.bot.storage.postgresql import running_server, server_programs
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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A server for this test process; its URL without a database's name."""
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    with running_server(programs) as url:
        yield url


@pytest.fixture
async def shared_database(postgresql: str) -> AsyncIterator[SharedDatabase]:
    name = f"replicas_{next(_numbers)}"
    yield await make_database(postgresql, name)
    await drop_database(postgresql, name)
