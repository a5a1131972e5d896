"""Rows to values and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from content.city import City
from content.credit import Credit
from content.entry import Entry, EntryState, Photo
from schedules.ledger import Edition, Hold, Publication, Settlement, Status
from schedules.publisher import Receipt


def entry_values(entry: Entry) -> dict[str, object]:
    """The columns of an Entry that an admin can change; its id and its place are not among them."""
    return {
        "state": entry.state.value,
        "pinned_to": entry.date,
        "city_key": entry.city.key,
        **entry_content(entry),
    }


def entry_of(row: RowMapping) -> Entry:
    """The Entry in a row of `entries`."""
    return Entry(
        id=row["id"],
        date=row["pinned_to"],
        held=row["state"] == EntryState.HELD,
        **_parsed(row),
    )


def snapshot(entry: Entry) -> dict[str, object]:
    """An Entry as the JSON that an Edition or the record keeps."""
    return {
        "id": entry.id,
        "date": None if entry.date is None else entry.date.isoformat(),
        "held": entry.held,
        **entry_content(entry),
    }


def edition_of(row: RowMapping) -> Edition:
    """The Edition in a row of `editions`."""
    return Edition(
        date=row["date"],
        entry=_chosen(row),
        due_at=row["due_at"],
        closes_at=row["closes_at"],
        timezone=row["timezone"],
    )


def publication_of(row: RowMapping) -> Publication:
    """The Publication in a row of `publications` joined with its Edition."""
    remote_id = row["remote_id"]
    return Publication(
        date=row["date"],
        destination=row["destination"],
        status=Status(row["status"]),
        key=row["key"],
        entry=_chosen(row),
        due_at=row["due_at"],
        closes_at=row["closes_at"],
        next_attempt_at=row["next_attempt_at"],
        attempts=row["attempts"],
        armed_at=row["armed_at"],
        sent_text=row["sent_text"],
        lease_until=row["lease_until"],
        receipt=None if remote_id is None else Receipt(remote_id=remote_id, url=row["url"]),
        published_at=row["published_at"],
        error=row["error"],
        message=row["message"],
    )


def settlement_values(settlement: Settlement) -> dict[str, object]:
    """The columns of a Publication that a settlement changes; it ends the claim.

    When it was published stays on record though it is to be sent anew.
    """
    receipt = settlement.receipt
    values: dict[str, object] = {
        "status": settlement.status.value,
        "remote_id": None if receipt is None else receipt.remote_id,
        "url": None if receipt is None else receipt.url,
        "next_attempt_at": settlement.next_attempt_at,
        "error": settlement.error,
        "message": settlement.message,
        "owner": None,
        "token": None,
        "lease_until": None,
    }
    if settlement.published_at is not None:
        values["published_at"] = settlement.published_at
    if not settlement.may_have_landed:
        values["armed_at"] = None
    return values


def hold_of(row: RowMapping) -> Hold:
    """The Hold in a row of `holds`."""
    return Hold(destination=row["destination"], since=row["since"], reason=row["reason"])


def entry_content(entry: Entry) -> dict[str, object]:
    """The columns of an Entry that say what is posted."""
    return {
        "city": vars(entry.city),  # dataclasses.asdict takes ten times as long
        "texts": dict(entry.texts),
        "tags": list(entry.tags),
        "photos": [{**vars(photo), "credit": vars(photo.credit)} for photo in entry.photos],
    }


def _parsed(columns: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `entry_content`: JSON of a row or of a snapshot as the Entry's fields."""
    return {
        "city": City(**columns["city"]),
        "texts": columns["texts"],
        "tags": tuple(columns["tags"]),
        "photos": tuple(
            Photo(
                file=photo["file"],
                alt=photo["alt"],
                credit=Credit(**photo["credit"]),
                proposed=tuple(photo.get("proposed", ())),  # older rows have none
            )
            for photo in columns["photos"]
        ),
    }


def entry_in(kept: Mapping[str, Any]) -> Entry:
    """The Entry of a snapshot."""
    day = kept["date"]
    return Entry(
        id=kept["id"],
        date=None if day is None else date.fromisoformat(day),
        held=kept["held"],
        **_parsed(kept),
    )


def _chosen(row: RowMapping) -> Entry | None:
    """The Entry that an Edition keeps."""
    return None if row["entry"] is None else entry_in(row["entry"])
