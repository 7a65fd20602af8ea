"""The border where SQLite's and the file system's failures become sentences for the user.

Only failures a user can meet are translated (a full disk, a damaged or locked file); a broken constraint or a mistake
in SQL is a bug and passes through unchanged.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from nestdesk.core.errors import StorageError
from nestdesk.storage import connections

_FULL = "The disk is full, so nothing was changed. Free some space and try again; what was saved before is safe."
_READ_ONLY = "The data folder cannot be written to, so nothing was changed. Check its permissions."
_FAILURES: tuple[type[Exception], ...] = (DBAPIError, OSError, *connections.ERRORS)
_IN_USE = "Another program is using the database file, so nothing was changed. Close it and try again."
_SENTENCES = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "The disk reported an error, so the last change was not saved; what was saved before is.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged. Start NestDesk again: it keeps the file as it is, and makes "
    "a new one of all that can be read.",
    sqlite3.SQLITE_NOTADB: "The database file is damaged or not a database. Start NestDesk again: it keeps the file as "
    "it is, and puts the newest backup in its place.",
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "The database file in the data folder cannot be opened. Check the folder's permissions.",
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
    sqlite3.SQLITE_NOMEM: "There was not enough memory for the database, so nothing was changed.",
    sqlite3.SQLITE_TOOBIG: "That is too large to be stored, so nothing was changed.",
}


def sentence(error: BaseException) -> str | None:
    """Return what to tell the user about a failure of the database or disk, or None when it is a bug."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, connections.ERRORS):
        code = getattr(error, "sqlite_errorcode", None)
        return None if code is None else _SENTENCES.get(code & 0xFF)  # the low byte is the primary code
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _FULL
        return f"The data folder cannot be used: {error.strerror or error}."
    return None


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn the failures a user can meet into StorageError; let bugs pass.

    Raises:
        StorageError: the disk or the database file failed.
    """
    try:
        yield
    except _FAILURES as error:
        words = sentence(error)
        if words is None:
            raise
        raise StorageError(words) from error
