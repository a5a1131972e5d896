"""The daily post as a user has it: the installed program, real sockets, real photos, SIGKILL."""

import asyncio
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from bot.testing import Mishap
from tests.end_to_end.service import Installation, Running, install, later, today
from tests.platforms.discord_rest import DiscordServer
from tests.platforms.x import XServer

PHOTOS = Path(__file__).parents[3] / "shared" / "content" / "photos"
ALL_PUBLISHED = {"site": "published", "twitter": "published", "discord": "published"}


@pytest.fixture
def installed(tmp_path: Path, x: XServer, discord: DiscordServer) -> Installation:
    return install(tmp_path, x, discord)


@pytest.fixture
def without_site(installed: Installation) -> Installation:
    installed.write_settings(DESTINATIONS="twitter,discord")
    return installed


def posts(x: XServer, discord: DiscordServer) -> tuple[int, int]:
    return len(x.delivered()), len(discord.posted())


async def both(service: Running, action: str) -> None:
    """Until the log says so of both platforms."""
    for _ in range(2):
        await service.until(f"action={action}")


async def settled(installed: Installation) -> list[str]:
    """What the ledger says in the end; what is still to be looked for is looked for now."""
    return [row["status"] for row in (await installed.command("post", "--json")).json]


async def fetch(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        return await response.text()


async def test_a_first_run_shows_todays_city_and_a_second_run_no_other(tmp_path: Path) -> None:
    installed = install(tmp_path, as_installed=True)
    for moment in ("published", "ready"):
        async with installed.running() as service:
            await service.until(f"action={moment}")
            page = await fetch(f"http://127.0.0.1:{installed.settings['WEB_PORT']}/")
            assert "Le Mans" in page
            assert "#UnJourUneVille" in page
            assert "Blue Marble" in page
            assert await service.stop() == 0
    assert len(list((tmp_path / "data" / "site" / "days").iterdir())) == 1


async def test_killed_and_started_again_it_shows_one_city(tmp_path: Path) -> None:
    installed = install(tmp_path)
    for moment in ("edition", "ready", "published"):
        async with installed.running() as service:
            await service.until(f"action={moment}")
            await service.kill()
    async with installed.running() as service:
        await service.until("action=ready")
        await service.stop()
    rows = (await installed.command("history", "--json")).json
    assert [(row["city"], row["status"]) for row in rows] == [("Le Mans", "published")]
    assert len(list((tmp_path / "data" / "site" / "days").iterdir())) == 1


async def test_a_real_photo_reaches_every_platform_with_alt_text_and_credit(
    installed: Installation, x: XServer, discord: DiscordServer
) -> None:
    photo = PHOTOS / "campeche_ISS062-E-81917_1024.jpg"
    if not photo.exists():
        pytest.skip("the real photos lie beside the repository in CI only")
    added = await installed.command(
        *("queue", "add", "Campeche, MX", "--on", today().isoformat(), "--photo", str(photo)),
        *("--alt", "Campeche au bord du golfe, vue de l’espace."),
        *("--author", "NASA JSC", "--source", "ISS062-E-81917", "--licence", "domaine public"),
        *("--link", "https://eol.jsc.nasa.gov/", "--text-fr", "Campeche garde ses remparts."),
        *("--text-en", "Campeche keeps its ramparts.", "--tag", "Mexique"),
    )
    assert added.code == 0, added.err
    preview = (await installed.command("preview", added.out.strip(), "--json")).json
    async with installed.running() as service:
        for _ in x, discord, "site":
            await service.until("action=published")
    shown = {row["destination"]: row for row in preview}
    (tweet,) = x.delivered()
    (message,) = discord.posted()
    assert tweet.text == shown["twitter"]["text"]
    assert message.content == shown["discord"]["text"]
    for text in (tweet.text, message.content):
        assert "#UnJourUneVille #Campeche" in text
        assert "NASA JSC / ISS062-E-81917" in text
    assert "nasa.gov" not in tweet.text
    (attachment,) = message.attachments
    assert tweet.alts == [attachment.description] == [shown["twitter"]["images"][0]["alt"]]
    assert tweet.images[0] == installed.read(shown["twitter"]["images"][0]["path"])
    assert await installed.published() == ALL_PUBLISHED


async def test_killed_before_the_answer_the_post_is_found_and_not_sent_again(
    without_site: Installation, x: XServer, discord: DiscordServer
) -> None:
    for server in (x, discord):
        server.fail_next_create(Mishap.HELD_AFTER)
    async with without_site.running() as service:
        await asyncio.gather(x.wait_for_creates(1), discord.wait_for_creates(1))
        await service.kill()
    async with without_site.running() as service:
        await both(service, "published")
        await service.stop()
    assert await settled(without_site) == ["published", "published"]
    assert posts(x, discord) == (1, 1)


async def test_killed_after_the_answer_before_settling_the_post_is_found_and_not_sent_again(
    without_site: Installation, x: XServer, discord: DiscordServer
) -> None:
    for server in (x, discord):
        server.fail_next_create(Mishap.HELD_AFTER)
    async with without_site.running() as service:
        await asyncio.gather(x.wait_for_creates(1), discord.wait_for_creates(1))
        database = sqlite3.connect(without_site.folder / "data" / "city-a-day.db", timeout=10)
        database.execute("BEGIN IMMEDIATE")
        x.release()
        discord.release()
        await both(service, "created")
        await service.kill()
        database.close()
    async with without_site.running() as service:
        await both(service, "published")
        await service.stop()
    assert await settled(without_site) == ["published", "published"]
    assert posts(x, discord) == (1, 1)


async def test_killed_after_arming_nothing_is_sent_again_until_a_look_up_is_conclusive(
    without_site: Installation, x: XServer, discord: DiscordServer
) -> None:
    for server in (x, discord):
        server.fail_next_create(Mishap.STALLED_BEFORE)
    async with without_site.running() as service:
        await asyncio.gather(x.wait_for_create_requests(1), discord.wait_for_create_requests(1))
        await service.kill()
    async with without_site.running() as service:
        await both(service, "unconfirmed")
        await service.stop()
    assert (x.creates, discord.creates) == (1, 1)
    async with without_site.running(*later(seconds=120)) as service:
        await both(service, "published")
        await service.stop()
    assert await settled(without_site) == ["published", "published"]
    assert posts(x, discord) == (1, 1)


async def test_a_stop_lets_a_create_in_flight_finish(
    without_site: Installation, x: XServer, discord: DiscordServer
) -> None:
    for server in (x, discord):
        server.fail_next_create(Mishap.HELD_AFTER)
    async with without_site.running() as service:
        await asyncio.gather(x.wait_for_creates(1), discord.wait_for_creates(1))
        service.process.terminate()
        await service.until("action=stopping")
        x.release()
        discord.release()
        await both(service, "published")
        assert await service.stop() == 0
    assert await settled(without_site) == ["published", "published"]
    assert posts(x, discord) == (1, 1)


async def test_a_second_service_on_one_data_folder_is_refused(tmp_path: Path) -> None:
    installed = install(tmp_path)
    async with installed.running() as service:
        await service.until("action=ready")
        second = await installed.command("run")
        assert second.code == 1
        assert f"process {service.process.pid}" in second.err
        await service.stop()


async def test_a_typo_in_the_settings_stops_the_start_with_its_name(tmp_path: Path) -> None:
    installed = install(tmp_path, as_installed=True)
    installed.write_settings(POST_ATT="09:00")
    result = await installed.command("run")
    assert result.code == 2
    assert result.err == (
        "city-a-day: CITY_A_DAY_POST_ATT: no such setting; did you mean CITY_A_DAY_POST_AT?\n"
    )
