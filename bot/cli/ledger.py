"""`city-a-day post`, `history`, `status`, `resolve`, `edit`, `undo`: what was posted, or is not."""

import sys
from collections.abc import Sequence
from datetime import datetime

import click

from bot.app import App
from bot.cli.output import (
    calendar_row,
    entry_row,
    history_row,
    json_option,
    pause_row,
    show,
    show_json,
    spending_row,
)
from bot.cli.program import NOT_DONE
from bot.cli.queue import DATE, changes_of, print_entry, said_options
from bot.cli.session import run_with_app
from bot.operations import health, pausing, publishing, queue, undoing
from bot.operations.undoing import TakenDown
from schedules.ledger import MAY_BE_THERE, Publication, Status

OUTCOMES = {
    "published": Status.PUBLISHED,
    "resend": Status.SCHEDULED,
    "give-up": Status.CANCELLED,
}
HISTORY_COLUMNS = ("publication", "city", "status", "attempts", "published_at", "url")


@click.command("post")
@json_option
def post(*, as_json: bool) -> None:
    """Post today's city now, wherever it is not yet.

    Each destination is tried once; `run` tries again by itself, or say it again. Code 1 when the
    city is not on all of them.
    """

    async def use(app: App) -> tuple[App, Sequence[Publication]]:
        return app, await publishing.post_today(app)

    app, publications = run_with_app(use)
    _show_publications(app, publications, as_json=as_json, empty="There is no destination.")
    there = {each.destination for each in publications}
    for name in app.publishers:
        if name not in there:
            late = f"{name} joined after today's city was chosen: the next one is its first."
            click.echo(late, err=True)
    done = all(each.status is Status.PUBLISHED for each in publications)
    sys.exit(0 if done else NOT_DONE)


@click.command("history")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    metavar="NUMBER",
    help="At most so many.",
)
@json_option
def history(limit: int | None, *, as_json: bool) -> None:
    """Show what was posted where, the newest first."""

    async def use(app: App) -> tuple[App, Sequence[Publication]]:
        return app, await app.store.publications(limit=limit)

    app, publications = run_with_app(use)
    _show_publications(app, publications, as_json=as_json, empty="Nothing has been posted yet.")


@click.command("status")
@json_option
def status(*, as_json: bool) -> None:
    """Show what comes next, what is in stock, what the month's posts cost, and what needs you."""

    async def use(app: App) -> tuple[App, health.ServiceStatus]:
        return app, await health.status(app)

    app, found = run_with_app(use)
    coming = calendar_row(found.coming, app.settings.timezone)
    if as_json:
        show_json(_status_json(found, coming))
        return
    if found.paused:
        click.echo(f"{pausing.in_words(app, found.paused)} To post again: city-a-day resume")
    what = coming["city"] or coming["blank"] or "no city"
    click.echo(f"next: {what} on {coming['date']}, {coming['local']}")
    stock = found.stock
    click.echo(f"queue: {stock.ready} ready, {stock.draft} draft, {stock.held} held")
    for destination in found.destinations:
        latest = destination.latest
        state = f"{latest.status.value} {latest.date}" if latest else "nothing yet"
        hold = f", on hold: {destination.hold.reason}" if destination.hold else ""
        click.echo(f"{destination.name}: {state}{hold}")
        if latest and not hold and latest not in found.needs_you:
            _tell(f"  {publishing.why_not_published(app, latest)}")
        if destination.spending:
            click.echo(f"  {destination.spending.in_words}")
    for publication in found.needs_you:
        click.echo(f"needs you: {publication.id} is {publication.status.value}.")
        _tell(f"  {publishing.why_not_published(app, publication)}")
        click.echo(f"  If it is there:     city-a-day resolve {publication.id} published --url URL")
        click.echo(f"  If it is not there: city-a-day resolve {publication.id} resend")
        click.echo(f"  If nobody cares:    city-a-day resolve {publication.id} give-up")


@click.command("resolve")
@click.argument("publication")
@click.argument("outcome", metavar="|".join(OUTCOMES), type=click.Choice([*OUTCOMES]))
@click.option("--url", default="", help="Where the post is, when it is there.")
@json_option
def resolve(publication: str, outcome: str, url: str, *, as_json: bool) -> None:
    """Say what became of a doubtful post.

    PUBLICATION is one that `status` or `history` shows as unconfirmed, failed or missed, such as
    2026-11-22/twitter. Look for it on the platform; then say

    \b
      published   it is there (with --url, if you like), or
      resend      it is not there, send it again, or
      give-up     leave it as it is, and do not ask again.

    What is sent again although it is there, is there twice.
    """
    status_ = OUTCOMES[outcome]

    async def use(app: App) -> tuple[App, Publication]:
        return app, await publishing.resolve(app, publication, status_, url=url)

    app, resolved = run_with_app(use)
    _show_publications(app, [resolved], as_json=as_json, empty="")
    if resolved.status is Status.SCHEDULED:
        until = resolved.closes_at.astimezone(app.settings.timezone)
        today = resolved.date == app.rule.local_date(app.clock.now())
        now = ", or now by: city-a-day post" if today else ""
        click.echo(f"It is sent by city-a-day run until {until:%H:%M}{now}", err=True)


@click.command("edit")
@click.argument("day", metavar="DATE", type=DATE)
@said_options
@json_option
def edit(day: datetime, *, as_json: bool, **given: object) -> None:
    """Change what the city of DATE says, for what is still to be sent of it.

    A post that was refused is then sent by `resolve … resend`. What is out stays as it is. What
    waits in the queue is changed by `queue edit`.
    """
    if not any(given.values()):
        raise click.UsageError("Say what to change, such as --text-fr TEXT.")
    entry = run_with_app(lambda app: queue.edit_edition(app, day.date(), changes_of(given)))
    if as_json:
        show_json(entry_row(entry))
    else:
        print_entry(entry)


@click.command("undo")
@click.argument("day", metavar="[DATE]", required=False, type=DATE)
@click.option("--again", is_flag=True, help="Keep it to be sent again, once it is edited.")
@click.option("--yes", is_flag=True, help="Do not ask before.")
@json_option
def undo(day: datetime | None, *, again: bool, yes: bool, as_json: bool) -> None:
    """Take the post of DATE, today's if not given, down everywhere.

    The date stays done: no other city takes its place, and the city does not go back to the queue.
    With --again it waits for `edit` and `resolve … resend`. Code 1 when it could not be taken down
    somewhere; say it again then.
    """

    async def use(app: App) -> Sequence[TakenDown]:
        date = day.date() if day else app.rule.local_date(app.clock.now())
        out = [
            each for each in await app.store.publications(day=date) if each.status in MAY_BE_THERE
        ]
        if out and not yes:
            city = out[0].entry.city.name if out[0].entry else "The post"
            where = ", ".join(each.destination for each in out)
            question = f"{city} of {date} is deleted on {where}. Go on?"
            click.confirm(question, abort=True, err=True)
        return await undoing.undo(app, date, again=again)

    taken_down = run_with_app(use)
    rows = [history_row(each.publication) for each in taken_down]
    show(rows, as_json=as_json, columns=HISTORY_COLUMNS, empty="")
    for each in taken_down:
        if not each.done:
            click.echo(f"{each.publication.id}: {each.message}", err=True)
    sys.exit(0 if all(each.done for each in taken_down) else NOT_DONE)


def _show_publications(
    app: App, publications: Sequence[Publication], *, as_json: bool, empty: str
) -> None:
    """As rows; on standard error, why those that an admin may do something about are not done."""
    rows = [history_row(each) for each in publications]
    show(rows, as_json=as_json, columns=HISTORY_COLUMNS, empty=empty)
    for each in publications:
        reason = publishing.why_not_published(app, each)
        if reason and each.status not in (Status.MISSED, Status.CANCELLED):
            click.echo(f"{each.id}: {reason}", err=True)
    if any(publishing.needs_word(app, each) for each in publications):
        click.echo("What you can do: city-a-day status", err=True)


def _tell(line: str) -> None:
    """Unless there is nothing to tell."""
    if line.strip():
        click.echo(line)


def _status_json(found: health.ServiceStatus, coming: object) -> object:
    return {
        "next": coming,
        "paused": pause_row(found.paused) if found.paused else None,
        "stock": {
            "ready": found.stock.ready,
            "draft": found.stock.draft,
            "held": found.stock.held,
        },
        "destinations": [
            {
                "destination": each.name,
                "latest": history_row(each.latest) if each.latest else None,
                "hold": each.hold.reason if each.hold else None,
                "spending": spending_row(each.spending) if each.spending else None,
            }
            for each in found.destinations
        ],
        "needs_you": [history_row(each) for each in found.needs_you],
    }
