"""DiscordServer: Discord's REST API for one bot in one server, honest about what it keeps."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import discord
from aiohttp import web

from bot.testing import Recorded, ScriptedServer
from schedules.clock import Clock, SystemClock
from tests.platforms.discord_checks import check_message
from tests.platforms.discord_components import Json
from tests.platforms.discord_members import (
    BOT_ID,
    GUILD_ID,
    STRANGER_ID,
    Role,
    bot_member,
    guild,
    me,
)
from tests.platforms.discord_objects import (
    CROSSPOSTED,
    DISCORDS_CDN,
    NEWS,
    TEXT,
    Attachment,
    Channel,
    Message,
    attached,
    pinged_by,
)
from tests.platforms.discord_refusals import Refusal, scripted, too_many
from tests.platforms.discord_requests import (
    PREFIX,
    Answer,
    Handler,
    Ids,
    check_body,
    check_headers,
    form,
    operation_of,
)
from tests.platforms.openapi import DISCORD, specification

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.Gx1Yz2.a-token-of-the-test-server-only"
FIRST_CHANNEL = 800000000000000001

MESSAGES = "/channels/{channel_id}/messages"
CREATE = f"POST {MESSAGES}"
HISTORY = f"GET {MESSAGES}"
DELETE = f"DELETE {MESSAGES}/{{message_id}}"
CROSSPOST = f"POST {MESSAGES}/{{message_id}}/crosspost"
GET_CHANNEL = "GET /channels/{channel_id}"
GET_ME = "GET /users/@me"
GET_GUILD = "GET /guilds/{guild_id}"
GET_MEMBER = "GET /guilds/{guild_id}/members/{user_id}"


class DiscordServer(ScriptedServer):
    """With one text channel at first. Dedupes nonces until `forget_nonces`, as Discord does."""

    def __init__(self, *, token: str = TOKEN, clock: Clock | None = None) -> None:
        super().__init__()
        self.messages: list[Message] = []
        self.roles: list[Role] = []
        self.channels: dict[int, Channel] = {}
        self.channel = self.add_channel("une-ville")
        self.buckets_exhausted = False
        self.time_until_visible = timedelta()
        """How long a new message is missing in the channel's history."""
        self._token = token
        self.clock = clock or SystemClock()
        self._nonces: dict[str, Message] = {}
        self._crossposts = 0
        self._minted = 0
        self.handlers: dict[str, Handler] = {
            CREATE: self._create,
            HISTORY: self._history,
            DELETE: self._delete,
            CROSSPOST: self._crosspost,
            GET_CHANNEL: self._get_channel,
            GET_ME: self._me,
            GET_GUILD: self._guild,
            GET_MEMBER: self._member,
        }
        """What answers each operation of the API. Raise Refusal."""
        self.without_token: set[str] = set()
        """The operations that ask for no bot's token."""

    @property
    def cdn(self) -> str:
        """Where attachments lie."""
        return DISCORDS_CDN

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
        return self.keep(self.channel.id, author_id, content=text)

    def posted(self, channel: Channel | None = None) -> list[Message]:
        """The bot's messages that are there now, oldest first."""
        wanted = (channel or self.channel).id
        mine = [m for m in self.messages if m.author_id == BOT_ID and not (m.deleted or m.seen_by)]
        return [each for each in mine if each.channel_id == wanted]

    def is_create(self, request: Recorded) -> bool:
        return operation_of(request, [CREATE]) is not None

    async def answer(self, request: Recorded) -> web.StreamResponse:
        found = operation_of(request, self.handlers)
        if found is None:
            return self._respond(404, {"message": "404: Not Found", "code": 0})
        operation, ids = found
        try:
            if operation not in self.without_token:
                check_headers(request, self._token)
            status, body = self.handlers[operation](request, ids)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        method, _, template = operation.partition(" ")
        # The specification has numbers for the codes of a form's errors; Discord says words.
        said = {k: v for k, v in body.items() if k != "errors"} if isinstance(body, dict) else body
        specification(DISCORD).check_response(method, template, status, said)
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
            "X-RateLimit-Reset": f"{self.clock.now().timestamp() + float(reset_after):.3f}",
            "X-RateLimit-Reset-After": reset_after,
            "X-RateLimit-Bucket": "80c17d2f203122d936070c88c8d10f33",
        }
        if status == 429 and isinstance(body, dict):
            headers["Retry-After"] = "1"  # wrong where the body says more: a known bug of Discord
            if body.get("global"):
                headers["X-RateLimit-Global"] = "true"
        if body is None:
            return web.Response(status=status, headers=headers)
        # Without a charset, as Discord says it: discord.py takes nothing else for JSON.
        headers["Content-Type"] = "application/json"
        return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)

    def _me(self, request: Recorded, ids: Ids) -> Answer:
        return 200, me()

    def _guild(self, request: Recorded, ids: Ids) -> Answer:
        if ids["guild_id"] != GUILD_ID:
            raise Refusal(404, 10004, "Unknown Guild")
        return 200, guild(self.roles)

    def _member(self, request: Recorded, ids: Ids) -> Answer:
        if ids["user_id"] != BOT_ID:
            raise Refusal(404, 10007, "Unknown Member")
        return 200, bot_member()

    def _get_channel(self, request: Recorded, ids: Ids) -> Answer:
        return 200, self._channel(ids).json

    def _history(self, request: Recorded, ids: Ids) -> Answer:
        """Newest first; `after` gives those that follow it, not the newest of all."""
        specification(DISCORD).check_query("GET", MESSAGES, request.query)
        channel, limit = self._channel(ids), int(request.query.get("limit", 50))
        newest = self.clock.now() - self.time_until_visible
        there = [
            m
            for m in self.messages
            if m.channel_id == channel.id and not m.deleted and not m.seen_by
        ]
        there = [m for m in there if m.sent_at <= newest]
        there.sort(key=lambda message: message.id)
        if not channel.allows("read_message_history"):
            there = []
        if (after := request.query.get("after")) is not None:
            there = [m for m in there if m.id > int(after)][:limit]
        if (before := request.query.get("before")) is not None:
            there = [m for m in there if m.id < int(before)]
        return 200, [message.json for message in reversed(there[-limit:])]

    def _create(self, request: Recorded, ids: Ids) -> Answer:
        channel = self._channel(ids)
        payload, files = form(request)
        if not channel.allows("send_messages") or (files and not channel.allows("attach_files")):
            raise Refusal(403, 50013, "Missing Permissions")
        content, nonce = str(payload.get("content") or "").strip(), payload.get("nonce")
        check_message(payload, holds_files=bool(files))
        check_body(CREATE, request, payload)
        if (
            nonce is not None
            and payload.get("enforce_nonce")
            and (known := self._nonces.get(nonce))
        ):
            if known.deleted:
                raise Refusal(404, 10008, "Unknown Message")
            return 200, known.json | {"nonce": nonce}
        message = self.keep(
            channel.id,
            BOT_ID,
            content=content,
            nonce=nonce,
            flags=int(payload.get("flags") or 0),
            attachments=self.attachments(payload, files),
            embeds=payload.get("embeds") or [],
            components=payload.get("components") or [],
            pinged=pinged_by(content, payload.get("allowed_mentions")),
        )
        if nonce is not None:
            self._nonces[nonce] = message
        return 200, message.json | ({"nonce": nonce} if nonce is not None else {})

    def _delete(self, request: Recorded, ids: Ids) -> Answer:
        self._message(ids).deleted = True
        return 204, None

    def _crosspost(self, request: Recorded, ids: Ids) -> Answer:
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

    def _channel(self, ids: Ids) -> Channel:
        channel = self.channels.get(ids["channel_id"])
        if channel is None:
            raise Refusal(404, 10003, "Unknown Channel")
        if not channel.allows("view_channel"):
            raise Refusal(403, 50001, "Missing Access")
        return channel

    def _message(self, ids: Ids) -> Message:
        for message in self.messages:
            if (message.channel_id, message.id) == (ids["channel_id"], ids["message_id"]):
                if message.deleted or message.seen_by:
                    break
                return message
        raise Refusal(404, 10008, "Unknown Message")

    def attachments(
        self, payload: Json, files: Mapping[str, bytes], there: Sequence[Attachment] = ()
    ) -> tuple[Attachment, ...]:
        """What a message holds that is sent or, where some are there already, edited so."""
        if payload.get("attachments") is None:
            return (*there, *(self._attachment({}, data) for data in files.values()))
        known = {each.id: each for each in there}
        return tuple(
            known[int(said["id"])]
            if int(said["id"]) in known
            else self._attachment(said, files[f"files[{said['id']}]"])
            for said in payload["attachments"]
        )

    def _attachment(self, said: Json, data: bytes) -> Attachment:
        return attached(said, data, id=self.snowflake(), cdn=self.cdn)

    def keep(self, channel_id: int, author_id: int, **rest: Any) -> Message:
        """A message that is new now."""
        message = Message(
            id=self.snowflake(),
            channel_id=channel_id,
            author_id=author_id,
            sent_at=self.clock.now(),
            **rest,
        )
        self.messages.append(message)
        return message

    def snowflake(self) -> int:
        """A new id; a later one is greater."""
        self._minted += 1
        return discord.utils.time_snowflake(self.clock.now()) + self._minted
