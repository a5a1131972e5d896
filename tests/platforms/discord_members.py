"""Who is in the Discord test server: the bot, members and their roles, and the server itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import discord

from tests.platforms.discord_components import Json

BOT_ID = 900000000000000001
STRANGER_ID = 900000000000000002
APPLICATION_ID = 900000000000000003
"""As with old applications, not the id of its bot."""
GUILD_ID = 700000000000000001

EVERYBODY_MAY = discord.Permissions(
    view_channel=True,
    send_messages=True,
    attach_files=True,
    read_message_history=True,
    mention_everyone=True,
)

EVERYTHING = discord.Permissions.all()


@dataclass(frozen=True, kw_only=True)
class Role:
    id: int
    name: str
    permissions: discord.Permissions = field(default_factory=discord.Permissions.none)

    @property
    def json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions.value),
            "position": 0 if self.id == GUILD_ID else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


EVERYBODY = Role(id=GUILD_ID, name="@everyone", permissions=EVERYBODY_MAY)


@dataclass(kw_only=True)
class Member:
    """A member of the server; `roles` may be changed: what comes from now on is by the new ones."""

    id: int
    name: str
    roles: list[Role] = field(default_factory=list)

    @property
    def permissions(self) -> discord.Permissions:
        """What the roles allow in a channel without overwrites."""
        may = EVERYBODY.permissions
        for role in self.roles:
            may = may | role.permissions  # `|=` would change @everyone itself
        return EVERYTHING if may.administrator else may

    @property
    def user(self) -> Json:
        return user(self.id, self.name)

    @property
    def json(self) -> Json:
        """As it comes with an interaction."""
        return {
            "user": self.user,
            "roles": [str(role.id) for role in self.roles],
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
            "permissions": str(self.permissions.value),
        }


def user(user_id: int, name: str = "Somebody") -> Json:
    bot = user_id == BOT_ID
    return {
        "id": str(user_id),
        "username": "Cartographe" if bot else name,
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


def application() -> Json:
    """What it is told of itself at login."""
    nothing = "icon type interactions_endpoint_url role_connections_verification_url team"
    zero = (
        "flags approximate_guild_count approximate_user_install_count "
        "approximate_user_authorization_count explicit_content_filter"
    )
    return {
        "id": str(APPLICATION_ID),
        "name": "Cartographe",
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags_new": "0",
        "redirect_uris": [],
        "eligible_oauth2_scopes": [],
        "owner": user(STRANGER_ID),
        **dict.fromkeys(nothing.split()),
        **dict.fromkeys(zero.split(), 0),
    }


def bot_member() -> Json:
    """The bot as a member, without the permissions, which only interactions tell."""
    member = Member(id=BOT_ID, name="Cartographe").json
    return {name: value for name, value in member.items() if name != "permissions"}


def guild(roles: Iterable[Role] = ()) -> Json:
    nothing = (
        "icon description home_header splash discovery_splash banner application_id afk_channel_id "
        "system_channel_id widget_channel_id max_presences vanity_url_code rules_channel_id "
        "safety_alerts_channel_id public_updates_channel_id incidents_data"
    )
    zero = (
        "system_channel_flags verification_level default_message_notifications mfa_level "
        "explicit_content_filter premium_tier premium_subscription_count nsfw_level"
    )
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
        "roles": [each.json for each in (EVERYBODY, *roles)],
        "features": [],
        "emojis": [],
        "stickers": [],
        **dict.fromkeys(nothing.split()),
        **dict.fromkeys(zero.split(), 0),
    }
