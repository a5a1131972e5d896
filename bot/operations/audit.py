"""Audit: what admins did, and the words for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.app import App
from bot.operations.publishing import STATUS_WORDS
from content.entry import FIELD_WORDS
from content.phrase import Phrase, as_phrase
from schedules.ledger import Status
from schedules.record import Change, entry_subject

MOST_IMPORTS = 1000
"""So many are searched for the one that an Entry came with."""

ACTION_WORDS: Mapping[str, Phrase] = {
    "queued": Phrase("queued"),
    "imported": Phrase("imported"),
    "edited": Phrase("edited"),
    "moved": Phrase("moved"),
    "removed": Phrase("removed"),
    "restored": Phrase("put back"),
    "held": Phrase("held"),
    "released": Phrase("released"),
    "posted now": Phrase("posted now"),
    "resolved": Phrase("settled"),
    "paused": Phrase("paused"),
    "resumed": Phrase("resumed"),
    "skipped": Phrase("skipped"),
    "unskipped": Phrase("no longer skipped"),
    "taken down": Phrase("taken down"),
    "backup restored": Phrase("restored from a backup"),
}
_WHOLE_ENTRY = frozenset({"queued", "removed", "restored"})
_FIELDS: Mapping[str, Phrase] = {
    "text_fr": Phrase("text in French"),
    "text_en": Phrase("text in English"),
    "tags": Phrase("hashtags"),
    "photo": Phrase("photo"),
    "proposed": Phrase("to be confirmed"),
    "date": Phrase("date"),
    "held": Phrase("held"),
    "position": Phrase("place in the queue"),
    "status": Phrase("status"),
    "url": Phrase("link"),
    "destinations": Phrase("destinations"),
    "count": Phrase("cities"),
    "first": Phrase("first Entry"),
    "last": Phrase("last Entry"),
    "made_at": Phrase("backup of"),
    "reason": Phrase("reason"),
    "until": Phrase("until"),
    **FIELD_WORDS,
}
_YES_NO = {True: Phrase("yes"), False: Phrase("no")}
_PHOTO = ("alt", "author", "source", "licence", "link")
_SHOWN_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field of what was changed, and what it said before and says now; empty for nothing."""

    field: Phrase
    before: str
    after: str


async def audit(
    app: App,
    *,
    entry_id: int | None = None,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 20,
) -> Sequence[Change]:
    """What is on record, the newest first; of one Entry or of another subject, if given.

    `before` is the id of the last one on the page before. To an Entry belongs the import that it
    came with.
    """
    if entry_id is None:
        return await app.store.changes(subject=subject, before=before, limit=limit)
    found = list(
        await app.store.changes(subject=entry_subject(entry_id), before=before, limit=limit)
    )
    if len(found) < limit:
        imports = await app.store.changes(subject="queue", before=before, limit=MOST_IMPORTS)
        found += [each for each in imports if _came_with(each, entry_id)]
    return found


def city_of(change: Change) -> str:
    """The name of the city that it is about; empty when it is about none."""
    for kept in (change.after, change.before):
        city = (kept or {}).get("city")
        if isinstance(city, Mapping):
            return str(city["name"])
    return ""


def subject_words(change: Change) -> Phrase:
    """What was changed: "Entry 17, Le Mans"."""
    city, (kind, _, number) = city_of(change), change.subject.partition("/")
    if kind == "entry":
        if city:
            return Phrase("Entry {entry}, {city}", entry=number, city=city)
        return Phrase("Entry {entry}", entry=number)
    if change.subject == "queue":
        return Phrase("the queue")
    if change.subject == "service":
        return Phrase("the service")
    if city:
        return Phrase("{subject}, {city}", subject=change.subject, city=city)
    return as_phrase(change.subject)


def action_words(change: Change) -> Phrase:
    """What was done: "edited"."""
    return ACTION_WORDS.get(change.action) or as_phrase(change.action)


def differences(change: Change) -> Sequence[Difference]:
    """What was changed of it, field by field; nothing for an Entry that came or went whole."""
    if change.action in _WHOLE_ENTRY:
        return ()
    before, after = (dict(_flat(kept or {})) for kept in (change.before, change.after))
    return [
        Difference(
            field=_FIELDS.get(name) or as_phrase(name),
            before=before.get(name, ""),
            after=after.get(name, ""),
        )
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]


def _flat(kept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is kept of something, each field as text."""
    for name, value in kept.items():
        if name == "city" or value is None:
            continue
        if name == "texts":
            yield from ((f"text_{language}", text) for language, text in value.items())
        elif name == "photos":
            for photo in value[:1]:
                yield from _photo(photo)
        elif name == "tags":
            yield name, " ".join(f"#{tag}" for tag in value)
        elif name == "status":
            yield name, STATUS_WORDS[Status(value)]
        elif isinstance(value, bool):
            yield name, _YES_NO[value]
        elif isinstance(value, list):
            yield name, ", ".join(map(str, value))
        else:
            yield name, str(value)


def _photo(photo: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    said = {"alt": photo["alt"], **photo["credit"]}
    yield "photo", photo["file"][:_SHOWN_DIGITS]
    yield from ((name, said[name]) for name in _PHOTO)
    yield "proposed", Phrase("{fields}", fields=[FIELD_WORDS[each] for each in photo["proposed"]])


def _came_with(change: Change, entry_id: int) -> bool:
    after = change.after or {}
    first, last = after.get("first"), after.get("last")
    return isinstance(first, int) and isinstance(last, int) and first <= entry_id <= last
