"""Remedies: the buttons by which admins settle what an alert tells of.

A button says of which Publication it is and how many attempts that had had. Whoever presses it
after something else has happened changes nothing, and is shown how it stands now.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

import discord

from bot.admin.answers import Rows, button
from bot.admin.router import custom_id
from bot.admin.words import Words
from content.phrase import Phrase
from schedules.alerts import Alert, AlertKind
from schedules.ledger import Publication, Status

LONGEST_BUTTON = 80
"""Characters of a button's label (Discord API reference, Button)."""
LONGEST_NAME = 40
"""Characters of a destination's name in a custom id. The longest, of `remedy.send`, has 50 others.
"""
IN_A_ROW = 5
DANGER, SUCCESS = discord.ButtonStyle.danger, discord.ButtonStyle.success
PRIMARY = discord.ButtonStyle.primary

NEXT_STEPS: Mapping[AlertKind, Phrase] = {
    AlertKind.UNCONFIRMED: Phrase(
        "The service looks for it where the platform can be asked. If nothing happens, look there"
        " yourself and say what is true."
    ),
    AlertKind.FAILED: Phrase("Once the cause is gone, try again; or change what it says first."),
    AlertKind.CREDENTIALS_REFUSED: Phrase(
        "Nothing is posted there until they work. Whoever runs the service has to renew them in its"
        " settings."
    ),
}
"""What to do, said to who has the buttons, where they do not say it themselves."""


def remedies(alert: Alert, words: Words) -> Rows:
    """The buttons of an alert; none where there is nothing to decide."""
    say = words.say
    match alert.kind:
        case AlertKind.UNCONFIRMED | AlertKind.FAILED | AlertKind.MISSED:
            day, destination = _publication(alert.subject)
            if day is None:
                return ()
            return for_publication(
                Status(alert.kind.value), (day, destination, alert.attempts), words
            )
        case AlertKind.LOW_STOCK | AlertKind.EMPTY_QUEUE:
            return [[button(say("Suggest cities"), custom_id("remedy.suggest"), style=PRIMARY)]]
        case AlertKind.PAUSED:
            last = _date(alert.subject.rpartition(" ")[2])
            if last is None:
                return ()
            return [[button(say("Resume"), custom_id("pause.over", last), style=SUCCESS)]]
        case AlertKind.PICTURE_UNUSABLE:
            entry_id = _entry_id(alert)
            return (
                [[button(say("Show it"), custom_id("remedy.show", entry_id))]] if entry_id else ()
            )
    return ()


def for_publication(status: Status, this: tuple[date, str, int], words: Words) -> Rows:
    """What an admin can do about a Publication: its date, destination and attempts."""
    say = words.say
    day, destination, attempts = this
    this = (day, in_buttons(destination), attempts)
    give_up = button(say("Give it up"), custom_id("remedy.give_up", *this), style=DANGER)
    match status:
        case Status.UNCONFIRMED:
            return [
                [
                    button(say("It is there"), custom_id("remedy.there", *this), style=SUCCESS),
                    button(say("Send it again"), custom_id("remedy.doubt", *this)),
                    give_up,
                ]
            ]
        case Status.FAILED:
            return [
                [
                    button(say("Retry"), custom_id("remedy.retry", *this), style=PRIMARY),
                    button(say("Edit the caption"), custom_id("remedy.caption", *this)),
                    give_up,
                ]
            ]
        case Status.MISSED:
            post = say("Post it all the same")
            return [[button(post, custom_id("remedy.retry", *this), style=PRIMARY)]]
    return ()


def to_send_again(waiting: Sequence[Publication], words: Words, *, alert: int = 0) -> Rows:
    """Buttons to edit the caption of a date and to send it again, one for each Publication.

    `alert`: the message to settle with it, when there is one.
    """
    if not waiting:
        return ()
    first = waiting[0]
    name = in_buttons(first.destination)
    edit = custom_id("remedy.caption", first.date, name, first.attempts)
    buttons = [button(words.say("Edit the caption"), edit)] + [
        button(
            words.say("Send again: {destination}", destination=each.destination)[:LONGEST_BUTTON],
            custom_id("remedy.send", each.date, in_buttons(each.destination), each.attempts, alert),
            style=PRIMARY,
        )
        for each in waiting[: 4 * IN_A_ROW]
    ]
    return [buttons[start : start + IN_A_ROW] for start in range(0, len(buttons), IN_A_ROW)]


def in_buttons(destination: str) -> str:
    """A destination's name as custom ids hold it, which are not as long as a name may be."""
    if len(destination) <= LONGEST_NAME:
        return destination
    return f"~{sha256(destination.encode()).hexdigest()[:16]}"


def settled(label: str) -> Rows:
    """What takes the place of the buttons once it was decided: by whom, and what."""
    return [[button(label[:LONGEST_BUTTON], "settled", disabled=True)]]


def _publication(subject: str) -> tuple[date | None, str]:
    day, _, destination = subject.partition("/")
    return (_date(day) if destination else None), destination


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _entry_id(alert: Alert) -> int:
    """The Entry that an unusable picture is of; 0 for a city that stands in.

    Its subject is for people; what it is raised once for names the Entry (`Lookout`).
    """
    parts = alert.once.split("/")
    return int(parts[2]) if len(parts) > 2 and parts[2].isdecimal() else 0
