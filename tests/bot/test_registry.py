"""Publishers are found by name; one that cannot be used stops the start and is named."""

from pathlib import Path

import pytest

from bot.registry import build_alert_channels, build_desks, installed_platforms, load_platform
from bot.settings import SettingsError, read_settings
from bot.testing import surroundings

WORKING = "from bot.publishers.site import platform"
WITH_PAGER = """
from dataclasses import replace
from bot.publishers.site import platform as site
from schedules.alerts import FOR_ADMINS

class Pager:
    kinds = FOR_ADMINS
    def __init__(self, name):
        self.name = name
    async def send(self, alert):
        pass
    async def close(self):
        pass

platform = replace(site, alert_channels=lambda settings, around: [Pager(around.destination)])
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which Python looks for installed packages."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITY_A_DAY_DESTINATIONS", raising=False)


def install(folder: Path, package: str, name: str, code: str = WORKING) -> None:
    """As pip leaves it: `package` has a publisher `name`, whose module has this code."""
    about = folder / f"{package}-1.0.dist-info"
    about.mkdir()
    (folder / f"{package}.py").write_text(code, encoding="utf-8")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        f"[city_a_day.publishers]\n{name} = {package}:platform\n"
    )


def refused(tmp_path: Path, *lines: str) -> str:
    """What reading these settings says."""
    env_file = tmp_path / ".env"
    env_file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(installed_platforms(), env_file=env_file)
    return str(caught.value)


def test_an_installed_publisher_is_found_by_its_name(packages: Path) -> None:
    install(packages, "found_by_name", "pinboard")
    assert load_platform("pinboard:en") is load_platform("site")


def test_each_destination_may_offer_channels_for_alerts(packages: Path) -> None:
    install(packages, "with_a_pager", "pinboard", WITH_PAGER)
    destinations = ("site", "pinboard", "pinboard:en")
    channels = build_alert_channels(destinations, {}, surroundings(""))
    assert [channel.name for channel in channels] == ["pinboard", "pinboard:en"]


def test_a_wrong_setting_of_a_channel_for_alerts_is_named(packages: Path) -> None:
    assert packages.is_dir()
    given = {"discord": {"token": "t", "channel_ids": "1", "alert_channel_id": "#admins"}}
    with pytest.raises(SettingsError, match="CITY_A_DAY_DISCORD__ALERT_CHANNEL_ID: got '#admins'"):
        build_alert_channels(("discord",), given, surroundings(""))


def test_admins_are_answered_by_one_bot(packages: Path) -> None:
    assert packages.is_dir()
    settings = {"token": "t", "channel_ids": "1", "admin_role_ids": "5,6"}
    (desk,) = build_desks(("site", "discord"), {"discord": settings}, surroundings(""))
    assert desk.name == "discord"
    given = {"discord": settings, "discord:en": settings}
    with pytest.raises(SettingsError, match=r"DISCORD__ADMIN_ROLE_IDS and .*DISCORD_EN__ADMIN_RO"):
        build_desks(("discord", "discord:en"), given, surroundings(""))


def test_without_admin_roles_nothing_is_kept_connected(packages: Path) -> None:
    assert packages.is_dir()
    settings = {"token": "t", "channel_ids": "1"}
    assert not build_desks(("site", "discord"), {"discord": settings}, surroundings(""))


def test_two_packages_with_one_name_are_both_named(packages: Path) -> None:
    install(packages, "pinboard_of_one", "pinboard")
    install(packages, "pinboard_of_two", "pinboard")
    with pytest.raises(SettingsError, match=r"'pinboard'.* pinboard_of_one and pinboard_of_two"):
        load_platform("pinboard")


def test_two_packages_with_one_name_that_is_not_enabled_are_no_error(
    packages: Path, tmp_path: Path
) -> None:
    install(packages, "idle_one", "pinboard", "raise SystemExit('imported')")
    install(packages, "idle_two", "pinboard", "raise SystemExit('imported')")
    settings = read_settings(installed_platforms(), env_file=tmp_path / "none")
    assert settings.destinations == ("site",)
    load_platform("site")


def test_a_module_that_ends_the_program_is_named(packages: Path) -> None:
    install(packages, "ends_the_program", "pinboard", "raise SystemExit('no licence')")
    with pytest.raises(SettingsError, match=r"'pinboard' \(ends_the_program.*no licence"):
        load_platform("pinboard")


def test_what_is_no_platform_is_named(packages: Path) -> None:
    install(packages, "no_platform_at_all", "pinboard", "platform = print")
    with pytest.raises(SettingsError, match=r"'pinboard'.*is no Platform"):
        load_platform("pinboard")


@pytest.mark.parametrize(
    "lines",
    [
        ["CITY_A_DAY_DESTINATIONS=site,pinboard"],
        ["CITY_A_DAY_DESTINATIONS=site,pinboard", "CITY_A_DAY_PINBOARD__TOKEN=t"],
        ["CITY_A_DAY_DESTINATIONS=site,pinboard:en", "CITY_A_DAY_PINBOARD__TOKEN=t"],
        ["CITY_A_DAY_DESTINATIONS=pinboard,pinboard:en", "CITY_A_DAY_PINBOARD_EN__TOKEN=t"],
    ],
)
def test_a_destination_that_is_not_installed_is_the_one_problem(
    tmp_path: Path, lines: list[str]
) -> None:
    assert refused(tmp_path, *lines) == (
        "CITY_A_DAY_DESTINATIONS: no publisher named 'pinboard' is installed;"
        " there are: discord, site, twitter"
    )


def test_beside_another_mistake_it_is_still_the_destination_that_is_named(tmp_path: Path) -> None:
    message = refused(
        tmp_path,
        "CITY_A_DAY_DESTINATIONS=site,pinboard",
        "CITY_A_DAY_PINBOARD__TOKEN=t",
        "CITY_A_DAY_POST_AT=nine",
    )
    post_at, destinations = message.splitlines()
    assert post_at.startswith("CITY_A_DAY_POST_AT: got 'nine'")
    assert "no publisher named 'pinboard' is installed" in destinations


def test_a_section_that_nobody_reads_says_which_publishers_there_are(tmp_path: Path) -> None:
    assert refused(tmp_path, "CITY_A_DAY_PINBOARD__TOKEN=t") == (
        "CITY_A_DAY_PINBOARD__TOKEN: no such setting, no publisher named 'pinboard' is installed;"
        " there are: discord, site, twitter"
    )


@pytest.mark.parametrize("name", ["pin-board", "Pinboard", "pinboard:", "1pinboard", "pinboard:é"])
def test_a_name_that_cannot_be_one_says_which_can(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path, f"CITY_A_DAY_DESTINATIONS=site,{name}")
    assert f"{name!r} is no destination" in message
    assert "a-z, 0-9 and _, a letter first" in message
