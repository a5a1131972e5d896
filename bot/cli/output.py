"""How things are shown: a table for a person, JSON for a program."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from bot.cli.hints import missing
from bot.operations.preview import Preview
from bot.operations.publishing import CalendarDay
from bot.operations.spending import Spending
from content.entry import Entry, Photo
from schedules.ledger import Publication
from schedules.stops import Pause

Value = object
Row = Mapping[str, Value]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def show(rows: Sequence[Row], *, as_json: bool, columns: Sequence[str], empty: str) -> None:
    """Rows as JSON, or the named columns as a table; `empty` says that there are none."""
    if as_json:
        show_json(rows)
    elif not rows:
        click.echo(empty)
    else:
        cells = [[name.replace("_", " ") for name in columns]]
        cells += [[_cell(row[name]) for name in columns] for row in rows]
        widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
        for row in cells:
            padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            click.echo("  ".join(padded).rstrip())


def show_json(value: object) -> None:
    """Anything made of rows, as JSON: instants in ISO 8601 and UTC."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def queue_row(entry: Entry) -> Row:
    """An Entry in a list; its id is null while it is not queued (a dry run)."""
    return {
        "id": entry.id or None,
        "city": entry.city.name,
        "country": entry.city.country,
        "department": entry.city.department,
        "state": entry.state.value,
        "date": entry.date,
    }


def entry_row(entry: Entry) -> Row:
    """An Entry with all that it says."""
    return {
        **queue_row(entry),
        "region": entry.city.region,
        "texts": dict(entry.texts),
        "tags": list(entry.tags),
        "missing": missing(entry),
        "photos": [
            {
                "file": photo.file,
                **said_of(photo),
                "proposed": list(photo.proposed),
            }
            for photo in entry.photos
        ],
    }


def said_of(photo: Photo) -> Mapping[str, str]:
    """Alt text and credit of a photo, by the names of `PHOTO_FIELDS`."""
    return {"alt": photo.alt, **vars(photo.credit)}


def calendar_row(day: CalendarDay, timezone: ZoneInfo) -> Row:
    """A date, its due instant in UTC and local, its city, or why an admin wants none."""
    return {
        "date": day.date,
        "due_at": day.due_at,
        "local": day.due_at.astimezone(timezone).strftime("%H:%M %Z"),
        "city": day.city or None,
        "entry": day.entry_id or None,
        "blank": day.blank or None,
    }


def pause_row(pause: Pause) -> Row:
    """A pause."""
    return {
        "since": pause.since,
        "until": pause.until,
        "reason": pause.reason,
        "by": pause.by,
    }


def history_row(publication: Publication) -> Row:
    """A Publication."""
    receipt = publication.receipt
    return {
        "publication": publication.id,
        "date": publication.date,
        "city": publication.entry.city.name if publication.entry else None,
        "destination": publication.destination,
        "status": publication.status.value,
        "url": receipt.url if receipt else None,
        "remote_id": receipt.remote_id if receipt else None,
        "due_at": publication.due_at,
        "published_at": publication.published_at,
        "attempts": publication.attempts,
        "error": publication.error or None,
        "message": publication.message or None,
    }


def spending_row(spending: Spending) -> Row:
    """What a destination's posts of the month come to, in US dollars as text."""
    return {
        "month": f"{spending.month:%Y-%m}",
        "spent": str(spending.spent),
        "expected": str(spending.expected),
        "budget": None if spending.budget is None else str(spending.budget),
    }


def preview_row(preview: Preview) -> Row:
    """A Rendering, its images with the files that they were saved to."""
    rendering = preview.rendering
    return {
        "destination": preview.destination,
        "text": rendering.text,
        "length": rendering.length,
        "limit": rendering.limit,
        "images": [
            {
                "path": str(path),
                "width": image.width,
                "height": image.height,
                "bytes": len(image.data),
                "alt": image.alt,
            }
            for image, path in zip(rendering.images, preview.paths, strict=True)
        ],
        "problems": list(rendering.problems),
        "remarks": list(rendering.remarks),
    }


def _cell(value: Value) -> str:
    return "" if value is None else str(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form")
