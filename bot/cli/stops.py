"""`city-a-day pause`, `resume`, `skip`: days on which an admin wants nothing posted."""

from datetime import date, datetime

import click

from bot.app import App
from bot.cli.output import json_option, pause_row, show_json
from bot.cli.queue import DATE
from bot.cli.session import run_with_app
from bot.operations import pausing, skipping
from schedules.stops import Pause


@click.command("pause")
@click.argument("reason")
@click.option("--until", type=DATE, metavar="DATE", help="Post again from this date on.")
@json_option
def pause(reason: str, until: datetime | None, *, as_json: bool) -> None:
    """Post nothing from now on, for the REASON that you give.

    It holds until `resume`, or until DATE begins. What was being sent already may still arrive. A
    day that passes meanwhile is on record as cancelled, and its city comes another day.
    """
    until_date = until.date() if until else None

    async def use(app: App) -> tuple[App, Pause]:
        return app, await pausing.pause(app, reason, until=until_date)

    app, begun = run_with_app(use)
    _show(app, begun, as_json=as_json)
    click.echo("To post again: city-a-day resume", err=True)


@click.command("resume")
@json_option
def resume(*, as_json: bool) -> None:
    """End the pause. What is due today is posted, late, if its window is still open."""

    async def use(app: App) -> tuple[App, Pause]:
        return app, await pausing.resume(app)

    app, ended = run_with_app(use)
    _show(app, ended, as_json=as_json)
    click.echo("It is over: posting goes on.", err=True)


@click.command("skip")
@click.argument("day", metavar="DATE", type=DATE)
@click.option("--undo", "take_back", is_flag=True, help="Post on DATE after all.")
def skip(day: datetime, *, take_back: bool) -> None:
    """Post nothing on DATE, today's or a coming one.

    The cities that wait come the days after it.
    """

    async def use(app: App) -> date:
        await (skipping.unskip if take_back else skipping.skip)(app, day.date())
        return day.date()

    skipped = run_with_app(use)
    click.echo(f"{skipped} is {'not skipped any more' if take_back else 'skipped'}.")


def _show(app: App, pause: Pause, *, as_json: bool) -> None:
    if as_json:
        show_json(pause_row(pause))
    else:
        click.echo(pausing.in_words(app, pause))
