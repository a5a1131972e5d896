"""Scene: one platform for one cell of the matrix, with what goes wrong there."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tests.end_to_end.service import noon_zone
from tests.proof.service import Service


class Moment(StrEnum):
    """A moment inside the create, which only the platform's side knows of."""

    LOST = "sent; the platform never acts"
    LANDS = "sent; the platform acts after the death"
    ACTED = "the platform has acted; the answer is not read"


class Scene(Protocol):
    """What a cell asks of a platform. `destination` is its name in the ledger."""

    @property
    def destination(self) -> str: ...

    @property
    def restart(self) -> bool:
        """Whether the service must be started anew to notice that the platform is well again."""
        ...

    def take_restart(self) -> bool:
        """Whether it was to be; from now on it is not."""
        ...

    @property
    def fills(self) -> Path | None:
        """A disk that the service is to find full at its create."""
        ...

    def settings(self) -> dict[str, str]:
        """What the `.env` says, without the prefix."""
        ...

    def will_die_at(self, moment: Moment) -> None:
        """The service dies at this moment of the next create that has no script yet."""
        ...

    async def kill_at(self, moment: Moment, service: Service) -> None:
        """Kill the service at the moment that it was told of."""
        ...

    async def after_death(self) -> None:
        """What was held up goes its way."""
        ...

    async def heal(self) -> None:
        """The service has met the failure: from now on the platform is well."""
        ...

    def posts(self) -> Sequence[str]:
        """The ids of the posts that followers may see."""
        ...

    def complaints(self) -> Sequence[str]:
        """What the platform has to say against the service beyond the number of posts."""
        ...


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A row of the matrix.

    `strike` prepares the scene. `at_create`: it strikes a create, so that there can be a second
    one. `all_day`: it lasts until the window has closed.
    """

    name: str
    strike: Callable[["Scene"], None]
    at_create: bool = False
    all_day: bool = False


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A table of the matrix: how to set a scene, and the failures that are real there."""

    name: str
    scene: Callable[[Path, Path], AbstractAsyncContextManager[Scene]]
    failures: Sequence[Failure]
    moments: frozenset[Moment]
    notes: Sequence[str] = ()


def common_settings(destination: str) -> dict[str, str]:
    return {
        "TIMEZONE": noon_zone(),
        "POST_AT": "09:00",
        "WEB_PORT": "0",
        "DESTINATIONS": destination,
    }
