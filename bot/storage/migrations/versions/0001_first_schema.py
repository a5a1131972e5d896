"""The first schema. Written out: it stays as it is when schema.py goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _queue()
    _ledger()


def _queue() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counters, [{"name": "entries", "value": 0}, {"name": "checks", "value": 0}])
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("pinned_to", sa.Date),
        sa.Column("used_on", sa.Date),
        sa.Column("city", sa.JSON, nullable=False),
        sa.Column("texts", sa.JSON, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("photos", sa.JSON, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'ready', 'held')", name="entries_state"),
    )
    waits = sa.text("used_on IS NULL")
    op.create_index(
        "entries_order",
        "entries",
        ["rank", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index(
        "entries_order_by_state",
        "entries",
        ["state", "rank", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    used = sa.text("used_on IS NOT NULL")
    op.create_index(
        "entries_used_on",
        "entries",
        ["used_on"],
        unique=True,
        sqlite_where=used,
        postgresql_where=used,
    )
    pinned = sa.text("used_on IS NULL AND pinned_to IS NOT NULL")
    op.create_index(
        "entries_pinned_to",
        "entries",
        ["pinned_to"],
        unique=True,
        sqlite_where=pinned,
        postgresql_where=pinned,
    )


def _ledger() -> None:
    op.create_table(
        "editions",
        sa.Column("date", sa.Date, primary_key=True),
        sa.Column("entry", sa.JSON),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_index(
        "editions_open",
        "editions",
        ["date"],
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "publications",
        sa.Column("date", sa.Date, primary_key=True),
        sa.Column("destination", sa.String, primary_key=True),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("armed_at", sa.DateTime(timezone=True)),
        sa.Column("sent_text", sa.Text, nullable=False, server_default=""),
        sa.Column("owner", sa.String),
        sa.Column("token", sa.String),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("remote_id", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["date"], ["editions.date"], name="publications_edition"),
        sa.CheckConstraint(
            "status IN ('scheduled', 'publishing', 'published', 'failed', 'unconfirmed',"
            " 'missed', 'cancelled')",
            name="publications_status",
        ),
        sa.CheckConstraint(
            "(status = 'publishing') = (token IS NOT NULL AND lease_until IS NOT NULL)",
            name="publications_claim",
        ),
    )
    op.create_index("publications_status_date", "publications", ["status", "date"])
    op.create_index("publications_destination_date", "publications", ["destination", "date"])
    op.create_table(
        "holds",
        sa.Column("destination", sa.String, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
