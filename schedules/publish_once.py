"""Publish once: claim, preview, look before sending again, prepare, arm, one create, settle.

A crash anywhere leaves a row from which the next claim knows what to do: an armed one may have
landed, so it is looked for; any other one was certainly not sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog

from content.entry import Entry
from content.post import Post, Rendering
from schedules.alerts import Alert, AlertKind
from schedules.clock import Clock
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    Transient,
    only,
    where,
)
from schedules.ledger import Claim, Hold, LeaseLost, Publication, Settlement, Status
from schedules.publisher import CREATE_TIMEOUT, Prepared, Publisher, Receipt
from schedules.retry import after_error, conclusive_at
from schedules.stops import PostingPaused
from schedules.store import Store, StoreUnavailable

log = structlog.get_logger()

LEAD = timedelta(seconds=60)
"""How long before its hour a Publication is claimed and prepared."""
PREVIEW_TIMEOUT = LOOK_TIMEOUT = timedelta(minutes=1)
PREPARE_TIMEOUT = timedelta(minutes=2)
LEASE = LEAD + PREVIEW_TIMEOUT + LOOK_TIMEOUT + PREPARE_TIMEOUT
"""How long a worker has before another one may take over: longer than all that it may wait for.

Preview, look-up and preparing fall into the lead: what is left over is for a slow database.
"""
SEND_LEASE = 2 * CREATE_TIMEOUT
LOOK_BACK = timedelta(hours=12)
"""How much before the create a look-up begins: our clock may have been wrong, and be right by now.

Less than lies between the posts of two days.
"""
MOST_ATTEMPTS_IN_DOUBT = 5
"""A create that is in doubt again after so many, though no post is to be seen, is an admin's."""

Compose = Callable[[Entry, date, str], Awaitable[Post]]
"""Makes the Post of an Entry for a date in a language."""


@dataclass(frozen=True, kw_only=True)
class PublishOnce:
    """Brings one Publication to its Destination, exactly once, with whatever that takes."""

    store: Store
    clock: Clock
    compose: Compose
    owner: str
    sends: set[asyncio.Task[Publication | None]] = field(default_factory=set)
    """What has begun to send or to settle: it ends even when its attempt is cancelled by a stop."""

    async def attempt(self, publication: Publication, publisher: Publisher) -> Publication | None:
        """One attempt. None when the Publication is not to be had: see `Ledger.claim`.

        Nor is it long before its hour, for a lease lasts minutes.
        """
        day, destination = publication.date, publication.destination
        if publication.armed_at is None and publication.due_at - LEAD > self.clock.now():
            return None
        claim = await self.store.claim(day, destination, owner=self.owner, lease=LEASE)
        if claim is None:
            return None
        in_doubt_since = claim.publication.armed_at
        try:
            preview = self._preview(claim.publication, publisher)
            rendering = await only(Transient, preview, within=PREVIEW_TIMEOUT)
            if in_doubt_since is not None:
                look = self._look(claim, publisher, rendering)
                found = await only(Transient, look, within=LOOK_TIMEOUT)
                if found is not None:
                    return await self._to_the_end(self._published(claim, found, at=in_doubt_since))
                await self.store.disarm(claim)
                in_doubt_since = None
            if self.clock.now() >= claim.publication.closes_at:
                return await self._to_the_end(self._missed(claim))
            if rendering.problems:
                raise Permanent("; ".join(rendering.problems))
            prepare = publisher.prepare(rendering)
            prepared = await only(Transient, prepare, within=PREPARE_TIMEOUT)
            await self.clock.sleep_until(claim.publication.due_at)
        except PublishError as error:
            return await self._to_the_end(self._met(error, claim, publisher, in_doubt_since))
        except asyncio.CancelledError:
            await self._give_back(claim, in_doubt=in_doubt_since is not None)
            raise
        except LeaseLost:
            return self._overtaken(claim)
        return await self._to_the_end(self._send(claim, publisher, prepared))

    async def _send(
        self, claim: Claim, publisher: Publisher, prepared: Prepared
    ) -> Publication | None:
        """Arm, one create, settle: from here on nothing may be sent again without looking."""
        doubted_before, begun_at = claim.publication.armed_at is not None, self.clock.now()
        armed_at: datetime | None = None
        try:
            if begun_at >= claim.publication.closes_at:
                return await self._missed(claim)
            begun = asyncio.get_running_loop().time()
            claim = await self.store.arm(claim, text=prepared.rendering.text, lease=SEND_LEASE)
            armed_at = claim.publication.armed_at
            # Who looks for it trusts that it was over by then, however long arming took, and
            # whether meanwhile the clock was set back or the machine slept.
            took = timedelta(seconds=asyncio.get_running_loop().time() - begun)
            left = CREATE_TIMEOUT - max(took, self.clock.now() - begun_at)
            if left <= timedelta(0):
                raise Transient("It took too long to put on record that it is sent.")
            create = publisher.publish(prepared, key=claim.publication.key)
            receipt = await only(AmbiguousOutcome, create, within=left)
            log.info("created", publication=claim.publication.id, url=receipt.url)
            return await self._published(claim, receipt, at=self.clock.now())
        except PublishError as error:
            in_doubt_since = armed_at if error.created is None else None
            asked = not doubted_before or claim.publication.attempts < MOST_ATTEMPTS_IN_DOUBT
            return await self._met(error, claim, publisher, in_doubt_since, ask_platform=asked)
        except LeaseLost:
            return self._overtaken(claim)
        except PostingPaused:
            await self._wait_for_the_pause_to_end(claim)
            return None

    async def _to_the_end(
        self, work: Coroutine[None, None, Publication | None]
    ) -> Publication | None:
        """Await `work`, which goes on when this attempt is cancelled."""
        task = asyncio.create_task(work)
        self.sends.add(task)
        task.add_done_callback(self.sends.discard)
        return await asyncio.shield(task)

    async def _preview(self, publication: Publication, publisher: Publisher) -> Rendering:
        if publication.entry is None:
            raise Permanent("This date has no Entry.")
        post = await self.compose(publication.entry, publication.date, publisher.language)
        return await asyncio.to_thread(publisher.preview, post)

    async def _look(
        self, claim: Claim, publisher: Publisher, rendering: Rendering
    ) -> Receipt | None:
        """What an earlier create made; None only when it is certain that it made nothing."""
        armed_at, key = claim.publication.armed_at, claim.publication.key
        if armed_at is None:
            return None
        if publisher.visible_after is None:
            raise _CannotBeFoundOut("This platform cannot be asked whether the post is there.")
        asked_at, known = await self.store.now(), claim.publication.sent_text
        sent = replace(rendering, text=known) if known else rendering
        found = await publisher.find_existing(sent, key=key, since=armed_at - LOOK_BACK)
        if found is None and not known:
            raise _CannotBeFoundOut("What was posted since the restored backup is not known.")
        if found is None and asked_at < conclusive_at(armed_at, publisher.visible_after):
            raise AmbiguousOutcome("The post is not to be seen yet; it is looked for again.")
        return found

    async def _published(self, claim: Claim, receipt: Receipt, *, at: datetime) -> Publication:
        settlement = Settlement(status=Status.PUBLISHED, receipt=receipt, published_at=at)
        return await self._settle(claim, settlement)

    async def _missed(self, claim: Claim) -> Publication | None:
        if await self.store.paused():  # whether the window passed under it `close_window` knows
            await self._wait_for_the_pause_to_end(claim)
            return None
        message = claim.publication.message or "The day's window closed before it could be sent."
        settlement = Settlement(status=Status.MISSED, error="Missed", message=message)
        return await self._settle(claim, settlement)

    async def _wait_for_the_pause_to_end(self, claim: Claim) -> None:
        log.info("paused", publication=claim.publication.id)
        await self._give_back(claim, in_doubt=False)

    async def _give_back(self, claim: Claim, *, in_doubt: bool) -> None:
        """The service stops: the next one finds the Publication as this one leaves it."""
        settlement = Settlement(
            status=Status.UNCONFIRMED if in_doubt else Status.SCHEDULED,
            may_have_landed=in_doubt,
            next_attempt_at=self.clock.now(),
            error=claim.publication.error,
            message=claim.publication.message,
        )
        with suppress(LeaseLost, StoreUnavailable):  # then the lease ends by itself
            await self._settle(claim, settlement)

    async def _met(
        self,
        error: PublishError,
        claim: Claim,
        publisher: Publisher,
        in_doubt_since: datetime | None,
        *,
        ask_platform: bool = True,
    ) -> Publication | None:
        now, name = self.clock.now(), claim.publication.destination
        asks = ask_platform and not isinstance(error, _CannotBeFoundOut)
        settlement = after_error(
            error,
            at=now,
            attempts=claim.publication.attempts,
            in_doubt_since=in_doubt_since,
            visible_after=publisher.visible_after if asks else None,
        )
        log.warning(
            "publish_error",
            publication=claim.publication.id,
            error=type(error).__name__,
            cause=where(error.__cause__),
            message=error.user_message,
        )
        if isinstance(error, AuthExpired):
            hold = Hold(destination=name, since=now, reason=error.user_message)
            await self._hold(hold, claim.publication)
        try:
            return await self._settle(claim, settlement)
        except LeaseLost:
            return self._overtaken(claim)

    async def _settle(self, claim: Claim, settlement: Settlement) -> Publication:
        settled = await self.store.settle(
            claim, settlement, alert=_alert(claim.publication, settlement)
        )
        log.info(
            settled.status.value,
            publication=settled.id,
            attempts=settled.attempts,
            url=settled.receipt.url if settled.receipt else "",
        )
        return settled

    async def _hold(self, hold: Hold, publication: Publication) -> None:
        """Tell it once: a platform may like the credentials and refuse each post all the same."""
        kind = AlertKind.CREDENTIALS_REFUSED
        once = f"{kind.value}/{publication.id}"
        alert = Alert(kind=kind, subject=hold.destination, message=hold.reason, once=once)
        await self.store.hold(hold, alert=alert)

    def _overtaken(self, claim: Claim) -> Publication | None:
        """Another worker has it now, and will look before it sends."""
        log.warning("lease_lost", publication=claim.publication.id, owner=self.owner)
        return None


class _CannotBeFoundOut(AmbiguousOutcome):
    """A doubt that no look-up ends."""


def _alert(before: Publication, settlement: Settlement) -> Alert | None:
    """What an admin must be told of a settlement; once, however often it is met again."""
    kind = ALERTS.get(settlement.status)
    waits_now = settlement.next_attempt_at is None and before.next_attempt_at is not None
    if kind is None or not (waits_now or before.error != settlement.error):
        return None
    message = before.in_an_alert(settlement.message)
    return Alert(kind=kind, subject=before.id, message=message, attempts=before.attempts)


ALERTS = {
    Status.FAILED: AlertKind.FAILED,
    Status.UNCONFIRMED: AlertKind.UNCONFIRMED,
    Status.MISSED: AlertKind.MISSED,
}
