"""`city-a-day status` and `check`."""

import asyncio
from pathlib import Path

from bot.testing import Failure
from tests.bot.cli.terminal import CREDIT, X_KEYS, Command, add, rows, set_settings
from tests.platforms.hooks import HookServer


def test_status_tells_what_comes_and_what_is_in_stock(run: Command) -> None:
    add(run, "Metz")
    run("queue", "add", "Albi")
    found = rows(run("status", "--json"))
    assert found["next"]["city"] == "Metz"
    assert found["stock"] == {"ready": 1, "draft": 1, "held": 0}
    assert found["needs_you"] == []


def test_status_tells_what_the_months_posts_cost_where_they_cost(
    run: Command, folder: Path
) -> None:
    set_settings(folder, "DESTINATIONS=site,twitter", *X_KEYS, "TWITTER__MONTHLY_BUDGET=2")
    assert "by its end at a post a day; budget $2.00\n" in run("status").stdout
    site, twitter = rows(run("status", "--json"))["destinations"]
    assert site["spending"] is None
    assert twitter["spending"]["spent"] == "0"
    assert twitter["spending"]["budget"] == "2"


def test_check_names_what_it_checked(run: Command) -> None:
    found = rows(run("check", "--json"))
    assert [each["subject"] for each in found] == [
        *("settings", "captions", "database", "disk", "photos", "site", "next", "pictures"),
        "alerts",
    ]
    assert all(each["ok"] for each in found)
    assert found[-1]["message"] == "go to the log"


def test_check_fails_where_the_next_citys_photo_is_missing(run: Command, folder: Path) -> None:
    add(run, "Metz", *CREDIT, "--photo", "nimes.jpg")
    for photo in (folder / "data" / "photos").glob("*.jpg"):
        photo.unlink()
    assert "FAIL  pictures: site: The photo" in run("check", code=1).stdout


def test_check_names_the_channels_for_alerts_and_sends_them_nothing(
    run: Command, folder: Path
) -> None:
    set_settings(folder, "ALERT_WEBHOOK_URL=http://127.0.0.1:9/s/T0KEN")
    set_settings(folder, "HEARTBEAT_URL=http://127.0.0.1:9/h/T0KEN")
    shown = run("check").stdout
    assert "alerts: go to the log, webhook, heartbeat\n" in shown
    assert "T0KEN" not in shown


def test_check_alerts_tries_each_channel_but_the_heartbeat(run: Command, folder: Path) -> None:
    set_settings(folder, "ALERT_WEBHOOK_URL=http://127.0.0.1:9/s/T0KEN")
    set_settings(folder, "HEARTBEAT_URL=http://127.0.0.1:9/h/T0KEN")
    shown = run("check", "--alerts", code=1).stdout
    assert "FAIL  webhook: not told: Cannot connect to host 127.0.0.1:9" in shown
    assert "  heartbeat:" not in shown
    assert "T0KEN" not in shown


async def test_a_test_alert_says_that_it_is_one(run: Command, folder: Path) -> None:
    async with HookServer() as hooks:
        set_settings(folder, f"ALERT_WEBHOOK_URL={hooks.webhook_url}")
        shown = await asyncio.to_thread(run, "check", "--alerts")
        hooks.fail_next_create(Failure.FORBIDDEN)
        refused = await asyncio.to_thread(run, "check", "--alerts", code=1)
    assert "ok    webhook: a test was sent\n" in shown.stdout
    assert [body["kind"] for body in hooks.told] == ["test"]
    assert "FAIL  webhook: not told: HTTP 403\n" in refused.stdout


def test_an_address_that_is_none_is_refused_by_name_and_not_shown(
    run: Command, folder: Path
) -> None:
    set_settings(folder, "ALERT_WEBHOOK_URL=hooks.example/T0KEN", "HEARTBEAT_URL=ftp://T0KEN")
    said = run("check", code=2).stderr
    assert "CITY_A_DAY_ALERT_WEBHOOK_URL: got a value that is not shown here" in said
    assert "CITY_A_DAY_HEARTBEAT_URL: got a value that is not shown here" in said
    assert "T0KEN" not in said


def test_check_fails_where_a_platform_cannot_be_reached(run: Command, folder: Path) -> None:
    set_settings(
        folder,
        "DESTINATIONS=discord",
        "DISCORD__TOKEN=nothing-secret",
        "DISCORD__CHANNEL_IDS=1",
        "DISCORD__API_URL=http://127.0.0.1:9/api/v10",
    )
    assert "FAIL  discord:" in run("check", code=1).stdout


def test_a_wrong_setting_is_code_2_and_names_itself(run: Command, folder: Path) -> None:
    set_settings(folder, "POST_AT=25:00")
    assert "CITY_A_DAY_POST_AT: got '25:00'" in run("status", code=2).stderr
