"""Run by Alembic. The connection, its transaction and its lock come from app/records/migrate.py."""

from __future__ import annotations

from alembic import context

from app.records.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite alters a column only by building the table anew.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
