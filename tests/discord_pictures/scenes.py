"""What is drawn: an admin at work with the real commands, on the starter cities."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import simcord
from discord import app_commands
from PIL import Image

from bot.admin.alerts import with_remedies
from bot.operations import queue
from bot.operations.publishing import post_today
from bot.operations.queue import Changes
from bot.testing import Failure, sample_picture
from content.entry import Entry
from schedules.alerts import FOR_ADMINS
from tests.bot.admin.in_discord import Scene, in_discord
from tests.browser.scene import EARLY, Nobody, post_days, scene
from tests.clock import FakeClock
from tests.discord_pictures.drawing import (
    Drawn,
    drawn,
    page_of_choices,
    page_of_form,
    page_of_messages,
)
from tests.discord_pictures.markdown import Reader
from tests.platforms.x import XServer

CITY = "Le Mans"
POSTED = 3
"""Cities that were posted on the days before."""
SUGGESTED = 6
"""Of 25 suggestions."""
ARTIST, COPYRIGHT, DESCRIPTION = 0x013B, 0x8298, 0x010E
"""EXIF tags."""


class ForAdmins(Nobody):
    """Whom alerts are raised for, to be drawn."""

    name = "admins"
    kinds = FOR_ADMINS


@dataclass(frozen=True, kw_only=True)
class Work:
    """A service and Discord, at an early hour. `city` waits no more: it shall be added."""

    here: Scene
    city: Entry
    x: XServer

    @property
    def reader(self) -> Reader:
        """Somebody in France with Discord in English."""
        return Reader(now=self.here.clock.now(), zone=self.here.app.settings.timezone)

    @property
    def typed(self) -> dict[str, str]:
        """What is written into the form."""
        return {**self.city.texts, "tags": " ".join(f"#{tag}" for tag in self.city.tags)}


@asynccontextmanager
async def at_work(folder: Path, *destinations: str) -> AsyncIterator[Work]:
    """Some cities have been posted, the day's own is still to come, and one is pinned."""
    clock = FakeClock(EARLY)
    x = XServer(now=clock.now)
    async with (
        scene(folder, destinations=destinations, clock=clock, x=x, told=ForAdmins()) as (
            app,
            clock,
        ),
        in_discord(app, clock) as here,
    ):
        waiting = {each.city.name: each for each in await app.store.queue()}
        await queue.remove(app, waiting[CITY].id)
        await queue.edit(app, waiting["Metz"].id, Changes(on=date(2026, 11, 27)))
        await post_days(app, clock, POSTED)
        yield Work(here=here, city=waiting[CITY], x=x)


async def choices(work: Work) -> str:
    """A name is being typed."""
    here, typed = work.here, "saint den"
    offered = await here.alice.autocomplete(here.channel, "city add", "name", typed)
    (described,) = [
        str(option.description)
        for command in here.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command) and command.qualified_name == "city add"
        for option in command.parameters
        if option.name == "name"
    ]
    return page_of_choices(
        command="city add",
        option="name",
        described=described,
        typed=typed,
        choices=offered[:SUGGESTED],
        reader=work.reader,
    )


async def form(work: Work) -> str:
    """A photo whose file says who made it, and the texts that were typed."""
    shown = await work.here.slash(
        "city add", name=work.city.city.key, photo=("le-mans.jpg", _signed_photo())
    )
    modal = shown.modal
    assert modal is not None
    for label in modal["components"]:
        field = label["component"]
        field["value"] = field.get("value") or work.typed.get(field["custom_id"], "")
    return page_of_form(modal, work.reader)


async def preview(work: Work) -> str:
    """What each destination will receive, with the view from orbit."""
    opened = await work.here.slash("city add", name=work.city.city.key)
    card = await work.here.alice.submit_modal(opened, work.typed)
    return page_of_messages(await _answers(card, "/city add"), work.reader)


async def status(work: Work) -> str:
    """How the service stands."""
    return await _answered(work, "status")


async def queue_list(work: Work) -> str:
    """What comes on which date."""
    return await _answered(work, "queue list")


async def alert(work: Work) -> str:
    """X got the post of the day, and its answer was lost: what the admins' channel shows."""
    here, app = work.here, work.here.app
    here.clock.set(EARLY.replace(hour=8))
    work.x.fail_next_create(Failure.DROPPED_AFTER)
    await post_today(app)
    raised = await app.store.claim_alert(ForAdmins.name, lease=timedelta(minutes=1))
    assert raised is not None
    said = with_remedies(raised.alert, language=here.bot.language)
    assert said.view is not None
    channel = here.bot.get_partial_messageable(here.channel.id)
    sent = await channel.send(said.content, view=said.view)
    return page_of_messages([await drawn(sent)], work.reader)


async def _answered(work: Work, command: str) -> str:
    shown = await work.here.slash(command)
    return page_of_messages(await _answers(shown, f"/{command}"), work.reader)


async def _answers(shown: simcord.InteractionResult, command: str) -> list[Drawn]:
    assert shown.response is not None
    first = await drawn(shown.response.message, above=command)
    return [first, *[await drawn(each.message) for each in shown.followups]]


def _signed_photo() -> bytes:
    """Nobody sees it here: only what its file says."""
    exif = Image.Exif()
    exif[ARTIST] = "Camille Martin"
    exif[COPYRIGHT] = "(c) Camille Martin, CC BY 4.0"
    exif[DESCRIPTION] = "La vieille ville au-dessus de la Sarthe, le soir."
    signed = BytesIO()
    Image.open(BytesIO(sample_picture(1200, 800))).save(signed, "JPEG", exif=exif)
    return signed.getvalue()


Picture = Callable[[Work], Awaitable[str]]

ON_X: Mapping[str, Picture] = {"discord-preview": preview}
"""The pages by the names of their pictures: of a service that posts on X alone, …"""
EVERYWHERE: Mapping[str, Picture] = {
    "discord-previews": preview,
    "discord-choices": choices,
    "discord-queue": queue_list,
    "discord-status": status,
    "discord-form": form,
    "discord-alert": alert,
}
"""… and of one that posts on X, Discord and in the gallery."""
