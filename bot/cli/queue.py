"""`city-a-day queue …`: the content queue."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from bot.app import App
from bot.cli.hints import missing
from bot.cli.output import entry_row, json_option, queue_row, said_of, show, show_json
from bot.cli.program import NOT_DONE, give_up
from bot.cli.session import run_with_app
from bot.operations import queue, transfer
from bot.operations.queue import Changes
from content.entry import Entry, EntryState
from content.records import Format

Command = TypeVar("Command", bound=Callable[..., None])
DATE = click.DateTime(["%Y-%m-%d"])
COLUMNS = ("id", "city", "country", "state", "date")


@click.group("queue")
def queue_group() -> None:
    """Add, order, change, import and export the cities that wait."""


def content_options(command: Command) -> Command:
    """The options that give an Entry what it says, and its date."""
    pin = click.option("--on", type=DATE, metavar="DATE", help="Pin to a date, YYYY-MM-DD.")
    return pin(said_options(command))


def said_options(command: Command) -> Command:
    """The options that give an Entry what it says."""
    options = (
        click.option("--text-fr", help="The caption's text in French."),
        click.option("--text-en", help="The caption's text in English."),
        click.option(
            "--tag",
            "tags",
            multiple=True,
            help="A hashtag, with or without #; once for each. They replace those there are.",
        ),
        click.option(
            "--photo",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A JPEG, PNG, WebP, HEIC, AVIF or TIFF picture; without one the view from"
            " orbit is shown. What you do not say of it is proposed from what the file says.",
        ),
        click.option("--alt", help="What the photo shows, for those who cannot see it."),
        click.option("--author", help="Who took the photo."),
        click.option("--source", help="Where the photo comes from, such as an archive."),
        click.option("--licence", help="The photo's licence, such as CC BY 4.0."),
        click.option("--link", metavar="URL", help="The photo's page."),
        click.option("--confirm", is_flag=True, help="What is proposed of the photo is right."),
    )
    for option in reversed(options):  # the one applied last is shown first
        command = option(command)
    return command


@queue_group.command("add")
@click.argument("city")
@content_options
@json_option
def add(city: str, *, as_json: bool, **given: object) -> None:
    """Queue CITY and print the new Entry's id.

    CITY is a name of the gazetteer, accents or not. Where the name alone is not enough, its
    département or country follows: "Saint-Denis, La Réunion", "Paris, US".

    A photo needs an alt text, an author or source, and a licence. What you do not give is proposed
    from what the file says of itself, and the Entry is a draft until you say --confirm.
    """

    async def use(app: App) -> tuple[Entry, str, list[str]]:
        entry = await queue.add(app, city, changes_of(given))
        twins = [str(each.id) for each in await queue.twins(app, entry)]
        return entry, app.gazetteer.label(entry.city), twins

    entry, label, twins = run_with_app(use)
    if as_json:
        show_json(entry_row(entry))
    else:
        click.echo(entry.id)
    click.echo(f"{label} is queued, {entry.state.value}.", err=True)
    if given["confirm"]:
        _print_photos(entry, err=True)
    if twins:
        click.echo(
            f"It waits already as {', '.join(twins)}: the same city comes again only after"
            " CITY_A_DAY_REPEAT_AFTER_DAYS. Edit that one, or remove one of them.",
            err=True,
        )
    tell_what_is_missing(entry)


@queue_group.command("list")
@click.option(
    "--state",
    type=click.Choice([state.value for state in EntryState]),
    help="Only these: draft (something is missing), ready, held (kept back).",
)
@json_option
def list_(*, state: str | None, as_json: bool) -> None:
    """Show what waits, in order."""
    only = EntryState(state) if state else None
    entries = run_with_app(lambda app: queue.listed(app, state=only))
    empty = "The queue is empty. Add a city: city-a-day queue add CITY"
    show([queue_row(entry) for entry in entries], as_json=as_json, columns=COLUMNS, empty=empty)


@queue_group.command("show")
@click.argument("entry_id", metavar="ENTRY", type=int)
@json_option
def show_(entry_id: int, *, as_json: bool) -> None:
    """Show all that ENTRY, an id from `queue list`, says."""
    entry = run_with_app(lambda app: queue.find(app, entry_id))
    if as_json:
        show_json(entry_row(entry))
    else:
        print_entry(entry)
        tell_what_is_missing(entry)


@queue_group.command("edit")
@click.argument("entry_id", metavar="ENTRY", type=int)
@content_options
@click.option("--no-date", is_flag=True, help="Take the pinned date off.")
@json_option
def edit(entry_id: int, *, no_date: bool, as_json: bool, **given: object) -> None:
    """Change what ENTRY says.

    What is not given stays. An empty value takes it off: --text-en "", --tag "". What is proposed
    of its photo counts once you give it yourself, or say --confirm.
    """
    if no_date and given["on"] is not None:
        raise click.UsageError("--on and --no-date contradict each other: give one of them.")
    if not no_date and all(value in (None, (), False) for value in given.values()):
        raise click.UsageError("Say what to change, such as --text-fr TEXT.")
    changes = changes_of(given, unpin=no_date)
    entry = run_with_app(lambda app: queue.edit(app, entry_id, changes))
    if as_json:
        show_json(entry_row(entry))
    else:
        print_entry(entry)
    tell_what_is_missing(entry)


@queue_group.command("move")
@click.argument("entry_id", metavar="ENTRY", type=int)
@click.argument("position", type=int)
def move(entry_id: int, position: int) -> None:
    """Put ENTRY at POSITION in the queue; 1 is first, beyond the end is last."""
    entry, place = run_with_app(lambda app: queue.move(app, entry_id, position=position))
    click.echo(f"{entry.city.name} is number {place} in the queue.")


@queue_group.command("remove")
@click.argument("entry_id", metavar="ENTRY", type=int)
def remove(entry_id: int) -> None:
    """Take ENTRY out of the queue."""
    removed = run_with_app(lambda app: queue.remove(app, entry_id))
    click.echo(f"{removed.entry.city.name} is out of the queue.")
    click.echo(f"To put it back: city-a-day queue restore {removed.change}", err=True)


@queue_group.command("restore")
@click.argument("change_id", metavar="CHANGE", type=int)
def restore(change_id: int) -> None:
    """Put back what was removed, where it was.

    CHANGE is the number of the removal, which `queue remove` and `audit` say.
    """
    entry = run_with_app(lambda app: queue.restore(app, change_id))
    click.echo(f"{entry.city.name} is back in the queue, {entry.state.value}.")


@queue_group.command("hold")
@click.argument("entry_id", metavar="ENTRY", type=int)
def hold(entry_id: int) -> None:
    """Keep ENTRY back until it is released."""
    entry = run_with_app(lambda app: queue.hold(app, entry_id, held=True))
    click.echo(f"{entry.city.name} is {entry.state.value}.")


@queue_group.command("release")
@click.argument("entry_id", metavar="ENTRY", type=int)
def release(entry_id: int) -> None:
    """Let ENTRY, which was held, be posted."""
    entry = run_with_app(lambda app: queue.hold(app, entry_id, held=False))
    click.echo(f"{entry.city.name} is {entry.state.value}.")


@queue_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be imported.")
@json_option
def import_(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Queue the rows of FILE, .csv or .json.

    Fields: city, department, date, state, text_fr, text_en, tags, photo, alt, author, source,
    licence, link; only city must be there. Photos lie beside the file or in folders below. What a
    row does not say of its photo is proposed from the photo itself: a draft until `queue edit`.

    A bad row is reported with its line; the good ones are queued. Mend the bad ones and import the
    file again: what waits already, word for word, is passed over.
    """
    imported = run_with_app(lambda app: transfer.import_file(app, file, dry_run=dry_run))
    if as_json:
        show_json(
            {
                "imported": [queue_row(entry) for entry in imported.entries],
                "waiting": imported.waiting,
                "problems": [
                    {"line": problem.line, "reason": problem.reason}
                    for problem in imported.problems
                ],
            }
        )
    else:
        verb = "would be queued" if dry_run else "queued"
        click.echo(
            f"{len(imported.entries)} {verb}, {imported.waiting} waiting already,"
            f" {len(imported.problems)} refused."
        )
    for problem in imported.problems:
        click.echo(f"{file}:{problem.line}: {problem.reason}", err=True)
    sys.exit(NOT_DONE if imported.problems else 0)


@queue_group.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["json", "csv"]),
    help="By default what the FILE's name says, json on standard output.",
)
def export(file: Path | None, output_format: Format | None) -> None:
    """Write the queue to FILE, .csv or .json, or to standard output.

    `queue import` takes it back; photos keep the names that they have where they are kept. What is
    only proposed of a photo is left out.
    """

    async def use(app: App) -> bytes:
        named = transfer.format_of(file) if file and not output_format else "json"
        return await transfer.export(app, output_format or named)

    data = run_with_app(use)
    if file is None:
        click.echo(data, nl=False)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        give_up(f"{file} cannot be written: {error.strerror}.", NOT_DONE)


def changes_of(given: dict[str, object], *, unpin: bool = False) -> Changes:
    """What was typed, as an operation takes it."""

    def text(name: str) -> str | None:
        value = given[name]
        return value if isinstance(value, str) else None

    photo, tags, on = given["photo"], given["tags"], given.get("on")
    texts = {"fr": text("text_fr"), "en": text("text_en")}
    return Changes(
        photo=photo if isinstance(photo, Path) else None,
        alt=text("alt"),
        author=text("author"),
        source=text("source"),
        licence=text("licence"),
        link=text("link"),
        confirm=given["confirm"] is True,
        texts={language: words for language, words in texts.items() if words is not None},
        tags=tags if isinstance(tags, tuple) and tags else None,
        on=on.date() if isinstance(on, datetime) else None,
        unpin=unpin,
    )


def print_entry(entry: Entry) -> None:
    """All that an Entry says, for a person."""
    place = ", ".join(part for part in (entry.city.department, entry.city.region) if part)
    click.echo(f"{entry.id}  {entry.city.name} ({place or entry.city.country})")
    click.echo(f"state: {entry.state.value}" + (f", pinned to {entry.date}" if entry.date else ""))
    for language, words in entry.texts.items():
        click.echo(f"{language}: {words}")
    if entry.tags:
        click.echo("tags: " + " ".join(f"#{tag}" for tag in entry.tags))
    _print_photos(entry)
    if not entry.photos:
        click.echo("photo: none, so the view from orbit is shown")


def _print_photos(entry: Entry, *, err: bool = False) -> None:
    for photo in entry.photos:
        click.echo(f"photo: {photo.file}", err=err)
        for name, value in said_of(photo).items():
            if value:
                mark = " (proposed)" if name in photo.proposed else ""
                click.echo(f"{name}{mark}: {value}", err=err)
        click.echo(f"credit: {photo.credit.line}", err=err)


def _tell_what_is_proposed(entry: Entry) -> None:
    """In full, with what to type."""
    for photo in entry.photos:
        if not photo.proposed:
            continue
        click.echo("Proposed from what is known of the photo:", err=True)
        said = said_of(photo)
        for name in photo.proposed:
            click.echo(f"  {name}: {said[name]}", err=True)
        change = " ".join(f"--{name} …" for name in photo.proposed)
        click.echo(f"If it is right: city-a-day queue edit {entry.id} --confirm", err=True)
        click.echo(f"If it is not:   city-a-day queue edit {entry.id} {change}", err=True)


def tell_what_is_missing(entry: Entry) -> None:
    """On standard error, unless it has all that it wants."""
    _tell_what_is_proposed(entry)
    if entry.missing:
        click.echo(
            f"It is a draft until it has {', '.join(missing(entry))}:"
            f" city-a-day queue edit {entry.id} …",
            err=True,
        )
