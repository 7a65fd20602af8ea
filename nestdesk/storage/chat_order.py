"""Where chats are kept: folders, pins and the archive. A folder holds no chats, so deleting one deletes none."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from nestdesk.core.chats import ChatFolder
from nestdesk.core.errors import StorageError
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.models import ChatFolderRow, ConversationRow


class ChatOrderStore:
    """The order of a data folder's chats. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def folders(self) -> tuple[ChatFolder, ...]:
        """Return all folders by name."""
        with self._database.session() as session:
            rows = session.scalars(select(ChatFolderRow))
            return tuple(sorted((ChatFolder(row.id, row.name) for row in rows), key=lambda one: one.name.casefold()))

    def named(self, name: str) -> ChatFolder:
        """Return the folder of that name, made if there is none.

        Raises:
            StorageError: the name is empty.
        """
        with self._database.session() as session:
            row = session.get_one(ChatFolderRow, folder_named(session, name))
            return ChatFolder(row.id, row.name)

    def rename(self, folder_id: int, name: str) -> None:
        """Give a folder another name.

        Raises:
            StorageError: there is no such folder, or the name is empty or taken.
        """
        wanted = _name(name)
        with self._database.session() as session:
            row = _folder(session, folder_id)
            if _find(session, wanted) not in (None, folder_id):
                raise StorageError(f"There is a folder called {wanted} already.")
            row.name = wanted

    def delete(self, folder_id: int) -> None:
        """Delete a folder; its chats are in none from then on.

        Raises:
            StorageError: there is no such folder.
        """
        with self._database.session() as session:
            session.delete(_folder(session, folder_id))
            session.flush()
            session.expire_all()

    def move(self, conversation_id: int, folder_id: int | None) -> None:
        """Put a chat into a folder, or into none.

        Raises:
            StorageError: there is no such chat or folder.
        """
        with self._database.session() as session:
            row = _chat(session, conversation_id)
            row.folder_id = None if folder_id is None else _folder(session, folder_id).id

    def pin(self, conversation_id: int, is_pinned: bool) -> None:
        """Keep a chat above all others, or not any more.

        Raises:
            StorageError: there is no such chat.
        """
        with self._database.session() as session:
            _chat(session, conversation_id).is_pinned = is_pinned

    def archive(self, conversation_id: int, is_archived: bool) -> None:
        """Put a chat away, or bring it back. It can be found, asked and learned from as before.

        Raises:
            StorageError: there is no such chat.
        """
        with self._database.session() as session:
            _chat(session, conversation_id).is_archived = is_archived


def folder_named(session: Session, name: str) -> int:
    """Return the id of the folder of that name, made if there is none.

    Raises:
        StorageError: the name is empty.
    """
    wanted = _name(name)
    found = _find(session, wanted)
    if found is not None:
        return found
    row = ChatFolderRow(name=wanted, created_at=now())
    session.add(row)
    session.flush()
    return row.id


def _find(session: Session, name: str) -> int | None:
    return session.scalar(select(ChatFolderRow.id).where(ChatFolderRow.name == name))


def _name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise StorageError("A folder needs a name.")
    return wanted


def _folder(session: Session, id: int) -> ChatFolderRow:
    row = session.get(ChatFolderRow, id)
    if row is None:
        raise StorageError("This folder is not there any more.")
    return row


def _chat(session: Session, id: int) -> ConversationRow:
    row = session.get(ConversationRow, id)
    if row is None:
        raise StorageError(f"There is no conversation {id}; it was deleted.")
    return row
