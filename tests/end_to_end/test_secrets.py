"""No secret leaves `.env`: not into a log, an error, a page, the database or a backup."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.testing import Failure
from tests.end_to_end.service import PATIENCE_SECONDS, Installation, Result, install, later
from tests.platforms.discord_rest import TOKEN, DiscordServer
from tests.platforms.hooks import SECRET, HookServer
from tests.platforms.x import XServer

PAGES = ("/", "/feed.atom", "/healthz", "/readyz", "/metrics", "/no-such-page")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("status",),
    ("status", "--json"),
    ("calendar", "--json"),
    ("history", "--json"),
    ("preview", "--json"),
    ("queue", "list", "--json"),
    ("queue", "export", "queue.json"),
    ("post", "--json"),
    ("backup", "backup.tar"),
)


@pytest.fixture
def installed(
    tmp_path: Path, x: XServer, discord: DiscordServer, hooks: HookServer
) -> Installation:
    """Everything is on, and everything is logged."""
    installed = install(tmp_path, x, discord)
    installed.settings.update(
        ALERT_WEBHOOK_URL=hooks.webhook_url,
        HEARTBEAT_URL=hooks.heartbeat_url,
        DISCORD__ALERT_CHANNEL_ID=str(discord.channel.id),
        LOG_LEVEL="debug",
    )
    installed.write_settings()
    return installed


def secrets(x: XServer) -> list[str]:
    return [*x.keys.all, TOKEN, SECRET]


def found_in(x: XServer, text: str) -> list[str]:
    return [secret for secret in secrets(x) if secret in text]


async def pages(installed: Installation) -> str:
    """What anybody can read, with its headers."""
    read = []
    async with aiohttp.ClientSession() as session:
        for path in PAGES:
            url = f"http://127.0.0.1:{installed.settings['WEB_PORT']}{path}"
            async with session.get(url) as response:
                read.append(f"{response.headers} {await response.text()}")
    return "\n".join(read)


def said(result: Result) -> str:
    return result.out + result.err


async def test_whatever_goes_wrong_no_secret_is_said_shown_or_kept(
    installed: Installation, x: XServer, discord: DiscordServer, hooks: HookServer
) -> None:
    x.fail_next_create(Failure.UNAUTHORIZED)
    discord.fail_next_create(Failure.GARBLED_AFTER)
    hooks.fail_next_create(Failure.SERVER_ERROR_BEFORE)
    heard = []
    async with installed.running() as service:
        await service.until("action=alert", "credentials_refused")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await discord.wait_for_creates(1)
        heard.append(await pages(installed))
        await service.stop()
        heard += service.lines
    x.fail_next_create(Failure.SERVER_ERROR_AFTER)
    async with installed.running(*later(seconds=120)) as service:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await x.wait_for_creates(2)
        # The garbled answer was to the post or to the alert, whichever Discord got first.
        if not any("action=published" in line and "/discord" in line for line in heard):
            await service.until("action=published", "discord")
        await service.stop()
        heard += service.lines
    for command in COMMANDS:
        heard.append(said(await installed.command(*command)))
    assert found_in(x, "\n".join(heard)) == []
    kept = [path for path in installed.folder.rglob("*") if path.is_file() and path.name != ".env"]
    assert {"city-a-day.db", "backup.tar", "index.html"} <= {path.name for path in kept}
    for path in kept:
        assert found_in(x, path.read_bytes().decode("latin-1")) == [], path.name
