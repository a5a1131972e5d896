"""The composition root: everything that the service and the command line are made of."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from bot.alerts.heartbeat import HeartbeatChannel
from bot.alerts.webhook import WebhookChannel
from bot.caption_file import read_caption_file
from bot.platform import Desk, Surroundings
from bot.posts import Composer
from bot.registry import build_alert_channels, build_desks, build_publishers
from bot.settings import Settings, SettingsError
from bot.storage.database import UnusableUrl, open_store
from bot.storage.media_url import open_photos
from bot.storage.photos import Photos
from content.gazetteer import Gazetteer
from schedules.alerts import Channel
from schedules.clock import Clock, SystemClock
from schedules.days import Days
from schedules.forecast import Forecast
from schedules.publish_once import PublishOnce
from schedules.publisher import Publisher
from schedules.record import SERVICE
from schedules.runner import Runner
from schedules.series import SeriesOfDays
from schedules.slots import SlotRule
from schedules.store import Store
from schedules.telling import Telling


@dataclass(frozen=True, kw_only=True)
class App:
    """The parts, put together. `acting`: who acts with them, as it goes on record."""

    settings: Settings
    clock: Clock
    store: Store
    photos: Photos
    gazetteer: Gazetteer
    publishers: Mapping[str, Publisher]
    compose: Composer
    rule: SlotRule
    forecast: Forecast
    days: Days
    publish_once: PublishOnce
    telling: Telling
    runner: Runner
    acting: str = SERVICE
    """Who acts, for the record."""

    def acting_as(self, who: str) -> "App":
        """The same App, in the hands of "cli:USER" or "discord:USERID NAME"."""
        return replace(self, acting=who)


@asynccontextmanager
async def open_app(
    settings: Settings, *, owner: str, told: Channel, clock: Clock | None = None
) -> AsyncIterator[App]:
    """Put the parts together and take them apart again.

    `owner` names this worker in the ledger. Alerts go to `told`, the log or the terminal of who
    works here, and to the channels of the settings. Raises SettingsError, StoreUnavailable.
    """
    clock = clock or SystemClock()
    make_data_dir(settings.data_dir)
    surroundings = _surroundings(settings, clock=clock)
    publishers = build_publishers(settings.destinations, settings.sections, surroundings)
    channels = (
        told,
        *_called(settings),
        *build_alert_channels(settings.destinations, settings.sections, surroundings),
    )
    kinds = {channel.name: channel.kinds for channel in channels}
    try:
        store = await open_store(database_url(settings), clock=clock, channels=kinds)
    except UnusableUrl as error:
        raise SettingsError(f"CITY_A_DAY_DATABASE_URL: {error}") from error
    try:
        yield assemble(
            settings,
            owner=owner,
            clock=clock,
            store=store,
            publishers=publishers,
            channels=channels,
        )
    finally:
        for channel in channels:
            await channel.close()
        for publisher in publishers.values():
            await publisher.close()
        await store.close()


def assemble(
    settings: Settings,
    *,
    owner: str,
    clock: Clock,
    store: Store,
    publishers: Mapping[str, Publisher],
    channels: Sequence[Channel],
) -> App:
    """Make an App of its parts. Raises SettingsError."""
    gazetteer = _gazetteer()
    photos = open_photos(
        settings.media_url.get_secret_value(), own_folder=settings.data_dir / "photos"
    )
    rule = SlotRule(
        timezone=settings.timezone, post_at=settings.post_at, late_until=settings.late_until
    )
    forecast = Forecast(
        store=store,
        repeat_after=timedelta(days=settings.repeat_after_days),
        fallback_cities=gazetteer.of_french if settings.empty_queue == "gazetteer" else tuple,
    )
    series = SeriesOfDays(
        store=store, forecast=forecast, rule=rule, clock=clock, started=settings.series_started
    )
    compose = Composer(
        photos=photos,
        series_hashtag=settings.series_hashtag,
        due_at=lambda day: rule.slot(day).due_at,
        series=series.at,
        templates=read_caption_file(settings.caption_file),
        orbit_beside_photo=settings.orbit_beside_photo,
    )
    days = Days(store=store, rule=rule, forecast=forecast, destinations=tuple(publishers))
    publish_once = PublishOnce(store=store, clock=clock, compose=compose, owner=owner)
    telling = Telling(store=store, channels=channels)
    runner = Runner(
        store=store,
        clock=clock,
        days=days,
        publish_once=publish_once,
        publishers=publishers,
        telling=telling,
    )
    return App(
        settings=settings,
        clock=clock,
        store=store,
        photos=photos,
        gazetteer=gazetteer,
        publishers=publishers,
        compose=compose,
        rule=rule,
        forecast=forecast,
        days=days,
        publish_once=publish_once,
        telling=telling,
        runner=runner,
    )


def open_desks(settings: Settings, *, clock: Clock) -> Sequence[Desk]:
    """Where admins run the service from, by the settings. Raises SettingsError."""
    return build_desks(
        settings.destinations, settings.sections, _surroundings(settings, clock=clock)
    )


def _surroundings(settings: Settings, *, clock: Clock) -> Surroundings:
    return Surroundings(
        destination="", data_dir=settings.data_dir, web_url=settings.web_url, clock=clock
    )


def _called(settings: Settings) -> Iterator[Channel]:
    """The channels that are addresses in the settings."""
    if webhook := settings.alert_webhook_url.get_secret_value():
        yield WebhookChannel(url=webhook)
    if heartbeat := settings.heartbeat_url.get_secret_value():
        yield HeartbeatChannel(url=heartbeat)


@cache
def _gazetteer() -> Gazetteer:
    """One for the process: reading the tables takes a while."""
    return Gazetteer()


def database_url(settings: Settings) -> str:
    """The database of the settings: by default a SQLite file in the data folder."""
    given = settings.database_url.get_secret_value()
    return given or f"sqlite:///{(settings.data_dir / 'city-a-day.db').as_posix()}"


def make_data_dir(folder: Path) -> None:
    """Make the data folder if it is missing. Raises SettingsError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        is_file = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "a file is in the way" if is_file else error.strerror
        raise SettingsError(
            f"CITY_A_DAY_DATA_DIR: got {str(folder)!r}, which cannot be made: {reason}."
            " Wants: a folder that this user may write to"
        ) from error
