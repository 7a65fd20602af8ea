"""The one SQLite connection of the process: opened safely, upgraded, and lent out in short transactions.

The system SQLite may be older than 3.51.3, whose WAL fix needs a single writing connection; so there is exactly one,
guarded by a lock. Python's own transaction handling is off: every transaction is an explicit BEGIN IMMEDIATE, which
makes schema changes atomic too.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.storage import backup_places, connections, full_text, key_file, loose_rows, schema, vector_gaps
from nestdesk.storage.failures import in_plain_words
from nestdesk.storage.quarantine import Incident

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a message that was acknowledged survives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted text is overwritten, not just unlinked
    "temp_store = MEMORY",  # no private text in the system's temporary folder
)
_BUSY_S = 2.0  # how long to wait for another program that reads the file


class Database:
    """An open data folder's database."""

    def __init__(self, raw: sqlite3.Connection, engine: Engine) -> None:
        """Take over an open connection; use Database.open."""
        self._raw = raw
        self._engine = engine
        self._lock = threading.RLock()
        self._session: Session | None = None
        self._is_closed = False

    @classmethod
    def open(cls, folder: DataFolder) -> Database:
        """Open the folder's database, creating or upgrading it first; an upgrade is preceded by a backup.

        Raises:
            StorageError: the file is damaged, of a newer program, or cannot be written; it is left as it was. Or the
                folder is encrypted, and its key was not given.
        """
        key_file.refuse_locked(folder)
        with in_plain_words():
            folder.create()
            _create_private(folder)
            raw = connections.connect(folder.database, folder.key, wait_s=_BUSY_S)
            try:
                database = cls(raw, _engine(raw))
                database._prepare(folder)
            except BaseException:
                raw.close()
                raise
        return database

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a short transaction: commit on success, roll back on any error. An inner block joins the outer one.

        Raises:
            StorageError: the disk is full or failed, or the database was closed; nothing of the block was saved.
        """
        with self._lock:
            if self._is_closed:
                raise StorageError("The data folder is closed already.")
            if self._session is not None:
                yield self._session
                return
            with in_plain_words(), Session(self._engine, expire_on_commit=False) as session, session.begin():
                self._session = session
                try:
                    yield session
                    session.flush()
                finally:
                    self._session = None

    def close(self) -> None:
        """Close the connection; SQLite then folds the write-ahead log into the file."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._engine.dispose()
                self._raw.close()

    def check(self) -> list[str]:
        """Return every fault found in the file, its schema, its references, its full text and vectors; [] when fine."""
        faults = self.check_file()
        with self.session() as session:
            connection = session.connection()
            for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
                faults.append(f"Row {row} of {table} refers to a missing row of {parent}.")
            if not full_text.is_sound(session):
                faults.append("The full-text index does not match the passages.")
            faults += vector_gaps.faults(session)
        return faults

    def check_file(self) -> list[str]:
        """Return the faults that only a new file would mend: damaged pages, or tables that are not the program's."""
        with self.session() as session:
            connection = session.connection()
            found = [str(one) for (one,) in connection.execute(text("PRAGMA integrity_check"))]
            faults = [f"Database file: {one}" for one in found if one != "ok"]
            return faults + schema.differences(connection)

    def mend(self, aside: Incident) -> tuple[str, ...]:
        """Make indices anew, and let no row name a missing one; returns a sentence for each step.

        Raises:
            StorageError: the disk is full or failed, or the file is damaged; nothing was changed.
        """
        told: tuple[str, ...] = ()
        with self._lock, self.session() as session:
            if self.check_file():
                session.execute(text("REINDEX"))
                told = ("The indices of the database were made anew.",)
            self._raw.execute("PRAGMA defer_foreign_keys = ON")  # they are checked when all of it is done
            told += loose_rows.mend(self._raw, aside)
            if not full_text.is_sound(session):
                full_text.rebuild(session)
                told += ("The full-text index was made anew.",)
        return told

    def copy_before(self, folder: DataFolder, step: str) -> Path:
        """Back up the database before a step that is named, and return the copy.

        Raises:
            StorageError: the copy could not be written, or the database not be read.
        """
        with self._lock:
            return backup_places.copy_before(self._raw, folder, step)

    def compact(self) -> None:
        """Rewrite the file and empty the write-ahead log, so that nothing deleted is left in either.

        Raises:
            StorageError: the disk is full or failed, or another program reads the file; the data is as it was.
        """
        with self._lock, in_plain_words():
            with self.session() as session:
                full_text.rebuild(session)  # its segments keep deleted words until they are merged
            self._raw.execute("VACUUM")
            (is_busy, *_) = self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise StorageError(
                "What you forgot is deleted, but traces of it are left in the database's log, because another program "
                "is reading it. Close that program, then close NestDesk: the log goes with it."
            )

    def _prepare(self, folder: DataFolder) -> None:
        found = schema.revision_of(self._raw)  # INVARIANT: nothing is written before this has accepted the file
        for pragma in _PRAGMAS:
            self._raw.execute(f"PRAGMA {pragma}")
        newest = schema.head()
        if found == newest:
            return
        if found is not None:
            backup_places.copy_before(self._raw, folder, newest)
        with self._engine.connect() as connection:
            schema.upgrade(connection)


def _engine(raw: sqlite3.Connection) -> Engine:
    engine = connections.engine(raw)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _create_private(folder: DataFolder) -> None:
    # SQLite gives its -wal and -shm files the mode of the database file, so that one mode decides.
    handle = os.open(folder.database, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(handle)
    folder.database.chmod(0o600)
