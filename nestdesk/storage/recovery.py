"""Opening a data folder whatever happened to it: what a crash left is cleared, what is damaged is put aside.

A database file that cannot be used is copied into the quarantine, and a new one is made of all that can still be read
of it; where nothing can, the newest backup takes its place, and where there is none, an empty one. Weights that nothing
refers to are kept then, too: they may belong to rows that were lost.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.storage import backup, backup_files, connections, key_file
from nestdesk.storage.backup_places import BackupPlaces
from nestdesk.storage.blobs import Blobs, sync_file, sync_folder
from nestdesk.storage.database import Database
from nestdesk.storage.failures import in_plain_words
from nestdesk.storage.quarantine import Incident
from nestdesk.storage.salvage import salvage

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FRESH = "new"  # after the name of the database file: one that is whole and waits to take its place


@dataclass(frozen=True)
class Opened:
    """An open database, and what had to be done for it; nothing, nearly always."""

    database: Database
    told: tuple[str, ...] = ()


def open_database(folder: DataFolder) -> Opened:
    """Open the folder's database; a damaged or lost one is made anew first.

    Raises:
        StorageError: it is of a newer program or another one, in use, or the disk failed; it is left as it was.
    """
    key_file.refuse_locked(folder)
    with in_plain_words():
        folder.create()
        _clear(folder)
        _finish(folder)
        told = _bring_back(folder) if _is_lost(folder) else ()
    try:
        database = Database.open(folder)
        if not folder.damaged.exists() and _is_whole(database):
            return Opened(database, told)
        database.close()
    except StorageError as error:
        if not _is_damage(error):
            raise
    told = _make_anew(folder)
    return Opened(Database.open(folder), told)


def note_traces(database: Database, are_left: bool) -> None:
    """Remember, in the transaction that deletes, that traces of what is deleted have to be removed; or that they are.

    *Why*: backups, free pages and weights cannot be deleted in a transaction, and a crash may come before they are.
    """
    with database.session() as session:
        session.execute(text(f"PRAGMA user_version = {int(are_left)}"))


def are_traces_left(database: Database) -> bool:
    """Say whether a deletion was stored and broken off before its traces were gone."""
    with database.session() as session:
        return bool(session.scalar(text("PRAGMA user_version")))


def collect(folder: DataFolder, blobs: Blobs, keep: set[str], is_anew: bool) -> int:
    """Delete weights that nothing refers to; put them aside where the database is not the one they were written for.

    Returns:
        How many were put aside.

    Raises:
        StorageError: the disk failed.
    """
    loose = blobs.loose(keep) if is_anew else ()
    aside = Incident(folder, "weights")
    for file in loose:
        aside.move(file, f"The weights {file.name[:12]} belong to nothing that is stored.")
    blobs.collect(keep)
    return len(loose)


def _clear(folder: DataFolder) -> None:
    """Delete what breaking off left half written; what is whole has another name."""
    for half in (*folder.backups.glob("*.partial"), *folder.reports.glob("*.part")):
        half.unlink(missing_ok=True)
    with suppress(Timeout), FileLock(folder.backup_lock, 0, thread_local=False):  # else one is being made just now
        for place in BackupPlaces(folder).all:
            if place.is_dir():
                backup_files.remove_halves(place)
                backup_files.remove((place / "blobs").glob(".incoming-*"))


def _fresh(folder: DataFolder) -> Path:
    return folder.database.with_name(f"{folder.database.name}.{_FRESH}")


def _logs(folder: DataFolder) -> tuple[Path, ...]:
    return tuple(folder.database.with_name(f"{folder.database.name}{end}") for end in ("-wal", "-shm"))


def _finish(folder: DataFolder) -> None:
    """Let a new file that is whole take the database's place; repeated after a crash, it does the same.

    The old log goes first: SQLite would play it into the new file.
    """
    fresh = _fresh(folder)
    if fresh.exists():
        for log in _logs(folder):
            log.unlink(missing_ok=True)
        sync_folder(fresh.parent)
        fresh.replace(folder.database)
        folder.damaged.unlink(missing_ok=True)
        sync_folder(fresh.parent)


def _is_lost(folder: DataFolder) -> bool:
    """Say whether there was a database here once and there is none now."""
    size = folder.database.stat().st_size if folder.database.exists() else 0
    return size == 0 and bool(BackupPlaces(folder).found() or any(folder.blobs.iterdir()))


def _is_whole(database: Database) -> bool:
    with database.session() as session:
        return bool(session.scalar(text("PRAGMA quick_check(1)")) == "ok")


def _is_damage(error: StorageError) -> bool:
    cause = error.__cause__
    if isinstance(cause, DBAPIError):
        cause = cause.orig
    return (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF in _DAMAGE


def _make_anew(folder: DataFolder) -> tuple[str, ...]:
    """Keep the damaged file, and make a new one of what can be read; returns what was done."""
    with in_plain_words():
        aside = Incident(folder, "database")
        files = [file for file in (folder.database, *_logs(folder)[:1]) if file.exists()]
        aside.copy(files, "The database file was damaged. This is a copy of it as it was found.")
        partial = folder.scratch / f"{folder.database.name}.{_FRESH}"
        for left in folder.scratch.glob(f"{partial.name}*"):
            left.unlink()
        try:
            losses = salvage(folder.database, partial, aside, folder.key)
        except connections.DATABASE_ERRORS as error:
            losses = None
            aside.say(f"Reading what is left of it failed: {error}.")
        if losses is None:
            told = _bring_back(folder, aside)
        else:
            told = (
                f"The database file was damaged. What could be read of it is in a new one; the old one is kept in "
                f"{aside.folder}.",
                *(losses or ("No row was lost.",)),
            )
            _place(folder, partial)
        for sentence in told:
            aside.say(sentence)
    return told


def _bring_back(folder: DataFolder, aside: Incident | None = None) -> tuple[str, ...]:
    """Put the newest whole backup in the place of a database that is lost; an empty one where there is none."""
    found = "The database file was damaged and nothing of it could be read." if aside else "The database file was lost."
    kept = f" The damaged one is kept in {aside.folder}." if aside else ""
    partial = folder.scratch / f"{folder.database.name}.{_FRESH}"
    for copy in BackupPlaces(folder).found():
        if _is_sound(folder, copy):
            shutil.copyfile(copy, partial)
            _bring_weights(folder, copy)
            _place(folder, partial)
            return (f"{found} The backup {copy.name} took its place; what was done after it is missing.{kept}",)
    partial.unlink(missing_ok=True)
    partial.touch()
    _place(folder, partial)
    return (f"{found} There is no backup, so NestDesk began an empty one.{kept}",)


def _bring_weights(folder: DataFolder, copy: Path) -> None:
    """Take the weight files that a backup names from where backups keep them, as far as they are missing here."""
    here = Blobs(folder.blobs, folder.key)
    for place in BackupPlaces(folder).all:
        for sha256 in backup.contents(copy, folder.key).weights if (place / "blobs").is_dir() else ():
            backup_files.take(sha256, Blobs(place / "blobs", folder.key), here, folder.scratch)


def _place(folder: DataFolder, partial: Path) -> None:
    partial.chmod(0o600)
    sync_file(partial)
    partial.replace(_fresh(folder))
    sync_folder(folder.database.parent)
    _finish(folder)


def _is_sound(folder: DataFolder, copy: Path) -> bool:
    with (
        suppress(*connections.DATABASE_ERRORS),
        closing(connections.connect(copy, folder.key, is_read_only=True)) as raw,
    ):
        return bool(raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    return False
