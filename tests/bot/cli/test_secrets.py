"""A wrong setting is named without the secret in it, or the one pasted into the wrong place."""

from pathlib import Path

import pytest

from tests.bot.cli.terminal import Command, set_settings
from tests.platforms.discord_rest import TOKEN
from tests.platforms.hooks import SECRET
from tests.platforms.x_oauth import Keys

PASSWORD = "pass-in-database-url-7Zk"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD__TOKENN", TOKEN),
        ("DISCORD__ALERT_CHANNEL_ID", TOKEN),
        ("TWITTER__LINKS", Keys().access_token_secret),
        ("ALERT_WEBHOOK_URL", f"ftp://{SECRET}"),
        ("HEARTBEAT_URL", SECRET),
        ("MEDIA_URL", f"s3://key:{PASSWORD}@"),
        ("OPERATOR_PASSWORD", PASSWORD[:11]),
        ("DATABASE_URL", f"mysql://user:{PASSWORD}@127.0.0.1/none"),
        ("DATABASE_URL", f"postgresql://user:{PASSWORD}/@host:port/none"),
    ],
)
def test_a_setting_that_is_wrong_is_named_without_its_secret(
    folder: Path, run: Command, name: str, value: str
) -> None:
    platform = name.partition("__")[0].lower() if "__" in name else "site"
    set_settings(folder, f"DESTINATIONS={platform}", f"{name}={value}")
    said = run("status", code=2).output
    assert f"CITY_A_DAY_{name}: " in said
    for secret in (TOKEN, SECRET, PASSWORD[:11], Keys().access_token_secret):
        assert secret not in said
