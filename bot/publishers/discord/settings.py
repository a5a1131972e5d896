"""DiscordSettings: what an operator says to post on Discord."""

import json
import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from bot.platform import HttpSettings, WebAddress

SNOWFLAKE_END = 2**63
"""Discord's ids are positive 64-bit integers (Discord API reference, Snowflakes)."""

LONGEST_TIMEOUT = 20.0
"""Seconds; with what `publish` does before and after its create it stays below CREATE_TIMEOUT."""

Snowflake = Annotated[int, Field(gt=0, lt=SNOWFLAKE_END)]


class DiscordSettings(HttpSettings):
    """The settings of one Discord destination."""

    token: SecretStr = Field(
        description="The bot's token, from its Bot page in Discord's Developer Portal."
    )
    channel_ids: tuple[Snowflake, ...] = Field(
        min_length=1,
        description="The channels to post in, as ids with commas between (right-click a channel, "
        "Copy Channel ID); in an announcement channel the post reaches its followers too.",
    )
    alert_channel_id: Snowflake | None = Field(
        default=None,
        description="The channel in which the bot tells admins what needs them, as an id.",
    )
    admin_role_ids: tuple[Snowflake, ...] = Field(
        default=(),
        description="The roles whose members run the service with slash commands, as ids with "
        "commas between (Server Settings, Roles, Copy Role ID). Empty: no slash commands.",
    )
    api_url: WebAddress = Field(
        default="https://discord.com/api/v10",
        description="Where Discord's REST API is; only a test server or a gateway has another one.",
    )
    timeout: float = Field(
        default=20.0,
        gt=0,
        le=LONGEST_TIMEOUT,
        description="How many seconds one request to Discord may take, at most 20.",
    )

    @field_validator("token")
    @classmethod
    def _one_printable_word(cls, token: SecretStr) -> SecretStr:
        """A line break or a blank in a header would fail at every request, not at the start."""
        word = token.get_secret_value().strip().removeprefix("Bot ")
        if not re.fullmatch(r"[!-~]+", word):
            raise ValueError("wants the bot's token: one word of letters, digits, dots and dashes")
        return SecretStr(word)

    @field_validator("channel_ids", "admin_role_ids", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """From the environment comes "123,456" or "[123, 456]"."""
        if not isinstance(given, str):
            return [given] if isinstance(given, int) else given
        text = given.strip()
        if text.startswith("["):
            try:
                return json.loads(text)
            except json.JSONDecodeError as error:
                raise ValueError('wants ids as "123,456" or as a JSON list') from error
        return [item.strip() for item in text.split(",") if item.strip()]

    @field_validator("channel_ids")
    @classmethod
    def _each_once(cls, channel_ids: tuple[int, ...]) -> tuple[int, ...]:
        twice = sorted({str(each) for each in channel_ids if channel_ids.count(each) > 1})
        if twice:
            raise ValueError(f"wants each channel once; given twice: {', '.join(twice)}")
        return channel_ids
