"""What alembic runs: one connection, one transaction a revision."""

from __future__ import annotations

from alembic import context
from sqlalchemy import URL, create_engine, event

from storage.tables import metadata


def migrate() -> None:
    """Run the wanted revisions on the database named by `storage.migrations.config`."""
    url = URL.create("sqlite", database=str(context.config.attributes["path"]))
    engine = create_engine(url, connect_args={"isolation_level": None})
    # SQLite rolls DDL back too, when the driver is kept from committing by itself before it.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


migrate()
