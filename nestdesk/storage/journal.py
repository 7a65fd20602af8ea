"""What was said and what is kept of it: conversations, messages, memory summaries, the journal's entries, settings."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Conversation, Event, MemorySummary, Message, Role, Why
from nestdesk.storage import events, facts, mentions
from nestdesk.storage.columns import from_json, now, to_json
from nestdesk.storage.database import Database
from nestdesk.storage.models import ConversationRow, MemorySummaryRow, MessageRow, SettingRow, SourceRow

_NEWEST_FIRST = (ConversationRow.updated_at.desc(), ConversationRow.id.desc())


class Journal:
    """The conversations, memories and settings of a data folder. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    # ------------------------------------------------------------------------------------------ conversations

    def conversations(self) -> tuple[Conversation, ...]:
        """Return all conversations, the one written to last first."""
        with self._database.session() as session:
            rows = session.scalars(select(ConversationRow).order_by(*_NEWEST_FIRST))
            return tuple(_conversation(session, row) for row in rows)

    def conversation(self, id: int) -> Conversation:
        """Return one conversation.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            return _conversation(session, _conversation_row(session, id))

    def create_conversation(self, title: str, is_temporary: bool = False) -> Conversation:
        """Start an empty conversation."""
        moment = now()
        with self._database.session() as session:
            row = ConversationRow(title=title, created_at=moment, updated_at=moment, is_temporary=is_temporary)
            session.add(row)
            session.flush()
            return _conversation(session, row)

    def rename_conversation(self, id: int, title: str) -> None:
        """Give a conversation, and what is learned from it, another title.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            _conversation_row(session, id).title = title
            session.execute(update(SourceRow).where(SourceRow.conversation_id == id).values(title=title))

    def delete_conversation(self, id: int) -> None:
        """Delete a conversation with its messages and its memory summary.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            conversation = _conversation_row(session, id)
            _delete_memory(session, id)
            session.delete(conversation)

    def discard_temporary(self) -> int:
        """Delete all temporary conversations and return how many there were; for the start and the end of a run."""
        with self._database.session() as session:
            ids = session.scalars(select(ConversationRow.id).where(ConversationRow.is_temporary)).all()
            session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids)))
            return len(ids)

    # ----------------------------------------------------------------------------------------------- messages

    def messages(self, conversation_id: int) -> tuple[Message, ...]:
        """Return the branch of a conversation that is shown, in order: from its first message to its leaf.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            shown = _shown(session, _conversation_row(session, conversation_id))
            return tuple(_message(row) for row in shown)

    def tree(self, conversation_id: int) -> tuple[Message, ...]:
        """Return all messages of a conversation, with all its branches; parents come before their children.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            _conversation_row(session, conversation_id)
            return tuple(_message(row) for row in _rows(session, conversation_id))

    def add_message(
        self,
        conversation_id: int,
        role: Role,
        text: str,
        parent_id: int | None = None,
        why: Why | None = None,
        is_complete: bool = True,
    ) -> Message:
        """Append a message and commit it; it ends the branch that is shown from now on.

        Without a parent_id it follows the last message shown.

        Raises:
            StorageError: there is no such conversation, or the parent is not in it.
        """
        with self._database.session() as session:
            conversation = _conversation_row(session, conversation_id)
            row = MessageRow(
                conversation_id=conversation_id,
                parent_id=_parent(session, conversation, parent_id),
                role=role.value,
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
            return _message(row)

    def finish_message(self, id: int, text: str, why: Why | None, is_complete: bool) -> Message:
        """Replace a streamed message's text by its final one.

        Raises:
            StorageError: there is no such message.
        """
        with self._database.session() as session:
            row = session.get(MessageRow, id)
            if row is None:
                raise StorageError(f"There is no message {id}; its conversation was deleted.")
            row.text, row.why, row.is_complete = text, to_json(why, Why), is_complete
            _conversation_row(session, row.conversation_id).updated_at = now()
            session.flush()
            session.refresh(row)
            return _message(row)

    # ----------------------------------------------------------------------------------------------- memories

    def summaries(self) -> tuple[MemorySummary, ...]:
        """Return what is remembered of earlier conversations, newest first."""
        with self._database.session() as session:
            rows = session.scalars(select(MemorySummaryRow).order_by(MemorySummaryRow.id.desc()))
            return tuple(_summary(row) for row in rows)

    def add_summary(self, conversation_id: int, text: str, vector: bytes | None) -> MemorySummary:
        """Remember a conversation up to its last message; an earlier summary of it is replaced.

        vector is the text's unit vector as little-endian float32.

        Raises:
            StorageError: there is no such conversation, or it is a temporary one.
        """
        with self._database.session() as session:
            conversation = _conversation_row(session, conversation_id)
            if conversation.is_temporary:
                raise StorageError("A temporary conversation is not remembered.")
            session.execute(delete(MemorySummaryRow).where(MemorySummaryRow.conversation_id == conversation_id))
            row = MemorySummaryRow(conversation_id=conversation_id, text=text, created_at=now(), vector=vector)
            session.add(row)
            conversation.summarised_up_to = _last_message(session, conversation_id) or 0
            session.flush()
            session.refresh(row)
            return _summary(row)

    def summary_vectors(self) -> tuple[tuple[MemorySummary, bytes], ...]:
        """Return the summaries that have a vector, newest first."""
        query = (
            select(MemorySummaryRow).where(MemorySummaryRow.vector.is_not(None)).order_by(MemorySummaryRow.id.desc())
        )
        with self._database.session() as session:
            return tuple((_summary(row), row.vector or b"") for row in session.scalars(query))

    def learnable(self, conversation_id: int) -> tuple[Message, ...]:
        """Return the messages that may be remembered and learned, in order: of the branch that is shown.

        They are none of a temporary conversation, none that were said before it was forgotten, and none that were
        taken back.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            row = _conversation_row(session, conversation_id)
            if row.is_temporary:
                return ()
            taken_back = facts.messages_taken_back(session, conversation_id)
            said = self.messages(conversation_id)
            return tuple(one for one in said if one.id > row.forgotten_up_to and one.id not in taken_back)

    def forget_said(self, conversation_id: int) -> None:
        """Delete the memory of a conversation; nothing that was said so far is remembered or learned again.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            conversation = _conversation_row(session, conversation_id)
            _delete_memory(session, conversation_id)
            last = _last_message(session, conversation_id) or 0
            conversation.forgotten_up_to = conversation.summarised_up_to = last

    def has_news(self, conversation_id: int) -> bool:
        """Say whether something was said in a conversation that its summary has not seen; never of a temporary one.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            row = _conversation_row(session, conversation_id)
            return not row.is_temporary and (_last_message(session, conversation_id) or 0) > row.summarised_up_to

    def unsummarised(self) -> tuple[Conversation, ...]:
        """Return the conversations, but temporary ones, with messages no summary has seen; oldest first."""
        unseen = select(MessageRow.id).where(
            MessageRow.conversation_id == ConversationRow.id, MessageRow.id > ConversationRow.summarised_up_to
        )
        query = select(ConversationRow).where(~ConversationRow.is_temporary, unseen.exists())
        with self._database.session() as session:
            rows = session.scalars(query.order_by(ConversationRow.id))
            return tuple(_conversation(session, row) for row in rows)

    # ----------------------------------------------------------------------------------- events and settings

    def add_event(
        self,
        kind: str,
        text: str,
        expert_id: int | None = None,
        checkpoint_id: int | None = None,
        source_id: int | None = None,
    ) -> Event:
        """Append an entry to the journal. Its ids may name what is deleted already."""
        with self._database.session() as session:
            return events.append(
                session, kind, text, expert_id=expert_id, checkpoint_id=checkpoint_id, source_id=source_id
            )

    def settings(self) -> dict[str, str]:
        """Return the stored settings."""
        with self._database.session() as session:
            return {row.name: row.value for row in session.scalars(select(SettingRow))}

    def save_settings(self, settings: dict[str, str]) -> None:
        """Store exactly these settings; a name that is not among them goes back to its default."""
        with self._database.session() as session:
            session.execute(delete(SettingRow))
            session.add_all(SettingRow(name=name, value=value) for name, value in settings.items())


def _conversation_row(session: Session, id: int) -> ConversationRow:
    row = session.get(ConversationRow, id)
    if row is None:
        raise StorageError(f"There is no conversation {id}; it was deleted.")
    return row


def _delete_memory(session: Session, conversation_id: int) -> None:
    own = MemorySummaryRow.conversation_id == conversation_id
    mentions.forget_memories(session, set(session.scalars(select(MemorySummaryRow.text).where(own))))
    facts.forget_conversation(session, conversation_id)
    session.execute(delete(MemorySummaryRow).where(own))


def _last_message(session: Session, conversation_id: int) -> int | None:
    return session.scalar(select(func.max(MessageRow.id)).where(MessageRow.conversation_id == conversation_id))


def _parent(session: Session, conversation: ConversationRow, parent_id: int | None) -> int | None:
    if parent_id is None:
        shown = _shown(session, conversation)
        return shown[-1].id if shown else None
    parent = session.get(MessageRow, parent_id)
    if parent is None or parent.conversation_id != conversation.id:
        raise StorageError(f"The message {parent_id} is not in this conversation.")
    return parent_id


def _rows(session: Session, conversation_id: int) -> Sequence[MessageRow]:
    query = select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.id)
    return session.scalars(query).all()


def _shown(session: Session, conversation: ConversationRow) -> tuple[MessageRow, ...]:
    """Return the messages from the first one to the leaf, or to the newest message where no leaf is set."""
    rows = {row.id: row for row in _rows(session, conversation.id)}
    at = rows.get(conversation.leaf_id or max(rows, default=0))
    path: dict[int, MessageRow] = {}
    while at is not None and at.id not in path:
        path[at.id] = at
        at = rows.get(at.parent_id or 0)
    return tuple(reversed(path.values()))


def _conversation(session: Session, row: ConversationRow) -> Conversation:
    messages = session.scalar(select(func.count()).where(MessageRow.conversation_id == row.id)) or 0
    return Conversation(row.id, row.title, row.created_at, row.updated_at, row.is_temporary, messages)


def _message(row: MessageRow) -> Message:
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


def _summary(row: MemorySummaryRow) -> MemorySummary:
    return MemorySummary(row.id, row.conversation_id, row.text, row.created_at)
