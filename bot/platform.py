"""The door for publishers: what a package offers under the entry point `city_a_day.publishers`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from schedules.clock import Clock
from schedules.publisher import Publisher

SettingsT = TypeVar("SettingsT", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the service gives to a publisher when it is built.

    `destination` is the name that it was enabled by ("twitter:en"), `data_dir` a folder of the
    service that lasts, `web_url` where the service's own pages are seen, without a final slash.
    """

    destination: str
    data_dir: Path
    web_url: str
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Platform(Generic[SettingsT]):
    """A kind of destination: its settings model and how to build its publishers.

    `build` does no network and no disk access. It gives one publisher for each account or channel;
    each `destination` starts with the name that it was given. The settings model refuses unknown
    fields (`extra="forbid"`) and holds secrets as `SecretStr`.
    """

    settings: type[SettingsT]
    build: Callable[[SettingsT, Surroundings], Sequence[Publisher]]


@runtime_checkable
class ShownHere(Protocol):
    """A publisher whose posts the service itself shows: static pages in a folder."""

    @property
    def folder(self) -> Path:
        """What the web server shows: at "/" the folder `site`, any other below its name."""
        ...

    async def rebuild(self) -> None:
        """Bring the pages up to date, at the start of the service."""
        ...
