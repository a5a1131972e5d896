"""Settings: read once, in `main`, from the environment and from `.env` in the working directory.

Every name starts with `CITY_A_DAY_`. A platform's own settings stand in a section of its own,
`CITY_A_DAY_TWITTER__API_KEY`, for `twitter:en` `CITY_A_DAY_TWITTER_EN__API_KEY`; the platform's
model validates them (`bot/registry.py`). Values that may hold a secret are never shown.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.storage.media_url import address_in
from content.hashtags import hashtag
from content.typed import LONGEST_FIELD, control_character, shown

PREFIX = "CITY_A_DAY_"
ENV_FILE = Path(".env")
LARGEST_ENV_FILE = 64_000
"""Bytes; many times what all settings need."""
SHORTEST_PASSWORD = 12
"""Characters; whoever can reach the page can try passwords, however slowly."""
_DESTINATION = re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z0-9][a-z0-9_]{0,39})?")
_MOST_PROBLEMS = 20  # said at once
_LONGEST_UNLIKE_A_TOKEN = 24
_LONGEST_GOT = 80  # characters of a wrong value that are shown


class SettingsError(Exception):
    """A setting is unknown or malformed; the message names each, what it got and what it wants."""


def _destinations(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = [name.strip() for name in value.split(",") if name.strip()]
    for name in names:
        if not _DESTINATION.fullmatch(name):
            raise ValueError(
                f"{shown(name)!r} is no destination: that is a platform, or platform:name, written"
                " with a-z, 0-9 and _, a letter first, at most 40 in each"
            )
    if len(set(names)) < len(names):
        raise ValueError("a destination is named twice")
    return names


def _local_time(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value.strip()):
        raise ValueError("no time of day written HH:MM")
    return f"{value.strip():0>5}" if isinstance(value, str) else value


@cache
def _time_zones() -> Collection[str]:
    """All names that there are: each is a file, which is opened to know it for a time zone."""
    return frozenset(available_timezones())


def _timezone(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in _time_zones():
        near = get_close_matches(value, _time_zones(), n=1)
        raise ValueError("no such time zone" + (f"; did you mean {near[0]}?" if near else ""))
    return ZoneInfo(value)


def _hashtag(value: str) -> str:
    return hashtag(value).removeprefix("#")


def _media_url(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        address_in(value.get_secret_value())
    return value


def _called(value: SecretStr) -> SecretStr:
    """An address that is asked as it is: its path and its query may be tokens."""
    if not value.get_secret_value():
        return value
    try:
        return SecretStr(str(HttpUrl(value.get_secret_value().strip())))
    except ValidationError:
        raise ValueError("no web address") from None


def _long_enough(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value()) < SHORTEST_PASSWORD:
        raise ValueError("it is too short")
    return value


def _no_sections(value: object) -> object:
    """The name is no setting: `read_settings` says so, whatever its value is."""
    return {} if isinstance(value, str) else value


def _host(value: str) -> str:
    try:
        value.encode("idna")
    except UnicodeError as error:
        raise ValueError("no name or address of a machine") from error
    return value


class Settings(BaseSettings):
    """What the operator decides for the whole service. `sections` holds the platforms' own."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Annotated[
        Path,
        Field(description="Folder for the database, the photos and the gallery; made if missing."),
    ] = Path("data")
    database_url: Annotated[
        SecretStr,
        Field(
            description="Database, such as postgresql://user:password@host/name; empty: SQLite in"
            " DATA_DIR."
        ),
    ] = SecretStr("")
    media_url: Annotated[
        SecretStr,
        AfterValidator(_media_url),
        Field(
            description="Where the photos are, for several replicas: file:///FOLDER or"
            " s3://KEY:SECRET@BUCKET/PREFIX?endpoint=URL&region=NAME; empty: photos in DATA_DIR."
        ),
    ] = SecretStr("")
    timezone: Annotated[
        ZoneInfo,
        BeforeValidator(_timezone),
        Field(description="Time zone of the followers, an IANA name such as Europe/Paris."),
    ] = ZoneInfo("Europe/Paris")
    post_at: Annotated[
        time,
        BeforeValidator(_local_time),
        Field(description="Local time of the daily post, HH:MM."),
    ] = time(9, 0)
    late_until: Annotated[
        time,
        BeforeValidator(_local_time),
        Field(description="Until when a late post may still go out, HH:MM, later than POST_AT."),
    ] = time(23, 0)
    destinations: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_destinations),
        Field(
            min_length=1,
            max_length=100,
            description="Where to post, with commas: site, twitter, discord, or platform:name for a"
            " second account.",
        ),
    ] = ("site",)
    series_hashtag: Annotated[
        str,
        AfterValidator(_hashtag),
        Field(description="The hashtag that leads every caption, with or without #."),
    ] = "UnJourUneVille"
    series_started: Annotated[
        date | None,
        Field(
            description="The first day of the series, YYYY-MM-DD, if it began elsewhere; empty: the"
            " first city's that was posted from here."
        ),
    ] = None
    caption_file: Annotated[
        Path | None,
        Field(
            description="A TOML file with templates of your own for captions; empty: the built-in"
            " ones."
        ),
    ] = None
    repeat_after_days: Annotated[
        int,
        Field(ge=0, le=36_500, description="Days before the same city may come again."),
    ] = 365
    empty_queue: Annotated[
        Literal["gazetteer", "alert"],
        Field(
            description="On a day without a ready city: gazetteer posts one with its view from"
            " orbit, alert posts nothing and tells you."
        ),
    ] = "gazetteer"
    orbit_beside_photo: Annotated[
        bool,
        Field(
            description="true or false: whether a post with a photo also shows where its city is,"
            " in the view from orbit."
        ),
    ] = False
    alert_webhook_url: Annotated[
        SecretStr,
        AfterValidator(_called),
        Field(
            description="Where alerts are sent as JSON: the address of a webhook of Discord, Slack,"
            " Mattermost or a service of your own, with https://; empty: nowhere."
        ),
    ] = SecretStr("")
    heartbeat_url: Annotated[
        SecretStr,
        AfterValidator(_called),
        Field(
            description="The address, with https://, that a dead-man service wants to be called at:"
            " after each day that is complete on every destination. Empty: none."
        ),
    ] = SecretStr("")
    web_host: Annotated[
        str,
        AfterValidator(_host),
        Field(description="Address that the gallery is served on; 0.0.0.0 for all networks."),
    ] = "127.0.0.1"
    web_port: Annotated[
        int, Field(ge=0, le=65_535, description="Port that the gallery is served on.")
    ] = 8080
    operator_password: Annotated[
        SecretStr,
        AfterValidator(_long_enough),
        Field(
            description=f"Password for the operator's page at /operator/, {SHORTEST_PASSWORD}"
            " characters at least, such as openssl rand -base64 18 makes; empty: no such page."
        ),
    ] = SecretStr("")
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="How much is logged: debug, info, warning or error."),
    ] = "info"
    sections: Annotated[
        Mapping[str, Mapping[str, str]],
        NoDecode,
        BeforeValidator(_no_sections),
        Field(exclude=True, repr=False),
    ] = {}

    @model_validator(mode="after")
    def _window_is_open(self) -> "Settings":
        if self.late_until <= self.post_at:
            raise ValueError(
                f"{PREFIX}LATE_UNTIL: got {self.late_until:%H:%M}; wants a time after"
                f" {PREFIX}POST_AT, which is {self.post_at:%H:%M}"
            )
        return self

    @property
    def web_url(self) -> str:
        """Where the gallery is seen from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.web_host, self.web_host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.web_port}"


def read_settings(platforms: Collection[str], *, env_file: Path = ENV_FILE) -> Settings:
    """The settings, of which `platforms` are the installed ones. Raises SettingsError."""
    from_file = _values_of(env_file)
    given = {name.upper(): value for name, value in {**from_file, **os.environ}.items() if value}
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    if problems := [f"{shown(name)}: {flaw}" for name in ours if (flaw := _flaw(ours[name]))]:
        raise SettingsError(_lines(problems))
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        problems += list(_problems(PREFIX, Settings, error))
        settings = Settings.model_construct(destinations=_well_formed_destinations(ours))
    enabled = {name.partition(":")[0]: None for name in settings.destinations}
    problems += [not_installed(name, platforms) for name in enabled if name not in platforms]
    sections: dict[str, dict[str, str]] = {name: {} for name in settings.destinations}
    by_prefix = {section_prefix(name): name for name in settings.destinations}
    known = [f"{PREFIX}{field}".upper() for field in Settings.model_fields if field != "sections"]
    for name, value in ours.items():
        prefix, divider, field = name.partition("__")
        if divider and prefix + divider in by_prefix:
            sections[by_prefix[prefix + divider]][field.lower()] = value
        elif divider and not _belongs_to_one_of(prefix, [*platforms, *enabled]):
            problems.append(f"{shown(name)}: no such setting, {_no_publisher(prefix, platforms)}")
        elif not divider and name not in known:
            problems.append(f"{shown(name)}: no such setting{_did_you_mean(name, known)}")
    if problems:
        raise SettingsError(_lines(problems))
    return settings.model_copy(update={"sections": sections})


def _flaw(value: str) -> str:
    """What no setting may be, whichever it is; the value is not shown."""
    if len(value) > LONGEST_FIELD:
        return f"got {len(value):,} characters. Wants: {LONGEST_FIELD:,} at most"
    control = control_character(value)
    return f"got {control}. Wants: a value without it" if control else ""


def _lines(problems: Sequence[str]) -> str:
    more = [f"and {len(problems) - _MOST_PROBLEMS:,} more"] if problems[_MOST_PROBLEMS:] else []
    return "\n".join([*problems[:_MOST_PROBLEMS], *more])


def _values_of(env_file: Path) -> dict[str, str | None]:
    """What the file says; nothing where there is none. Raises SettingsError, with the line."""
    if not env_file.exists() and not env_file.is_symlink():
        return {}
    if not env_file.is_file():
        raise SettingsError(f"{env_file}: is no file; make it one, with NAME=value on each line")
    try:
        if (size := env_file.stat().st_size) > LARGEST_ENV_FILE:
            most = f"{LARGEST_ENV_FILE:,}"
            raise SettingsError(f"{env_file}: has {size:,} bytes, the most is {most}: shorten it")
        text = env_file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file}: is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{env_file}: cannot be read: {error.strerror}") from error
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            raise SettingsError(f"{env_file}:{binding.original.line}: is not NAME=value")
    return dotenv_values(stream=StringIO(text))


def section_prefix(destination: str) -> str:
    """What the names of a destination's own settings start with."""
    return PREFIX + destination.replace(":", "_").upper() + "__"


def platform_problems(
    destination: str, model: type[BaseModel], error: ValidationError
) -> list[str]:
    """What is wrong with a destination's own settings, a line each."""
    return list(_problems(section_prefix(destination), model, error))


def not_installed(platform: str, platforms: Collection[str]) -> str:
    """What to say of a destination whose platform is none of the installed `platforms`."""
    return f"{PREFIX}DESTINATIONS: {_no_publisher(platform, platforms)}"


def _no_publisher(section: str, platforms: Collection[str]) -> str:
    name = shown(section.removeprefix(PREFIX).lower())
    return f"no publisher named {name!r} is installed; there are: {', '.join(sorted(platforms))}"


def _well_formed_destinations(ours: Mapping[str, str]) -> tuple[str, ...]:
    """The destinations where another setting is wrong, so that their sections are known."""
    default: tuple[str, ...] = Settings.model_fields["destinations"].default
    names = (name.strip() for name in ours.get(f"{PREFIX}DESTINATIONS", "").split(","))
    return tuple(name for name in names if _DESTINATION.fullmatch(name)) or default


def _problems(prefix: str, model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    for detail in error.errors():
        if not detail["loc"]:
            yield detail["msg"].removeprefix("Value error, ")
            continue
        field_name = str(detail["loc"][0])
        name = f"{prefix}{field_name}".upper()
        field = model.model_fields.get(field_name)
        if field is None:
            known = [f"{prefix}{each}".upper() for each in model.model_fields]
            yield f"{shown(name)}: no such setting{_did_you_mean(name, known)}"
            continue
        given = "" if detail["type"] == "missing" else str(detail["input"])
        if prefix != PREFIX and len(given) > _LONGEST_UNLIKE_A_TOKEN:
            # Whatever it was meant to be: who pastes a token into another field is not told on.
            found = "got a value that is not shown here, it may be a token"
        else:
            found = _found(detail, field.annotation)
        yield f"{name}: {found}. Wants: {field.description}"


def _found(detail: ErrorDetails, annotation: object) -> str:
    if detail["type"] == "missing":
        return "is not set"
    reason = detail["msg"].removeprefix("Value error, ")
    if "Secret" in str(annotation):
        return f"got a value that is not shown here ({reason})"
    got = repr(detail["input"])
    return f"got {got if len(got) <= _LONGEST_GOT else f'{got[:_LONGEST_GOT]}…'} ({reason})"


def _did_you_mean(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else "; see .env.example for all that there are"


def _belongs_to_one_of(prefix: str, platforms: Collection[str]) -> bool:
    """Whether a section is one of these platforms', of whichever destination of theirs."""
    section = prefix.removeprefix(PREFIX)
    return any(
        section == platform.upper() or section.startswith(f"{platform.upper()}_")
        for platform in platforms
    )
