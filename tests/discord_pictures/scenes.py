"""What is drawn: the real commands, at work on the starter cities with their views from orbit."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bot.admin.in_discord import Scene, in_discord
from tests.browser.scene import EARLY, post_days, scene
from tests.discord_pictures.drawing import drawn, page_of_messages
from tests.discord_pictures.markdown import Reader

WIDTH = 640


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[Scene]:
    """Alice at work, early on a day whose post is still to come; three have been posted."""
    async with scene(folder) as (app, clock), in_discord(app, clock) as here:
        await post_days(app, clock, 3)
        yield here


def reader(here: Scene) -> Reader:
    """Somebody in France with Discord in English."""
    return Reader(now=EARLY, zone=here.app.settings.timezone)


async def status(here: Scene, folder: Path) -> str:
    """How the service stands."""
    shown = (await here.slash("status")).response
    assert shown is not None
    return page_of_messages([await drawn(shown, folder, above="/status")], reader(here), width=WIDTH)


async def queue_list(here: Scene, folder: Path) -> str:
    """What comes on which date."""
    shown = (await here.slash("queue list")).response
    assert shown is not None
    answer = await drawn(shown, folder, above="/queue list")
    return page_of_messages([answer], reader(here), width=WIDTH)


PICTURES: Mapping[str, Callable[[Scene, Path], Awaitable[str]]] = {
    "discord-status": status,
    "discord-queue": queue_list,
}
"""The pages by the names of their pictures."""
