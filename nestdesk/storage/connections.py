"""The one way to open a database file, encrypted or not.

An encrypted one is opened by SQLCipher with a raw key, so that no passphrase is stretched again for every connection.
Its package is an extra with errors of its own, which stand here beside those of the standard library.
"""

from __future__ import annotations

import sqlite3
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine

from nestdesk.core.folder_key import FolderKey

_CIPHER: Any = import_module("sqlcipher3.dbapi2" if find_spec("sqlcipher3") else "sqlite3")
Errors = tuple[type[Exception], ...]
ERRORS: Errors = (sqlite3.Error, _CIPHER.Error)
DATABASE_ERRORS: Errors = (sqlite3.DatabaseError, _CIPHER.DatabaseError)
INTEGRITY_ERRORS: Errors = (sqlite3.IntegrityError, _CIPHER.IntegrityError)
PATIENCE_S = 5.0  # what SQLite itself waits for another program that writes


def connect(
    file: Path, key: FolderKey | None, *, wait_s: float = PATIENCE_S, is_read_only: bool = False, is_alone: bool = False
) -> sqlite3.Connection:
    """Open a database file; nothing of it is read yet, so a wrong key shows at the first statement, as damage.

    Python begins no transaction by itself, and the connection may be used in any thread, one at a time.

    Args:
        file: the database; made if it does not exist, unless it is only read.
        key: of an encrypted folder's databases; None: the file is not encrypted.
        wait_s: how long to wait for another program that uses the file.
        is_read_only: nothing is written.
        is_alone: nobody else changes the file, and nothing is made beside it.
    """
    mode = "?mode=ro&immutable=1" if is_alone else "?mode=ro" if is_read_only else "?mode=rwc"
    address = f"{file.absolute().as_uri()}{mode}"
    if key is None:
        return sqlite3.connect(address, wait_s, isolation_level=None, check_same_thread=False, uri=True)
    raw: sqlite3.Connection = _CIPHER.connect(address, wait_s, isolation_level=None, check_same_thread=False, uri=True)
    raw.execute(f'PRAGMA key = "{literal(key)}"')
    raw.execute("PRAGMA cipher_log_level = NONE")  # else it writes of damage to standard error
    return raw


def literal(key: FolderKey) -> str:
    """Return how SQLCipher is told the key of a folder's databases."""
    return f"x'{key.derived(b'database').hex()}'"


def engine(raw: sqlite3.Connection) -> Engine:
    """Return SQLAlchemy's view of an open connection."""
    module = _CIPHER if type(raw) is _CIPHER.Connection else sqlite3
    return create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, module=module)
