"""What Alembic runs: the migrations, over the connection and in the transaction that it was handed."""

from alembic import context

from assistant.records.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
