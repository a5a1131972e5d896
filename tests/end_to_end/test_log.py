"""A log that cannot be written costs no post and no alert."""

import asyncio
from pathlib import Path

import pytest

from bot.testing import Failure
from tests.end_to_end.service import PATIENCE_SECONDS, PROGRAM, install, later
from tests.platforms.discord_rest import DiscordServer

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
async def test_with_a_log_on_a_full_disk_the_city_is_posted_and_the_alert_is_not_lost(
    tmp_path: Path, discord: DiscordServer
) -> None:
    installed = install(tmp_path, discord=discord)
    discord.fail_next_create(Failure.FORBIDDEN)
    with FULL.open("w") as nowhere:  # noqa: ASYNC230 - a device, which opens at once
        service = await asyncio.create_subprocess_exec(
            PROGRAM, "run", "--now", cwd=tmp_path, stdout=nowhere, stderr=nowhere
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await discord.wait_for_creates(1)
                while (await installed.published()).get("site") != "published":
                    assert service.returncode is None
        finally:
            service.terminate()
        assert await service.wait() == 0
    async with installed.running(*later(seconds=60)) as again:
        await again.until("action=alert", "kind=failed")
        await again.stop()
