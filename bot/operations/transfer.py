"""Import and export of the content queue, and the starter cities."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from bot.app import App
from bot.operations.dates import taken_dates
from bot.operations.files import read_file
from bot.operations.preview import preview_entry
from bot.operations.queue import proposed_photo, store_photo
from bot.operations.refusal import CannotBeDone
from bot.storage.photos import PhotoMissing, PhotosUnavailable
from content.embedded import Embedded, read_embedded
from content.entry import Entry
from content.phrase import Phrase, in_a_row, words_of
from content.records import Format, RowProblem
from content.transfer import ImportRow, read, write
from content.typed import is_blank, shown
from schedules.store import DateTaken


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of a file's rows. `waiting`: passed over, word for word in the queue already."""

    entries: Sequence[Entry]
    waiting: int
    problems: Sequence[RowProblem]


async def import_file(app: App, path: Path, *, dry_run: bool = False) -> Imported:
    """Queue the good rows of a file, whose photos lie in its folder; see `import_data`."""
    file_format = format_of(path)
    data = await asyncio.to_thread(read_file, path)
    return await import_data(app, data, file_format, folder=path.parent, dry_run=dry_run)


async def import_data(
    app: App,
    data: bytes,
    file_format: Format,
    *,
    folder: Path | None = None,
    dry_run: bool = False,
) -> Imported:
    """Queue the good rows, in one transaction; the bad ones are reported with their lines.

    Photos are looked for among those that are kept, and in the `folder`. Rows that wait in the
    queue already, or stand in the file twice, are passed over, so that a mended file can be
    imported again. With `dry_run` nothing is queued.
    """
    report = await asyncio.to_thread(read, data, format=file_format, gazetteer=app.gazetteer)
    queue = await app.store.queue()
    waiting = {_likeness(entry) for entry in queue}
    pinned = [row.date for row in report.rows if row.date is not None]
    dates = await taken_dates(app, pinned, waiting=queue)
    problems = list(report.problems)
    entries: list[Entry] = []
    passed_over = 0
    for row in report.rows:
        try:
            entry = await _entry(app, row, folder)
            likeness = _likeness(entry)
            if likeness in waiting:
                passed_over += 1
                continue
            if entry.date is not None:
                dates.refuse(entry.date, entry.city)
            await _check_previews(app, entry)
        except PhotosUnavailable as error:  # no row could be blamed, and each would wait for it
            raise CannotBeDone(
                Phrase("{error} Nothing was imported: try again.", error=words_of(error))
            ) from error
        except CannotBeDone as error:
            problems.append(RowProblem(line=row.line, reason=error.words))
        else:
            waiting.add(likeness)
            if entry.date is not None:
                dates.take(entry.date, entry.city)
            entries.append(entry)
    if not dry_run and entries:
        try:
            entries = list(await app.store.add(entries, by=app.acting))
        except DateTaken as error:
            raise CannotBeDone(
                Phrase("{error} Nothing was imported: try again.", error=words_of(error))
            ) from error
    problems.sort(key=lambda problem: problem.line)
    return Imported(entries=entries, waiting=passed_over, problems=problems)


async def export(app: App, output_format: Format) -> bytes:
    """The waiting Entries, in order, as a file that `import_file` takes back."""
    entries = await app.store.queue()
    return await asyncio.to_thread(write, entries, format=output_format, gazetteer=app.gazetteer)


async def fill_with_starter_cities(app: App) -> int:
    """Fill a queue that has never been filled; how many Entries it got."""
    if await app.store.ever_filled():
        return 0
    data = files("content").joinpath("data", "starter.json").read_bytes()
    report = await asyncio.to_thread(read, data, format="json", gazetteer=app.gazetteer)
    entries = [Entry(city=row.city, texts=row.texts, tags=row.tags) for row in report.rows]
    return len(await app.store.add(entries, if_never_filled=True))


def format_of(path: Path) -> Format:
    """The format that a file's name tells."""
    match path.suffix.lower():
        case ".json":
            return "json"
        case ".csv":
            return "csv"
        case _:
            raise CannotBeDone(
                Phrase("{path}: the file's name must end in .json or .csv.", path=path)
            )


async def _entry(app: App, row: ImportRow, folder: Path | None) -> Entry:
    entry = Entry(city=row.city, texts=row.texts, tags=row.tags, date=row.date, held=row.held)
    if row.photo is None:
        return entry
    said = {"alt": row.alt, **vars(row.credit)}
    given = {name: text for name, text in said.items() if not is_blank(text)}
    # An exported file names photos as they are called where they are kept.
    if not await asyncio.to_thread(app.photos.has, row.photo):
        if folder is None:
            raise CannotBeDone(
                Phrase(
                    "The photo {file} is not kept here: leave “photo”, “alt” and the credit empty,"
                    " and give the photo to the city afterwards.",
                    file=shown(row.photo),
                )
            )
        file, embedded = await store_photo(app, _inside(folder, row.photo))
    elif "alt" in given and not row.credit.missing:
        file, embedded = row.photo, Embedded()  # nothing is to be proposed
    else:
        file, embedded = row.photo, await _embedded(app, row.photo)
    return replace(entry, photos=(proposed_photo(app, file, embedded, given, entry),))


async def _embedded(app: App, file: str) -> Embedded:
    try:
        data = await asyncio.to_thread(app.photos.read, file)
    except PhotoMissing as error:
        raise CannotBeDone(words_of(error)) from error
    return await asyncio.to_thread(read_embedded, data)


def _inside(folder: Path, name: str) -> Path:
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise CannotBeDone(
            Phrase("{path} cannot be read: {reason}.", path=name, reason=str(error))
        ) from error
    if not path.is_relative_to(folder.resolve()):
        raise CannotBeDone(Phrase("{file} is outside the file's folder: copy it there.", file=name))
    return path


async def _check_previews(app: App, entry: Entry) -> None:
    """Without a photo nothing can be wrong with a picture, and every text can be shortened."""
    if entry.photos and not entry.missing:
        for preview in await preview_entry(app, entry):
            if preview.rendering.problems:
                problems = in_a_row(preview.rendering.problems)
                raise CannotBeDone(
                    Phrase("{where}: {problem}", where=preview.destination, problem=problems)
                )


def _likeness(entry: Entry) -> tuple[object, ...]:
    texts = tuple(sorted(entry.texts.items()))
    # Whether somebody has confirmed what was proposed makes no other Entry of it.
    photos = tuple(replace(photo, proposed=()) for photo in entry.photos)
    return entry.city.key, texts, entry.tags, photos, entry.date
