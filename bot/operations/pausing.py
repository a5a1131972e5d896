"""Pausing: an admin stops all posting for a while, with a reason that others can read."""

from datetime import date, datetime, time

from bot.app import App
from bot.operations.dates import FARTHEST
from bot.operations.refusal import CannotBeDone
from content.compose import clean
from content.phrase import Phrase, as_phrase
from content.typed import LONGEST_FIELD, too_long
from schedules.record import name_of
from schedules.slots import instant
from schedules.stops import Pause


async def pause(app: App, reason: str, *, until: date | None = None) -> Pause:
    """Post nothing from now on. `until`: posting begins again at the start of that local date.

    What was being sent already may still arrive. Raises CannotBeDone, also when it is paused.
    """
    reason = clean(reason)
    if not reason:
        raise CannotBeDone(Phrase("Say why it is paused: the other admins read it."))
    for flaw in too_long("reason", reason, most=LONGEST_FIELD):
        raise CannotBeDone(as_phrase(flaw))
    ends_at = None if until is None else _start_of(app, until)
    begun = await app.store.pause(reason=reason, until=ends_at, by=app.acting)
    if begun is None:
        there = await app.store.paused()
        raise CannotBeDone(
            Phrase("It is paused already. {pause}", pause=in_words(app, there))
            if there
            else Phrase("It was paused just now.")
        )
    return begun


async def resume(app: App) -> Pause:
    """End the pause; what is due today is posted if its window is open. Raises CannotBeDone."""
    ended = await app.store.resume(by=app.acting)
    if ended is None:
        raise CannotBeDone(Phrase("It is not paused."))
    app.runner.look_now()
    return ended


async def paused(app: App) -> Pause | None:
    """The pause that is in force."""
    return await app.store.paused()


async def refuse_if_paused(app: App) -> None:
    """Raise CannotBeDone during a pause: what was asked for would not be sent."""
    there = await paused(app)
    if there is not None:
        raise CannotBeDone(
            Phrase("Nothing is posted now. {pause} Resume first.", pause=in_words(app, there))
        )


def in_words(app: App, pause: Pause) -> Phrase:
    """ "Paused by anna: holidays. Since 2026-11-22 09:00, until 2026-12-01 00:00."."""
    said = {
        "who": name_of(pause.by),
        "reason": pause.reason.rstrip("."),
        "since": _local(app, pause.since),
    }
    if pause.until is None:
        return Phrase("Paused by {who}: {reason}. Since {since}.", **said)
    until = _local(app, pause.until)
    return Phrase("Paused by {who}: {reason}. Since {since}, until {until}.", **said, until=until)


def _local(app: App, at: datetime) -> Phrase:
    local = at.astimezone(app.settings.timezone)
    return Phrase("{day} {hour}", day=local.date(), hour=f"{local:%H:%M}")


def _start_of(app: App, day: date) -> datetime:
    today = app.rule.local_date(app.clock.now())
    if day <= today:
        raise CannotBeDone(
            Phrase(
                "A pause ends on a coming date: {day} is not, today is {today}.",
                day=day,
                today=today,
            )
        )
    if day > today + FARTHEST:
        raise CannotBeDone(
            Phrase("{day} is more than ten years away: choose an earlier date.", day=day)
        )
    return instant(day, time(0), app.rule.timezone)
