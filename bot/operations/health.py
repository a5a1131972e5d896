"""Status and check: how the service stands, and whether the next post could go out."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from bot.app import App
from bot.operations.publishing import CalendarDay, calendar, needs_word
from schedules.errors import PublishError
from schedules.ledger import Hold, Publication, Status, Stock
from schedules.store import StoreUnavailable

SMALLEST_FREE_BYTES = 200_000_000
MOST_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class DestinationStatus:
    """A Destination, its newest Publication and its hold, if it has either."""

    name: str
    latest: Publication | None
    hold: Hold | None


@dataclass(frozen=True, kw_only=True)
class ServiceStatus:
    """What comes next, what is in stock, how each Destination is, what waits for an admin.

    `needs_you`: the newest ones with which nothing happens without an admin's word.
    """

    coming: CalendarDay
    stock: Stock
    destinations: Sequence[DestinationStatus]
    needs_you: Sequence[Publication]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was checked: `ok`, and in words what was found."""

    subject: str
    ok: bool
    message: str


async def status(app: App) -> ServiceStatus:
    """How the service stands."""
    latest = await app.store.latest_edition()
    days = await calendar(app, None, 2)
    today_is_done = latest is not None and latest.date >= days[0].date
    holds = await app.store.holds()
    destinations = []
    for name in app.publishers:
        newest = await app.store.publications(destination=name, limit=1)
        destinations.append(
            DestinationStatus(name=name, latest=newest[0] if newest else None, hold=holds.get(name))
        )
    in_doubt = await app.store.publications(statuses=(Status.UNCONFIRMED, Status.FAILED))
    return ServiceStatus(
        coming=days[1 if today_is_done else 0],
        stock=await app.store.stock(),
        destinations=destinations,
        needs_you=[each for each in in_doubt if needs_word(app, each)][:MOST_SHOWN],
    )


async def check(app: App) -> Sequence[Finding]:
    """Settings, database, disk, each Destination's credentials, and what is due next."""
    findings = [Finding(subject="settings", ok=True, message="each is known and well-formed")]
    try:
        findings.append(Finding(subject="database", ok=True, message=await app.store.check()))
    except StoreUnavailable as error:
        findings.append(Finding(subject="database", ok=False, message=str(error)))
    free = shutil.disk_usage(app.settings.data_dir).free
    findings.append(
        Finding(
            subject="disk",
            ok=free >= SMALLEST_FREE_BYTES,
            message=f"{free // 1_000_000} MB free in {app.settings.data_dir}"
            f" (at least {SMALLEST_FREE_BYTES // 1_000_000} are wanted)",
        )
    )
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
    return findings
