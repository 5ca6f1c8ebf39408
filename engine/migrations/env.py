"""Alembic's entry: the connection is handed over by `engine.store.schema.migrate`."""

from alembic import context
from sqlmodel import SQLModel

from engine.store.schema import tables

assert tables  # its import fills the metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
