"""Operations on the content queue."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.operations.dates import taken_dates
from bot.operations.files import read_file
from bot.operations.preview import preview_entry
from bot.operations.refusal import CannotBeDone, See
from bot.storage.photos import PhotosUnavailable
from content.city import City
from content.compose import clean
from content.credit import Credit
from content.embedded import Embedded, read_embedded
from content.entry import LANGUAGES, PHOTO_FIELDS, Entry, EntryState, Photo
from content.gazetteer import CityAmbiguous, CityNotFound
from content.hashtags import bare, unique_tags
from content.images import UnusablePicture, inspect
from content.phrase import Phrase, in_a_row, sentences, words_of
from content.proposals import with_given, with_proposals
from content.queue import suggested
from content.typed import LONGEST_FIELD, MOST_TAGS, too_long
from schedules.record import CannotRestore, Removed
from schedules.store import DateTaken, EntryChanged, EntryNotFound, Step

T = TypeVar("T")

LONGEST_PREVIEWED = 20_000
"""Characters of a field up to which the previews say what is too long where; it takes seconds."""
_TRIES = 5
"""To change an Entry that others change at the same time."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an admin gives for an Entry; None leaves as it is. `texts` are by language.

    `photo`: a file, or the bytes of an attachment or of what a link led to. What was said of the
    photo before is not said of a new one: what is not given of it is proposed from what its file
    says. `confirm`: what is proposed, now or before, is right.
    """

    photo: Path | bytes | None = field(default=None, repr=False)
    alt: str | None = None
    author: str | None = None
    source: str | None = None
    licence: str | None = None
    link: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] | None = None
    on: date | None = None
    unpin: bool = False
    confirm: bool = False


async def add(app: App, city: str, changes: Changes, *, held: bool = False) -> Entry:
    """Queue a city of the gazetteer; what each Destination would receive is checked now.

    Unless it is `held` for now: then that is checked when it is let go.
    """
    try:
        found = app.gazetteer.find(city)
    except (CityNotFound, CityAmbiguous) as error:
        raise CannotBeDone(words_of(error)) from error
    entry = await _changed(app, Entry(city=found, held=held), changes)
    await _check(app, entry, changes)
    (added,) = await _stored(app.store.add([entry], by=app.acting))
    return added


async def twins(app: App, entry: Entry) -> Sequence[Entry]:
    """The other waiting Entries of the same city, which cannot come soon before or after it."""
    same_city = await app.store.queue(city=entry.city.key)
    return [each for each in same_city if each.id != entry.id]


async def edit(app: App, entry_id: int, changes: Changes, *, keep: bool = False) -> Entry:
    """Change a waiting Entry; it is checked again.

    `keep`: what could not be posted is kept all the same, and the Entry is held until it can.
    """

    async def change(entry: Entry) -> Entry:
        changed = await _changed(app, entry, changes)
        try:
            await _check(app, changed, changes)
        except CannotBeDone:
            if not keep:
                raise
            return replace(changed, held=True)
        return changed

    return await _updated(app, entry_id, change)


async def edit_edition(app: App, day: date, changes: Changes) -> Entry:
    """Change what a date's chosen Entry says, for what is still to be sent of it; it is checked.

    What is out of it already stays as it is. Raises CannotBeDone.
    """
    if changes.on is not None or changes.unpin:
        raise CannotBeDone(
            Phrase("The city of {day} was chosen already: its date cannot be changed.", day=day)
        )
    edition = await app.store.edition(day)
    if edition is None or edition.entry is None:
        raise CannotBeDone(
            Phrase("No city was chosen for {day}: there is nothing to edit.", day=day)
        )
    before = edition.entry
    after = await _changed(app, before, changes)
    if after.missing:
        raise CannotBeDone(Phrase("It cannot be sent without {missing}.", missing=after.missing))
    await _check(app, after, changes)
    if not await app.store.edit_edition(day, before=before, after=after, by=app.acting):
        raise CannotBeDone(
            Phrase(
                "Nothing of {day} is still to be sent, or somebody changed it just now: look at it"
                " again.",
                day=day,
            )
        )
    return after


async def find(app: App, entry_id: int) -> Entry:
    """A waiting Entry by its id."""
    return await _stored(app.store.entry(entry_id))


async def hold(app: App, entry_id: int, *, held: bool) -> Entry:
    """Keep an Entry back, or let it go on, which is checked. Once: the second time is refused."""

    async def change(entry: Entry) -> Entry:
        if entry.held is held:
            raise CannotBeDone(
                Phrase("{city} is held already.", city=entry.city.name)
                if held
                else Phrase("{city} is in the queue already: it is not held.", city=entry.city.name)
            )
        changed = replace(entry, held=held)
        await _check_previews(app, changed)
        return changed

    return await _updated(app, entry_id, change)


async def _updated(app: App, entry_id: int, change: Callable[[Entry], Awaitable[Entry]]) -> Entry:
    """The Entry as it is once it was changed. Whoever changes it meanwhile is not overwritten."""
    for _ in range(_TRIES):
        entry = await find(app, entry_id)
        changed = await change(entry)
        try:
            await _stored(app.store.update(changed, was=entry, by=app.acting))
        except EntryChanged:
            continue
        return changed
    raise CannotBeDone(Phrase("Somebody else is changing it at this moment. Try again."))


async def move(app: App, entry_id: int, *, position: int) -> tuple[Entry, int]:
    """Put an Entry at a place in the queue, counted from 1; beyond the end is last.

    Returns the Entry and the place that it has now.
    """
    if position < 1:
        raise CannotBeDone(
            Phrase("There is no place {position} in the queue: the first is 1.", position=position)
        )
    entry, stock = await find(app, entry_id), await app.store.stock()
    position = min(position, stock.ready + stock.draft + stock.held)
    front = await app.store.queue(limit=position + 1)
    others = [entry.id for entry in front if entry.id != entry_id]
    before = others[position - 1] if len(others) >= position else None
    await _stored(app.store.move(entry_id, before=before, by=app.acting))
    return entry, position


async def step(app: App, entry_id: int, where: Step) -> bool:
    """Move an Entry past its neighbour, or to the head. False when it is at that end already."""
    return await _stored(app.store.step(entry_id, where, by=app.acting))


async def remove(app: App, entry_id: int) -> Removed:
    """Take an Entry out of the queue; with its `change`, `restore` puts it back."""
    return await _stored(app.store.remove(entry_id, by=app.acting))


async def restore(app: App, change_id: int) -> Entry:
    """Put back an Entry that was removed, where it was; `change_id` is its removal's on record."""
    return await _stored(app.store.restore(change_id, by=app.acting))


def _refuse_longer_than(most: int, changes: Changes) -> None:
    typed = {f"text_{language}": text for language, text in changes.texts.items()}
    typed |= {name: getattr(changes, name) or "" for name in PHOTO_FIELDS}
    if long := [flaw for name, text in typed.items() for flaw in too_long(name, text, most=most)]:
        raise CannotBeDone(sentences(long))


async def _changed(app: App, entry: Entry, changes: Changes) -> Entry:
    _refuse_longer_than(LONGEST_PREVIEWED, changes)
    given = {**entry.texts, **{each: clean(text) for each, text in changes.texts.items()}}
    texts = {language: given[language] for language in LANGUAGES if given.get(language)}
    photo = await _photo(app, replace(entry, texts=texts), changes)
    changed = replace(
        entry,
        texts=texts,
        tags=entry.tags if changes.tags is None else clean_tags(changes.tags),
        photos=(photo, *entry.photos[1:]) if photo else (),
        date=None if changes.unpin else changes.on or entry.date,
    )
    if changes.on is not None:
        pinned = await app.store.pinned(date.min, date.max, states=tuple(EntryState))
        others = [each for each in pinned.values() if each.id != entry.id]
        dates = await taken_dates(app, [changes.on], waiting=others)
        dates.refuse(changes.on, entry.city)
    return changed


async def _photo(app: App, entry: Entry, changes: Changes) -> Photo | None:
    """The Entry's first photo after the changes."""
    photo = entry.photos[0] if entry.photos else None
    given = {
        name: clean(value) for name in PHOTO_FIELDS if (value := getattr(changes, name)) is not None
    }
    if changes.photo is not None:
        try:
            file, embedded = await store_photo(app, changes.photo)
        except PhotosUnavailable as error:
            raise CannotBeDone(words_of(error)) from error
        photo = proposed_photo(app, file, embedded, given, entry)
    elif photo is not None:
        photo = with_given(photo, given)
    elif given or changes.confirm:
        raise CannotBeDone(
            Phrase("Alt text and credit belong to a photo: give one first."), see=See.GIVE_A_PHOTO
        )
    return replace(photo, proposed=()) if photo is not None and changes.confirm else photo


def proposed_photo(
    app: App, file: str, embedded: Embedded, given: Mapping[str, str], entry: Entry
) -> Photo:
    """A new photo of an Entry, with what is given of it; the rest as its file proposes.

    In the language of the first destination, unless the Entry's texts are in another one alone.
    """
    first = next((each.language for each in app.publishers.values()), LANGUAGES[0])
    return with_proposals(
        Photo(file=file, alt="", credit=Credit()),
        embedded,
        given,
        city=entry.city,
        language=first if first in entry.texts else next(iter(entry.texts), first),
    )


async def _check(app: App, entry: Entry, changes: Changes) -> None:
    await _check_previews(app, entry)
    _refuse_longer_than(LONGEST_FIELD, changes)


async def _check_previews(app: App, entry: Entry) -> None:
    """On the day it would be too late. A draft, or one that is held, is not posted as it is."""
    if entry.state is not EntryState.READY:
        return
    problems = [
        Phrase("{where}: {problem}", where=preview.destination, problem=problem)
        for preview in await preview_entry(app, entry)
        for problem in preview.rendering.problems
    ]
    if problems:
        raise CannotBeDone(
            Phrase("It could not be posted as it is. {problems}", problems=in_a_row(problems))
        )


async def store_photo(app: App, photo: Path | bytes) -> tuple[str, Embedded]:
    """Keep a picture file, or what was in one, among the photos; its name there, and what it says
    of itself.

    It must be a usable picture.

    Raises CannotBeDone, PhotosUnavailable.
    """
    data = await asyncio.to_thread(read_file, photo) if isinstance(photo, Path) else photo
    try:
        facts = await asyncio.to_thread(inspect, data)
        file = await asyncio.to_thread(app.photos.add, data, facts.media_type)
    except UnusablePicture as error:
        if not isinstance(photo, Path):
            raise CannotBeDone(words_of(error)) from error
        raise CannotBeDone(
            Phrase("{where}: {problem}", where=photo, problem=words_of(error))
        ) from error
    return file, await asyncio.to_thread(read_embedded, data)


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Hashtags as an Entry keeps them, without "#"."""
    try:
        cleaned = tuple(bare(tag) for tag in unique_tags(tags))
    except ValueError as error:
        raise CannotBeDone(words_of(error)) from error
    if len(cleaned) > MOST_TAGS:
        raise CannotBeDone(
            Phrase(
                "These are {count:,} hashtags: give {most} at most.",
                count=len(cleaned),
                most=MOST_TAGS,
            )
        )
    return cleaned


async def listed(app: App, *, state: EntryState | None = None) -> Sequence[Entry]:
    """The waiting Entries in order."""
    return await app.store.queue(state=state)


async def suggestions(app: App, limit: int = 10) -> Sequence[City]:
    """French cities that the queue could take now, large ones first, at most `limit`.

    None that waits, nor one that comes or came within CITY_A_DAY_REPEAT_AFTER_DAYS.
    """
    today = app.rule.local_date(app.clock.now())
    within = timedelta(days=app.settings.repeat_after_days)
    chosen = await app.store.choices(today - within, today + within)
    waiting = {entry.city.key for entry in await app.store.queue()}
    spoken_for = waiting | {choice.city for choice in chosen.values()}
    return await asyncio.to_thread(
        suggested, app.gazetteer.of_french(), today, spoken_for=spoken_for, limit=limit
    )


async def _stored(work: Awaitable[T]) -> T:
    try:
        return await work
    except EntryNotFound as error:
        raise CannotBeDone(words_of(error), see=See.QUEUE) from error
    except (DateTaken, CannotRestore) as error:
        raise CannotBeDone(words_of(error)) from error
