"""`city-a-day audit`: what admins did."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from bot.app import App
from bot.cli.output import Row, json_option, show_json
from bot.cli.session import run_with_app
from bot.operations import audit as operations
from content.typed import shown
from schedules.record import Change


@click.command("audit")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    metavar="NUMBER",
    default=20,
    show_default=True,
    help="At most so many.",
)
@click.option("--before", type=click.IntRange(1), metavar="CHANGE", help="Only older ones.")
@click.option("--entry", "entry_id", type=int, metavar="ENTRY", help="Only what became of it.")
@json_option
def audit(limit: int, before: int | None, entry_id: int | None, *, as_json: bool) -> None:
    """Show who changed what and when, the newest first.

    By admins, here and in Discord; what the service does by itself is in `history`. An Entry that
    was removed comes back with `queue restore` and the number of the removal.
    """

    async def use(app: App) -> tuple[App, Sequence[Change]]:
        return app, await operations.audit(app, entry_id=entry_id, before=before, limit=limit)

    app, found = run_with_app(use)
    if as_json:
        show_json([_row(change) for change in found])
    elif not found:
        click.echo("Nothing is on record.")
    else:
        for change in found:
            click.echo(_line(change, app.settings.timezone))


def _line(change: Change, timezone: ZoneInfo) -> str:
    """ "12  2026-11-22 09:00  cli:ada  edited  Entry 3, Le Mans; text in French: “a” → “b”"."""
    parts: list[str] = [operations.subject_words(change)]
    parts += [
        f"{each.field}: {_quoted(each.before)} → {_quoted(each.after)}"
        if change.before is not None
        else f"{each.field}: {_quoted(each.after)}"
        for each in operations.differences(change)
    ]
    at = f"{change.at.astimezone(timezone):%Y-%m-%d %H:%M}"
    action = operations.action_words(change)
    return "  ".join([str(change.id), at, shown(change.by), action, "; ".join(parts)])


def _quoted(value: str) -> str:
    """On one line, and not too long."""
    return shown(value) or "nothing"


def _row(change: Change) -> Row:
    return {
        "id": change.id,
        "at": change.at,
        "by": change.by,
        "action": change.action,
        "subject": change.subject,
        "city": operations.city_of(change) or None,
        "before": change.before,
        "after": change.after,
    }
