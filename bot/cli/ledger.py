"""`city-a-day post`, `history`, `status`, `resolve`: what was posted, and what is in doubt."""

import sys
from collections.abc import Sequence

import click

from bot.app import App
from bot.cli.output import (
    calendar_row,
    history_row,
    json_option,
    show,
    show_json,
    spending_row,
)
from bot.cli.program import NOT_DONE
from bot.cli.session import run_with_app
from bot.operations import health, publishing
from schedules.ledger import Publication, Status

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
    click.echo(f"next: {coming['city'] or 'no city'} on {coming['date']}, {coming['local']}")
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


@click.command("resolve")
@click.argument("publication")
@click.argument("outcome", metavar="published|resend", type=click.Choice(["published", "resend"]))
@click.option("--url", default="", help="Where the post is, when it is there.")
@json_option
def resolve(publication: str, outcome: str, url: str, *, as_json: bool) -> None:
    """Say what became of a doubtful post.

    PUBLICATION is one that `status` or `history` shows as unconfirmed, failed or missed, such as
    2026-11-22/twitter. Look for it on the platform; then say

    \b
      published   it is there (with --url, if you like), or
      resend      it is not there, send it again.

    What is sent again although it is there, is there twice.
    """
    status_ = Status.PUBLISHED if outcome == "published" else Status.SCHEDULED

    async def use(app: App) -> tuple[App, Publication]:
        return app, await publishing.resolve(app, publication, status_, url=url)

    app, resolved = run_with_app(use)
    _show_publications(app, [resolved], as_json=as_json, empty="")
    if resolved.status is Status.SCHEDULED:
        until = resolved.closes_at.astimezone(app.settings.timezone)
        today = resolved.date == app.rule.local_date(app.clock.now())
        now = ", or now by: city-a-day post" if today else ""
        click.echo(f"It is sent by city-a-day run until {until:%H:%M}{now}", err=True)


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
