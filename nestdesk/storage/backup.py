"""Copies of the database file, made before anything risky happens to it and now and then.

A copy is one SQLite file that anything can open, or whoever has the key of an encrypted data folder. It is made by a
connection of its own that only reads, so the program's one writing connection goes on meanwhile: the copy is of the
moment it was begun.
"""

from __future__ import annotations

import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.paths import DataFolder
from nestdesk.storage import connections
from nestdesk.storage.blobs import sync_folder
from nestdesk.storage.failures import in_plain_words

_STAMP = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"(\d{8}T\d{6}\.\d{6}Z)-([\w.-]+)\.db")
_COUNTED = ("conversation", "message", "source", "fact")
_WAIT_S = 10.0


@dataclass(frozen=True)
class Contents:
    """What a copy holds."""

    rows: dict[str, int] = field(default_factory=dict)  # of what a person knows of
    weights: frozenset[str] = frozenset()  # sha256 of the weight files that it needs
    is_readable: bool = True


def copy(raw: sqlite3.Connection, folder: Path, label: str, key: FolderKey | None = None) -> Path:
    """Write a consistent copy of the open database into the folder and return its path.

    The copy gets its final name only when it is whole and on the disk.

    Raises:
        StorageError: the copy could not be written.
    """
    with in_plain_words(), _written(raw, folder, label, key) as partial:
        return place(partial)


@contextmanager
def copied(database: Path, folder: Path, label: str, key: FolderKey | None) -> Iterator[Path]:
    """Write a copy of a database, whoever has it open, that still waits for its name: place gives it.

    Without place nothing is left of it after the with statement.

    Raises:
        StorageError: there is no such database, it is damaged, or the copy could not be written.
    """
    if not database.is_file():
        raise StorageError(f"There is nothing to back up yet: {database} does not exist.")
    with in_plain_words():
        raw = connections.connect(database, key, wait_s=_WAIT_S, is_read_only=True)
    with closing(raw), _written(raw, folder, label, key) as partial:
        yield partial


def place(partial: Path) -> Path:
    """Give a copy its final name.

    Raises:
        StorageError: the disk failed.
    """
    target = partial.with_suffix(".db")
    with in_plain_words():
        partial.replace(target)
        sync_folder(target.parent)
    return target


@contextmanager
def _written(raw: sqlite3.Connection, folder: Path, label: str, key: FolderKey | None) -> Iterator[Path]:
    partial = folder / f"{datetime.now(UTC).strftime(_STAMP)}-{label}.partial"
    try:
        with in_plain_words():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(connections.connect(partial, key)) as made:
                made.execute("PRAGMA synchronous = OFF")  # it is synced as a whole below
                raw.backup(made)
                made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
                made.execute("PRAGMA user_version = 0")  # says what is left to do here, and nothing of a copy
                _leave_out_temporary(made)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        yield partial
    finally:
        with suppress(OSError):  # what went wrong was said already
            for left in folder.glob(f"{partial.name}*"):
                left.unlink()


def _leave_out_temporary(made: sqlite3.Connection) -> None:
    """Delete temporary chats from a copy: they are promised to go when they are left."""
    columns = {row[1] for row in made.execute("PRAGMA table_info(conversation)")}
    if "is_temporary" in columns and made.execute("SELECT 1 FROM conversation WHERE is_temporary").fetchone():
        made.execute("PRAGMA foreign_keys = ON")
        made.execute("PRAGMA secure_delete = ON")
        if "attached_to" in {row[1] for row in made.execute("PRAGMA table_info(source)")}:
            _leave_out_attached(made)
        made.execute("DELETE FROM conversation WHERE is_temporary")
        made.execute("VACUUM")


def _leave_out_attached(made: sqlite3.Connection) -> None:
    """Delete what is attached to temporary chats from a copy; what was learned from it follows by cascade."""
    attached = "SELECT id FROM source WHERE attached_to IN (SELECT id FROM conversation WHERE is_temporary)"
    if made.execute(attached).fetchone():
        made.execute(f"DELETE FROM event WHERE source_id IN ({attached})")
        made.execute(f"DELETE FROM event WHERE expert_id IN (SELECT id FROM expert WHERE source_id IN ({attached}))")
        made.execute(f"DELETE FROM source WHERE id IN ({attached})")
        made.execute("INSERT INTO passage_text(passage_text) VALUES ('rebuild')")


def copies(folder: Path) -> tuple[Path, ...]:
    """Return the copies in the folder, newest first."""
    return tuple(sorted((path for path in folder.glob("*.db") if name_parts(path)), reverse=True))


def name_parts(path: Path) -> tuple[datetime, str] | None:
    """Return when a copy was made and why, as its name tells; None: it is no copy."""
    found = _NAME.fullmatch(path.name)
    return (datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC), found[2]) if found else None


def contents(path: Path, key: FolderKey | None) -> Contents:
    """Look into a copy, and leave no file beside it."""
    try:
        with _read(path, key) as raw:
            tables = {str(row[0]) for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = {
                name: int(raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
                for name in _COUNTED
                if name in tables
            }
            return Contents(rows, _named(raw))
    except connections.ERRORS:
        return Contents(is_readable=False)


def needs(path: Path, key: FolderKey | None) -> frozenset[str] | None:
    """Return which weight files a copy names; None if it cannot be read."""
    try:
        with _read(path, key) as raw:
            return _named(raw)
    except connections.ERRORS:
        return None


def weights(database: Path, key: FolderKey | None) -> frozenset[str]:
    """Return which weight files a database names, whoever has it open; none if it cannot be read."""
    try:
        with closing(connections.connect(database, key, wait_s=_WAIT_S, is_read_only=True)) as raw:
            return _named(raw)
    except connections.ERRORS:
        return frozenset()


def faults(path: Path, key: FolderKey | None) -> list[str]:
    """Return what is wrong with a copy; [] when it is sound."""
    try:
        with _read(path, key) as raw:
            found = [str(row[0]) for row in raw.execute("PRAGMA integrity_check") if row[0] != "ok"]
            lost = raw.execute("PRAGMA foreign_key_check").fetchall()
            return found + [f"a row of {row[0]} refers to a missing one" for row in lost]
    except connections.ERRORS as error:
        return [str(error)]


def _named(raw: sqlite3.Connection) -> frozenset[str]:
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'checkpoint'").fetchone():
        return frozenset()
    return frozenset(str(row[0]) for row in raw.execute("SELECT DISTINCT blob FROM checkpoint"))


@contextmanager
def _read(path: Path, key: FolderKey | None) -> Iterator[sqlite3.Connection]:
    with closing(connections.connect(path, key, is_alone=True)) as raw:
        yield raw


def remove_all(folder: Path) -> int:
    """Delete every copy, exports kept by a restore among them, and return how many there were.

    *Why*: a forgotten source still lies in the copies made before it was forgotten.
    """
    with in_plain_words():
        found = [*folder.glob("*.db"), *folder.glob("*.zip"), *folder.glob("*.partial*")]
        for path in found:
            path.unlink()
        if found:
            sync_folder(folder)
    return len(found)


def remove_exports(folder: DataFolder) -> int:
    """Delete every export that lies in a data folder, but among its models; return how many there were.

    *Why*: as above. One that a person wrote elsewhere is theirs, and nobody here knows where it is.
    """
    # INVARIANT: the database's own files are not looked into. Whoever closes one gives up all locks that SQLite has on
    # it in this process, and the next program that opens the database would cut off what is in use here.
    own = {f"{folder.database}{end}" for end in ("", "-wal", "-shm", "-journal")}
    with in_plain_words():
        others = (path for path in folder.root.rglob("*") if str(path) not in own)
        found = [path for path in others if not path.is_relative_to(folder.models) and _is_export(path)]
        for path in found:
            path.unlink()
    return len(found)


def _is_export(path: Path) -> bool:
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as opened:
        names = opened.namelist()
    return "manifest.json" in names and any(name.startswith("tables/") for name in names)
