"""A setting that is unknown or malformed stops the start and names itself, never a secret."""

from datetime import time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from bot.platform import Surroundings
from bot.registry import build_publishers, load_platform
from bot.settings import Settings, SettingsError, read_settings
from tests.clock import FakeClock

PLATFORMS = ("site", "twitter", "discord")
SECRET = "sesame-open-4711"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CITY_A_DAY_{name}".upper(), raising=False)


def read(tmp_path: Path, *lines: str) -> Settings:
    env_file = tmp_path / ".env"
    env_file.write_text("\n".join(lines), encoding="utf-8")
    return read_settings(PLATFORMS, env_file=env_file)


def refused(tmp_path: Path, *lines: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, *lines)
    return str(caught.value)


def build(tmp_path: Path, *lines: str) -> None:
    settings = read(tmp_path, *lines)
    surroundings = Surroundings(
        destination="", data_dir=tmp_path, web_url="http://127.0.0.1:8080", clock=FakeClock()
    )
    build_publishers(settings.destinations, settings.sections, surroundings)


def test_without_any_setting_the_gallery_alone_is_on(tmp_path: Path) -> None:
    settings = read_settings(PLATFORMS, env_file=tmp_path / "none")
    assert settings.destinations == ("site",)
    assert (settings.post_at, settings.late_until) == (time(9), time(23))
    assert settings.timezone == ZoneInfo("Europe/Paris")


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_A_DAY_POST_AT", "10:30")
    assert read(tmp_path, "CITY_A_DAY_POST_AT=08:00").post_at == time(10, 30)


def test_an_empty_value_is_as_if_not_set(tmp_path: Path) -> None:
    settings = read(tmp_path, "CITY_A_DAY_POST_AT=", "CITY_A_DAY_TWITTER__API_KEY=")
    assert settings.post_at == time(9)


def test_a_line_that_is_no_setting_is_named_without_what_it_says(tmp_path: Path) -> None:
    message = refused(tmp_path, "CITY_A_DAY_POST_AT=09:00", f"what is this {SECRET}")
    assert message.endswith(".env:2: is not NAME=value")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no file"):
        read_settings(PLATFORMS, env_file=tmp_path)


def test_a_file_in_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("CITY_A_DAY_SITE__TITLE=Été\n".encode("latin-1"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        read_settings(PLATFORMS, env_file=tmp_path / ".env")


def test_other_programs_names_in_the_file_are_none_of_ours(tmp_path: Path) -> None:
    assert read(tmp_path, "DJANGO_SECRET=1").destinations == ("site",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("CITY_A_DAY_POST_AT=25:00", ["CITY_A_DAY_POST_AT", "25:00", "HH:MM"]),
        ("CITY_A_DAY_POST_AT=9h", ["CITY_A_DAY_POST_AT", "9h", "HH:MM"]),
        ("CITY_A_DAY_TIMEZONE=Europe/Pariss", ["CITY_A_DAY_TIMEZONE", "Europe/Paris?"]),
        ("CITY_A_DAY_WEB_PORT=http", ["CITY_A_DAY_WEB_PORT", "http", "Port"]),
        ("CITY_A_DAY_WEB_PORT=70000", ["CITY_A_DAY_WEB_PORT", "70000", "65535"]),
        ("CITY_A_DAY_EMPTY_QUEUE=maybe", ["CITY_A_DAY_EMPTY_QUEUE", "maybe", "gazetteer"]),
        ("CITY_A_DAY_REPEAT_AFTER_DAYS=-1", ["CITY_A_DAY_REPEAT_AFTER_DAYS", "-1"]),
        ("CITY_A_DAY_DESTINATIONS=site,X!", ["CITY_A_DAY_DESTINATIONS", "X!"]),
        ("CITY_A_DAY_DESTINATIONS=site,site", ["CITY_A_DAY_DESTINATIONS", "twice"]),
        ("CITY_A_DAY_SERIES_HASHTAG=###", ["CITY_A_DAY_SERIES_HASHTAG", "###"]),
        ("CITY_A_DAY_POST_ATT=09:00", ["CITY_A_DAY_POST_ATT", "did you mean CITY_A_DAY_POST_AT?"]),
        ("CITY_A_DAY_TWITER__API_KEY=1", ["CITY_A_DAY_TWITER__API_KEY", "no such setting"]),
    ],
)
def test_a_wrong_setting_names_itself_what_it_got_and_what_it_wants(
    tmp_path: Path, line: str, words: list[str]
) -> None:
    message = refused(tmp_path, line)
    assert [word for word in words if word not in message] == []


def test_an_operators_password_is_long_or_there_is_none(tmp_path: Path) -> None:
    name = "CITY_A_DAY_OPERATOR_PASSWORD"
    message = refused(tmp_path, f"{name}=eleven-char")
    assert f"{name}: got a value that is not shown here" in message
    assert "12 characters at least" in message
    assert "eleven-char" not in message
    assert read(tmp_path, f"{name}=twelve-chars").operator_password.get_secret_value()
    assert not read(tmp_path, f"{name}=").operator_password.get_secret_value()


@pytest.mark.parametrize("late_until", ["09:00", "08:59"])
def test_a_window_that_ends_before_it_begins_is_refused(tmp_path: Path, late_until: str) -> None:
    message = refused(tmp_path, "CITY_A_DAY_POST_AT=09:00", f"CITY_A_DAY_LATE_UNTIL={late_until}")
    assert "CITY_A_DAY_LATE_UNTIL" in message
    assert late_until in message
    assert "09:00" in message


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, "CITY_A_DAY_POST_AT=x", "CITY_A_DAY_NOPE=1")
    assert len(message.splitlines()) == 2


def test_settings_of_a_platform_that_is_not_enabled_are_no_error(tmp_path: Path) -> None:
    lines = (f"CITY_A_DAY_TWITTER__API_KEY={SECRET}", f"CITY_A_DAY_TWITTER_EN__API_KEY={SECRET}")
    assert read(tmp_path, *lines).destinations == ("site",)


def test_a_second_account_reads_its_own_section(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "CITY_A_DAY_DESTINATIONS=twitter,twitter:en",
        "CITY_A_DAY_TWITTER__LANGUAGE=fr",
        "CITY_A_DAY_TWITTER_EN__LANGUAGE=en",
    )
    assert settings.sections == {"twitter": {"language": "fr"}, "twitter:en": {"language": "en"}}


def test_a_missing_key_of_an_enabled_platform_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CITY_A_DAY_TWITTER__API_KEY: is not set"):
        build(tmp_path, "CITY_A_DAY_DESTINATIONS=twitter")


def test_a_typo_in_an_enabled_platforms_section_is_named_without_its_value(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        build(
            tmp_path,
            "CITY_A_DAY_DESTINATIONS=twitter",
            f"CITY_A_DAY_TWITTER__ACCES_TOKEN={SECRET}",
        )
    message = str(caught.value)
    assert "CITY_A_DAY_TWITTER__ACCES_TOKEN: no such setting; did you mean" in message
    assert SECRET not in message


def test_a_secret_is_in_no_repr(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        f"CITY_A_DAY_DATABASE_URL=postgresql://me:{SECRET}@db/x",
        "CITY_A_DAY_DESTINATIONS=twitter",
        f"CITY_A_DAY_TWITTER__API_KEY={SECRET}",
    )
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


def test_a_platform_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no publisher named 'mastodon' is installed"):
        build(tmp_path, "CITY_A_DAY_DESTINATIONS=mastodon")


def test_every_setting_is_in_env_example_with_its_default_and_explained() -> None:
    lines = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = {}
    for above, line in pairwise(lines):
        if line.startswith("#CITY_A_DAY_"):
            name, _, value = line.removeprefix("#").partition("=")
            assert above.startswith("# "), f"{name} is not explained"
            shown[name] = value
    models: dict[str, type[BaseModel]] = {"CITY_A_DAY_": Settings}
    for platform in PLATFORMS:
        models[f"CITY_A_DAY_{platform}__".upper()] = load_platform(platform).settings
    wanted = {
        f"{prefix}{field}".upper()
        for prefix, model in models.items()
        for field in model.model_fields
        if field != "sections"
    }
    assert set(shown) == wanted
