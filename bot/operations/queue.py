"""Operations on the content queue."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.operations.dates import taken_dates
from bot.operations.files import read_file
from bot.operations.preview import preview_entry
from bot.operations.refusal import CannotBeDone
from bot.storage.photos import PhotosUnavailable
from content.compose import clean
from content.credit import Credit
from content.entry import LANGUAGES, Entry, EntryState, Photo
from content.gazetteer import CityAmbiguous, CityNotFound
from content.hashtags import bare, unique_tags
from content.images import UnusablePicture, inspect
from content.typed import LONGEST_FIELD, MOST_TAGS, too_long
from schedules.store import DateTaken, EntryNotFound

T = TypeVar("T")

LONGEST_PREVIEWED = 20_000
"""Characters of a field up to which the previews say what is too long where; it takes seconds."""
_CREDIT = ("author", "source", "licence", "link")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an admin gives for an Entry; None leaves as it is. `texts` are by language."""

    photo: Path | None = None
    alt: str | None = None
    author: str | None = None
    source: str | None = None
    licence: str | None = None
    link: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] | None = None
    on: date | None = None
    unpin: bool = False


async def add(app: App, city: str, changes: Changes) -> Entry:
    """Queue a city of the gazetteer; what each Destination would receive is checked now."""
    try:
        found = app.gazetteer.find(city)
    except (CityNotFound, CityAmbiguous) as error:
        raise CannotBeDone(str(error)) from error
    entry = await _changed(app, Entry(city=found), changes)
    (added,) = await _stored(app.store.add([entry]))
    return added


async def twins(app: App, entry: Entry) -> Sequence[Entry]:
    """The other waiting Entries of the same city, which cannot come soon before or after it."""
    same_city = await app.store.queue(city=entry.city.key)
    return [each for each in same_city if each.id != entry.id]


async def edit(app: App, entry_id: int, changes: Changes) -> Entry:
    """Change a waiting Entry; it is checked again."""
    entry = await _changed(app, await find(app, entry_id), changes)
    await _stored(app.store.update(entry))
    return entry


async def find(app: App, entry_id: int) -> Entry:
    """A waiting Entry by its id."""
    return await _stored(app.store.entry(entry_id))


async def hold(app: App, entry_id: int, *, held: bool) -> Entry:
    """Keep an Entry back, or let it go on."""
    entry = replace(await find(app, entry_id), held=held)
    await _stored(app.store.update(entry))
    return entry


async def move(app: App, entry_id: int, *, position: int) -> tuple[Entry, int]:
    """Put an Entry at a place in the queue, counted from 1; beyond the end is last.

    Returns the Entry and the place that it has now.
    """
    if position < 1:
        raise CannotBeDone(f"There is no place {position} in the queue: the first is 1.")
    entry, stock = await find(app, entry_id), await app.store.stock()
    position = min(position, stock.ready + stock.draft + stock.held)
    front = await app.store.queue(limit=position + 1)
    others = [entry.id for entry in front if entry.id != entry_id]
    before = others[position - 1] if len(others) >= position else None
    await _stored(app.store.move(entry_id, before=before))
    return entry, position


async def remove(app: App, entry_id: int) -> Entry:
    """Take an Entry out of the queue."""
    return await _stored(app.store.remove(entry_id))


def _refuse_longer_than(most: int, changes: Changes) -> None:
    typed = {f"text_{language}": text for language, text in changes.texts.items()}
    typed |= {name: getattr(changes, name) or "" for name in ("alt", *_CREDIT)}
    if long := [flaw for name, text in typed.items() for flaw in too_long(name, text, most=most)]:
        raise CannotBeDone(" ".join(long))


async def _changed(app: App, entry: Entry, changes: Changes) -> Entry:
    _refuse_longer_than(LONGEST_PREVIEWED, changes)
    photo = entry.photos[0] if entry.photos else None
    if changes.photo is not None:
        try:
            file = await store_photo(app, changes.photo)
        except PhotosUnavailable as error:
            raise CannotBeDone(str(error)) from error
        photo = Photo(file=file, alt="", credit=Credit())
    about = {
        name: clean(value) for name in _CREDIT if (value := getattr(changes, name)) is not None
    }
    if photo is not None:
        alt = photo.alt if changes.alt is None else clean(changes.alt)
        photo = replace(photo, alt=alt, credit=replace(photo.credit, **about))
    elif about or changes.alt is not None:
        raise CannotBeDone("Alt text and credit belong to a photo: give it with --photo FILE.")
    texts = {**entry.texts, **{each: clean(text) for each, text in changes.texts.items()}}
    changed = replace(
        entry,
        texts={language: texts[language] for language in LANGUAGES if texts.get(language)},
        tags=entry.tags if changes.tags is None else clean_tags(changes.tags),
        photos=(photo, *entry.photos[1:]) if photo else (),
        date=None if changes.unpin else changes.on or entry.date,
    )
    if changes.on is not None:
        pinned = await app.store.pinned(date.min, date.max, states=tuple(EntryState))
        others = [each for each in pinned.values() if each.id != entry.id]
        dates = await taken_dates(app, [changes.on], waiting=others)
        dates.refuse(changes.on, entry.city)
    await _check_previews(app, changed)
    _refuse_longer_than(LONGEST_FIELD, changes)
    return changed


async def _check_previews(app: App, entry: Entry) -> None:
    """On the day it would be too late. A draft is not checked: it is not posted as it is."""
    if entry.missing:
        return
    problems = [
        f"{preview.destination}: {problem}"
        for preview in await preview_entry(app, entry)
        for problem in preview.rendering.problems
    ]
    if problems:
        raise CannotBeDone("It could not be posted as it is. " + "; ".join(problems))


async def store_photo(app: App, path: Path) -> str:
    """Keep a picture file among the photos; its name there. It must be a usable picture.

    Raises CannotBeDone, PhotosUnavailable.
    """
    data = await asyncio.to_thread(read_file, path)
    try:
        facts = await asyncio.to_thread(inspect, data)
        return await asyncio.to_thread(app.photos.add, data, facts.media_type)
    except UnusablePicture as error:
        raise CannotBeDone(f"{path}: {error}") from error


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Hashtags as an Entry keeps them, without "#"."""
    try:
        cleaned = tuple(bare(tag) for tag in unique_tags(tags))
    except ValueError as error:
        raise CannotBeDone(str(error)) from error
    if len(cleaned) > MOST_TAGS:
        raise CannotBeDone(f"These are {len(cleaned):,} hashtags: give {MOST_TAGS} at most.")
    return cleaned


async def listed(app: App, *, state: EntryState | None = None) -> Sequence[Entry]:
    """The waiting Entries in order."""
    return await app.store.queue(state=state)


async def _stored(work: Awaitable[T]) -> T:
    try:
        return await work
    except EntryNotFound as error:
        raise CannotBeDone(f"{error} See: city-a-day queue list") from error
    except DateTaken as error:
        raise CannotBeDone(str(error)) from error
