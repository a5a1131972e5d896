"""Alerts on record until they are told; the time zone that a date had its Edition in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column(
        "editions", sa.Column("timezone", sa.String, nullable=False, server_default="")
    )
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
