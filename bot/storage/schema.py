"""The tables, the same on SQLite and PostgreSQL. A change here needs a migration (a test compares).

What must happen once is a key or a unique index here, so that the database itself refuses the
second time: an Edition for a date, a Publication for (date, destination), an Entry for a date.
"""

import re
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


class Instant(TypeDecorator[datetime]):
    """An aware instant, given back in UTC. Sorts by time on SQLite too; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it as text of fixed width, without an offset."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"an instant needs its time zone: {value!r}")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text that came from outside, such as a platform's answer.

    What PostgreSQL cannot hold (NUL, half a surrogate pair) becomes U+FFFD: a garbled answer must
    never keep a claim from being settled.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Storable everywhere."""
        return None if value is None else NOT_STORABLE.sub("\ufffd", value)


metadata = MetaData()

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`entries`: the last id given; its row is the lock of the queue's order. `checks`: see `check`.

`stops`: its row is the lock between who stops posting and who begins to: see blank.py.
"""

ENTRIES = "entries"
CHECKS = "checks"
STOPS = "stops"

entries = Table(
    "entries",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    # The place in the queue: see order.py.
    Column("rank", BigInteger, nullable=False),
    # Entry.state as it was when it was written; "held" is where Entry.held is kept.
    Column("state", String, nullable=False),
    Column("pinned_to", Date),
    # The date that it was chosen for; NULL while it waits.
    Column("used_on", Date),
    Column("city", JSON, nullable=False),
    Column("texts", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("photos", JSON, nullable=False),
    # City.key, to find the Entries of one city.
    Column("city_key", Words, nullable=False, server_default=""),
    CheckConstraint("state IN ('draft', 'ready', 'held')", name="entries_state"),
)

waits = entries.c.used_on.is_(None)

Index(
    "entries_order",
    entries.c.rank,
    entries.c.id,
    sqlite_where=waits,
    postgresql_where=waits,
)
Index(
    "entries_order_by_state",
    entries.c.state,
    entries.c.rank,
    entries.c.id,
    sqlite_where=waits,
    postgresql_where=waits,
)
Index(
    "entries_city",
    entries.c.city_key,
    entries.c.rank,
    entries.c.id,
    sqlite_where=waits,
    postgresql_where=waits,
)
# At most one Entry for a date. Were NULLs in it, SQLite would take it to look for those that wait.
Index(
    "entries_used_on",
    entries.c.used_on,
    unique=True,
    sqlite_where=entries.c.used_on.is_not(None),
    postgresql_where=entries.c.used_on.is_not(None),
)
Index(
    "entries_pinned_to",
    entries.c.pinned_to,
    unique=True,
    sqlite_where=waits & entries.c.pinned_to.is_not(None),
    postgresql_where=waits & entries.c.pinned_to.is_not(None),
)

editions = Table(
    "editions",
    metadata,
    Column("date", Date, primary_key=True),
    # The Entry as it was when it was chosen; NULL for a missed date that had none.
    Column("entry", JSON(none_as_null=True)),
    # When it was chosen.
    Column("opened_at", Instant),
    Column("due_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    # Whether anything is left to do for the date: see editions.py.
    Column("open", Boolean, nullable=False),
    # Where the date was that local date; empty where an older version opened it.
    Column("timezone", String, nullable=False, server_default=""),
    # Of the Entry, what the queue's rules ask for every time; NULL where there is none.
    Column("entry_id", BigInteger),
    Column("city_key", Words),
)

Index(
    "editions_open",
    editions.c.date,
    sqlite_where=text("open = 1"),  # as SQLAlchemy writes it in a query
    postgresql_where=text("open"),
)

publications = Table(
    "publications",
    metadata,
    Column("date", Date, primary_key=True),
    Column("destination", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("key", String, nullable=False),
    Column("next_attempt_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("armed_at", Instant),
    # What the create said that may have landed: settings may change before it is looked for. Empty
    # while armed: not known, a backup was restored.
    Column("sent_text", Words, nullable=False, server_default=""),
    # The claim: who works on it, the token that fences out others, and until when.
    Column("owner", String),
    Column("token", String),
    Column("lease_until", Instant),
    # The receipt.
    Column("remote_id", Words),
    Column("url", Words),
    Column("published_at", Instant),
    # The last PublishError.
    Column("error", Words, nullable=False),
    Column("message", Words, nullable=False),
    ForeignKeyConstraint(["date"], ["editions.date"], name="publications_edition"),
    CheckConstraint(
        "status IN ('scheduled', 'publishing', 'published', 'failed', 'unconfirmed', 'missed',"
        " 'cancelled')",
        name="publications_status",
    ),
    CheckConstraint(
        "(status = 'publishing') = (token IS NOT NULL AND lease_until IS NOT NULL)",
        name="publications_claim",
    ),
)

Index("publications_status_date", publications.c.status, publications.c.date)
Index("publications_destination_date", publications.c.destination, publications.c.date)

holds = Table(
    "holds",
    metadata,
    Column("destination", String, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("reason", Words, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    # SQLite counts by itself only in an INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("reason", Words, nullable=False),
    Column("by", Words, nullable=False),
    # When and by whom it was ended before `until`.
    Column("ended_at", Instant),
    Column("ended_by", Words),
)

skips = Table(
    "skips",
    metadata,
    Column("date", Date, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    # SQLite counts by itself only in an INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("channel", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", Words, nullable=False),
    Column("message", Words, nullable=False),
    # Alert.once; NULL for what is raised each time.
    Column("once", String),
    Column("raised_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Nobody else tells it before then: it is being told, or was put off.
    Column("due_at", Instant, nullable=False),
    Column("told_at", Instant),
    # Alert.attempts: those of the Publication that it tells of.
    Column("publication_attempts", Integer, nullable=False, server_default="0"),
)
"""An alert for one channel."""

untold = alerts.c.told_at.is_(None)

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", Words, nullable=False),
    # What is on record of it: see record.py.
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
)
"""What admins did; rows are only ever added."""

Index("changes_subject", changes.c.subject, changes.c.id)

leaderships = Table(
    "leaderships",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("lease_until", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Words, nullable=False),
)

COUNTED = (alerts, changes, pauses)
"""The tables whose ids the database counts."""

Index("alerts_once", alerts.c.channel, alerts.c.once, unique=True)
Index(
    "alerts_untold",
    alerts.c.channel,
    alerts.c.id,
    sqlite_where=untold,
    postgresql_where=untold,
)
