"""What the Discord test server holds, and how Discord says it as JSON."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import discord

BOT_ID = 900000000000000001
STRANGER_ID = 900000000000000002
GUILD_ID = 700000000000000001
TEXT, VOICE, NEWS, FORUM = 0, 2, 5, 15

CROSSPOSTED = 1 << 0
SUPPRESS_EMBEDS = 1 << 2
EVERYBODY_MAY = discord.Permissions(
    view_channel=True,
    send_messages=True,
    attach_files=True,
    read_message_history=True,
    mention_everyone=True,
)

Json = dict[str, Any]


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
    id: int
    filename: str
    description: str
    data: bytes = field(repr=False)

    @property
    def json(self) -> Json:
        link = f"https://cdn.discordapp.com/attachments/{self.id}/{self.filename}"
        said = {"id": str(self.id), "filename": self.filename, "size": len(self.data)}
        said |= {"url": link, "proxy_url": link}
        return said | ({"description": self.description} if self.description else {})


@dataclass(kw_only=True)
class Message:
    """`pinged`: whom it notified: "everyone", or the id of a user or role."""

    id: int
    channel_id: int
    author_id: int
    content: str
    sent_at: datetime
    nonce: str | None = None
    flags: int = 0
    attachments: tuple[Attachment, ...] = ()
    pinged: frozenset[str] = frozenset()
    deleted: bool = False

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
            "edited_timestamp": None,
            "flags": self.flags,
            "attachments": [each.json for each in self.attachments],
            "embeds": [],
            "components": [],
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": "everyone" in self.pinged,
            "pinned": False,
            "tts": False,
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


def user(user_id: int) -> Json:
    bot = user_id == BOT_ID
    return {
        "id": str(user_id),
        "username": "Cartographe" if bot else "Somebody",
        "discriminator": "4242" if bot else "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "global_name": None,
        "primary_guild": None,
        "bot": bot,
    }


def me() -> Json:
    return user(BOT_ID) | {"mfa_enabled": False, "locale": "en-US", "verified": True}


def member() -> Json:
    return {
        "user": user(BOT_ID),
        "roles": [],
        "nick": None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "pending": False,
        "premium_since": None,
        "mute": False,
        "deaf": False,
    }


def guild() -> Json:
    nothing = (
        "icon description home_header splash discovery_splash banner application_id afk_channel_id "
        "system_channel_id widget_channel_id max_presences vanity_url_code rules_channel_id "
        "safety_alerts_channel_id public_updates_channel_id incidents_data"
    )
    zero = (
        "system_channel_flags verification_level default_message_notifications mfa_level "
        "explicit_content_filter premium_tier premium_subscription_count nsfw_level"
    )
    everyone = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "permissions": str(EVERYBODY_MAY.value),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return {
        "id": str(GUILD_ID),
        "name": "Cities",
        "owner_id": str(STRANGER_ID),
        "region": "deprecated",
        "preferred_locale": "fr",
        "afk_timeout": 300,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "widget_enabled": False,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "roles": [everyone],
        "features": [],
        "emojis": [],
        "stickers": [],
        **dict.fromkeys(nothing.split()),
        **dict.fromkeys(zero.split(), 0),
    }
