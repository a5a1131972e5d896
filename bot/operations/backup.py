"""Backup: queue, ledger, photos and galleries in one file, while the service goes on."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from bot.operations.archive import DATABASE, GALLERIES, PHOTOS, Writer
from bot.operations.refusal import CannotBeDone, See
from bot.platform import KeptHere
from bot.storage.backup import Holdings
from bot.storage.database import open_store
from bot.storage.photos import PhotoMissing, PhotosUnavailable
from bot.storage.store import SqlStore
from content.phrase import Phrase, words_of
from schedules.alerts import Channel
from schedules.clock import Clock

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


@dataclass(frozen=True, kw_only=True)
class BackedUp:
    """What a backup holds. `missing`: photos that are named, but not to be had."""

    made_at: datetime
    holdings: Holdings
    photos: int
    gallery_files: int
    missing: tuple[str, ...]


async def back_up(app: App, store: SqlStore, file: Path, *, overwrite: bool = False) -> BackedUp:
    """Write what database, photos and galleries hold to `file`, whole or not at all.

    `store` is the App's database. Raises CannotBeDone, StoreUnavailable.
    """
    made_at = app.clock.now()
    _refuse_if_there(file, overwrite=overwrite)
    try:
        # Its own copy lies in the data folder: a URL can name a file there.
        with TemporaryDirectory(prefix=".backup-", dir=app.settings.data_dir) as folder:
            copy = Path(folder) / DATABASE
            async with open_copy(copy, clock=app.clock) as copied:
                await copied.replace_all(store)
                holdings, photos = await copied.holdings(), await copied.photo_files()
            return await asyncio.to_thread(
                _write, app, file, copy, sorted(photos), made_at, holdings, overwrite
            )
    except PhotosUnavailable as error:
        raise CannotBeDone(Phrase("{error} No backup was made.", error=words_of(error))) from error
    except OSError as error:
        raise CannotBeDone(
            Phrase(
                "{file} cannot be written ({reason}): no backup was made.",
                file=file,
                reason=error.strerror,
            )
        ) from error


@asynccontextmanager
async def open_copy(
    file: Path, *, clock: Clock, channels: Sequence[Channel] = ()
) -> AsyncIterator[SqlStore]:
    """A database in a file of its own; whole in it when it is closed."""
    kinds = {channel.name: channel.kinds for channel in channels}
    store = await open_store(f"sqlite:///{file.as_posix()}", clock=clock, channels=kinds)
    try:
        yield store
    finally:
        await store.close()


def kept_here(app: App) -> Iterable[KeptHere]:
    """The galleries."""
    return [each for each in app.publishers.values() if isinstance(each, KeptHere)]


def _write(
    app: App,
    file: Path,
    copy: Path,
    photos: Iterable[str],
    made_at: datetime,
    holdings: Holdings,
    overwrite: bool,
) -> BackedUp:
    missing: list[str] = []
    written = gallery_files = 0
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as to:
            archive = Writer(to, made_at=made_at)
            archive.add_file(DATABASE, copy)
            for photo in photos:
                try:
                    archive.add(f"{PHOTOS}/{photo}", app.photos.read(photo))
                    written += 1
                except PhotoMissing:
                    missing.append(photo)
            for name, kept in _gallery_files(app):
                archive.add_file(name, kept)
                gallery_files += 1
            archive.finish()
            to.flush()
            os.fsync(to.fileno())
        _refuse_if_there(file, overwrite=overwrite)
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)
    return BackedUp(
        made_at=made_at,
        holdings=holdings,
        photos=written,
        gallery_files=gallery_files,
        missing=tuple(missing),
    )


def _gallery_files(app: App) -> Iterator[tuple[str, Path]]:
    """Files before those that refer to them, though the latter are listed first: while the service
    goes on, what they refer to is there by then."""
    for gallery in kept_here(app):
        listed = [sorted(gallery.folder.glob(pattern)) for pattern in gallery.kept]
        for path in chain.from_iterable(reversed(listed)):
            name = path.relative_to(gallery.folder).as_posix()
            yield f"{GALLERIES}/{gallery.folder.name}/{name}", path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_if_there(file: Path, *, overwrite: bool) -> None:
    if file.is_dir():
        raise CannotBeDone(Phrase("{file} is a folder: give the name of a file.", file=file))
    if not overwrite and os.path.lexists(file):
        raise CannotBeDone(
            Phrase("{file} is there already: give another name.", file=file), see=See.OVERWRITE
        )
