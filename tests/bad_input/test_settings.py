"""Any value of any setting gives Settings, or a SettingsError that names it; secrets never show."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.platform import Surroundings
from bot.registry import build_publishers
from bot.settings import LARGEST_ENV_FILE, Settings, SettingsError, read_settings
from tests.bad_input.strategies import MANY, anything, days, outcome_of, reads_well, texts
from tests.clock import FakeClock

PLATFORMS = ("site", "twitter", "discord")
FIELDS = [name.upper() for name in Settings.model_fields]
SITE = ["SITE__TITLE", "SITE__URL", "SITE__LANGUAGE", "SITE__NOPE"]
DISCORD = ["DISCORD__TOKEN", "DISCORD__CHANNEL_IDS", "DISCORD__TIMEOUT", "DISCORD__API_URL"]
SECRET = "sesame4711"
ODD = [
    *(
        "0",
        "-1",
        "1e9",
        "nan",
        "99999999999999999999",
        "٨",
        "٠٩:٠٠",
        "24:00",
        "9:00",
        "09:60",
        "00:00",
    ),
    *(
        "Europe/Paris",
        "../../etc/passwd",
        "UTC",
        "site,site",
        "site:",
        "a..b",
        ":",
        "::1",
        "[",
        "{}",
    ),
    *(
        '{"a": {}}',
        "null",
        "true",
        "#",
        "/",
        "~",
        "a" * 300,
        "a" * 6_000,
        "[1,[2]]",
        "[" * 2_000,
        "1,1",
    ),
    *("http://[", "https://a.fr/?x", "postgresql://a:b@c/d", "ſ", "\u202e", "${A}", "' '"),
]
values = st.sampled_from(ODD) | days | texts | st.text(anything, max_size=20)
names = st.sampled_from([*FIELDS, *SITE, *DISCORD])


def of_file(data: bytes) -> Settings | str:
    with tempfile.TemporaryDirectory() as folder:
        env_file = Path(folder) / ".env"
        env_file.write_bytes(data)
        return outcome_of(lambda: read_settings(PLATFORMS, env_file=env_file), SettingsError)


def of_environment(name: str, value: str) -> Settings | str:
    """As the shell would give it: any bytes but NUL."""
    assert name not in os.environ
    os.environ[name] = value
    try:
        return outcome_of(lambda: read_settings(PLATFORMS, env_file=Path("none")), SettingsError)
    finally:
        del os.environ[name]


def assert_usable_or_named(outcome: Settings | str, name: str) -> None:
    if isinstance(outcome, str):
        assert name in outcome
        assert reads_well(outcome)
        return
    assert outcome.late_until > outcome.post_at
    assert outcome.destinations
    assert outcome.web_host.encode("idna")  # as a name is before it is looked up
    for text in (str(outcome.data_dir), outcome.web_host, outcome.series_hashtag):
        assert "\x00" not in text
        assert len(text.encode()) <= 20_000


@MANY
@given(name=st.sampled_from(FIELDS), value=values)
def test_a_value_in_the_environment_is_taken_or_refused_by_its_name(name: str, value: str) -> None:
    try:
        assume("\x00" not in value and os.fsencode(value))
    except UnicodeEncodeError:
        assume(False)
    assert_usable_or_named(of_environment(f"CITY_A_DAY_{name}", value), f"CITY_A_DAY_{name}")


@MANY
@given(name=st.sampled_from(FIELDS), value=values)
@example(name="WEB_HOST", value="a..b")
@example(name="WEB_HOST", value="a" * 64)
def test_a_quoted_value_in_the_file_is_taken_or_refused_by_its_name(name: str, value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    line = f"CITY_A_DAY_{name}='{quoted}'\n".encode("utf-8", "replace")
    assert_usable_or_named(of_file(line), f"CITY_A_DAY_{name}")


@MANY
@given(name=texts)
def test_a_name_that_there_is_not_is_refused_in_words(name: str) -> None:
    name = f"CITY_A_DAY_{''.join(filter(str.isprintable, name)).replace('=', '')}_X"
    assume(not set(name) & set("\ud800\udfff'#\" ${}") and name.isidentifier())
    outcome = of_file(f"{name}=1\n".encode())
    assert isinstance(outcome, str)
    assert name.upper()[:30] in outcome
    assert reads_well(outcome)


@MANY
@given(data=st.binary(max_size=80) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_file_is_read_or_refused_in_words(data: bytes) -> None:
    outcome = of_file(data)
    assert isinstance(outcome, Settings) or (".env" in outcome and reads_well(outcome))


@MANY
@given(name=st.sampled_from([*SITE, *DISCORD]), value=values)
def test_a_platforms_value_builds_it_or_is_refused_by_its_name(name: str, value: str) -> None:
    destination, _, field = name.lower().partition("__")
    around = Surroundings(
        destination="", data_dir=Path("unused"), web_url="http://127.0.0.1:1", clock=FakeClock()
    )
    sections = {destination: {field: value}}
    built = outcome_of(lambda: build_publishers([destination], sections, around), SettingsError)
    assert not isinstance(built, str) or f"CITY_A_DAY_{destination}".upper() in built


@MANY
@given(before=texts, after=texts, name=st.sampled_from(["DATABASE_URL", "TWITTER__API_KEY"]))
def test_a_secret_is_not_in_any_refusal(before: str, after: str, name: str) -> None:
    value = f"{before}{SECRET}{after}".encode("utf-8", "replace").decode()
    outcome = of_file(f"CITY_A_DAY_{name}={value}\nCITY_A_DAY_POST_AT=25:00\n".encode())
    assert isinstance(outcome, str)
    assert SECRET not in outcome


@pytest.mark.parametrize("sign", ["\x00", "\x9f"])
@pytest.mark.parametrize("name", [*FIELDS, *SITE, *DISCORD])
def test_a_control_character_is_refused_in_any_setting(name: str, sign: str) -> None:
    outcome = of_file(f"CITY_A_DAY_{name}='{SECRET}{sign}'\n".encode())
    assert f"CITY_A_DAY_{name}: got a control character (U+{ord(sign):04X})" in str(outcome)
    assert SECRET not in str(outcome)


# -- what is no file of settings


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")
    with pytest.raises(SettingsError, match="is no file"):
        read_settings(PLATFORMS, env_file=tmp_path / ".env")


@pytest.mark.parametrize("unit", ["A=1\n", "CITY_A_DAY_Q=1\n", "A='", "${", "\n", "\x00"])
def test_a_file_of_megabytes_is_refused_before_it_is_read(unit: str) -> None:
    outcome = of_file(unit.encode() * (10_000_000 // len(unit)))
    assert f"the most is {LARGEST_ENV_FILE:,}" in str(outcome)


def test_a_thousand_wrong_names_are_not_named_one_by_one() -> None:
    lines = "".join(f"CITY_A_DAY_Q{number}=1\n" for number in range(1_000))
    outcome = of_file(lines.encode())
    assert isinstance(outcome, str)
    assert outcome.splitlines()[-1] == "and 980 more"
    assert reads_well(outcome, most=3_000)


def test_settings_that_begin_with_a_byte_order_mark_count() -> None:
    outcome = of_file(b"\xef\xbb\xbfCITY_A_DAY_POST_AT=25:00\n")
    assert "CITY_A_DAY_POST_AT" in str(outcome)
