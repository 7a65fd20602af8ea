"""Taking in chats of other programs: what is there already is recognised, so taking a chat in twice adds nothing.

A conversation is known by its origin, a message by where it hangs and what it says. Of a chat that went on elsewhere
only the new messages are added. What is taken in counts as summarised: it is learned when a person asks for it, or
goes on with the chat.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, insert, or_, select, text
from sqlalchemy.orm import Session

from nestdesk.core.chats import NESTDESK, ForeignChat
from nestdesk.storage import chat_order
from nestdesk.storage.columns import clean
from nestdesk.storage.database import Database
from nestdesk.storage.models import ConversationRow, MessageRow


@dataclass(frozen=True)
class Taken:
    """What of a chat was, or would be, new."""

    conversation_id: int | None  # None: it would be a new conversation
    is_new: bool
    messages: int


class ForeignChats:
    """The door through which chats of other programs come in."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def compare(self, chat: ForeignChat) -> Taken:
        """Return what of a chat would be new, and write nothing."""
        with self._database.session() as session:
            row = _row(session, chat)
            known = _known(session, row.id, chat) if row else {}
            return Taken(row.id if row else None, row is None, len(chat.messages) - len(known))

    def take(self, chat: ForeignChat) -> Taken:
        """Add what of a chat is new, as one committed transaction."""
        with self._database.session() as session:
            found = _row(session, chat)
            row = found or _begun(session, chat)
            known = _known(session, row.id, chat) if found else {}
            last = _last_message(session, row.id)
            places = _placed(session, row.id, chat, known)
            added = len(places) - len(known)
            if added:
                row.updated_at = max(row.updated_at, *(message.created_at for message in chat.messages))
                if row.leaf_id is None or row.leaf_id in known.values():  # else the person went on with it here
                    row.leaf_id = places[chat.leaf]
                if last <= row.summarised_up_to:  # else something was said here that is still to be summarised
                    row.summarised_up_to = _last_message(session, row.id)
            return Taken(row.id, found is None, added)


def _row(session: Session, chat: ForeignChat) -> ConversationRow | None:
    is_it = ConversationRow.origin == chat.origin
    if chat.origin.startswith(f"{NESTDESK}:"):  # it may have been begun in this very data folder
        is_own = ConversationRow.origin.is_(None) & (ConversationRow.created_at == chat.created_at)
        is_it = or_(is_it, is_own & ~ConversationRow.is_temporary)
    return session.scalar(select(ConversationRow).where(is_it).order_by(ConversationRow.id).limit(1))


def _begun(session: Session, chat: ForeignChat) -> ConversationRow:
    row = ConversationRow(
        title=chat.title,
        created_at=chat.created_at,
        updated_at=chat.created_at,
        is_temporary=False,
        summarised_up_to=0,
        origin=chat.origin,
        folder_id=chat_order.folder_named(session, chat.folder) if chat.folder.strip() else None,
        is_pinned=chat.is_pinned,
        is_archived=chat.is_archived,
    )
    session.add(row)
    session.flush()
    return row


def _known(session: Session, conversation_id: int, chat: ForeignChat) -> dict[str, int]:
    """Return the ids of the messages that are there already, by their keys in the chat."""
    stored: defaultdict[tuple[int | None, str, str], list[int]] = defaultdict(list)
    query = select(MessageRow.parent_id, MessageRow.role, MessageRow.text, MessageRow.id).where(
        MessageRow.conversation_id == conversation_id
    )
    for parent_id, role, said, id in session.execute(query.order_by(MessageRow.id.desc())):
        stored[parent_id, role, said].append(id)
    known: dict[str, int] = {}
    for message in chat.messages:
        if message.parent is None or message.parent in known:
            parent_id = None if message.parent is None else known[message.parent]
            if same := stored[parent_id, message.role.value, clean(message.text)]:
                known[message.key] = same.pop()  # the oldest: an answer may have been given twice in the same words
    return known


def _placed(session: Session, conversation_id: int, chat: ForeignChat, known: dict[str, int]) -> dict[str, int]:
    """Insert the messages that are not known, and return the ids of all by their keys."""
    new = [message for message in chat.messages if message.key not in known]
    places = known | {message.key: id for id, message in enumerate(new, start=_next_id(session))}
    rows = [
        {
            "id": places[message.key],
            "conversation_id": conversation_id,
            "parent_id": None if message.parent is None else places[message.parent],
            "role": message.role.value,
            "text": message.text,
            "created_at": message.created_at,
            "is_complete": message.is_complete,
        }
        for message in new
    ]
    if rows:
        session.execute(insert(MessageRow), rows)
    return places


def _next_id(session: Session) -> int:
    """Return the first message id that was never given out; nobody else writes while the transaction lasts."""
    last = session.scalar(
        text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": MessageRow.__tablename__}
    )
    return int(last or 0) + 1


def _last_message(session: Session, conversation_id: int) -> int:
    query = select(func.max(MessageRow.id)).where(MessageRow.conversation_id == conversation_id)
    return session.scalar(query) or 0
