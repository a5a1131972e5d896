"""Undoing: a date's post is taken down everywhere.

First what is not sent yet is called off, so that nothing goes out meanwhile. Then each post is
deleted, and after that put on record as taken down: a crash in between leaves it `published`, and
undoing it again mends that, for a post that is already gone is deleted with success.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import structlog

from bot.app import App
from bot.operations.publishing import STATUS_WORDS
from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase
from schedules.errors import PublishError, Transient, only, where
from schedules.ledger import MAY_BE_THERE, Publication, Status
from schedules.publisher import Receipt
from schedules.record import name_of

log = structlog.get_logger()

DELETE_TIMEOUT = timedelta(minutes=1)
MOST_ROUNDS = 3
"""How often a post is deleted that another admin has sent anew meanwhile."""


@dataclass(frozen=True, kw_only=True)
class TakenDown:
    """What came of it at one Destination: it is gone from there, or `message` says why not."""

    publication: Publication
    done: bool
    message: str = ""


async def undo(app: App, day: date, *, again: bool = False) -> Sequence[TakenDown]:
    """Take a date's post down everywhere; the date stays done, and its city is used up.

    With `again` its Publications wait as `failed` for an admin's word, to be sent anew. Raises
    CannotBeDone when nothing of the date is out.
    """
    publications = await app.store.publications(day=day)
    if not any(each.status in MAY_BE_THERE for each in publications):
        raise CannotBeDone(
            Phrase("Nothing of {day} is out: there is nothing to take down.", day=day)
        )
    status = Status.FAILED if again else Status.CANCELLED
    await app.store.call_off(
        day,
        status=status,
        message=f"Not sent: the rest of {day} was taken down by {name_of(app.acting)}.",
        closes_at=app.clock.now(),  # a look-up that finds nothing would send it after all
        by=app.acting,
    )
    publications = await app.store.publications(day=day)
    return [
        await _take_down(app, each, status) for each in publications if each.status in MAY_BE_THERE
    ]


async def _take_down(app: App, publication: Publication, status: Status) -> TakenDown:
    for _ in range(MOST_ROUNDS):
        receipt, why_not = publication.receipt, _why_not(app, publication)
        if receipt is None or why_not:
            return TakenDown(publication=publication, done=False, message=why_not)
        publisher = app.publishers[publication.destination]
        try:
            await only(Transient, publisher.delete(receipt.remote_id), within=DELETE_TIMEOUT)
        except PublishError as error:
            log.warning("not_taken_down", publication=publication.id, cause=where(error.__cause__))
            return TakenDown(publication=publication, done=False, message=error.user_message)
        taken_down = await app.store.take_down(
            publication,
            status=status,
            message=_message(app, receipt, status),
            by=app.acting,
            key=f"{publication.date:%Y%m%d}-{uuid4().hex[:16]}",
        )
        if taken_down is not None:
            log.info("taken_down", publication=taken_down.id, by=app.acting)
            return TakenDown(publication=taken_down, done=True)
        found = await app.store.publication(publication.date, publication.destination)
        publication = found or publication
    sent_anew = Phrase("It is sent anew all the time.")
    return TakenDown(publication=publication, done=False, message=sent_anew)


def _why_not(app: App, publication: Publication) -> str:
    """Why it cannot be taken down by us, as it is; empty when it can."""
    match publication.status:
        case Status.PUBLISHING:
            return Phrase("It is being sent or looked for just now: try again in a few minutes.")
        case Status.UNCONFIRMED:
            return Phrase("It is not known whether it is there: say first what became of it.")
        case Status.PUBLISHED:
            pass
        case _:
            return Phrase(
                "It is {status} already. {message}",
                status=STATUS_WORDS[publication.status],
                message=publication.message,
            )
    if publication.destination not in app.publishers:
        return Phrase("This destination is not among CITY_A_DAY_DESTINATIONS any more.")
    if publication.receipt is None or not publication.receipt.remote_id:
        return Phrase(
            "Its address is not on record, only that it is there: delete it there yourself."
        )
    return ""


def _message(app: App, receipt: Receipt, status: Status) -> str:
    was_at = f"; it was at {receipt.url}" if receipt.url else ""
    then = " Edit it, then send it again." if status is Status.FAILED else ""
    return f"Taken down by {name_of(app.acting)}{was_at}.{then}"
