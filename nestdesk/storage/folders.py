"""Watched folders: which they are, what collection their documents go to, and when they were looked at."""

from __future__ import annotations

import os

from sqlalchemy import select
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.types import WatchedFolder
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.models import WatchedFolderRow


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
