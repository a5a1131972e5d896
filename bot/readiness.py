"""Readiness: looks ahead whether the next post could be published now, and tells an admin if not.

It runs beside the runner and gets in nobody's way: while a post is on its way out it draws nothing,
it looks at one destination's pictures at a time, and asks a platform only now and then.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import structlog

from bot.app import App
from bot.operations.health import Finding, Trouble, database, pictures, troubles
from bot.operations.spending import spending
from bot.platform import Billed
from bot.storage.photos import PhotosUnavailable
from content.entry import Entry
from content.picture_files import give_memory_back
from schedules.alerts import Alert, AlertKind
from schedules.days import FARTHEST_AHEAD
from schedules.errors import AuthExpired, Permanent, PublishError, Transient, only, where
from schedules.ledger import Hold, Status
from schedules.publisher import Publisher
from schedules.runner import CHECK_TIMEOUT
from schedules.store import StoreUnavailable

log = structlog.get_logger()

LOOK_EVERY = timedelta(minutes=1)
OLDEST = timedelta(minutes=5)
"""What was found longer ago says nothing any more: a look takes a minute or two at most."""
TRY_AGAIN_AFTER = timedelta(minutes=10)
"""When what did not work is tried again."""
TRUST_FOR = timedelta(hours=12)
"""When what worked is tried again. X bills each request."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Whether the next post could be published, as it was found at `at`."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return all(finding.ok for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """What came of trying something at `at`."""

    at: datetime
    finding: Finding

    def is_due(self, now: datetime, *, trusted: bool = True) -> bool:
        """Whether it is to be tried again; also when the clock was set back."""
        lasts = TRUST_FOR if trusted and self.finding.ok else TRY_AGAIN_AFTER
        return not self.at <= now < self.at + lasts


class Lookout:
    """Looks every minute. `latest` is what it found last, None before the first time."""

    def __init__(self, app: App) -> None:
        self.latest: Readiness | None = None
        self._app = app
        self._credentials: dict[str, _Tried] = {}
        self._preview: _Tried | None = None
        self._previewed: tuple[Entry, date] | None = None
        self._seen_at: datetime | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def look(self) -> Readiness:
        """Look now."""
        now = self._app.clock.now()
        findings = [_runner(self._app)]
        try:
            findings += await self._look(now)
        except StoreUnavailable as error:
            findings.append(Finding(subject="database", ok=False, message=str(error)))
        except Exception:  # whatever it is, the service goes on, and the next look may succeed
            log.exception("look_failed")
            findings.append(Finding(subject="lookout", ok=False, message="See the log."))
        before = self.latest
        self.latest = Readiness(at=self._app.clock.now(), findings=tuple(findings))
        log.debug("looked", ready=self.latest.ready)
        _say_what_changed(before, self.latest)
        return self.latest

    async def _look(self, now: datetime) -> list[Finding]:
        await self._tell_of_spending()
        holds = await self._app.store.holds()
        accounts = await asyncio.gather(
            *(
                self._account(name, publisher, holds.get(name), now)
                for name, publisher in self._app.publishers.items()
            )
        )
        return [await database(self._app), *await self._next(now), *accounts]

    async def _tell_of_spending(self) -> None:
        """Money is no reason for red: the next post goes out all the same."""
        for publisher in self._app.publishers.values():
            if not isinstance(publisher, Billed) or publisher.monthly_budget is None:
                continue  # nobody asked, and it would read the ledger each minute
            found = await spending(self._app, publisher)
            if found is not None and found.alert is not None:
                await self._app.store.raise_alert(found.alert)

    async def _next(self, now: datetime) -> list[Finding]:
        """The city that comes next, and whether its pictures derive."""
        on_their_way = [
            each
            for each in await self._app.store.publications(
                statuses=(Status.SCHEDULED, Status.PUBLISHING)
            )
            if each.destination in self._app.publishers
        ]
        if on_their_way:
            troubled = "; ".join(each.message for each in on_their_way if each.error)
            message = troubled or f"{on_their_way[0].date} is on its way"
            return [Finding(subject="next", ok=not troubled, message=message)]
        day = self._app.rule.next_open(now).date
        latest = await self._app.store.latest_edition(due_before=now + FARTHEST_AHEAD)
        if latest is not None and latest.date >= day:
            day = latest.date + timedelta(days=1)
        day = await self._app.forecast.not_skipped(day)
        entry = (await self._app.forecast.entries([day]))[day]
        if entry is None:
            message = f"No Entry may be posted on {day}: add a city with city-a-day queue add"
            return [Finding(subject="next", ok=False, message=message)]
        coming = Finding(subject="next", ok=True, message=f"{entry.city.name} on {day}")
        return [coming, await self._pictures(entry, day, now)]

    async def _pictures(self, entry: Entry, day: date, now: datetime) -> Finding:
        """Whether every destination's preview of the Entry can be sent, as of its last change."""
        known = self._preview if self._previewed == (entry, day) else None
        if known is not None and not known.is_due(now) and await self._photos_are_there(entry, now):
            return known.finding
        found = await troubles(self._app, entry, day)
        # Also for what today's post has left: after it the next city is looked at.
        await asyncio.to_thread(give_memory_back)
        lasting = {
            name: trouble
            for name, trouble in found.items()
            if not trouble.passing or (known is not None and not known.finding.ok)
        }
        await self._tell_of(entry, day, lasting)
        finding = pictures(found)
        self._preview, self._previewed = _Tried(at=now, finding=finding), (entry, day)
        self._seen_at = now
        return finding

    async def _photos_are_there(self, entry: Entry, now: datetime) -> bool:
        """Asked less often than they are looked for: they may lie in a store that bills it."""
        if self._seen_at is not None and self._seen_at <= now < self._seen_at + TRY_AGAIN_AFTER:
            return True
        self._seen_at = now
        try:
            for photo in entry.photos:
                if not await asyncio.to_thread(self._app.photos.has, photo.file):
                    return False
        except PhotosUnavailable:
            return False
        return True

    async def _tell_of(self, entry: Entry, day: date, lasting: Mapping[str, Trouble]) -> None:
        """An alert for each thing that is wrong, once for each Entry and date."""
        kind = AlertKind.PICTURE_UNUSABLE
        for message in dict.fromkeys(trouble.message for trouble in lasting.values()):
            where_to = ", ".join(name for name in lasting if lasting[name].message == message)
            photos = "".join(photo.file for photo in entry.photos)
            reason = sha256(f"{photos} {message}".encode(errors="replace")).hexdigest()[:16]
            alert = Alert(
                kind=kind,
                subject=f"{entry.city.name}, {day}",
                message=f"{where_to}: {message} {_what_to_do(entry)}",
                once=f"{kind.value}/{day}/{entry.id or entry.city.key}/{reason}",
            )
            await self._app.store.raise_alert(alert)

    async def _account(
        self, name: str, publisher: Publisher, hold: Hold | None, now: datetime
    ) -> Finding:
        """Whether the credentials worked when they were last tried. A hold is tried more often."""
        tried = self._credentials.get(name)
        if tried is None or tried.is_due(now, trusted=hold is None):
            finding = await self._try(name, publisher, now)
            self._credentials[name] = _Tried(at=now, finding=finding)
            if finding.ok and hold is not None:
                await self._app.store.release(name)
                log.info("released", destination=name, account=finding.message)
            return finding
        if hold is not None and tried.finding.ok:
            return Finding(subject=name, ok=False, message=f"on hold: {hold.reason}")
        return tried.finding

    async def _try(self, name: str, publisher: Publisher, now: datetime) -> Finding:
        try:
            account = await only(Transient, publisher.check(), within=CHECK_TIMEOUT)
        except PublishError as error:
            log.debug("check_failed", destination=name, cause=where(error.__cause__))
            await self._tell_of_refusal(name, error, now)
            return Finding(subject=name, ok=False, message=error.user_message)
        return Finding(subject=name, ok=True, message=f"{account.name} {account.url}".strip())

    async def _tell_of_refusal(self, name: str, error: PublishError, now: datetime) -> None:
        """Of credentials that are refused once, until they work; of missing rights once a day."""
        kind, reason = AlertKind.CREDENTIALS_REFUSED, error.user_message
        if isinstance(error, AuthExpired):
            alert = Alert(kind=kind, subject=name, message=reason)
            hold = Hold(destination=name, since=now, reason=reason)
            await self._app.store.hold(hold, alert=alert)
        elif isinstance(error, Permanent):
            once = f"{kind.value}/{name}/{self._app.rule.local_date(now)}"
            alert = Alert(kind=kind, subject=name, message=reason, once=once)
            await self._app.store.raise_alert(alert)


def _runner(app: App) -> Finding:
    awake = app.runner.awake
    message = "awake" if awake else "It has not woken up for a while: see the log."
    return Finding(subject="runner", ok=awake, message=message)


def _what_to_do(entry: Entry) -> str:
    if not entry.id:
        return "A city of your own comes first: city-a-day queue add"
    return (
        f"See city-a-day preview {entry.id}, and change it with city-a-day queue edit {entry.id},"
        f" or keep it back with city-a-day queue hold {entry.id}"
    )


def _say_what_changed(before: Readiness | None, after: Readiness) -> None:
    red = {each.subject for each in before.findings if not each.ok} if before else set()
    for finding in after.findings:
        if not finding.ok and finding.subject not in red:
            log.warning("not_ready", subject=finding.subject, message=finding.message)
        elif finding.ok and finding.subject in red:
            log.info("ready_again", subject=finding.subject)
