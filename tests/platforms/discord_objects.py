"""What the Discord test server holds, and how Discord says it as JSON."""

import re
from dataclasses import dataclass, field
from datetime import datetime

import discord

from tests.platforms.discord_components import (
    BUTTON,
    Json,
    components_of,
    shown_components,
    shown_embeds,
)
from tests.platforms.discord_members import BOT_ID, EVERYBODY_MAY, GUILD_ID, user
from tests.platforms.discord_refusals import Refusal, too_long

TEXT, VOICE, NEWS, FORUM = 0, 2, 5, 15

CROSSPOSTED = 1 << 0
SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
LARGEST_FILE = 10 * 1024 * 1024
DISCORDS_CDN = "https://cdn.discordapp.com"


@dataclass(kw_only=True)
class Channel:
    """`denied`: what an overwrite takes from the bot here."""

    id: int
    name: str
    kind: int = TEXT
    denied: discord.Permissions = field(default_factory=discord.Permissions.none)

    def allows(self, permission: str) -> bool:
        return bool(getattr(EVERYBODY_MAY, permission)) and not getattr(self.denied, permission)

    @property
    def json(self) -> Json:
        overwrite = {"id": str(BOT_ID), "type": 1, "allow": "0", "deny": str(self.denied.value)}
        voice = {"bitrate": 64000, "user_limit": 0} if self.kind == VOICE else {}
        return {
            **voice,
            "id": str(self.id),
            "type": self.kind,
            "flags": 0,
            "guild_id": str(GUILD_ID),
            "name": self.name,
            "position": 1,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "permission_overwrites": [overwrite],
        }


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of a message, or one that a member uploads. `cdn` is where it lies."""

    id: int
    filename: str
    description: str = ""
    content_type: str = ""
    data: bytes = field(repr=False)
    cdn: str = DISCORDS_CDN

    @property
    def url(self) -> str:
        return f"{self.cdn}/attachments/{self.id}/{self.filename}"

    @property
    def json(self) -> Json:
        said = {"id": str(self.id), "filename": self.filename, "size": len(self.data)}
        said |= {"url": self.url, "proxy_url": self.url}
        said |= {"content_type": self.content_type} if self.content_type else {}
        return said | ({"description": self.description} if self.description else {})

    @property
    def uploaded(self) -> Json:
        """As it comes with an interaction, of a member's."""
        return self.json | {"ephemeral": True}


def attached(said: Json, data: bytes, *, id: int, cdn: str) -> Attachment:  # noqa: A002
    """A file that the bot sends along, and what it says of it. Raises Refusal."""
    if len(data) > LARGEST_FILE:
        raise Refusal(413, 40005, "Request entity too large")
    if len(said.get("description") or "") > 1024:
        raise too_long("attachments", 1024)
    return Attachment(
        id=id,
        filename=said.get("filename") or "unknown",
        description=said.get("description") or "",
        data=data,
        cdn=cdn,
    )


@dataclass(kw_only=True)
class Message:
    """`pinged`: whom it notified: "everyone", or the id of a user or role.

    `seen_by`: the one member who sees it (an ephemeral answer); None: everybody in the channel.
    `more` is what its JSON has besides: which interaction it answers.
    """

    id: int
    channel_id: int
    author_id: int
    content: str
    sent_at: datetime
    nonce: str | None = None
    flags: int = 0
    attachments: tuple[Attachment, ...] = ()
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    pinged: frozenset[str] = frozenset()
    seen_by: int | None = None
    edited_at: datetime | None = None
    more: Json = field(default_factory=dict)
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """Promised, and still to come."""
        return bool(self.flags & LOADING)

    @property
    def buttons(self) -> dict[str, str]:
        """The custom ids, or the links, of its buttons, by what is written on them."""
        return {
            each.get("label") or "": each.get("custom_id") or each.get("url") or ""
            for each in components_of(self.components)
            if each["type"] == BUTTON
        }

    def component(self, custom_id: str) -> Json | None:
        """The button or select of this custom id."""
        there = components_of(self.components)
        return next((each for each in there if each.get("custom_id") == custom_id), None)

    @property
    def json(self) -> Json:
        """As in a channel's history, where the nonce is not given back."""
        return {
            "id": str(self.id),
            "type": 0,
            "channel_id": str(self.channel_id),
            "author": user(self.author_id),
            "content": self.content,
            "timestamp": self.sent_at.isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "flags": self.flags,
            "attachments": [each.json for each in self.attachments],
            "embeds": shown_embeds(self.embeds, self.attachments),
            "components": shown_components(self.components),
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": "everyone" in self.pinged,
            "pinned": False,
            "tts": False,
            **self.more,
        }


def pinged_by(content: str, allowed: Json | None) -> frozenset[str]:
    """Whom a message notifies; everybody whom it names, unless the sender limits that."""
    allowed = {"parse": ["everyone", "roles", "users"]} if allowed is None else allowed
    parse, pinged = allowed.get("parse") or [], set()
    if "everyone" in parse and re.search(r"@(everyone|here)", content):
        pinged.add("everyone")
    for sign, kind in (("@&", "roles"), ("@!?", "users")):
        for name in re.findall(rf"<{sign}(\d+)>", content):
            if kind in parse or name in (allowed.get(kind) or []):
                pinged.add(name)
    return frozenset(pinged)
