"""What is on record by its date, as people read it."""

import re
from datetime import date

from bot.admin.words import Words

_PUBLICATION = re.compile(r"(\d{4}-\d\d-\d\d)/(.+)")
_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def subject_in_words(subject: str, words: Words) -> str:
    """ "discord, Wed 25 Nov 2026" for "2026-11-25/discord", and any date as it is said."""
    if publication := _PUBLICATION.fullmatch(subject):
        return f"{publication[2]}, {_day(publication[1], words)}"
    if period := _PERIOD.fullmatch(subject):
        first, last = (_day(each, words) for each in period.groups())
        return words.say("{first} to {last}", first=first, last=last)
    return _DATE.sub(lambda found: _day(found[0], words), subject)


def _day(iso: str, words: Words) -> str:
    try:
        return words.day(date.fromisoformat(iso))
    except ValueError:
        return iso
