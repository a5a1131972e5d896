"""Restore: a backup takes the database's place, and what was posted since is not posted again.

All that is decided is decided in a copy beside the database, and then goes over in one transaction:
a crash leaves the database as it was, or restored as a whole.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.app import App, assemble
from bot.operations.archive import DATABASE, PHOTOS, instant, members, read_about
from bot.operations.backup import kept_here, open_copy
from bot.operations.refusal import CannotBeDone
from bot.storage.backup import AtWork, Holdings
from bot.storage.photos import EXTENSIONS, PhotoMissing, PhotosUnavailable
from bot.storage.store import SqlStore
from content.phrase import Phrase, words_of
from schedules.alerts import Alert, AlertKind
from schedules.days import publication_key
from schedules.ledger import Edition, Publication, Status
from schedules.record import SERVICE

LOOKED_FOR = timedelta(days=7)
"""Dates further back are not looked for: each look-up reads an account's posts, and costs."""
EARLIEST = timedelta(days=1)
"""How long before its hour a date's city can have been posted: an admin's "now", that date."""
_UNSETTLED = (Status.SCHEDULED, Status.PUBLISHING, Status.UNCONFIRMED)
_GIVEN_UP = (Status.FAILED, Status.MISSED, Status.CANCELLED)
_TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was restored. `in_doubt` are Publications that are looked for, `missed` dates too old.

    `left_out`: galleries in the backup that are no destination here.
    """

    made_at: datetime
    holdings: Holdings
    photos: int
    gallery_files: int
    in_doubt: Sequence[str]
    missed: Sequence[date]
    left_out: Sequence[str]


async def restore(
    app: App, store: SqlStore, file: Path, *, dead: str, confirm: Callable[[Holdings], None]
) -> Restored:
    """Put a backup in the place of all that `store`, the App's database, holds.

    Photos and gallery files are added to those that are there. `dead` names a worker known to be
    dead. `confirm` is asked before anything is replaced, and may raise. Raises CannotBeDone,
    StoreUnavailable.
    """
    about = await asyncio.to_thread(read_about, file)
    holds = await store.holdings()
    if holds.entries or holds.editions:
        confirm(holds)
    try:
        with TemporaryDirectory(prefix=".restore-", dir=app.settings.data_dir) as folder:
            copy = Path(folder) / DATABASE
            await asyncio.to_thread(_take_out, file, copy)
            async with open_copy(copy, clock=app.clock, channels=app.telling.channels) as copied:
                in_doubt, missed = await _doubt(app, copied, about.made_at)
                files = await asyncio.to_thread(_take_over, app, file)
                holdings = await copied.holdings()
                await copied.put_on_record(
                    by=app.acting,
                    action="backup restored",
                    subject=SERVICE,
                    after={"made_at": about.made_at.isoformat()},
                )
                await store.replace_all(copied, dead=dead)
    except AtWork as error:
        raise CannotBeDone(Phrase("{error} Nothing was changed.", error=words_of(error))) from error
    except PhotosUnavailable as error:
        raise CannotBeDone(
            Phrase("{error} The database is as it was.", error=words_of(error))
        ) from error
    except OSError as error:
        raise CannotBeDone(
            Phrase(
                "{path} cannot be written ({reason}): the database is as it was.",
                path=error.filename or app.settings.data_dir,
                reason=error.strerror,
            )
        ) from error
    return Restored(
        made_at=about.made_at,
        holdings=holdings,
        photos=files.photos,
        gallery_files=files.gallery_files,
        in_doubt=in_doubt,
        missed=missed,
        left_out=sorted(files.left_out),
    )


async def _doubt(app: App, copied: SqlStore, made_at: datetime) -> tuple[list[str], list[date]]:
    """Put on record, in the copy, that nobody knows what was posted since it was made.

    The Publications that are looked for, and the dates which are too old for that.
    """
    rehearsal = assemble(
        app.settings,
        owner="restore",
        clock=app.clock,
        store=copied,
        publishers=app.publishers,
        channels=app.telling.channels,
    )
    now, latest = app.clock.now(), await copied.latest_edition()
    first, today = _dates_since(rehearsal, made_at, now, latest)
    words = f"The database was restored from a backup of {instant(made_at)}"
    doubted = list(await copied.publications(statuses=_UNSETTLED))
    for edition in await copied.editions(first, today):
        given_up = await copied.publications(day=edition.date, statuses=_GIVEN_UP)
        doubted += [each for each in given_up if each.entry is not None and _may_be_sent(each)]
    for each in doubted:
        await _look_for(copied, each, made_at, now, words)
    if latest is not None:
        gap = _range(latest.date + timedelta(days=1), first - timedelta(days=1))
        await _record_missed(rehearsal, copied, gap, "No city was posted: nothing ran.")
    missed = []
    for day in _range(first, today):
        publications = await _opened(rehearsal, copied, day, made_at)
        if day < today - LOOKED_FOR:
            if publications:
                missed.append(day)
                await copied.write_off(day, message=f"{words}: nobody knows what was posted.")
            continue
        for each in publications:
            await _look_for(copied, each, max(made_at, each.due_at - EARLIEST), now, words)
            doubted.append(each)
    if missed:
        alert = Alert(
            kind=AlertKind.MISSED,
            subject=" to ".join(dict.fromkeys(day.isoformat() for day in (missed[0], missed[-1]))),
            message=f"{words}: nobody knows what was posted. Their cities are out of the queue.",
        )
        await copied.raise_alert(alert)
    return sorted({each.id for each in doubted}), missed


def _may_be_sent(given_up: Publication) -> bool:
    """Whether an admin's word, since the backup, may have sent it after all."""
    return given_up.status is Status.FAILED or given_up.came_to_nothing


def _dates_since(
    app: App, made_at: datetime, now: datetime, latest: Edition | None
) -> tuple[date, date]:
    """From which to which local date something may have been posted since, by either time zone."""
    zones = [app.rule.timezone]
    if latest is not None and latest.timezone:
        zones.append(ZoneInfo(latest.timezone))
    return (
        min(made_at.astimezone(zone).date() for zone in zones),
        max(max(made_at, now).astimezone(zone).date() for zone in zones),
    )


async def _opened(
    app: App, copied: SqlStore, day: date, made_at: datetime
) -> Sequence[Publication]:
    """A date that had no Edition, or nothing of it, gets the one that it most probably had."""
    edition = await copied.edition(day)
    if edition is not None and edition.entry is not None:
        return ()
    entry = (await app.forecast.entries([day]))[day]
    if entry is None:
        await _record_missed(app, copied, [day], "No city could be chosen.")
        return ()
    keys = {name: publication_key(day, name) for name in app.days.destinations}
    await copied.open_edition(app.rule.slot(day), entry, keys, at=made_at)
    return await copied.publications(day=day)


async def _record_missed(app: App, copied: SqlStore, days: Sequence[date], message: str) -> None:
    slots = [app.rule.slot(day) for day in days]
    await copied.record_missed(slots, app.days.destinations, message)


async def _look_for(
    copied: SqlStore, publication: Publication, since: datetime, now: datetime, words: str
) -> None:
    await copied.doubt(
        publication.date,
        publication.destination,
        since=since.astimezone(UTC),
        at=now,
        message=f"{words}: it is looked for.",
    )


def _range(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _take_out(file: Path, copy: Path) -> None:
    for name, stream in members(file):
        if name == DATABASE:
            with copy.open("wb") as target:
                shutil.copyfileobj(stream, target)
            return
    raise CannotBeDone(Phrase("{file} holds no database: nothing was changed.", file=file))


@dataclass(kw_only=True)
class _Files:
    photos: int
    gallery_files: int
    left_out: set[str]


def _take_over(app: App, file: Path) -> _Files:
    """Add photos and gallery files to those that are there."""
    galleries = {each.folder.name: each for each in kept_here(app)}
    files = _Files(photos=0, gallery_files=0, left_out=set())
    for name, stream in members(file):
        kind, _, rest = name.partition("/")
        if kind == PHOTOS:
            files.photos += _add_photo(app, rest, stream.read)
        elif rest:
            folder, _, inside = rest.partition("/")
            if folder not in galleries:
                files.left_out.add(folder)
            elif any(PurePosixPath(inside).match(each) for each in galleries[folder].kept):
                files.gallery_files += _add_file(galleries[folder].folder / inside, stream.read)
    return files


def _add_photo(app: App, name: str, read: Callable[[], bytes]) -> bool:
    """False when it is there, and whole."""
    try:
        app.photos.read(name)
    except PhotoMissing:
        app.photos.add(read(), _TYPES[name.rpartition(".")[2]])
        return True
    return False


def _add_file(target: Path, read: Callable[[], bytes]) -> bool:
    """False when it is there: a gallery is a platform, and shows what it shows."""
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.restored")
    with unfinished.open("wb") as stream:
        stream.write(read())
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(target)
    return True
