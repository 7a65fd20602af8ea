"""The files of backups: taken, compared, removed, and put in the place of a database that nobody has open."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.paths import DataFolder
from nestdesk.storage import connections
from nestdesk.storage.blobs import Blobs, sync_folder
from nestdesk.storage.database import Database
from nestdesk.storage.failures import in_plain_words
from nestdesk.storage.quarantine import Incident

_DOUBT = timedelta(seconds=2)  # how coarse the times of files can be


def is_touched(database: Path, since: datetime) -> bool:
    """Say whether a database may have been written since a moment; a write-ahead log that is gone was folded in."""
    for path in (database, _log(database)):
        if path.exists() and datetime.fromtimestamp(path.stat().st_mtime, UTC) >= since - _DOUBT:
            return True
    return False


def are_equal(one: Path, other: Path) -> bool:
    """Say whether two copies are the same, byte for byte."""
    return filecmp.cmp(one, other, shallow=False)


def remove_halves(place: Path) -> None:
    """Delete what a backup left that was killed.

    Raises:
        StorageError: the disk failed.
    """
    remove(place.glob("*.partial*"))


def remove(files: Iterable[Path]) -> None:
    """Delete files.

    Raises:
        StorageError: the disk failed.
    """
    with in_plain_words():
        for file in files:
            file.unlink(missing_ok=True)


def take(sha256: str, source: Blobs, target: Blobs, scratch: Path) -> bool:
    """Copy a weight file from one place to another, unless it is there; False: it is missing or damaged.

    Args:
        scratch: where the copy is made, on the target's disk.

    Raises:
        StorageError: the disk is full or failed.
    """
    try:
        target.path(sha256)
        return True
    except CheckpointError:
        pass
    partial = scratch / f".incoming-{sha256}"  # where it is killed, the next collection deletes it
    try:
        with in_plain_words():
            shutil.copyfile(source.path(sha256), partial)
        if (found := target.put(partial)) != sha256:
            target.path(found).unlink()
        return found == sha256
    except CheckpointError:
        return False
    finally:
        with suppress(OSError):  # the next collection deletes it
            partial.unlink(missing_ok=True)


def prepared(file: Path, trial: Path, key: FolderKey | None) -> Path:
    """Return a copy of a backup that is sound and of the newest schema, in a folder for trials.

    Raises:
        StorageError: it is damaged, or of a newer NestDesk.
    """
    folder = DataFolder(trial / "data", key)
    with in_plain_words():
        folder.create()
        shutil.copyfile(file, folder.database)
    with closing(Database.open(folder)) as database:
        if faults := database.check_file():  # whatever else there is, `check --repair` mends
            raise StorageError(f"The backup {file.stem} is damaged, so nothing was changed: {faults[0]}")
    with in_plain_words(), folder.database.open("rb+") as made:
        os.fsync(made.fileno())
    return folder.database


def is_sound(database: Path, key: FolderKey | None) -> bool:
    """Say whether a database that nobody has open can be read from its beginning to its end."""
    try:
        with closing(connections.connect(database, key)) as raw:
            return [str(row[0]) for row in raw.execute("PRAGMA integrity_check")] == ["ok"]
    except connections.ERRORS:
        return False


def fold(database: Path, key: FolderKey | None) -> None:
    """Fold the write-ahead log of a database that nobody has open into its file.

    Raises:
        StorageError: the disk failed, or somebody has it open.
    """
    with in_plain_words():
        with closing(connections.connect(database, key)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if _log(database).exists():
            raise StorageError("Another program is using the database file, so nothing was changed. Close it first.")


def put_aside(folder: DataFolder) -> None:
    """Copy a damaged database with its log into the quarantine as it is, and delete the log.

    Raises:
        StorageError: the disk is full or failed.
    """
    log = _log(folder.database)
    files = [file for file in (folder.database, log) if file.exists()]
    Incident(folder, "restore").copy(files, "A backup took the place of this database, which could not be read.")
    remove([log])


def replace_database(database: Path, ready: Path) -> None:
    """Put a prepared database in the place of the one there is, whose log was folded in.

    Raises:
        StorageError: the disk failed; what was there is untouched.
    """
    with in_plain_words():
        ready.chmod(0o600)
        database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
        ready.replace(database)
        sync_folder(database.parent)


def _log(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")
