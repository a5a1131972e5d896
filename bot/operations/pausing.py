"""Pausing: an admin stops all posting for a while, with a reason that others can read."""

from datetime import date, datetime, time

from bot.app import App
from bot.operations.dates import FARTHEST
from bot.operations.refusal import CannotBeDone
from content.compose import clean
from content.typed import LONGEST_FIELD, too_long
from schedules.slots import instant
from schedules.stops import Pause


async def pause(app: App, reason: str, *, until: date | None = None) -> Pause:
    """Post nothing from now on. `until`: posting begins again at the start of that local date.

    What was being sent already may still arrive. Raises CannotBeDone, also when it is paused.
    """
    reason = clean(reason)
    if not reason:
        raise CannotBeDone("Say why it is paused: the other admins read it.")
    if flaws := too_long("reason", reason, most=LONGEST_FIELD):
        raise CannotBeDone(" ".join(flaws))
    ends_at = None if until is None else _start_of(app, until)
    begun = await app.store.pause(reason=reason, until=ends_at, by=app.acting)
    if begun is None:
        there = await app.store.paused()
        raise CannotBeDone(
            f"It is paused already. {in_words(app, there)}" if there else "It was paused just now."
        )
    return begun


async def resume(app: App) -> Pause:
    """End the pause; what is due today is posted if its window is open. Raises CannotBeDone."""
    ended = await app.store.resume(by=app.acting)
    if ended is None:
        raise CannotBeDone("It is not paused.")
    return ended


async def paused(app: App) -> Pause | None:
    """The pause that is in force."""
    return await app.store.paused()


async def refuse_if_paused(app: App) -> None:
    """Raise CannotBeDone during a pause: what was asked for would not be sent."""
    there = await paused(app)
    if there is not None:
        raise CannotBeDone(f"Nothing is posted now. {in_words(app, there)} Resume first.")


def in_words(app: App, pause: Pause) -> str:
    """ "Paused by cli:anna: holidays. Since 2026-11-22 09:00, until 2026-12-01 00:00."."""
    since = _local(app, pause.since)
    until = f", until {_local(app, pause.until)}" if pause.until is not None else ""
    return f"{pause.message.rstrip('.')}. Since {since}{until}."


def _local(app: App, at: datetime) -> str:
    return f"{at.astimezone(app.settings.timezone):%Y-%m-%d %H:%M}"


def _start_of(app: App, day: date) -> datetime:
    today = app.rule.local_date(app.clock.now())
    if day <= today:
        raise CannotBeDone(f"A pause ends on a coming date: {day} is not, today is {today}.")
    if day > today + FARTHEST:
        raise CannotBeDone(f"{day} is more than ten years away: choose an earlier date.")
    return instant(day, time(0), app.rule.timezone)
