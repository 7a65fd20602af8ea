"""What a data folder held before something took its place: whole exports in its folder of backups, the newest few.

A kept export can be restored like any other one, which is how a restore is undone. Nobody asked for it, so in an
encrypted data folder it is sealed, as no other export is.
"""

from __future__ import annotations

from pathlib import Path

from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import Job
from nestdesk.storage.archive import Page, write
from nestdesk.storage.blobs import Blobs, sync_folder
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.failures import in_plain_words

NEWEST = 5
_LABEL = "before-restore"


def keep(database: Database, blobs: Blobs, folder: Path, page: Page, key: FolderKey | None = None) -> Job[Path]:
    """Write everything the data folder holds into an export of its own, and return its file.

    Raises:
        StorageError, CheckpointError: it cannot be written, or weights are damaged; nothing is left behind.
    """
    target = folder / f"{now():%Y%m%dT%H%M%S.%fZ}-{_LABEL}.zip"
    yield from write(database, blobs, target, page, key.files if key else None)
    return target


def found(folder: Path) -> tuple[Path, ...]:
    """Return the kept exports, newest first."""
    return tuple(sorted(folder.glob(f"*-{_LABEL}.zip"), reverse=True))


def thin(folder: Path) -> None:
    """Delete all but the newest few.

    Raises:
        StorageError: the disk failed.
    """
    with in_plain_words():
        if old := found(folder)[NEWEST:]:
            for path in old:
                path.unlink()
            sync_folder(folder)
