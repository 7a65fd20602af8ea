"""Run by alembic for every upgrade, on the connection that storage.schema hands over.

Foreign keys are off while tables are rebuilt (SQLite cannot alter them in place) and are checked before the commit.
The whole upgrade is one transaction.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from nestdesk.core.errors import StorageError
from nestdesk.storage.models import Base
from nestdesk.storage.schema import is_ours


def _set_foreign_keys(connection: Connection, state: str) -> None:
    raw = connection.connection.driver_connection  # a pragma has no effect inside a transaction, so go below it
    assert raw is not None
    raw.execute(f"PRAGMA foreign_keys = {state}")


def _upgrade(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with connection.begin(), context.begin_transaction():
        context.run_migrations()
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise StorageError(
                f"The database was not upgraded and is unchanged: {len(broken)} rows refer to missing rows."
            )


def run(connection: Connection) -> None:
    """Upgrade with foreign keys off, and on again whatever happens."""
    _set_foreign_keys(connection, "OFF")
    try:
        _upgrade(connection)
    finally:
        _set_foreign_keys(connection, "ON")


run(context.config.attributes["connection"])
