"""Gateway: Discord's WebSocket, which tells a bot what happens. See `DiscordAdminServer`."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import discord
from aiohttp import web

from bot.testing import Recorded
from tests.platforms.discord_components import Json
from tests.platforms.discord_members import APPLICATION_ID, GUILD_ID, me
from tests.platforms.discord_requests import Answer, Handler, Ids
from tests.platforms.discord_sessions import (
    COMPRESSIONS,
    HEARTBEAT,
    HEARTBEAT_ACK,
    HELLO,
    IDENTIFY,
    INVALID_SESSION,
    PRESENCE,
    RECONNECT,
    REQUEST_MEMBERS,
    RESUME,
    VOICE_STATE,
    Closing,
    Connection,
    Session,
)

GET_GATEWAY, GET_GATEWAY_BOT = "GET /gateway", "GET /gateway/bot"
GUILDS = discord.Intents(guilds=True).value
PRIVILEGED = discord.Intents(members=True, presences=True, message_content=True).value
PATIENCE = 10.0
"""Seconds that a test waits for a bot before it fails."""


@dataclass(kw_only=True)
class Gateway:
    """`wait_for` and the counts tell how bots fare; the rest makes their life hard.

    Sends the events READY, RESUMED, GUILD_CREATE, GUILD_ROLE_CREATE and INTERACTION_CREATE. An
    intent beyond GUILDS would bring others: one that is asked for is a violation.
    """

    url: Callable[[], str]
    token: str
    guild: Callable[[], Json]
    violations: list[str]
    heartbeat_interval: float = 41.25
    """Seconds between two heartbeats of the bot."""
    leniency: float = 5.0
    """Seconds beyond two of those after which a silent bot's connection is closed."""
    acknowledging: bool = True
    """Whether heartbeats are answered; a bot whose are not should connect anew."""
    sessions_left: int = 1000
    """How many more may identify themselves. Beyond it Discord resets the bot's token."""
    outage: bool = False
    """Whether the server is unavailable: who logs in is told nothing of it until `end_outage`."""
    identified: int = 0
    resumed: int = 0
    heartbeats: int = 0
    sessions: list[Session] = field(default_factory=list)
    _connections: list[Connection] = field(default_factory=list)
    _cut_before: list[str] = field(default_factory=list)
    _refused: int = 0
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {GET_GATEWAY: self._address, GET_GATEWAY_BOT: self._address_for_bot}

    @property
    def connected(self) -> int:
        """How many bots are logged in and there now."""
        return sum(each.connection is not None for each in self.sessions)

    async def wait_for(self, *, identified: int = 0, resumed: int = 0, heartbeats: int = 0) -> None:
        """Until so many there have been in all."""

        def there() -> bool:
            counts = (self.identified, self.resumed, self.heartbeats)
            return all(
                count >= wanted
                for count, wanted in zip(counts, (identified, resumed, heartbeats), strict=True)
            )

        await self._until(there)

    async def wait_for_bots(self, count: int = 1, *, at_most: int = 1000) -> None:
        """Until so many are logged in and there at once."""
        await self._until(lambda: count <= self.connected <= at_most)

    async def wait_until_gone(self) -> None:
        """Until none is there."""
        await self._until(lambda: self.connected == 0)

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event to every bot with a session, or once it has resumed that."""
        there = [each for each in self.sessions if each.resumable]
        assert there, f"no bot is logged in that could be sent {event}"
        for session in there:
            session.add(event, data)

    def end_outage(self) -> None:
        """The server is there again (Discord's documentation, Gateway Events, Guild Create)."""
        self.outage = False
        self.dispatch("GUILD_CREATE", self.guild())

    def drop(self) -> None:
        """Cut every line without a word."""
        for connection in self._connections:
            connection.drop()

    def drop_before(self, event: str) -> None:
        """Cut the line in place of sending the next event of this kind, "INTERACTION_CREATE"."""
        self._cut_before.append(event)

    async def ask_to_reconnect(self) -> None:
        """As Discord does before it takes a machine down: the session may be resumed."""
        for connection in [*self._connections]:
            await connection.send(RECONNECT, None)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """End every session; `resumable` only says that it should be resumed."""
        for session in self.sessions:
            session.resumable = session.resumable and resumable
        for connection in [*self._connections]:
            await connection.send(INVALID_SESSION, resumable)

    def refuse_sessions(self, count: int) -> None:
        """Answer the next IDENTIFYs with INVALID_SESSION, as when they come too fast."""
        self._refused += count

    async def stop(self) -> None:
        """Cut every line and wait for the handlers to end."""
        self.drop()
        await self._until(lambda: not self._connections)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket's route."""
        compress = request.query.get("compress", "")
        socket = web.WebSocketResponse(autoclose=True)
        await socket.prepare(request)
        connection = Connection(request, socket, compress if compress in COMPRESSIONS else "")
        self._connections.append(connection)
        sending = asyncio.create_task(self._send(connection))
        try:
            _check_handshake(request)
            await connection.send(
                HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000)}
            )
            await self._serve(connection)
        except Closing as closing:
            if closing.misuse:
                self.violations.append(f"gateway: {closing.code} {closing.reason}")
            await connection.close(closing.code, closing.reason)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
            await self._forget(connection)
        return socket

    async def _send(self, connection: Connection) -> None:
        await connection.send_events(self._cuts_before)
        connection.drop()

    def _cuts_before(self, event: str) -> bool:
        if event in self._cut_before:
            self._cut_before.remove(event)
            return True
        return False

    async def _serve(self, connection: Connection) -> None:
        while True:
            within = 2 * self.heartbeat_interval + self.leniency
            try:
                payload = await connection.receive(within)
            except TimeoutError as error:
                raise Closing(4009, "Session timed out.", misuse=False) from error
            if payload is None:
                return
            await self._take(connection, payload)
            async with self._progress:
                self._progress.notify_all()

    async def _take(self, connection: Connection, payload: Json) -> None:
        op, data = payload.get("op"), payload.get("d")
        if op == HEARTBEAT:
            await self._beat(connection, data)
        elif op in (IDENTIFY, RESUME):
            if connection.session is not None:
                raise Closing(4005, "Already authenticated.")
            if not isinstance(data, dict) or data.get("token") != self.token:
                raise Closing(4004, "Authentication failed.", misuse=False)
            await (self._identify if op == IDENTIFY else self._resume)(connection, data)
        elif connection.session is None:
            raise Closing(4003, "Not authenticated.")
        elif op not in (PRESENCE, VOICE_STATE, REQUEST_MEMBERS):
            raise Closing(4001, "Unknown opcode.")

    async def _beat(self, connection: Connection, sequence: object) -> None:
        if sequence is not None:
            # discord.py's first one comes before it resumes, with the number of that session.
            session = connection.session
            if not isinstance(sequence, int) or (session and not 0 <= sequence <= session.reached):
                raise Closing(4007, f"A heartbeat after {sequence} events that were not sent.")
        self.heartbeats += 1
        if self.acknowledging:
            await connection.send(HEARTBEAT_ACK, None)

    async def _identify(self, connection: Connection, data: Json) -> None:
        if self.sessions_left <= 0:
            raise Closing(4004, "Authentication failed.", misuse=False)
        self.sessions_left -= 1
        if self._refused:
            self._refused -= 1
            await connection.send(INVALID_SESSION, False)
            return
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~discord.Intents.all().value:
            raise Closing(4013, "Invalid intent(s).")
        if intents & PRIVILEGED:
            raise Closing(4014, "Disallowed intent(s).", misuse=False)
        if intents & ~GUILDS:
            self.violations.append(f"gateway: events of the intents {intents:b} are not sent here")
        if not {"os", "browser", "device"} <= set(data.get("properties") or {}):
            raise Closing(4002, "Error while decoding payload.")
        self.identified += 1
        session = Session(id=f"{self.identified:032x}", intents=intents)
        self.sessions.append(session)
        connection.session, session.connection = session, connection
        session.add("READY", self._ready(session))
        if intents & GUILDS and not self.outage:
            session.add("GUILD_CREATE", self.guild())

    async def _resume(self, connection: Connection, data: Json) -> None:
        known = {each.id: each for each in self.sessions if each.resumable}
        session = known.get(str(data.get("session_id")))
        if session is None:
            await connection.send(INVALID_SESSION, False)
            return
        sequence = data.get("seq")
        if not isinstance(sequence, int) or not 0 <= sequence <= session.reached:
            raise Closing(4007, "Invalid seq.")
        self.resumed += 1
        connection.sent = sequence
        connection.session, session.connection = session, connection
        session.add("RESUMED", {"_trace": ["test"]})

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": me(),
            "guilds": [{"id": str(GUILD_ID), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.url(),
            "application": {"id": str(APPLICATION_ID), "flags": 0},
            "session_type": "normal",
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "geo_ordered_rtc_regions": [],
            "_trace": ["test"],
        }

    async def _forget(self, connection: Connection) -> None:
        async with self._progress:
            self._connections.remove(connection)
            session = connection.session
            if session is not None and session.connection is connection:
                session.connection = None
                session.resumable = session.resumable and not connection.closed_for_good
            self._progress.notify_all()

    async def _until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._progress:
            await self._progress.wait_for(there)

    def _address(self, request: Recorded, ids: Ids) -> Answer:
        return 200, {"url": self.url()}

    def _address_for_bot(self, request: Recorded, ids: Ids) -> Answer:
        limit = {
            "total": 1000,
            "remaining": self.sessions_left,
            "reset_after": 14400000,
            "max_concurrency": 1,
        }
        return 200, {"url": self.url(), "shards": 1, "session_start_limit": limit}


def _check_handshake(request: web.Request) -> None:
    if request.query.get("v") != "10":
        raise Closing(4012, "Invalid API version.")
    if request.query.get("encoding") != "json":
        raise Closing(4002, "Error while decoding payload.")
    if request.query.get("compress", "") not in COMPRESSIONS:
        raise Closing(4002, "Unknown compression.")
