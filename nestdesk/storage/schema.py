"""The database schema over time: which revision a file has, how it reaches the newest, whether models and tables agree.

Alembic's Config is built here in code, so there is no ini file to find in an installed program.
"""

from __future__ import annotations

import sqlite3

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nestdesk.core import paths
from nestdesk.core.errors import StorageError
from nestdesk.storage.models import Base

FULL_TEXT = "passage_text"  # an FTS5 table and its shadows: outside the models, made by hand in the first migration


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    return config


def head() -> str:
    """Return the newest revision this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise StorageError("The program's migrations are missing; install it again.")
    return revision


def revision_of(raw: sqlite3.Connection) -> str | None:
    """Return the file's revision, or None for an empty file; writes nothing.

    Raises:
        StorageError: the file is another program's database, or of a newer NestDesk.
    """
    tables = {str(row[0]) for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    found = raw.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in tables else None
    if found is None:
        raise StorageError("The database file belongs to another program. It was left as it is; choose another folder.")
    revision = str(found[0])
    if not is_known(revision):
        raise StorageError(
            f"This data folder was written by a newer NestDesk (schema {revision}). Nothing was changed; "
            "install the newer version to open it."
        )
    return revision


def revisions() -> tuple[str, ...]:
    """Return every revision there was, oldest first."""
    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in found)[::-1]


def is_known(revision: str) -> bool:
    """Say whether this program knows a revision; one that it does not know is of a newer program."""
    return revision in revisions()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database to a revision in one transaction: a crash leaves the old schema whole."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell alembic which reflected tables the models describe: all but the full-text ones."""
    return kind != "table" or name is None or not name.startswith(FULL_TEXT)


def differences(connection: Connection) -> list[str]:
    """Return how the tables differ from the models; [] when they agree."""
    options = {"compare_type": True, "include_name": is_ours, "target_metadata": Base.metadata}
    context = MigrationContext.configure(connection, opts=options)
    return [f"The schema differs from the program's: {change}" for change in compare_metadata(context, Base.metadata)]
