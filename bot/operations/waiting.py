"""Finding a waiting Entry by what a person types: its number, or the city's name."""

from collections.abc import Sequence

from bot.app import App
from bot.operations.refusal import CannotBeDone, See
from content.entry import Entry
from content.folding import fold
from content.phrase import Phrase
from content.typed import shown
from schedules.store import EntryNotFound

LOOKED_AT = 1000
"""Entries at the queue's head among which a part of a name is looked for."""


async def waiting_like(app: App, typed: str, *, limit: int) -> Sequence[Entry]:
    """The waiting Entries that are meant by what was typed so far, in the queue's order.

    The one of that number comes first. A long queue is read at its head only; behind it, cities
    are found whose name begins as typed.
    """
    if not fold(typed):
        return await app.store.queue(limit=limit)
    wanted = fold(typed)
    found = {entry.id: entry for entry in await _numbered(app, typed)}
    head = await app.store.queue(limit=LOOKED_AT)
    found |= {each.id: each for each in head if f" {wanted}" in f" {fold(each.city.name)}"}
    if len(head) == LOOKED_AT and len(found) < limit:
        for city in app.gazetteer.starting_with(typed, limit=limit):
            found |= {each.id: each for each in await app.store.queue(city=city.key, limit=limit)}
    return list(found.values())[:limit]


async def waiting_called(app: App, typed: str) -> Entry:
    """The one waiting Entry of that number, or whose city has that name. Raises CannotBeDone."""
    if numbered := await _numbered(app, typed):
        return numbered[0]
    like = await waiting_like(app, typed, limit=25)
    called = [each for each in like if fold(each.city.name) == fold(typed)]
    if len(called) == 1:
        return called[0]
    if called:
        raise CannotBeDone(
            Phrase(
                "“{typed}” waits more than once: choose one of those that are offered.",
                typed=shown(typed),
            ),
            see=See.QUEUE,
        )
    raise CannotBeDone(
        Phrase(
            "“{typed}” is none that waits: choose one of those that are offered.",
            typed=shown(typed),
        ),
        see=See.QUEUE,
    )


async def _numbered(app: App, typed: str) -> Sequence[Entry]:
    number = typed.strip().removeprefix("#")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return ()
    try:
        return (await app.store.entry(int(number)),)
    except EntryNotFound:
        return ()
