"""`city-a-day post`, `history`, `status`, `resolve`: also when a platform does not play along."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from bot.app import open_app
from bot.cli.session import Terminal
from bot.operations.publishing import post_today
from bot.registry import installed_platforms
from bot.settings import read_settings
from bot.testing import Failure, Mishap
from schedules.ledger import Status
from tests.bot.cli.terminal import Command, add, names, rows, set_settings
from tests.end_to_end.service import today
from tests.platforms.discord_rest import TOKEN, DiscordServer


@pytest.fixture
def discord(folder: Path) -> Iterator[DiscordServer]:
    """Discord beside the gallery, in a thread of its own: a command has its own loop."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    server = DiscordServer()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    use_discord(folder, server.api_url, str(server.channel.id))
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def use_discord(folder: Path, url: str, channel: str = "800000000000000001") -> None:
    set_settings(
        folder,
        "DESTINATIONS=site,discord",
        f"DISCORD__TOKEN={TOKEN}",
        f"DISCORD__CHANNEL_IDS={channel}",
        f"DISCORD__API_URL={url}",
    )


def test_post_publishes_todays_city_once(run: Command, folder: Path) -> None:
    add(run, "Metz")
    add(run, "Albi")
    for _ in range(2):
        (row,) = rows(run("post", "--json"))
        assert (row["city"], row["status"], row["attempts"]) == ("Metz", "published", 1)
    assert names(run) == ["Albi"]
    assert len(list((folder / "data" / "site" / "days").iterdir())) == 1


def test_history_has_the_fields_of_a_receipt(run: Command) -> None:
    add(run, "Metz")
    run("post")
    (row,) = rows(run("history", "--json"))
    assert row["date"] == today().isoformat()
    assert row["destination"] == "site"
    assert row["remote_id"] == today().isoformat()
    assert row["url"].startswith("http://127.0.0.1:8080/")
    for name in ("due_at", "published_at"):
        assert datetime.fromisoformat(row[name]).utcoffset() == timedelta(0)


def test_an_empty_queue_where_the_operator_wants_no_stand_in_posts_nothing(
    run: Command, folder: Path
) -> None:
    set_settings(folder, "EMPTY_QUEUE=alert")
    assert "queue add" in run("post", code=1).stderr


def test_a_posted_publication_does_not_wait_for_a_word(run: Command) -> None:
    add(run, "Metz")
    run("post")
    name = f"{today()}/site"
    assert "published" in run("resolve", name, "resend", code=1).stderr


def test_a_name_that_is_no_publication_is_explained(run: Command) -> None:
    assert "DATE/DESTINATION" in run("resolve", "42", "published", code=1).stderr
    assert "history" in run("resolve", "2026-01-01/site", "published", code=1).stderr


def test_a_platform_out_of_reach_is_code_1_with_its_reason_and_the_others_are_done(
    run: Command, folder: Path
) -> None:
    use_discord(folder, "http://127.0.0.1:9/api/v10")
    add(run, "Metz")
    posted = run("post", "--json", code=1)
    found = {row["destination"]: row["status"] for row in rows(posted)}
    assert found == {"site": "published", "discord": "scheduled"}
    (line,) = [each for each in posted.stderr.splitlines() if f"{today()}/discord: " in each]
    assert "could not be reached" in line
    assert "could not be reached" in run("status").stdout
    assert "could not be reached" in run("history").stderr


def test_what_an_admin_is_told_beside_the_json_is_no_log_line(run: Command) -> None:
    add(run, "Metz")
    posted = run("post", "--json")
    assert rows(posted)[0]["status"] == "published"
    assert "queue: Only 0 ready in the queue" in posted.stderr
    assert "timestamp=" not in posted.stderr


def test_a_refused_post_shows_what_to_type_and_is_sent_again(
    run: Command, discord: DiscordServer
) -> None:
    add(run, "Metz")
    discord.fail_next_create(Failure.FORBIDDEN)
    refused = run("post", code=1).stderr
    assert refused.count("may not post in channel") == 1
    assert "city-a-day status" in refused
    said = run("status").stdout
    resend = ("resolve", f"{today()}/discord", "resend")
    assert f"If it is not there: city-a-day {' '.join(resend)}\n" in said
    assert f"city-a-day resolve {today()}/discord published --url URL\n" in said
    assert "city-a-day post" in run(*resend).stderr
    run("post")
    assert len(discord.posted()) == 1
    assert rows(run("status", "--json"))["needs_you"] == []


def test_a_lost_answer_is_looked_for_before_anybody_is_asked(
    run: Command, discord: DiscordServer
) -> None:
    add(run, "Metz")
    discord.fail_next_create(Mishap.EMPTY_AFTER)
    run("post", code=1)
    assert rows(run("status", "--json"))["needs_you"] == []
    assert "looked for" in run("status").stdout
    assert "city-a-day resolve" not in run("status").stdout
    run("post")
    assert len(discord.posted()) == 1


def test_an_admins_word_with_the_address_of_the_post_is_its_receipt(
    run: Command, discord: DiscordServer
) -> None:
    add(run, "Metz")
    discord.fail_next_create(Failure.FORBIDDEN)
    run("post", code=1)
    name = f"{today()}/discord"
    assert "https://" in run("resolve", name, "published", "--url", "there", code=1).stderr
    url = "https://discord.com/channels/1/2/345?s=20"
    (row,) = rows(run("resolve", name, "published", "--url", url, "--json"))
    assert (row["status"], row["url"], row["remote_id"]) == ("published", url, "345")


def test_destinations_that_come_or_go_during_the_day_are_explained(
    run: Command, folder: Path
) -> None:
    use_discord(folder, "http://127.0.0.1:9/api/v10")
    add(run, "Metz")
    run("post", code=1)
    set_settings(folder, "DESTINATIONS=site")
    assert "any more" in run("post", code=1).stderr
    set_settings(folder, "DESTINATIONS=site,site:second")
    assert "site:second joined" in run("post", code=1).stderr


async def test_ctrl_c_lets_a_create_in_flight_finish(folder: Path) -> None:
    async with DiscordServer() as server:
        use_discord(folder, server.api_url)
        server.fail_next_create(Mishap.HELD_AFTER)
        settings = read_settings(installed_platforms())
        async with open_app(settings, owner="test", told=Terminal()) as app:
            posting = asyncio.create_task(post_today(app))
            await server.wait_for_creates(1)
            posting.cancel()
            server.release()
            with pytest.raises(asyncio.CancelledError):
                await posting
            (publication,) = await app.store.publications(destination="discord")
            assert publication.status is Status.PUBLISHED
