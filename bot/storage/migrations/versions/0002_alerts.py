"""Alerts on record until they are told; an Edition's time zone; whose city it is, to look for it.

A city's key stands in a column of its own, so that nothing reads a year of Editions or the whole
queue to find one.
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


def upgrade() -> None:
    """Add them."""
    op.add_column("editions", sa.Column("timezone", sa.String, nullable=False, server_default=""))
    _cities()
    _alerts()


def _cities() -> None:
    op.add_column("editions", sa.Column("entry_id", sa.BigInteger))
    op.add_column("editions", sa.Column("city_key", sa.Text))
    op.add_column("entries", sa.Column("city_key", sa.Text, nullable=False, server_default=""))
    waits = sa.text("used_on IS NULL")
    op.create_index(
        "entries_city",
        "entries",
        ["city_key", "rank", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    editions = sa.table(
        "editions",
        sa.column("date", sa.Date),
        sa.column("entry", sa.JSON),
        sa.column("entry_id", sa.BigInteger),
        sa.column("city_key", sa.Text),
    )
    entries = sa.table(
        "entries",
        sa.column("id", sa.BigInteger),
        sa.column("city", sa.JSON),
        sa.column("city_key", sa.Text),
    )
    connection = op.get_bind()
    of: sa.BindParameter[object] = sa.bindparam("of")
    chosen = connection.execute(sa.select(editions.c.date, editions.c.entry)).all()
    keys = [
        {"of": day, "entry_id": entry["id"], "city_key": _key(entry["city"])}
        for day, entry in chosen
        if entry is not None
    ]
    if keys:
        connection.execute(sa.update(editions).where(editions.c.date == of), keys)
    added = connection.execute(sa.select(entries.c.id, entries.c.city)).all()
    keys = [{"of": number, "city_key": _key(city)} for number, city in added]
    if keys:
        connection.execute(sa.update(entries).where(entries.c.id == of), keys)


def _key(city: dict[str, Any]) -> str:
    """City.key as it was with this schema."""
    if city["geoname_id"] is not None:
        return f"geonames:{city['geoname_id']}"
    place = f"{city['latitude']:.1f},{city['longitude']:.1f}"
    return NOT_STORABLE.sub("\ufffd", f"{city['country']}:{city['name'].casefold()}:{place}")


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("once", sa.String),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
    )
    op.create_index("alerts_once", "alerts", ["channel", "once"], unique=True)
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "alerts_untold",
        "alerts",
        ["channel", "id"],
        sqlite_where=untold,
        postgresql_where=untold,
    )
