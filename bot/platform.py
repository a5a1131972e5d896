"""The door for publishers: what a package offers under the entry point `city_a_day.publishers`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Generic, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from schedules.alerts import Channel
from schedules.clock import Clock
from schedules.publisher import CREATE_TIMEOUT, Publisher

if TYPE_CHECKING:
    from bot.app import App

SettingsT = TypeVar("SettingsT", bound=BaseModel)


class PublisherSettings(BaseModel):
    """What every publisher's settings have. Secrets in them are `SecretStr`.

    An unknown setting is refused by its name, and no value is quoted: it may be a secret.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    language: Literal["fr", "en"] = Field(
        default="fr", description="The language here, whose text comes first: fr or en."
    )


class HttpSettings(PublisherSettings):
    """What the settings of a publisher for an HTTP API have besides."""

    timeout: float = Field(
        default=20.0,
        gt=0,
        lt=CREATE_TIMEOUT.total_seconds(),
        allow_inf_nan=False,
        description="Seconds to wait for an answer, below 30.",
    )


def web_address(value: str) -> str:
    """An http(s) address to which a path can be appended: without a final slash, host in ASCII.

    Raises ValueError.
    """
    try:
        url = HttpUrl(value.strip())
    except ValidationError as error:
        raise ValueError("no web address such as https://example.org/path") from error
    if url.query is not None or url.fragment is not None or url.username or url.password:
        raise ValueError("the address has a part that it cannot have here: ?, # or @")
    return str(url).rstrip("/")


WebAddress = Annotated[str, AfterValidator(web_address)]
"""For a setting: `web_address` of what is given."""


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


class Desk(Protocol):
    """Where admins run the service from, on a platform."""

    @property
    def name(self) -> str:
        """The destination whose settings it has."""
        ...

    async def run(self, app: "App", *, alone: bool) -> None:
        """Answer admins until cancelled. `alone`: no other replica shares the database.

        Never raises: what fails is logged and tried again, and costs no post.
        """
        ...


def no_desks(_: BaseModel, __: Surroundings) -> Sequence[Desk]:
    """None: admins run the service from elsewhere."""
    return ()


def no_alert_channels(_: BaseModel, __: Surroundings) -> Sequence[Channel]:
    """None: alerts about this platform go where all go."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Platform(Generic[SettingsT]):
    """A kind of destination: its settings model and how to build its publishers.

    `build` does no network and no disk access. It gives one publisher for each account or channel;
    each `destination` starts with the name that it was given. The settings model refuses unknown
    fields and holds secrets as `SecretStr`, as one made from `PublisherSettings` does.

    `alert_channels`: where else admins are to be told, by these settings, of whatever needs them on
    any destination. No network and no disk access; each name starts with the destination's.

    `desks`: where admins run the service from, by these settings.
    """

    settings: type[SettingsT]
    build: Callable[[SettingsT, Surroundings], Sequence[Publisher]]
    alert_channels: Callable[[SettingsT, Surroundings], Sequence[Channel]] = no_alert_channels
    desks: Callable[[SettingsT, Surroundings], Sequence[Desk]] = no_desks


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


@runtime_checkable
class KeptHere(Protocol):
    """A publisher whose posts are nowhere but in a folder of the service: it is backed up."""

    @property
    def folder(self) -> Path:
        """The folder in the data folder; no two destinations have the same."""
        ...

    @property
    def kept(self) -> Sequence[str]:
        """Glob patterns, such as "days/*.json", of the files that are not made again by itself.

        They are never changed. Those that refer to others come first.
        """
        ...


@runtime_checkable
class Billed(Protocol):
    """A publisher whose platform bills posts, in US dollars: admins are told of what it comes to.

    The service stops nothing for it.
    """

    @property
    def monthly_budget(self) -> Decimal | None:
        """What a calendar month may cost before admins are told; None: whatever it costs."""
        ...

    @property
    def how_to_spend_less(self) -> str:
        """For an admin, in a sentence or two: what to set, and where."""
        ...

    def price(self, text: str, *, pictures: int, attempts: int) -> Decimal:
        """What a post of this text costs at most, when it took so many attempts (1 or more)."""
        ...
