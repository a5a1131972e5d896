"""Skipping: an admin wants no city on a date, today's or a coming one."""

from datetime import date

from bot.app import App
from bot.operations.dates import FARTHEST
from bot.operations.refusal import CannotBeDone
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
            f"{error} Unpin it, or pin it to another date, before you skip this one."
        ) from error
    except AlreadyOut as error:
        raise CannotBeDone(f"{error} It can be taken down: undo it.") from error
    if not skipped:
        (there,) = (await app.store.skips(day, day)).values() or (None,)
        raise CannotBeDone(
            f"{day} is skipped already. {there.message}" if there else f"{day} is not skipped now."
        )


async def unskip(app: App, day: date) -> None:
    """Post on a date after all; today, if its window is open, late.

    Raises CannotBeDone: it is past, its window is over, or it is not skipped.
    """
    _refuse_past(app, day)
    if app.rule.slot(day).closes_at <= app.clock.now():
        raise CannotBeDone(f"{day} is over: nothing is posted any more today.")
    if not await app.store.unskip(day, by=app.acting):
        raise CannotBeDone(f"{day} is not skipped.")


def _refuse_past(app: App, day: date) -> None:
    today = app.rule.local_date(app.clock.now())
    if day < today:
        raise CannotBeDone(f"{day} is past: today is {today}.")
    if day > today + FARTHEST:
        raise CannotBeDone(f"{day} is more than ten years away: choose an earlier date.")
