"""`city-a-day`: all its commands; here those that run it, check it, and show what comes."""

import sys
from datetime import datetime
from pathlib import Path

import click

from bot.app import App
from bot.cli.audit import audit
from bot.cli.backup import backup, restore
from bot.cli.ledger import edit, history, post, resolve, status, undo
from bot.cli.output import calendar_row, json_option, preview_row, show, show_json
from bot.cli.program import NOT_DONE, Program, give_up
from bot.cli.queue import DATE, queue_group, tell_what_is_missing
from bot.cli.session import run, run_with_app, settings_or_exit
from bot.cli.stops import pause, resume, skip
from bot.logs import set_up_logs
from bot.operations import health, publishing
from bot.operations import preview as previews
from bot.operations import queue as queue_operations
from bot.operations.health import Finding
from bot.operations.preview import Preview
from bot.operations.publishing import CalendarDay
from content.entry import Entry


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="The settings are read from .env in this folder and from the environment. Exit codes:"
    " 0 done, 1 could not be done, 2 wrong usage or settings.",
)
@click.version_option(package_name="city-a-day")
def cli() -> None:
    """City a Day: one city, once a day, on every destination."""


_COMMANDS = (
    *(queue_group, post, history, status, resolve, edit, undo),
    *(pause, resume, skip, audit, backup, restore),
)
for command in _COMMANDS:
    cli.add_command(command)


@cli.command("run")
@click.option("--now", is_flag=True, help="Post today's city at once if today has none yet.")
def run_(*, now: bool) -> None:
    """Run the service until it is stopped.

    It posts a city every day and serves the gallery. Ctrl-C, or SIGTERM, lets a post in flight
    finish.
    """
    # The web server's libraries are large, and no other command needs them.
    from bot.service import AlreadyRunning, run_service
    from bot.web import WebCannotStart

    settings = settings_or_exit()
    set_up_logs(settings.log_level)
    try:
        run(run_service(settings, now=now))
    except (AlreadyRunning, WebCannotStart) as error:
        give_up(str(error), NOT_DONE)


@cli.command("preview")
@click.argument("entry_id", metavar="[ENTRY]", required=False, type=int)
@click.option("--destination", metavar="NAME", help="Only this destination, such as twitter.")
@click.option(
    "--save",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write texts and pictures; otherwise the data folder's `previews`.",
)
@click.option(
    "--html", "as_page", is_flag=True, help="Write a page that looks as the post will; its path."
)
@json_option
def preview(
    entry_id: int | None,
    destination: str | None,
    folder: Path | None,
    *,
    as_page: bool,
    as_json: bool,
) -> None:
    """Show exactly what would be sent.

    Of ENTRY, an id from `queue list`, or of the city that comes next: text, its length as the
    platform counts it, pictures, alt texts, what is wrong with it, and what you should know of it,
    such as a link that costs. Nothing is posted.

    With --html as followers will see it, light and dark, in a page for your browser; it lies beside
    the pictures and needs no network.
    """

    async def use(app: App) -> tuple[Entry, list[Preview], Path | None]:
        if entry_id is None:
            day, entry = await publishing.next_entry(app)
        else:
            entry = await queue_operations.find(app, entry_id)
            day = await publishing.coming_date(app, entry)
        made = await previews.preview_entry(app, entry, day=day, destination=destination)
        target = folder or app.settings.data_dir / "previews"
        saved = list(previews.save(made, target))
        return entry, saved, previews.save_page(app, saved, target) if as_page else None

    entry, made, page = run_with_app(use)
    if as_json:
        found_at = {"page": str(page)} if page else {}
        show_json([{**preview_row(each), **found_at} for each in made])
    elif page:
        click.echo(page)
    else:
        for each in made:
            _print_preview(each)
        tell_what_is_missing(entry)


@cli.command("calendar")
@click.option(
    "--from",
    "first",
    type=DATE,
    metavar="DATE",
    help="First date, YYYY-MM-DD; today if not given.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    default=14,
    show_default=True,
    help="How many dates.",
)
@json_option
def calendar(first: datetime | None, days: int, *, as_json: bool) -> None:
    """Show which city comes, or came, on which date.

    With the instant at which it is due, in UTC and local, and its Entry's id; a city without one
    stands in for an empty queue. A date on which an admin wants none has the reason in its place.
    """
    start = first.date() if first else None

    async def use(app: App) -> tuple[App, list[CalendarDay]]:
        return app, list(await publishing.calendar(app, start, days))

    app, rows = run_with_app(use)
    columns = ["date", "due_at", "local", "city", "entry"]
    if any(day.blank for day in rows):
        columns.append("blank")
    show(
        [calendar_row(day, app.settings.timezone) for day in rows],
        as_json=as_json,
        columns=columns,
        empty="",
    )


@cli.command("check")
@click.option("--alerts", is_flag=True, help="Also send a test to each channel for alerts.")
@json_option
def check(*, alerts: bool, as_json: bool) -> None:
    """Try settings, database, disk, photos and credentials.

    Nothing is posted. It says what is due next, whether its pictures derive, and where alerts go.
    Code 1 when anything fails.
    """

    async def use(app: App) -> list[Finding]:
        found = list(await health.check(app))
        return [*found, *await health.try_alerts(app)] if alerts else found

    findings = run_with_app(use)
    if as_json:
        show_json([{"subject": f.subject, "ok": f.ok, "message": f.message} for f in findings])
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else "FAIL"
            click.echo(f"{mark}  {finding.subject}: {finding.message}")
    sys.exit(0 if all(finding.ok for finding in findings) else NOT_DONE)


def _print_preview(preview: Preview) -> None:
    rendering = preview.rendering
    post = rendering.post
    click.echo(f"── {preview.destination} · {post.city.name}, {post.date}")
    click.echo(f"   length {rendering.length} of {rendering.limit}\n")
    click.echo(rendering.text)
    for image, path in zip(rendering.images, preview.paths, strict=True):
        size = f"{image.width}×{image.height}, {len(image.data) // 1000} kB"
        click.echo(f"\n[{path}: {size}]\nalt: {image.alt}")
    for problem in rendering.problems:
        click.echo(f"PROBLEM: {problem}")
    for remark in rendering.remarks:
        click.echo(f"note: {remark}")
    click.echo()
