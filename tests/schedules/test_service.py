"""The service's start: what is wrong with one destination does not keep the others waiting."""

from pathlib import Path

from tests.end_to_end.service import install
from tests.platforms.discord_rest import DiscordServer


async def test_a_gallery_that_cannot_be_written_keeps_no_other_destination_from_its_post(
    tmp_path: Path,
) -> None:
    (tmp_path / "data" / "site" / "index.html").mkdir(parents=True)
    async with DiscordServer() as discord:
        installed = install(tmp_path, discord=discord)
        async with installed.running() as service:
            await service.until("action=published", "discord")
            await service.stop()
        assert len(discord.posted()) == 1
