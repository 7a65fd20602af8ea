"""Chats of this data folder on their way out, with all their branches, as other programs' chats come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from nestdesk.core.chats import NESTDESK, ForeignChat, ForeignMessage
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.models import ChatFolderRow, ConversationRow, MessageRow


@dataclass(frozen=True)
class OwnChat:
    """A chat that can be exported."""

    id: int
    title: str
    updated_at: datetime
    messages: int
    chars: int


def listed(database: Database) -> tuple[OwnChat, ...]:
    """Return the chats in which something was said, but temporary ones; the one written to last comes first."""
    query = (
        select(
            ConversationRow.id,
            ConversationRow.title,
            ConversationRow.updated_at,
            func.count(MessageRow.id),
            func.sum(func.length(MessageRow.text)),
        )
        .join(MessageRow, MessageRow.conversation_id == ConversationRow.id)
        .where(~ConversationRow.is_temporary)
        .group_by(ConversationRow.id)
        .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc())
    )
    with database.session() as session:
        return tuple(OwnChat(*row) for row in session.execute(query))


def told(database: Database, ids: Sequence[int]) -> Iterator[ForeignChat]:
    """Yield chats by their ids; those in which nothing was said, and temporary ones, are left out.

    Raises:
        StorageError: there is no such conversation.
    """
    for id in ids:
        if chat := _told(database, id):
            yield chat


def _told(database: Database, id: int) -> ForeignChat | None:
    journal = Journal(database)
    with database.session() as session:  # a chat is told as it is at one moment
        conversation = journal.conversation(id)
        tree = journal.tree(id)
        row = session.get_one(ConversationRow, id)
        leaf = row.leaf_id if row.leaf_id in {one.id for one in tree} else None
        origin = row.origin or f"{NESTDESK}:{conversation.created_at.isoformat()}"
        folder = session.get(ChatFolderRow, row.folder_id) if row.folder_id is not None else None
        name = folder.name if folder else ""
    if conversation.is_temporary or not tree:
        return None
    messages = tuple(
        ForeignMessage(str(one.id), _key(one.parent_id), one.role, one.text, one.created_at, one.is_complete)
        for one in tree
    )
    return ForeignChat(
        origin,
        conversation.title,
        conversation.created_at,
        messages,
        str(leaf or tree[-1].id),
        name,
        conversation.is_pinned,
        conversation.is_archived,
    )


def _key(id: int | None) -> str | None:
    return None if id is None else str(id)
