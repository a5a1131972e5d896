"""Alembic's entry point, in the transaction and on the connection that `migrate` gives it."""

from alembic import context

from bot.storage.schema import metadata
from bot.storage.schema_version import VERSION_TABLE

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
context.run_migrations()
