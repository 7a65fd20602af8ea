"""The rows of messages: stored below another one, and read as the values that cross the package's border."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Message, Role, Why
from nestdesk.storage import branches
from nestdesk.storage.columns import from_json, now, to_json
from nestdesk.storage.models import ConversationRow, MessageRow

_BATCH = 500  # messages in one query


def last(session: Session, conversation_id: int) -> int | None:
    """Return the newest message of a conversation, on whatever branch."""
    return session.scalar(select(func.max(MessageRow.id)).where(MessageRow.conversation_id == conversation_id))


def leaf(session: Session, conversation: ConversationRow) -> int | None:
    """Return where the branch that is shown ends."""
    return conversation.leaf_id or last(session, conversation.id)


def message_row(session: Session, id: int) -> MessageRow:
    """Return a message's row.

    Raises:
        StorageError: there is no such message.
    """
    row = session.get(MessageRow, id)
    if row is None:
        raise StorageError(f"There is no message {id}; its conversation was deleted.")
    return row


def messages(session: Session, ids: Sequence[int]) -> tuple[Message, ...]:
    """Return messages in the order of their ids given."""
    found: dict[int, Message] = {}
    for first in range(0, len(ids), _BATCH):
        query = select(MessageRow).where(MessageRow.id.in_(ids[first : first + _BATCH]))
        found |= {row.id: message(row) for row in session.scalars(query)}
    return tuple(found[id] for id in ids)


def added(
    session: Session,
    conversation: ConversationRow,
    parent_id: int | None,
    role: str,
    text: str,
    why: Why | None = None,
    is_complete: bool = True,
) -> Message:
    """Store a message below another one, and show it."""
    if parent_id != leaf(session, conversation):
        branches.leave(session, conversation, parent_id)
    row = MessageRow(
        conversation_id=conversation.id,
        parent_id=parent_id,
        role=role,
        text=text,
        created_at=now(),
        why=to_json(why, Why),
        is_complete=is_complete,
    )
    session.add(row)
    session.flush()
    conversation.updated_at, conversation.leaf_id = row.created_at, row.id
    session.flush()
    session.refresh(row)  # a text that had to be cleaned is returned as it was stored
    return message(row)


def message(row: MessageRow) -> Message:
    """Return a row as a value."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        role=Role(row.role),
        text=row.text,
        created_at=row.created_at,
        why=from_json(row.why, Why),
        is_complete=row.is_complete,
    )
