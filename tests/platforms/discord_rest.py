"""DiscordServer: Discord's REST API for one bot in one server, honest about what it keeps."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import discord
from aiohttp import web

from bot.testing import Recorded, ScriptedServer
from schedules.clock import Clock, SystemClock
from tests.platforms.discord_objects import (
    BOT_ID,
    CROSSPOSTED,
    GUILD_ID,
    NEWS,
    STRANGER_ID,
    TEXT,
    Attachment,
    Channel,
    Json,
    Message,
    guild,
    me,
    member,
    pinged_by,
)
from tests.platforms.discord_refusals import Refusal, scripted, too_long, too_many
from tests.platforms.openapi import DISCORD, specification

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.Gx1Yz2.a-token-of-the-test-server-only"
FIRST_CHANNEL = 800000000000000001
LARGEST_FILE = 10 * 1024 * 1024
PREFIX = "/api/v10"

MESSAGES = "/channels/{channel_id}/messages"
CREATE = f"POST {MESSAGES}"
HISTORY = f"GET {MESSAGES}"
DELETE = f"DELETE {MESSAGES}/{{message_id}}"
CROSSPOST = f"POST {MESSAGES}/{{message_id}}/crosspost"
GET_CHANNEL = "GET /channels/{channel_id}"
GET_ME = "GET /users/@me"
GET_GUILD = "GET /guilds/{guild_id}"
GET_MEMBER = "GET /guilds/{guild_id}/members/{user_id}"
OPERATIONS = (CREATE, HISTORY, DELETE, CROSSPOST, GET_CHANNEL, GET_ME, GET_GUILD, GET_MEMBER)


class DiscordServer(ScriptedServer):
    """With one text channel at first. Dedupes nonces until `forget_nonces`, as Discord does."""

    def __init__(self, *, token: str = TOKEN, clock: Clock | None = None) -> None:
        super().__init__()
        self.messages: list[Message] = []
        self.channels: dict[int, Channel] = {}
        self.channel = self.add_channel("une-ville")
        self.buckets_exhausted = False
        self.time_until_visible = timedelta()
        """How long a new message is missing in the channel's history."""
        self._token = token
        self._clock = clock or SystemClock()
        self._nonces: dict[str, Message] = {}
        self._crossposts = 0
        self._minted = 0

    @property
    def api_url(self) -> str:
        """For the setting of that name."""
        return self.url + PREFIX

    def add_channel(self, name: str, *, kind: int = TEXT) -> Channel:
        channel = Channel(id=FIRST_CHANNEL + len(self.channels), name=name, kind=kind)
        self.channels[channel.id] = channel
        return channel

    def forget_nonces(self) -> None:
        """Some minutes later."""
        self._nonces.clear()

    def post_as_somebody(self, text: str, *, author_id: int = STRANGER_ID) -> Message:
        """A message that did not come through the API, in the first channel."""
        return self._keep(self.channel.id, author_id, content=text)

    def posted(self, channel: Channel | None = None) -> list[Message]:
        """The bot's messages that are there now, oldest first."""
        wanted = (channel or self.channel).id
        mine = [each for each in self.messages if each.author_id == BOT_ID and not each.deleted]
        return [each for each in mine if each.channel_id == wanted]

    def is_create(self, request: Recorded) -> bool:
        return _operation(request)[0] == CREATE

    async def answer(self, request: Recorded) -> web.StreamResponse:
        operation, ids = _operation(request)
        if operation not in OPERATIONS:
            return self._respond(404, {"message": "404: Not Found", "code": 0})
        try:
            _check_headers(request, self._token)
            status, body = self._handlers[operation](self, request, ids)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        method, _, template = operation.partition(" ")
        specification(DISCORD).check_response(method, template, status, body)
        return self._respond(status, body)

    def refusal(self, failure: str) -> web.Response:
        refusal = scripted(failure)
        if isinstance(refusal, Refusal):
            return self._respond(refusal.status, refusal.body)
        return refusal

    def _respond(self, status: int, body: object) -> web.Response:
        remaining, reset_after = ("0", "3600") if self.buckets_exhausted else ("4", "1.000")
        headers = {
            "Via": "1.1 google",
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": remaining,
            "X-RateLimit-Reset": f"{self._clock.now().timestamp() + float(reset_after):.3f}",
            "X-RateLimit-Reset-After": reset_after,
            "X-RateLimit-Bucket": "80c17d2f203122d936070c88c8d10f33",
        }
        if status == 429 and isinstance(body, dict):
            headers["Retry-After"] = "1"  # wrong where the body says more: a known bug of Discord
        if body is None:
            return web.Response(status=status, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    def _me(self, request: Recorded, ids: "Ids") -> "Answer":
        return 200, me()

    def _guild(self, request: Recorded, ids: "Ids") -> "Answer":
        if ids["guild_id"] != GUILD_ID:
            raise Refusal(404, 10004, "Unknown Guild")
        return 200, guild()

    def _member(self, request: Recorded, ids: "Ids") -> "Answer":
        if ids["user_id"] != BOT_ID:
            raise Refusal(404, 10007, "Unknown Member")
        return 200, member()

    def _get_channel(self, request: Recorded, ids: "Ids") -> "Answer":
        return 200, self._channel(ids).json

    def _history(self, request: Recorded, ids: "Ids") -> "Answer":
        """Newest first; `after` gives those that follow it, not the newest of all."""
        specification(DISCORD).check_query("GET", MESSAGES, request.query)
        channel, limit = self._channel(ids), int(request.query.get("limit", 50))
        newest = self._clock.now() - self.time_until_visible
        there = [m for m in self.messages if m.channel_id == channel.id and not m.deleted]
        there = [m for m in there if m.sent_at <= newest]
        there.sort(key=lambda message: message.id)
        if not channel.allows("read_message_history"):
            there = []
        if (after := request.query.get("after")) is not None:
            there = [m for m in there if m.id > int(after)][:limit]
        if (before := request.query.get("before")) is not None:
            there = [m for m in there if m.id < int(before)]
        return 200, [message.json for message in reversed(there[-limit:])]

    def _create(self, request: Recorded, ids: "Ids") -> "Answer":
        channel = self._channel(ids)
        payload, files = _form(request)
        said = payload | {
            # discord.py sends integers here, the specification wants strings.
            "attachments": [a | {"id": str(a["id"])} for a in payload.get("attachments", [])]
        }
        specification(DISCORD).check_request("POST", MESSAGES, said, "multipart/form-data")
        if not channel.allows("send_messages") or (files and not channel.allows("attach_files")):
            raise Refusal(403, 50013, "Missing Permissions")
        content, nonce = str(payload.get("content") or "").strip(), payload.get("nonce")
        if len(content) > 2000:
            raise too_long("content", 2000)
        if not content and not files:
            raise Refusal(400, 50006, "Cannot send an empty message")
        if (
            nonce is not None
            and payload.get("enforce_nonce")
            and (known := self._nonces.get(nonce))
        ):
            if known.deleted:
                raise Refusal(404, 10008, "Unknown Message")
            return 200, known.json | {"nonce": nonce}
        message = self._keep(
            channel.id,
            BOT_ID,
            content=content,
            nonce=nonce,
            flags=int(payload.get("flags") or 0),
            attachments=tuple(self._attachment(each, files) for each in said["attachments"]),
            pinged=pinged_by(content, payload.get("allowed_mentions")),
        )
        if nonce is not None:
            self._nonces[nonce] = message
        return 200, message.json | ({"nonce": nonce} if nonce is not None else {})

    def _delete(self, request: Recorded, ids: "Ids") -> "Answer":
        self._message(ids).deleted = True
        return 204, None

    def _crosspost(self, request: Recorded, ids: "Ids") -> "Answer":
        channel, message = self._channel(ids), self._message(ids)
        if channel.kind != NEWS:
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        if message.flags & CROSSPOSTED:
            raise Refusal(400, 40033, "This message has already been crossposted.")
        self._crossposts += 1
        if self._crossposts > 10:
            raise too_many({"retry_after": 3000.0, "global": False}, code=20016)
        message.flags |= CROSSPOSTED
        return 200, message.json

    _handlers: Mapping[str, Callable[["DiscordServer", Recorded, "Ids"], "Answer"]] = {
        CREATE: _create,
        HISTORY: _history,
        DELETE: _delete,
        CROSSPOST: _crosspost,
        GET_CHANNEL: _get_channel,
        GET_ME: _me,
        GET_GUILD: _guild,
        GET_MEMBER: _member,
    }

    def _channel(self, ids: "Ids") -> Channel:
        channel = self.channels.get(ids["channel_id"])
        if channel is None:
            raise Refusal(404, 10003, "Unknown Channel")
        if not channel.allows("view_channel"):
            raise Refusal(403, 50001, "Missing Access")
        return channel

    def _message(self, ids: "Ids") -> Message:
        for message in self.messages:
            if (message.channel_id, message.id) == (ids["channel_id"], ids["message_id"]):
                if message.deleted:
                    break
                return message
        raise Refusal(404, 10008, "Unknown Message")

    def _attachment(self, said: Json, files: Mapping[str, bytes]) -> Attachment:
        data = files[f"files[{said['id']}]"]
        if len(data) > LARGEST_FILE:
            raise Refusal(413, 40005, "Request entity too large")
        if len(said.get("description") or "") > 1024:
            raise too_long("attachments", 1024)
        return Attachment(
            id=self._snowflake(),
            filename=said["filename"],
            description=said.get("description") or "",
            data=data,
        )

    def _keep(self, channel_id: int, author_id: int, **rest: Any) -> Message:
        message = Message(
            id=self._snowflake(),
            channel_id=channel_id,
            author_id=author_id,
            sent_at=self._clock.now(),
            **rest,
        )
        self.messages.append(message)
        return message

    def _snowflake(self) -> int:
        self._minted += 1
        return discord.utils.time_snowflake(self._clock.now()) + self._minted


Ids = Mapping[str, int]
Answer = tuple[int, object]


def asks(operation: str) -> Callable[[Recorded], bool]:
    """For `fail_next`: a request of this one of the OPERATIONS."""
    return lambda request: _operation(request)[0] == operation


def _operation(request: Recorded) -> tuple[str, dict[str, int]]:
    path = request.path.removeprefix(PREFIX)
    for operation in OPERATIONS:
        method, _, template = operation.partition(" ")
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d+)", template), path)
        if method == request.method and found:
            return operation, {name: int(value) for name, value in found.groupdict().items()}
    return f"{request.method} {path}", {}


def _check_headers(request: Recorded, token: str) -> None:
    if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
        raise Refusal(403, 40333, "internal network error")
    if request.headers.get("Authorization") != f"Bot {token}":
        raise Refusal(401, 0, "401: Unauthorized")


def _form(request: Recorded) -> tuple[Json, dict[str, bytes]]:
    """`payload_json` and the files of a multipart body, or a JSON body alone."""
    if request.content_type == "application/json":
        return request.json, {}
    boundary = re.search(r'boundary="?([^";]+)', request.headers["Content-Type"])
    assert boundary is not None, request.headers["Content-Type"]
    payload, files = {}, {}
    for part in request.body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, body = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        body = body.removesuffix(b"\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        assert name is not None, head
        if name[1] == b"payload_json":
            payload = json.loads(body)
        else:
            files[name[1].decode()] = body
    return payload, files
