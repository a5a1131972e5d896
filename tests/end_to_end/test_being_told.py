"""Being told, with the installed program: no alert is lost by SIGKILL, no heartbeat lies."""

import json
from pathlib import Path

import aiohttp
import pytest

from bot.testing import Failure, Mishap
from schedules.telling import SEND_LEASE
from tests.end_to_end.service import Installation, install, later, today
from tests.platforms.discord_rest import DiscordServer
from tests.platforms.hooks import SECRET, HookServer


@pytest.fixture
def installed(tmp_path: Path, discord: DiscordServer, hooks: HookServer) -> Installation:
    """With a gallery, a Discord channel, and whoever is to be told; everything is logged."""
    installed = install(tmp_path, discord=discord)
    installed.write_settings(
        ALERT_WEBHOOK_URL=hooks.webhook_url,
        HEARTBEAT_URL=hooks.heartbeat_url,
        LOG_LEVEL="debug",
    )
    return installed


async def get(installed: Installation, path: str) -> str:
    url = f"http://127.0.0.1:{installed.settings['WEB_PORT']}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        return await response.text()


async def test_killed_before_an_admin_was_told_he_is_told_after_the_restart(
    installed: Installation, discord: DiscordServer, hooks: HookServer
) -> None:
    discord.fail_next_create(Failure.FORBIDDEN)
    hooks.fail_next_create(Mishap.STALLED_BEFORE)
    async with installed.running() as service:
        await hooks.wait_for_create_requests(1)
        await service.kill()
    assert hooks.told == []
    async with installed.running(*later(seconds=int(SEND_LEASE.total_seconds()) + 1)) as service:
        await hooks.wait_for_creates(1)
        await service.stop()
    (alert,) = hooks.told
    assert (alert["kind"], alert["subject"]) == ("failed", f"{today()}/discord")
    assert alert["message"].startswith("Le Mans: ")
    assert discord.posted() == []


async def test_the_heartbeat_is_called_when_the_day_is_complete_everywhere_and_not_before(
    installed: Installation, discord: DiscordServer, hooks: HookServer
) -> None:
    discord.fail_next_create(Failure.FORBIDDEN)
    async with installed.running() as service:
        await service.until("action=published", "/site")
        await hooks.wait_for_creates(1)
        assert await service.stop() == 0
    assert [alert["kind"] for alert in hooks.told] == ["failed"]
    assert hooks.beats == 0
    resolved = await installed.command("resolve", f"{today()}/discord", "published")
    assert resolved.code == 0, resolved.err
    assert hooks.beats == 1


async def test_after_a_good_day_the_heartbeat_is_called_once_and_the_status_pages_agree(
    installed: Installation, hooks: HookServer
) -> None:
    async with installed.running() as service:
        await hooks.wait_for_creates(1)
        metrics = await get(installed, "/metrics")
        assert 'city_a_day_publications{destination="discord",status="published"} 1.0' in metrics
        assert await get(installed, "/healthz") == "ok\n"
        if not any("action=looked" in line for line in service.lines):
            await service.until("action=looked")
        assert json.loads(await get(installed, "/readyz"))["ready"] is True
        await service.stop()
    assert (hooks.beats, hooks.told) == (1, [])


async def test_addresses_that_hold_a_token_are_in_no_log_even_when_they_refuse(
    installed: Installation, discord: DiscordServer, hooks: HookServer
) -> None:
    discord.fail_next_create(Failure.FORBIDDEN)
    hooks.fail_next_create(Failure.FORBIDDEN)
    async with installed.running() as service:
        await service.until("action=alert_not_told")
        await service.stop()
    assert any("level=debug" in line for line in service.lines)
    assert not any(SECRET in line for line in service.lines)
    for file in (installed.folder / "data").rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes()
