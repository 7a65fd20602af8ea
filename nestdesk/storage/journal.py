"""What was said and what is kept of it: conversations, messages, memory summaries, the journal's entries, settings."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from nestdesk.core.chats import Branch
from nestdesk.core.errors import StorageError
from nestdesk.core.types import Conversation, Event, MemorySummary, Message, Role, Why
from nestdesk.storage import branches, events, facts, mentions, message_rows
from nestdesk.storage.columns import now, to_json
from nestdesk.storage.database import Database
from nestdesk.storage.models import CollectionRow, ConversationRow, MemorySummaryRow, MessageRow, SettingRow, SourceRow

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

    def title(self, id: int) -> str:
        """Return what a conversation is called; "" if there is none any more."""
        with self._database.session() as session:
            return session.scalar(select(ConversationRow.title).where(ConversationRow.id == id)) or ""

    def create_conversation(
        self, title: str, is_temporary: bool = False, collection_id: int | None = None
    ) -> Conversation:
        """Start an empty conversation that asks one collection, or everything.

        Raises:
            StorageError: there is no such collection.
        """
        moment = now()
        with self._database.session() as session:
            row = ConversationRow(title=title, created_at=moment, updated_at=moment, is_temporary=is_temporary)
            session.add(row)
            row.collection_id = _collection(session, collection_id)
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

    def temporary(self) -> tuple[int, ...]:
        """Return the ids of all temporary conversations."""
        with self._database.session() as session:
            return tuple(session.scalars(select(ConversationRow.id).where(ConversationRow.is_temporary)))

    def discard_temporary(self) -> int:
        """Delete all temporary conversations and return how many there were; for the start and the end of a run."""
        with self._database.session() as session:
            ids = self.temporary()
            session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids)))
            return len(ids)

    # ----------------------------------------------------------------------------------------------- messages

    def messages(self, conversation_id: int) -> tuple[Message, ...]:
        """Return the branch of a conversation that is shown, in order: from its first message to its leaf.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            leaf_id = _conversation_row(session, conversation_id).leaf_id
            return message_rows.messages(session, branches.shown(branches.parents(session, conversation_id), leaf_id))

    def branch(self, conversation_id: int, first: int = 0, stop: int | None = None) -> Branch:
        """Return the branch of a conversation that is shown, with the other versions of its messages.

        Args:
            conversation_id: the conversation.
            first: the place of the first message wanted; below zero it counts from the end, as in a slice.
            stop: the place behind the last one; None: the end.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            leaf_id = _conversation_row(session, conversation_id).leaf_id
            tree = branches.parents(session, conversation_id)
            shown = branches.shown(tree, leaf_id)
            start, end, _ = slice(first, stop).indices(len(shown))
            part = shown[start:end]
            return Branch(message_rows.messages(session, part), branches.versions(tree, part), start, len(shown) - end)

    def place(self, id: int) -> int:
        """Return how many messages come before one on its branch.

        Raises:
            StorageError: there is no such message.
        """
        with self._database.session() as session:
            tree = branches.parents(session, message_rows.message_row(session, id).conversation_id)
            return len(branches.path(tree, id)) - 1

    def up_to(self, id: int) -> tuple[Message, ...]:
        """Return a message with those before it on its branch, in order, shown or not.

        Raises:
            StorageError: there is no such message.
        """
        with self._database.session() as session:
            tree = branches.parents(session, message_rows.message_row(session, id).conversation_id)
            return message_rows.messages(session, branches.path(tree, id))

    def show(self, id: int) -> None:
        """Show the branch of a message from now on, to its newest end; a branch that is shown stays as it is.

        Raises:
            StorageError: there is no such message.
        """
        with self._database.session() as session:
            conversation = _conversation_row(session, message_rows.message_row(session, id).conversation_id)
            tree = branches.parents(session, conversation.id)
            before = branches.shown(tree, conversation.leaf_id)
            if id not in before:
                kept = [one for one in branches.path(tree, id) if one in set(before)]
                branches.leave(session, conversation, kept[-1] if kept else None)
                conversation.leaf_id = branches.newest_below(tree, id)

    def tie(self, conversation_id: int, collection_id: int | None) -> None:
        """Have a conversation ask one collection, or everything.

        Raises:
            StorageError: there is no such conversation or collection.
        """
        with self._database.session() as session:
            _conversation_row(session, conversation_id).collection_id = _collection(session, collection_id)

    def tree(self, conversation_id: int) -> tuple[Message, ...]:
        """Return all messages of a conversation, with all its branches; parents come before their children.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            _conversation_row(session, conversation_id)
            query = select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.id)
            return tuple(message_rows.message(row) for row in session.scalars(query))

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
            if parent_id is None:
                parent_id = message_rows.leaf(session, conversation)
            elif message_rows.message_row(session, parent_id).conversation_id != conversation_id:
                raise StorageError(f"The message {parent_id} is not in this conversation.")
            return message_rows.added(session, conversation, parent_id, role.value, text, why, is_complete)

    def add_version(self, id: int, text: str) -> Message:
        """Store another version of a message beside it and commit it; it ends the branch that is shown from now on.

        Raises:
            StorageError: there is no such message.
        """
        with self._database.session() as session:
            beside = message_rows.message_row(session, id)
            conversation = _conversation_row(session, beside.conversation_id)
            return message_rows.added(session, conversation, beside.parent_id, beside.role, text)

    def finish_message(self, id: int, text: str, why: Why | None, is_complete: bool) -> Message:
        """Replace a streamed message's text by its final one.

        Raises:
            StorageError: there is no such message.
        """
        with self._database.session() as session:
            row = message_rows.message_row(session, id)
            row.text, row.why, row.is_complete = text, to_json(why, Why), is_complete
            _conversation_row(session, row.conversation_id).updated_at = now()
            session.flush()
            session.refresh(row)
            return message_rows.message(row)

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
            conversation.summarised_up_to = message_rows.last(session, conversation_id) or 0
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
            last = message_rows.last(session, conversation_id) or 0
            conversation.forgotten_up_to = conversation.summarised_up_to = last

    def has_news(self, conversation_id: int) -> bool:
        """Say whether something was said in a conversation that its summary has not seen; never of a temporary one.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session() as session:
            row = _conversation_row(session, conversation_id)
            return not row.is_temporary and (message_rows.last(session, conversation_id) or 0) > row.summarised_up_to

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


def _collection(session: Session, id: int | None) -> int | None:
    if id is not None and session.get(CollectionRow, id) is None:
        raise StorageError(f"There is no collection {id}; it was deleted.")
    return id


def _delete_memory(session: Session, conversation_id: int) -> None:
    own = MemorySummaryRow.conversation_id == conversation_id
    mentions.forget_memories(session, set(session.scalars(select(MemorySummaryRow.text).where(own))))
    facts.forget_conversation(session, conversation_id)
    session.execute(delete(MemorySummaryRow).where(own))


def _conversation(session: Session, row: ConversationRow) -> Conversation:
    messages = session.scalar(select(func.count()).where(MessageRow.conversation_id == row.id)) or 0
    return Conversation(
        row.id,
        row.title,
        row.created_at,
        row.updated_at,
        row.is_temporary,
        messages,
        row.collection_id,
        row.folder_id,
        row.preset_id,
        row.instructions,
        row.is_pinned,
        row.is_archived,
    )


def _summary(row: MemorySummaryRow) -> MemorySummary:
    return MemorySummary(row.id, row.conversation_id, row.text, row.created_at)
