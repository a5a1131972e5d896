"""A service to look at: fixed clock and cities, three destinations whose accounts are known."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from pydantic import SecretStr

from bot.app import App, open_app
from bot.operations.preview import preview_entry, save, save_page
from bot.operations.publishing import post_today
from bot.operations.transfer import fill_with_starter_cities
from bot.previews.coming import Coming
from bot.readiness import Lookout
from bot.settings import Settings
from bot.web import WebServer, make_web
from bot.web_operator import operator_routes
from content.credit import Credit
from content.entry import Entry, Photo
from schedules.alerts import Alert, AlertKind, Channel
from tests.clock import FakeClock
from tests.platforms.discord_rest import TOKEN, DiscordServer
from tests.platforms.x import XServer

EARLY = datetime(2026, 11, 22, 5, 48, tzinfo=UTC)
"""More than two hours before the post."""
PASSWORD = "a window onto the Earth"
PHOTOS = Path(__file__).parents[2].parent / "shared" / "content" / "photos"
"""What lies beside a developer's clone, and seldom anywhere else."""
CREDIT = Credit(author="A. Photographe", source="ISS", licence="CC BY 4.0")


class Nobody:
    """Who is told of nothing."""

    name = "nobody"
    kinds: frozenset[AlertKind] = frozenset()

    async def send(self, alert: Alert) -> None:
        raise AssertionError(alert)

    async def close(self) -> None:
        """Nothing to give back."""


@asynccontextmanager
async def scene(
    folder: Path,
    *,
    destinations: Sequence[str] = ("site", "twitter", "discord"),
    clock: FakeClock | None = None,
    x: XServer | None = None,
    told: Channel | None = None,
) -> AsyncIterator[tuple[App, FakeClock]]:
    """The starter cities wait; nothing has been posted. Each account has been asked its name."""
    clock = clock or FakeClock(EARLY)
    async with x or XServer(now=clock.now) as x, DiscordServer(clock=clock) as discord:
        keys = x.keys
        sections = {
            "twitter": {
                "api_url": x.url,
                "api_key": keys.api_key,
                "api_secret": keys.api_secret,
                "access_token": keys.access_token,
                "access_token_secret": keys.access_token_secret,
            },
            "discord": {
                "api_url": discord.api_url,
                "token": TOKEN,
                "channel_ids": str(discord.channel.id),
            },
        }
        settings = Settings(
            data_dir=folder,
            destinations=tuple(destinations),
            operator_password=SecretStr(PASSWORD),
        ).model_copy(update={"sections": {name: sections.get(name, {}) for name in destinations}})
        async with open_app(settings, owner="scene", told=told or Nobody(), clock=clock) as app:
            await fill_with_starter_cities(app)
            for publisher in app.publishers.values():
                await publisher.check()
            yield app, clock


async def write_preview(app: App, entry: Entry, folder: Path) -> str:
    """The page of `preview --html`; its address."""
    previews = save(await preview_entry(app, entry, day=EARLY.date()), folder)
    return save_page(app, previews, folder).as_uri()


async def post_days(app: App, clock: FakeClock, days: int) -> None:
    """Post the next cities on the days before `EARLY`, which it is again at the end."""
    for ago in range(days, 0, -1):
        clock.set(EARLY.replace(hour=8) - timedelta(days=ago))
        await post_today(app)
    clock.set(EARLY)


@asynccontextmanager
async def served(app: App) -> AsyncIterator[str]:
    """The gallery and the operator's page, as the service shows them; their address."""
    coming = Coming(app)
    web = make_web(
        app.settings.data_dir / "site", routes=operator_routes(app, Lookout(app), coming)
    )
    async with WebServer(web, host="127.0.0.1", port=0) as server:
        yield server.url
    await coming.close()


def with_photos(app: App, entry: Entry, *pictures: tuple[bytes, str]) -> Entry:
    """The Entry with these JPEG files and their alt texts."""
    photos = tuple(
        Photo(file=app.photos.add(data, "image/jpeg"), alt=alt, credit=CREDIT)
        for data, alt in pictures
    )
    return replace(entry, photos=photos)


async def give_photos(app: App, entries: int, *pictures: tuple[bytes, str]) -> None:
    """Give the first Entries these pictures: a view from orbit takes a while."""
    async for entry in app.store.unpinned(before=EARLY.date()):
        await app.store.update(with_photos(app, entry, *pictures))
        entries -= 1
        if not entries:
            return


def photo(name: str, *, side: int = 0) -> bytes | None:
    """A photo that lies beside a developer's clone; about `side` pixels large, if that is given."""
    path = PHOTOS / name
    if not path.is_file():
        return None
    if not side:
        return path.read_bytes()
    picture, smaller = Image.open(path), BytesIO()
    picture.draft("RGB", (side, side))
    picture.save(smaller, "JPEG")
    return smaller.getvalue()
