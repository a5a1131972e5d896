"""`city-a-day status` and `check`."""

from pathlib import Path

from tests.bot.cli.terminal import Command, add, rows, set_settings


def test_status_tells_what_comes_and_what_is_in_stock(run: Command) -> None:
    add(run, "Metz")
    run("queue", "add", "Albi")
    found = rows(run("status", "--json"))
    assert found["next"]["city"] == "Metz"
    assert found["stock"] == {"ready": 1, "draft": 1, "held": 0}
    assert found["needs_you"] == []


def test_check_names_what_it_checked(run: Command) -> None:
    found = rows(run("check", "--json"))
    assert [each["subject"] for each in found] == [
        *("settings", "database", "disk", "site", "next")
    ]
    assert all(each["ok"] for each in found)


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
