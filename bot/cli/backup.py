"""`city-a-day backup`, `restore`: everything in one file, and back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from bot.app import App, database_url
from bot.cli.session import run_with_app
from bot.operations.archive import instant
from bot.operations.backup import BackedUp, back_up
from bot.operations.refusal import CannotBeDone
from bot.operations.restore import Restored
from bot.operations.restore import restore as restore_backup
from bot.storage.backup import Holdings
from bot.storage.database import open_store
from bot.storage.store import SqlStore
from content.phrase import words_of

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("backup")
@FILE
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, *, overwrite: bool) -> None:
    """Write queue, history, photos and gallery to FILE.

    The service may run meanwhile. Settings and credentials are not in it: keep .env elsewhere.
    FILE can be restored into SQLite and into PostgreSQL, wherever it was made.
    """

    async def use(app: App) -> BackedUp:
        async with _database(app) as store:
            return await back_up(app, store, file, overwrite=overwrite)

    made = run_with_app(use)
    click.echo(
        f"{file}: {_words(made.holdings)}, {made.photos} photos,"
        f" {made.gallery_files} files of the gallery."
    )
    for photo in made.missing:
        click.echo(f"The photo {photo} is not to be had: it is not in the backup.", err=True)


@click.command("restore")
@FILE
@click.option("--yes", is_flag=True, help="Do not ask before what there is is replaced.")
def restore(file: Path, *, yes: bool) -> None:
    """Put the backup FILE in the place of queue and history.

    Stop the service first; with PostgreSQL, on every replica. Photos and gallery files are added
    to those there are. What was posted after the backup is not posted again: it is looked for, and
    what is not found waits for your word.
    """

    def confirm(there: Holdings) -> None:
        if not yes:
            click.confirm(
                f"There are {_words(there)}. Replace them by {file}?", abort=True, err=True
            )

    async def use(app: App) -> Restored:
        async with _alone(app) as dead, _database(app) as store:
            return await restore_backup(app, store, file, dead=dead, confirm=confirm)

    _tell(file, run_with_app(use))


def _tell(file: Path, restored: Restored) -> None:
    click.echo(
        f"{file} of {instant(restored.made_at)} is restored: {_words(restored.holdings)};"
        f" added {restored.photos} photos, {restored.gallery_files} files of the gallery."
    )
    for folder in restored.left_out:
        click.echo(f"The gallery {folder} was left out: it is no destination here.", err=True)
    if restored.missed:
        click.echo(
            f"Too old to be looked for: {restored.missed[0]} to {restored.missed[-1]}. Their cities"
            " are out of the queue, as if posted; see: city-a-day history"
        )
    if restored.in_doubt:
        click.echo(f"What was posted since is not known: {', '.join(restored.in_doubt)}.")
        click.echo(
            "Next: city-a-day run looks for these posts and sends none of them again. What it does"
            " not find waits for you: city-a-day status, then resolve."
        )


def _words(holdings: Holdings) -> str:
    return f"{holdings.entries} cities in the queue, {holdings.editions} dates on record"


@asynccontextmanager
async def _database(app: App) -> AsyncIterator[SqlStore]:
    """The App's database, with what only backup and restore need of it."""
    store = await open_store(database_url(app.settings), clock=app.clock)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _alone(app: App) -> AsyncIterator[str]:
    """No service on this data folder meanwhile; the name of the one that is surely dead."""
    # What the service needs is large to load.
    from bot.service import OWNER, AlreadyRunning, only_service

    if not database_url(app.settings).startswith("sqlite"):
        yield ""
        return
    try:
        with only_service(app.settings.data_dir):
            yield OWNER
    except AlreadyRunning as error:
        raise CannotBeDone(words_of(error)) from error
