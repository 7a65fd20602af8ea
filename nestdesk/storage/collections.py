"""Collections: named sets of sources. They hold no documents, so deleting one deletes none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Update, func, select, update
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Collection, DeletedCollection
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.models import Base, CollectionRow, ConversationRow, FactRow, SourceRow, WatchedFolderRow


class CollectionStore:
    """The collections of a data folder. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def create(self, name: str) -> Collection:
        """Store a new collection.

        Raises:
            StorageError: the name is empty or taken.
        """
        with self._database.session() as session:
            row = CollectionRow(name=_name(session, name), created_at=now())
            session.add(row)
            session.flush()
            return Collection(row.id, row.name, row.created_at)

    def list(self) -> tuple[Collection, ...]:
        """Return all collections by name, with the number of their sources."""
        with self._database.session() as session:
            return _values(session, _counted().order_by(CollectionRow.name))

    def get(self, ref: int | str) -> Collection:
        """Return the collection with that id or name; a name of digits only may also be an id.

        Raises:
            StorageError: there is none.
        """
        found = self.find(str(ref)) if isinstance(ref, str) else None
        if found is None and str(ref).isdecimal():
            with self._database.session() as session:
                found = next(iter(_values(session, _counted().where(CollectionRow.id == int(ref)))), None)
        if found is None:
            raise StorageError(f"There is no collection {ref}.")
        return found

    def find(self, name: str) -> Collection | None:
        """Return the collection of that name, if there is one."""
        with self._database.session() as session:
            return next(iter(_values(session, _counted().where(CollectionRow.name == name.strip()))), None)

    def rename(self, id: int, name: str) -> Collection:
        """Give a collection another name.

        Raises:
            StorageError: there is no such collection, or the name is empty or taken.
        """
        with self._database.session() as session:
            row = _row(session, id)
            if row.name != name.strip():
                row.name = _name(session, name)
        return self.get(id)

    def delete(self, id: int) -> DeletedCollection:
        """Delete a collection; its sources, chats and watched folders belong to none from then on.

        What was remembered for it alone is switched off: nobody asked for it to be deleted, and it counts nowhere else.
        Its experts would go without anybody waking the fast ones: services.roster puts them away before.

        Raises:
            StorageError: there is no such collection.
        """
        gone = self.get(id)
        with self._database.session() as session:
            row = _row(session, id)
            deleted = DeletedCollection(
                gone,
                source_ids=_belonging(session, SourceRow, id),
                folder_ids=_belonging(session, WatchedFolderRow, id),
                conversation_ids=_belonging(session, ConversationRow, id),
                fact_ids=_belonging(session, FactRow, id, FactRow.is_on.is_(True)),
            )
            session.execute(_change(FactRow, FactRow.collection_id == id, collection_id=None, is_on=False))
            session.delete(row)
            session.flush()
            session.expire_all()
        return deleted

    def restore(self, gone: DeletedCollection) -> Collection:
        """Bring a deleted collection back with its number, folders, chats and facts, but without its sources.

        What belongs to another collection by now stays there.

        Raises:
            StorageError: its name is taken by now.
        """
        it = gone.collection
        with self._database.session() as session:
            session.add(CollectionRow(id=it.id, name=_name(session, it.name), created_at=it.created_at))
            session.flush()
            for of, ids in ((WatchedFolderRow, gone.folder_ids), (ConversationRow, gone.conversation_ids)):
                session.execute(_change(of, of.id.in_(ids), of.collection_id.is_(None), collection_id=it.id))
            known = (FactRow.id.in_(gone.fact_ids), FactRow.collection_id.is_(None))
            session.execute(_change(FactRow, *known, collection_id=it.id, is_on=True))
            session.expire_all()
        return self.get(it.id)


_Belonging = type[SourceRow] | type[WatchedFolderRow] | type[ConversationRow] | type[FactRow]


def _belonging(session: Session, of: _Belonging, id: int, *where: ColumnElement[bool]) -> tuple[int, ...]:
    return tuple(session.scalars(select(of.id).where(of.collection_id == id, *where).order_by(of.id)))


def _change(of: type[Base], *where: ColumnElement[bool], **values: Any) -> Update:
    return update(of).where(*where).values(**values).execution_options(synchronize_session=False)


def _name(session: Session, name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise StorageError("A collection needs a name.")
    if session.scalar(select(CollectionRow.id).where(CollectionRow.name == wanted)) is not None:
        raise StorageError(f"There is a collection called {wanted} already.")
    return wanted


def _row(session: Session, id: int) -> CollectionRow:
    row = session.get(CollectionRow, id)
    if row is None:
        raise StorageError(f"There is no collection {id}.")
    return row


def _counted() -> Select[CollectionRow, int]:
    sources = select(func.count()).where(SourceRow.collection_id == CollectionRow.id).scalar_subquery()
    return select(CollectionRow, sources)


def _values(session: Session, query: Select[CollectionRow, int]) -> tuple[Collection, ...]:
    return tuple(Collection(row.id, row.name, row.created_at, count) for row, count in session.execute(query))
