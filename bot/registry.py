"""Finds publishers through the entry points, imports the enabled ones and builds them."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points

from pydantic import BaseModel, ValidationError

from bot.platform import Desk, Platform, Surroundings
from bot.settings import SettingsError, not_installed, platform_problems, section_prefix
from schedules.alerts import Channel
from schedules.publisher import Publisher

GROUP = "city_a_day.publishers"


def installed_platforms() -> dict[str, tuple[EntryPoint, ...]]:
    """The platforms that are installed, by name; none of them is imported by this.

    Two packages may offer the same name, of which neither can be enabled.
    """
    installed: dict[str, tuple[EntryPoint, ...]] = {}
    for entry_point in _entry_points(tuple(sys.path)):
        installed[entry_point.name] = (*installed.get(entry_point.name, ()), entry_point)
    return installed


@lru_cache(maxsize=1)
def _entry_points(_: tuple[str, ...]) -> Sequence[EntryPoint]:
    """Those on this path: every package on it is opened for them, so it is searched once."""
    return tuple(entry_points(group=GROUP))


def load_platform(destination: str) -> Platform[BaseModel]:
    """The platform of a destination ("twitter:en" → twitter). Raises SettingsError, by name."""
    name = destination.partition(":")[0]
    installed = installed_platforms()
    if name not in installed:
        raise SettingsError(not_installed(name, installed))
    entry_point, *others = installed[name]
    if others:
        packages = " and ".join(sorted(_package(each) for each in installed[name]))
        raise SettingsError(
            f"CITY_A_DAY_DESTINATIONS: there is more than one publisher named {name!r}, in the"
            f" packages {packages}; uninstall all but one"
        )
    try:
        platform = entry_point.load()
    except (Exception, SystemExit) as error:  # a broken publisher stops the start, by name
        raise SettingsError(
            f"CITY_A_DAY_DESTINATIONS: the publisher {name!r} ({entry_point.value}) cannot be"
            f" loaded: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(platform, Platform):
        raise SettingsError(
            f"CITY_A_DAY_DESTINATIONS: the publisher {name!r} ({entry_point.value}) is no Platform"
        )
    return platform


def build_publishers(
    destinations: Sequence[str],
    settings: Mapping[str, Mapping[str, object]],
    surroundings: Surroundings,
) -> dict[str, Publisher]:
    """The publishers of all destinations, by name, each with the settings under its name.

    Raises SettingsError, with all that is wrong in one message.
    """
    return {
        publisher.destination: publisher
        for platform, values, around in _enabled(destinations, settings, surroundings)
        for publisher in platform.build(values, around)
    }


def build_alert_channels(
    destinations: Sequence[str],
    settings: Mapping[str, Mapping[str, object]],
    surroundings: Surroundings,
) -> Sequence[Channel]:
    """The channels that the platforms of these destinations offer for alerts.

    Raises SettingsError, with all that is wrong in one message.
    """
    return [
        channel
        for platform, values, around in _enabled(destinations, settings, surroundings)
        for channel in platform.alert_channels(values, around)
    ]


def build_desks(
    destinations: Sequence[str],
    settings: Mapping[str, Mapping[str, object]],
    surroundings: Surroundings,
) -> Sequence[Desk]:
    """Where admins run the service from: at most one place, or each would answer.

    Raises SettingsError, with all that is wrong in one message.
    """
    desks = [
        desk
        for platform, values, around in _enabled(destinations, settings, surroundings)
        for desk in platform.desks(values, around)
    ]
    if len(desks) > 1:
        names = " and ".join(f"{section_prefix(desk.name)}ADMIN_ROLE_IDS" for desk in desks)
        raise SettingsError(f"{names}: admins are answered by one bot; leave all but one empty")
    return desks


def _enabled(
    destinations: Sequence[str],
    settings: Mapping[str, Mapping[str, object]],
    surroundings: Surroundings,
) -> Sequence[tuple[Platform[BaseModel], BaseModel, Surroundings]]:
    """The platform of each destination, with its own settings and surroundings."""
    enabled: list[tuple[Platform[BaseModel], BaseModel, Surroundings]] = []
    problems: list[str] = []
    for destination in destinations:
        platform = load_platform(destination)
        try:
            values = platform.settings.model_validate(settings.get(destination, {}))
        except ValidationError as error:
            problems += platform_problems(destination, platform.settings, error)
            continue
        enabled.append((platform, values, replace(surroundings, destination=destination)))
    if problems:
        raise SettingsError("\n".join(problems))
    return enabled


def _package(entry_point: EntryPoint) -> str:
    return entry_point.dist.name if entry_point.dist else entry_point.value
