"""The settings of the discord publisher, as they come from the environment: strings."""

import pytest
from pydantic import SecretStr, ValidationError

from bot.publishers.discord.settings import DiscordSettings
from tests.platforms.discord_rest import TOKEN


@pytest.mark.parametrize("given", ["12,34", " 12 , 34 ", "[12, 34]", '["12", "34"]', [12, "34"]])
def test_channels_are_a_comma_list_or_a_json_list(given: object) -> None:
    settings = DiscordSettings.model_validate({"token": "t", "channel_ids": given})
    assert settings.channel_ids == (12, 34)


@pytest.mark.parametrize("given", ["", ",", "[]", "[", "general", "12,12", "-1", "0", str(2**63)])
def test_what_is_no_channel_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="channel_ids"):
        DiscordSettings.model_validate({"token": "t", "channel_ids": given})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_url", "ftp://example.org"),
        ("language", "de"),
        ("timeout", "0"),
        ("timeout", "25"),
        ("webhook", "https://example.org"),
        ("token", ""),
        ("token", "a secret\nof two lines"),
    ],
)
def test_what_is_malformed_is_named_without_secrets(name: str, value: str) -> None:
    given = {"token": TOKEN, "channel_ids": "12", name: value}
    with pytest.raises(ValidationError, match=name) as caught:
        DiscordSettings.model_validate(given)
    assert TOKEN not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_token_is_taken_as_it_is_copied() -> None:
    given = {"token": f" Bot {TOKEN}\n", "channel_ids": "12"}
    settings = DiscordSettings.model_validate(given)
    assert settings.token == SecretStr(TOKEN)
    assert TOKEN not in repr(settings)


def test_each_is_explained() -> None:
    assert all(field.description for field in DiscordSettings.model_fields.values())
