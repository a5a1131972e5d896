"""Skipping: an admin wants no city on a date, today's or a coming one."""

from datetime import date

from bot.app import App
from bot.operations.dates import FARTHEST
from bot.operations.refusal import CannotBeDone
from content.phrase import Phrase, words_of
from schedules.record import name_of
from schedules.stops import AlreadyOut
from schedules.store import DateTaken


async def skip(app: App, day: date) -> None:
    """Post nothing on a date; what is scheduled for it goes back to the queue's head.

    Raises CannotBeDone: it is past, skipped already, has an Entry pinned to it, or is out.
    """
    _refuse_past(app, day)
    try:
        skipped = await app.store.skip(day, by=app.acting)
    except DateTaken as error:
        raise CannotBeDone(
            Phrase(
                "{pinned} Unpin it, or pin it to another date, before you skip this one.",
                pinned=words_of(error),
            )
        ) from error
    except AlreadyOut as error:
        raise CannotBeDone(
            Phrase("{out} It can be taken down: undo it.", out=words_of(error))
        ) from error
    if not skipped:
        (there,) = (await app.store.skips(day, day)).values() or (None,)
        raise CannotBeDone(
            Phrase("{day} is skipped already, by {who}.", day=day, who=name_of(there.by))
            if there
            else Phrase("{day} is not skipped now.", day=day)
        )


async def unskip(app: App, day: date) -> None:
    """Post on a date after all; today, if its window is open, late.

    Raises CannotBeDone: it is past, its window is over, or it is not skipped.
    """
    _refuse_past(app, day)
    if app.rule.slot(day).closes_at <= app.clock.now():
        raise CannotBeDone(Phrase("{day} is over: nothing is posted any more today.", day=day))
    if not await app.store.unskip(day, by=app.acting):
        raise CannotBeDone(Phrase("{day} is not skipped.", day=day))
    app.runner.look_now()


def _refuse_past(app: App, day: date) -> None:
    today = app.rule.local_date(app.clock.now())
    if day < today:
        raise CannotBeDone(Phrase("{day} is past: today is {today}.", day=day, today=today))
    if day > today + FARTHEST:
        raise CannotBeDone(
            Phrase("{day} is more than ten years away: choose an earlier date.", day=day)
        )
