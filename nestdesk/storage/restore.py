"""Bringing an export back, into a data folder that holds nothing yet or in place of what one holds: all, or nothing.

Weights come first, as files named by their content; then all rows, in one transaction. A crash in between leaves at
most files that no row names, which the next start collects. Nothing is deleted before the transaction, so that a data
folder that held something still holds it when the restore breaks off.
"""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import Job, Progress
from nestdesk.storage import events, full_text
from nestdesk.storage.archive import WEIGHTS, Manifest, damaged, opened
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.models import Base, CheckpointRow, EventRow
from nestdesk.storage.table_lines import TABLES, load

# What the program itself writes: settings, and the experts that it is born with.
_NOBODYS = frozenset({"setting", "expert", "checkpoint", "head", "event"})


def is_empty(database: Database) -> bool:
    """Say whether a person has put nothing into the data folder yet; what it was born with does not count."""
    with database.session() as session:
        return _is_empty(session)


def restore(
    database: Database, blobs: Blobs, path: Path, manifest: Manifest, key: FolderKey | None = None
) -> Job[None]:
    """Bring everything of an export back; what the data folder was born with gives way.

    Args:
        database: of an empty data folder.
        blobs: its weights.
        path: the export, which was verified.
        manifest: what it says of itself.
        key: for an export that is sealed.

    Raises:
        StorageError: the export does not fit together, the data folder is not empty, or the disk failed.
    """
    yield from _bring_back(database, blobs, path, manifest, key, may_replace=False)


def replace(
    database: Database, blobs: Blobs, path: Path, manifest: Manifest, key: FolderKey | None = None
) -> Job[None]:
    """Bring everything of an export back in place of all rows that there are; the arguments are those of restore.

    Raises:
        StorageError: the export does not fit together, or the disk failed; what there was is untouched.
    """
    yield from _bring_back(database, blobs, path, manifest, key, may_replace=True)


def _bring_back(
    database: Database, blobs: Blobs, path: Path, manifest: Manifest, key: FolderKey | None, *, may_replace: bool
) -> Job[None]:
    with opened(path, key) as archive:
        weights = [name for name in manifest.files if PurePosixPath(name).parts[0] == WEIGHTS]
        for place, name in enumerate(weights):
            yield Progress("restoring", place / len(weights), "weights")
            _take_weights(archive, name, blobs, path.name)
        yield Progress("restoring", 1.0, "tables and chats")
        with database.session() as session:
            if not (may_replace or _is_empty(session)):
                raise StorageError("The data folder is not empty any more, so nothing was restored.")
            try:
                _replace_rows(session, archive, manifest)
                _check(session, blobs)
            except (ValueError, OverflowError, IntegrityError, CheckpointError) as error:
                raise damaged(path.name) from error


def _is_empty(session: Session) -> bool:
    done = session.scalar(select(func.count()).select_from(EventRow).where(EventRow.kind != events.BORN))
    tables = [table for name, table in TABLES.items() if name not in _NOBODYS]
    return not done and not any(session.scalar(select(func.count()).select_from(table)) for table in tables)


def _take_weights(archive: zipfile.ZipFile, name: str, blobs: Blobs, title: str) -> None:
    with archive.open(name) as member:
        found = blobs.put_stream(member)  # type: ignore[arg-type]  # it is read, and nothing else
    if found != PurePosixPath(name).stem:
        raise damaged(title)


def _replace_rows(session: Session, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    session.execute(text("PRAGMA defer_foreign_keys = ON"))  # rows may refer to later ones
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(delete(table))
    for name, count in manifest.rows.items():
        with archive.open(f"tables/{name}.jsonl") as lines:
            if load(session, TABLES[name], lines) != count:
                raise ValueError(f"rows of {name}")
    for name, last in manifest.sequences.items():
        if name in TABLES:
            session.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            session.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), {"name": name, "last": last})
    full_text.rebuild(session)


def _check(session: Session, blobs: Blobs) -> None:
    if session.execute(text("PRAGMA foreign_key_check")).first():
        raise ValueError("a row refers to a missing one")
    for sha256 in session.scalars(select(CheckpointRow.blob).distinct()):
        blobs.path(sha256)
