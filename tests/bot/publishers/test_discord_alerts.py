"""Alerts in a Discord channel, against the REST server that knows Discord's specification."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.publishers.discord import platform
from bot.publishers.discord.alerts import for_the_command_line
from bot.publishers.discord.settings import DiscordSettings
from bot.testing import Failure, surroundings
from schedules.alerts import FOR_ADMINS, Alert, AlertKind, Channel
from tests.platforms.discord_objects import SUPPRESS_EMBEDS
from tests.platforms.discord_objects import Channel as DiscordChannel
from tests.platforms.discord_rest import TOKEN, DiscordServer

UNCONFIRMED = Alert(
    kind=AlertKind.UNCONFIRMED,
    subject="2026-11-22/twitter_en",
    message="The answer was lost: the post may or may not be there.",
)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
def admins(server: DiscordServer) -> DiscordChannel:
    """A channel besides the one that posts go to."""
    return server.add_channel("admins")


@pytest.fixture
async def channel(server: DiscordServer, admins: DiscordChannel) -> AsyncIterator[Channel]:
    (channel,) = platform.alert_channels(
        settings(server, alert_channel_id=str(admins.id)), surroundings("discord:en")
    )
    yield channel
    await channel.close()


def settings(server: DiscordServer, **more: Any) -> DiscordSettings:
    given = {"token": TOKEN, "channel_ids": str(server.channel.id), "api_url": server.api_url}
    return DiscordSettings.model_validate(given | more)


def test_without_the_setting_there_is_none(server: DiscordServer) -> None:
    assert platform.alert_channels(settings(server), surroundings("discord")) == ()


async def test_it_is_for_admins_and_named_like_its_destination(channel: Channel) -> None:
    assert (channel.name, channel.kinds) == ("discord:en", FOR_ADMINS)


async def test_admins_read_what_happened_where_and_what_to_do(
    channel: Channel, server: DiscordServer, admins: DiscordChannel
) -> None:
    await channel.send(UNCONFIRMED)
    (posted,) = server.posted(admins)
    assert server.posted() == []
    first, second, third = posted.content.splitlines()
    assert first == r"**Nobody knows yet whether this was posted: 2026-11-22/twitter\_en**"
    assert second == UNCONFIRMED.message
    assert r"city-a-day resolve 2026-11-22/twitter\_en published" in third
    assert posted.flags & SUPPRESS_EMBEDS


async def test_nobody_is_pinged_and_nothing_is_formatted(
    channel: Channel, server: DiscordServer, admins: DiscordChannel
) -> None:
    message = "@everyone <@&5> **x** [free](https://evil.example)"
    await channel.send(Alert(kind=AlertKind.LOW_STOCK, subject="queue", message=message))
    (posted,) = server.posted(admins)
    assert posted.pinged == frozenset()
    assert r"\<@&5> \*\*x\*\* \[free]" in posted.content


@pytest.mark.parametrize("character", ["x", "*", "\\", "🏁"])
async def test_a_long_one_is_cut_where_discord_still_takes_it(
    channel: Channel, server: DiscordServer, admins: DiscordChannel, character: str
) -> None:
    alert = Alert(kind=AlertKind.FAILED, subject="2026-11-22/site", message=character * 3000)
    await channel.send(alert)
    (posted,) = server.posted(admins)
    assert len(posted.content) <= 2000
    assert posted.content.endswith("city-a-day resolve 2026-11-22/site resend")
    assert "…\n" in posted.content
    assert not posted.content.partition("…")[0].endswith("\\")


def test_one_without_a_next_step_ends_with_its_message() -> None:
    test = Alert(kind=AlertKind.TEST, subject="check", message="Alerts reach you here.")
    assert for_the_command_line(test).content == "**A test: check**\nAlerts reach you here."


async def test_a_refusal_is_raised_and_the_next_one_arrives(
    channel: Channel, server: DiscordServer, admins: DiscordChannel
) -> None:
    server.fail_next_create(Failure.SERVER_ERROR_BEFORE)
    with pytest.raises(discord.DiscordServerError):
        await channel.send(UNCONFIRMED)
    await channel.send(UNCONFIRMED)
    assert len(server.posted(admins)) == 1


async def test_where_admins_are_answered_it_has_its_buttons_and_no_commands(
    server: DiscordServer, admins: DiscordChannel
) -> None:
    given = settings(server, alert_channel_id=str(admins.id), admin_role_ids="5")
    (channel,) = platform.alert_channels(given, surroundings("discord"))
    await channel.send(replace(UNCONFIRMED, attempts=3))
    await channel.close()
    (posted,) = server.posted(admins)
    assert posted.content.startswith("**On ne sait pas encore si ceci est paru")
    assert "city-a-day" not in posted.content
    buttons = {each["label"]: each["custom_id"] for each in posted.components[0]["components"]}
    assert buttons == {
        "Elle y est": "remedy.there|2026-11-22|twitter_en|3",
        "Renvoyer": "remedy.doubt|2026-11-22|twitter_en|3",
        "Abandonner": "remedy.give_up|2026-11-22|twitter_en|3",
    }
