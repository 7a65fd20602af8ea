"""Watched folders: which they are, where their documents go, when they were looked at, what of them is left out."""

from __future__ import annotations

import os

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.folders import LeftOut, WatchedFolder
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.models import LeftOutRow, SourceRow, WatchedFolderRow


class FolderStore:
    """The watched folders of a data folder. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def add(self, path: str, collection_id: int | None = None) -> WatchedFolder:
        """Store a folder by its absolute path.

        Raises:
            StorageError: it lies in a watched folder, or one lies in it: its documents would belong to both.
        """
        with self._database.session() as session:
            for row in session.scalars(select(WatchedFolderRow)):
                if is_below(path, row.path) or is_below(row.path, path):
                    raise StorageError(f"{path} cannot be watched: the folder {row.path} is watched already.")
            made = WatchedFolderRow(path=path, collection_id=collection_id, added_at=now())
            session.add(made)
            session.flush()
            return _value(made)

    def list(self) -> tuple[WatchedFolder, ...]:
        """Return all watched folders, oldest first."""
        with self._database.session() as session:
            return tuple(_value(row) for row in session.scalars(select(WatchedFolderRow).order_by(WatchedFolderRow.id)))

    def get(self, id: int) -> WatchedFolder:
        """Return one watched folder.

        Raises:
            StorageError: there is no such folder.
        """
        with self._database.session() as session:
            return _value(_row(session, id))

    def holding(self, path: str) -> WatchedFolder | None:
        """Return the watched folder that a file lies in, if any."""
        return next((one for one in self.list() if is_below(path, one.path)), None)

    def assign(self, id: int, collection_id: int | None) -> None:
        """Let a folder's documents go to a collection, or to none, from now on.

        Raises:
            StorageError: there is no such folder.
        """
        with self._database.session() as session:
            _row(session, id).collection_id = collection_id

    def note_check(self, id: int) -> None:
        """Note that the folder was looked at just now.

        Raises:
            StorageError: there is no such folder.
        """
        with self._database.session() as session:
            _row(session, id).checked_at = now()

    def remove(self, id: int) -> None:
        """Stop watching a folder; its sources stay.

        Raises:
            StorageError: there is no such folder.
        """
        with self._database.session() as session:
            session.delete(_row(session, id))

    def leave_out(self, folder_id: int, path: str, sha256: str) -> None:
        """Let no look at the folder take in a file, under this name or another."""
        with self._database.session() as session:
            session.merge(LeftOutRow(path=path, folder_id=folder_id, sha256=sha256, since=now()))

    def take_in(self, path: str) -> None:
        """Let looks take in a file again, if it was left out."""
        with self._database.session() as session:
            session.execute(delete(LeftOutRow).where(LeftOutRow.path == path))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the files that are left out, by path: those that nobody has added again since."""
        added = select(SourceRow.id).where(
            or_(SourceRow.path == LeftOutRow.path, SourceRow.sha256 == LeftOutRow.sha256)
        )
        query = select(LeftOutRow).where(~added.exists()).order_by(LeftOutRow.path)
        with self._database.session() as session:
            return tuple(LeftOut(row.path, row.folder_id, row.sha256, row.since) for row in session.scalars(query))


def is_below(path: str, folder: str) -> bool:
    """Say whether a path is a folder or lies anywhere in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _row(session: Session, id: int) -> WatchedFolderRow:
    row = session.get(WatchedFolderRow, id)
    if row is None:
        raise StorageError(f"There is no watched folder {id}.")
    return row


def _value(row: WatchedFolderRow) -> WatchedFolder:
    return WatchedFolder(row.id, row.path, row.added_at, row.checked_at, row.collection_id)
