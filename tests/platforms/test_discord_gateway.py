"""The gateway of LiveDiscord, with discord.py's own client, and with a socket of our own."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
import pytest

from tests.platforms.conftest import Asked, BareBot, logged_in
from tests.platforms.discord_components import Json
from tests.platforms.discord_interactions import Interaction
from tests.platforms.discord_live import LiveDiscord
from tests.platforms.discord_members import GUILD_ID, Member
from tests.platforms.discord_rest import TOKEN
from tests.platforms.discord_sessions import HEARTBEAT, HELLO, IDENTIFY, INVALID_SESSION, RESUME

GUILDS = discord.Intents(guilds=True).value


@pytest.fixture
def bot(server: LiveDiscord) -> BareBot:
    async def answer(asked: Asked) -> None:
        await asked.response.send_message("Here.")

    made = BareBot()
    made.answers("queue", answer)
    return made


async def is_answered(asked: Interaction) -> bool:
    return (await asked.message()).content == "Here." and asked.refused == []


async def test_a_bot_logs_in_and_sees_the_server_its_roles_and_channels(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async with logged_in(bot, server):
        await bot.wait_until_ready()
        (guild,) = bot.guilds
        assert (guild.id, guild.name) == (GUILD_ID, "Cities")
        assert [role.name for role in guild.roles] == ["@everyone", "Admins"]
        assert [channel.name for channel in guild.text_channels] == ["une-ville", "admins"]
        told = asyncio.create_task(bot.wait_for("guild_role_create", timeout=5))
        await asyncio.sleep(0)
        server.add_role("Editors")
        assert (await told).name == "Editors"
        _, url, limit = await bot.http.get_bot_gateway()
        assert (url, limit["remaining"]) == (server.gateway_url, 999)
    await server.gateway.wait_until_gone()


async def test_a_wrong_token_is_refused(server: LiveDiscord, bot: BareBot) -> None:
    with pytest.raises(discord.LoginFailure):
        async with logged_in(bot, server, token="wrong"):
            pass
    async with socket_to(server) as socket:
        await socket.say(IDENTIFY, identity(token="wrong"))
        assert await socket.closed() == 4004


async def test_what_was_missed_comes_after_the_connection_was_lost(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async with logged_in(bot, server):
        server.gateway.drop_before("INTERACTION_CREATE")
        lost, next_one = server.slash("queue", by=alice), server.slash("queue", by=alice)
        assert await is_answered(lost)
        assert await is_answered(next_one)
        await server.gateway.wait_for(resumed=1)
        server.gateway.drop()
        assert await is_answered(server.slash("queue", by=alice))
        await server.gateway.wait_for(resumed=2)
    assert (server.gateway.identified, server.gateway.resumed) == (1, 2)


async def test_a_bot_connects_anew_when_it_is_asked_to(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    async with logged_in(bot, server):
        await server.gateway.ask_to_reconnect()
        await server.gateway.wait_for(resumed=1)
        await server.gateway.invalidate(resumable=True)
        await server.gateway.wait_for(resumed=2)
        await server.gateway.invalidate()
        await server.gateway.wait_for(identified=2)
        assert await is_answered(server.slash("queue", by=alice))


async def test_a_bot_whose_heartbeats_are_not_answered_connects_anew(
    server: LiveDiscord, alice: Member
) -> None:
    server.gateway.heartbeat_interval = 0.05
    async with logged_in(BareBot(silence=0.2), server):
        await server.gateway.wait_for(heartbeats=4)
        assert server.gateway.resumed == 0
        server.gateway.acknowledging = False
        await server.gateway.wait_for(resumed=1)


async def test_a_session_that_is_refused_is_asked_for_again(
    server: LiveDiscord, bot: BareBot, alice: Member
) -> None:
    server.gateway.refuse_sessions(1)
    async with logged_in(bot, server):
        assert await is_answered(server.slash("queue", by=alice))
    assert server.gateway.sessions_left == 998


async def test_with_no_sessions_left_nobody_gets_in(server: LiveDiscord, bot: BareBot) -> None:
    server.gateway.sessions_left = 0
    with pytest.raises(discord.ConnectionClosed, match="4004"):
        async with logged_in(bot, server):
            pass


@pytest.mark.parametrize("compress", ["", "zlib-stream"])
async def test_a_resumed_session_gets_what_came_after_its_sequence_number(
    server: LiveDiscord, compress: str
) -> None:
    async with socket_to(server, compress) as socket:
        await socket.say(IDENTIFY, identity())
        ready, guild = await socket.hear(), await socket.hear()
        assert [(ready["t"], ready["s"]), (guild["t"], guild["s"])] == [
            ("READY", 1),
            ("GUILD_CREATE", 2),
        ]
        assert ready["d"]["resume_gateway_url"] == server.gateway_url
    session = {"token": TOKEN, "session_id": ready["d"]["session_id"], "seq": 1}
    async with socket_to(server, compress) as socket:
        await socket.say(RESUME, session)
        assert await socket.hear() == guild
        resumed = await socket.hear()
        assert (resumed["t"], resumed["s"]) == ("RESUMED", 3)
        await socket.leave_for_good()
    await server.gateway.wait_until_gone()
    async with socket_to(server, compress) as socket:
        await socket.say(RESUME, session)
        said = await socket.hear()
        assert (said["op"], said["d"]) == (INVALID_SESSION, False)


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (HEARTBEAT, 7, 4007),
        (8, {}, 4003),
        (IDENTIFY, {"intents": 1 << 40}, 4013),
    ],
)
async def test_a_client_that_misbehaves_is_closed_and_told_of(
    server: LiveDiscord, op: int, data: Json | int, code: int
) -> None:
    async with socket_to(server) as socket:
        if op == HEARTBEAT:
            await socket.say(IDENTIFY, identity())
            await socket.hear(), await socket.hear()
        await socket.say(op, identity() | data if isinstance(data, dict) else data)
        assert await socket.closed() == code
    (violation,) = server.violations
    assert str(code) in violation
    server.violations.clear()


async def test_a_silent_client_is_closed(server: LiveDiscord) -> None:
    server.gateway.heartbeat_interval = server.gateway.leniency = 0.05
    async with socket_to(server) as socket:
        assert await socket.closed() == 4009


async def test_privileged_intents_are_not_given(server: LiveDiscord) -> None:
    async with socket_to(server) as socket:
        await socket.say(IDENTIFY, identity() | {"intents": discord.Intents.all().value})
        assert await socket.closed() == 4014


class Socket:
    """A client that says what it is told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._stream = zlib.decompressobj()

    async def say(self, op: int, data: object) -> None:
        await self._socket.send_json({"op": op, "d": data})

    async def hear(self) -> Json:
        message = await self._socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.BINARY:
            said: Json = json.loads(self._stream.decompress(message.data))
        else:
            said = json.loads(message.data)
        return said

    async def closed(self) -> int | None:
        await self._socket.receive(timeout=5)
        return self._socket.close_code

    async def leave_for_good(self) -> None:
        await self._socket.close(code=1000)


@asynccontextmanager
async def socket_to(server: LiveDiscord, compress: str = "") -> AsyncIterator[Socket]:
    query = {"v": "10", "encoding": "json"} | ({"compress": compress} if compress else {})
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(server.gateway_url, params=query) as opened,
    ):
        socket = Socket(opened)
        assert (await socket.hear())["op"] == HELLO
        yield socket
        await opened.close(code=4000)


def identity(*, token: str = TOKEN) -> Json:
    properties = {"os": "linux", "browser": "test", "device": "test"}
    return {"token": token, "intents": GUILDS, "properties": properties}
