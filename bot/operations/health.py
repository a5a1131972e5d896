"""Status and check: how the service stands, and whether the next post could go out."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.app import App
from bot.http import Refused, in_words
from bot.operations.publishing import CalendarDay, calendar, needs_word
from bot.operations.spending import Spending, spending
from bot.storage.photos import PhotosUnavailable
from content.entry import Entry
from content.phrase import Phrase
from schedules.alerts import Alert, AlertKind
from schedules.errors import PublishError, Transient, where
from schedules.ledger import Hold, Publication, Status, Stock
from schedules.publish_once import PREVIEW_TIMEOUT
from schedules.publisher import Publisher
from schedules.stops import Pause
from schedules.store import StoreUnavailable
from schedules.telling import SEND_TIMEOUT

SMALLEST_FREE_BYTES = 200_000_000
MOST_SHOWN = 20
LOOKED_AHEAD = 60
"""Dates among which the next one with a city is looked for, where some are paused or skipped."""
LASTING = frozenset({AlertKind.TEST, AlertKind.DAY_COMPLETE})
"""What the channels of the settings are for; a command's terminal is for neither."""


@dataclass(frozen=True, kw_only=True)
class DestinationStatus:
    """A Destination, its newest Publication, its hold and what it costs, if it has any of them."""

    name: str
    latest: Publication | None
    hold: Hold | None
    spending: Spending | None


@dataclass(frozen=True, kw_only=True)
class ServiceStatus:
    """What comes next, what is in stock, how each Destination is, what waits for an admin.

    `needs_you`: the newest ones with which nothing happens without an admin's word. `paused`: the
    pause that is in force; what comes next is what comes when it is over, where it has an end.
    """

    coming: CalendarDay
    stock: Stock
    destinations: Sequence[DestinationStatus]
    needs_you: Sequence[Publication]
    paused: Pause | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was checked: `ok`, and in words what was found."""

    subject: str
    ok: bool
    message: str


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why an Entry cannot be sent somewhere. `passing`: it may go away by itself."""

    message: str
    passing: bool


async def status(app: App) -> ServiceStatus:
    """How the service stands."""
    latest = await app.store.latest_edition()
    days = await calendar(app, None, 2)
    today_is_done = latest is not None and latest.date >= days[0].date
    holds = await app.store.holds()
    destinations = []
    for name, publisher in app.publishers.items():
        newest = await app.store.publications(destination=name, limit=1)
        destinations.append(
            DestinationStatus(
                name=name,
                latest=newest[0] if newest else None,
                hold=holds.get(name),
                spending=await spending(app, publisher),
            )
        )
    in_doubt = await app.store.publications(statuses=(Status.UNCONFIRMED, Status.FAILED))
    coming = days[1 if today_is_done else 0]
    if coming.blank:
        ahead = await calendar(app, coming.date, LOOKED_AHEAD)
        coming = next((day for day in ahead if not day.blank), coming)
    return ServiceStatus(
        coming=coming,
        stock=await app.store.stock(),
        destinations=destinations,
        needs_you=[each for each in in_doubt if needs_word(app, each)][:MOST_SHOWN],
        paused=await app.store.paused(),
    )


async def check(app: App) -> Sequence[Finding]:
    """Settings, captions, database, disk, photos, credentials, what is next, where alerts go."""
    findings = [Finding(subject="settings", ok=True, message="each is known and well-formed")]
    file = app.settings.caption_file
    message = f"{file}, tried with sample cities" if file else "built-in templates"
    findings.append(Finding(subject="captions", ok=True, message=message))
    findings.append(await database(app))
    free = shutil.disk_usage(app.settings.data_dir).free
    findings.append(
        Finding(
            subject="disk",
            ok=free >= SMALLEST_FREE_BYTES,
            message=f"{free // 1_000_000} MB free in {app.settings.data_dir}"
            f" (at least {SMALLEST_FREE_BYTES // 1_000_000} are wanted)",
        )
    )
    try:
        photos = await asyncio.to_thread(app.photos.check)
        message = f"{photos} can be read and written"
        findings.append(Finding(subject="photos", ok=True, message=message))
    except PhotosUnavailable as error:
        findings.append(Finding(subject="photos", ok=False, message=str(error)))
    for name, publisher in app.publishers.items():
        try:
            account = await publisher.check()
            message = f"{account.name} {account.url}".strip()
            findings.append(Finding(subject=name, ok=True, message=message))
        except PublishError as error:
            findings.append(Finding(subject=name, ok=False, message=error.user_message))
    coming = (await status(app)).coming
    local = coming.due_at.astimezone(app.settings.timezone)
    findings.append(
        Finding(
            subject="next",
            ok=bool(coming.city),
            message=f"{coming.city or 'no city'} on {coming.date}, {local:%H:%M %Z}",
        )
    )
    entry = (await app.forecast.entries([coming.date]))[coming.date]
    if entry is not None:
        findings.append(pictures(await troubles(app, entry, coming.date)))
    told = (channel.name for channel in app.telling.channels if channel.kinds & LASTING)
    message = ", ".join(["go to the log", *told])
    findings.append(Finding(subject="alerts", ok=True, message=message))
    return findings


async def database(app: App) -> Finding:
    """Whether the database can be read and written."""
    try:
        return Finding(subject="database", ok=True, message=await app.store.check())
    except StoreUnavailable as error:
        return Finding(subject="database", ok=False, message=str(error))


async def troubles(app: App, entry: Entry, day: date) -> Mapping[str, Trouble]:
    """Why an Entry cannot be sent on a date, by destination, as publishing would find.

    One destination after the other: each picture takes its memory.
    """
    found = {}
    for name, publisher in app.publishers.items():
        trouble = await _trouble(app, entry, day, publisher)
        if trouble is not None:
            found[name] = trouble
    return found


async def _trouble(app: App, entry: Entry, day: date, publisher: Publisher) -> Trouble | None:
    try:
        async with asyncio.timeout(PREVIEW_TIMEOUT.total_seconds()):
            post = await app.compose(entry, day, publisher.language)
            rendering = await asyncio.to_thread(publisher.preview, post)
    except PublishError as error:
        return Trouble(message=error.user_message, passing=isinstance(error, Transient))
    except Exception as error:  # noqa: BLE001 - a publisher's bug, which it has on the day as well
        return Trouble(message=f"The preview failed: {where(error)}.", passing=False)
    if not rendering.problems:
        return None
    return Trouble(message="; ".join(rendering.problems) + ".", passing=False)


def pictures(found: Mapping[str, Trouble]) -> Finding:
    """What the previews of an Entry came to."""
    message = " ".join(f"{name}: {trouble.message}" for name, trouble in found.items())
    return Finding(
        subject="pictures", ok=not found, message=message or "derive for every destination"
    )


async def try_alerts(app: App) -> Sequence[Finding]:
    """Send a test alert to each channel of the settings that is for admins."""
    message = Phrase("Alerts reach you here.")
    alert = Alert(kind=AlertKind.TEST, subject="city-a-day check", message=message)
    findings = []
    for channel in app.telling.channels:
        if alert.kind not in channel.kinds:
            continue  # a dead-man service would take it for a day that is complete
        try:
            async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                await channel.send(alert)
        except Exception as error:  # noqa: BLE001 - whatever a channel raises, it did not take it
            # What a stranger's server says may hold the address that it was asked at.
            said = str(error) if isinstance(error, Refused) else in_words(error)
            findings.append(Finding(subject=channel.name, ok=False, message=f"not told: {said}"))
        else:
            findings.append(Finding(subject=channel.name, ok=True, message="a test was sent"))
    return findings
