"""Which schema the database has, and the way to this program's.

Alembic is imported only when there is something to migrate: a start costs neither its time nor its
memory.
"""

from importlib import resources

from sqlalchemy import Connection, column, inspect, select, table, text

from schedules.store import StoreUnavailable

HEAD = "0004"
"""The newest migration (a test compares)."""

VERSION_TABLE = "city_a_day_schema"
"""Where the version is kept. Its name tells our databases from those of other programs."""

MIGRATION_LOCK = 0x43697479
"""PostgreSQL's advisory lock while a replica migrates; others wait."""


def is_current(connection: Connection) -> bool:
    """Whether the database has this program's schema."""
    return _version(connection) == HEAD


def migrate(connection: Connection, database: str) -> None:
    """Bring the schema up to date in the connection's transaction. `database`: its shown name.

    Raises StoreUnavailable when it is another program's or a newer version's.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    version = _version(connection)
    if version == HEAD:  # another process was quicker
        return
    if version is None and inspect(connection).get_table_names():
        raise StoreUnavailable(
            f"The database {database} holds another program's tables: give the name of a new one."
        )
    with resources.as_file(resources.files("bot.storage") / "migrations") as folder:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        if version is not None and version not in known:
            raise StoreUnavailable(
                f"The database {database} was made by a newer version of City a Day "
                f"(schema {version}; this one knows {HEAD}): install that version again."
            )
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(
        select(column("version_num")).select_from(table(VERSION_TABLE))
    )
    return version
