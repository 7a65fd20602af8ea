"""Looking for words in what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from nestdesk.storage.database import Database
from nestdesk.storage.models import ConversationRow, MessageRow


@dataclass(frozen=True)
class Said:
    """A message that holds what was looked for."""

    conversation_id: int
    message_id: int
    title: str  # of the conversation
    text: str


def find(database: Database, words: Sequence[str], limit: int) -> tuple[Said, ...]:
    """Return the newest messages that hold all the words, or parts of words, whatever their case (of Latin letters)."""
    if not words:
        return ()
    query = (
        select(MessageRow.conversation_id, MessageRow.id, ConversationRow.title, MessageRow.text)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(*(MessageRow.text.icontains(word, autoescape=True) for word in words))
        .order_by(MessageRow.id.desc())
        .limit(limit)
    )
    with database.session() as session:
        return tuple(Said(*row) for row in session.execute(query))
