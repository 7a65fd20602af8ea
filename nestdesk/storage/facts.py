"""What is remembered of a person: facts with where they were said, what they replaced and how often they were used.

A fact is in force if nothing newer on its topic replaced it, its day is not over, it is switched on, and the message
it was said in is on the branch that its conversation shows. What was replaced is kept as the history of what replaced
it, and comes back when that is taken back, or while that is out of sight.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Fact, FactKind, Role
from nestdesk.storage import branches, mentions
from nestdesk.storage.columns import Vectors, now, vectors_from_bytes, vectors_to_bytes
from nestdesk.storage.database import Database
from nestdesk.storage.models import ConversationRow, FactRow, MemorySummaryRow, MessageRow, SourceRow

TAKEN_BACK = "taken back"  # the kind of a row without text: of its message nothing is remembered or learned any more


@dataclass(frozen=True)
class NewFact:
    """A fact to store. replaces are the ids of those that it ends."""

    text: str
    kind: FactKind
    topic: str
    confidence: float
    expires_at: datetime | None = None
    replaces: tuple[int, ...] = ()


class FactStore:
    """The facts of a data folder. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def add(self, facts: Sequence[NewFact], vectors: Vectors, message_id: int | None = None) -> tuple[Fact, ...]:
        """Store facts that were said in a message, or written by hand.

        vectors holds one unit vector a fact, float32 [n, 384].

        Raises:
            StorageError: there is no such message, or it is one of a temporary conversation.
        """
        with self._database.session() as session:
            conversation = _conversation(session, message_id)
            rows = []
            for fact, vector in zip(facts, vectors, strict=True):
                row = FactRow(
                    text=fact.text,
                    kind=fact.kind.value,
                    topic=fact.topic,
                    confidence=fact.confidence,
                    conversation_id=conversation.id if conversation else None,
                    message_id=message_id,
                    collection_id=conversation.collection_id if conversation else None,
                    created_at=now(),
                    expires_at=fact.expires_at,
                    vector=vectors_to_bytes(vector),
                )
                session.add(row)
                session.flush()
                _replace(session, row, fact.replaces)
                rows.append(row)
            return tuple(_fact(row) for row in rows)

    def list(self) -> tuple[Fact, ...]:
        """Return all facts, also those not in force, newest first."""
        query = select(FactRow).where(FactRow.kind != TAKEN_BACK).order_by(FactRow.id.desc())
        with self._database.session() as session:
            left = _left(session)
            return tuple(_fact(row, left) for row in session.scalars(query))

    def get(self, id: int) -> Fact:
        """Return one fact.

        Raises:
            StorageError: there is no such fact.
        """
        with self._database.session() as session:
            return _fact(_row(session, id))

    def in_force(self, moment: datetime, conversation_id: int | None = None) -> tuple[tuple[Fact, ...], Vectors]:
        """Return the facts that count in a conversation, newest first, and their unit vectors, float32 [n, 384]."""
        with self._database.session() as session:
            row = session.get(ConversationRow, conversation_id) if conversation_id is not None else None
            left = _left(session)
            revived = _revived(session, left)
            query = select(FactRow).where(
                FactRow.kind != TAKEN_BACK,
                FactRow.is_on,
                or_(FactRow.replaced_by_id.is_(None), FactRow.id.in_(revived)),
                or_(FactRow.expires_at.is_(None), FactRow.expires_at > moment),
                _counts_in(row.collection_id if row else None),
            )
            said = [one for one in session.scalars(query.order_by(FactRow.id.desc())) if one.message_id not in left]
            topics = {one.topic for one in said if one.id not in revived} - {""}
            rows = [one for one in said if one.id not in revived or one.topic not in topics]
            vectors = vectors_from_bytes(b"".join(row.vector or b"" for row in rows), len(rows))
            return tuple(_fact(row) for row in rows), vectors

    def of_message(self, message_id: int) -> tuple[Fact, ...]:
        """Return what was learned from a message, in order."""
        query = select(FactRow).where(FactRow.message_id == message_id, FactRow.kind != TAKEN_BACK)
        with self._database.session() as session:
            return tuple(_fact(row) for row in session.scalars(query.order_by(FactRow.id)))

    def edit(self, id: int, fact: NewFact, vector: np.ndarray) -> Fact:
        """Give a fact another text, and all that follows from it.

        Raises:
            StorageError: there is no such fact.
        """
        with self._database.session() as session:
            row = _row(session, id)
            row.text, row.kind, row.topic = fact.text, fact.kind.value, fact.topic
            row.confidence, row.expires_at, row.vector = fact.confidence, fact.expires_at, vectors_to_bytes(vector)
            session.flush()
            _replace(session, row, fact.replaces)
            return _fact(row)

    def switch(self, id: int, is_on: bool) -> Fact:
        """Let a fact count, or not.

        Raises:
            StorageError: there is no such fact.
        """
        with self._database.session() as session:
            row = _row(session, id)
            row.is_on = is_on
            session.flush()
            return _fact(row)

    def count_use(self, ids: Collection[int]) -> None:
        """Note that facts took part in an answer."""
        values = {"uses": FactRow.uses + 1, "used_at": now()}
        with self._database.session() as session:
            session.execute(update(FactRow).where(FactRow.id.in_(ids)).values(values))

    def delete(self, id: int) -> None:
        """Delete a fact for good, with those it replaced, and what was answered from them.

        Raises:
            StorageError: there is no such fact.
        """
        with self._database.session() as session:
            gone = {_row(session, id).id}
            while older := _replaced_by(session, gone) - gone:
                gone |= older
            _delete(session, gone)

    def take_back(self, message_id: int) -> None:
        """Delete what was learned from a message; what it had replaced is in force again."""
        with self._database.session() as session:
            _delete(session, set(session.scalars(select(FactRow.id).where(FactRow.message_id == message_id))))

    def said_and_left(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what was said in learned conversations with several branches: what is out of sight, what is shown."""
        with self._database.session() as session:
            learned = session.scalars(select(SourceRow.conversation_id).where(SourceRow.conversation_id.is_not(None)))
            left = branches.left(session, {id for id in learned if id is not None})
            own = select(MessageRow.conversation_id).where(MessageRow.id.in_(left))
            query = select(MessageRow.id, MessageRow.text).where(
                MessageRow.conversation_id.in_(own), MessageRow.role == Role.USER.value
            )
            said = session.execute(query.order_by(MessageRow.id)).all()
            return tuple(text for id, text in said if id in left), tuple(text for id, text in said if id not in left)

    def said_and_taken_back(self) -> tuple[str, ...]:
        """Return the messages of which nothing is to be remembered any more."""
        query = select(MessageRow.text).join(FactRow, FactRow.message_id == MessageRow.id)
        with self._database.session() as session:
            return tuple(session.scalars(query.where(FactRow.kind == TAKEN_BACK)))


def forget_conversation(session: Session, conversation_id: int) -> None:
    """Delete the facts said in a conversation, in the current transaction; what they had replaced is in force again."""
    _delete(session, set(session.scalars(select(FactRow.id).where(FactRow.conversation_id == conversation_id))))


def messages_taken_back(session: Session, conversation_id: int) -> set[int]:
    """Return the messages of a conversation of which nothing is to be remembered or learned any more."""
    query = select(FactRow.message_id).where(
        FactRow.conversation_id == conversation_id, FactRow.kind == TAKEN_BACK, FactRow.message_id.is_not(None)
    )
    return {id for id in session.scalars(query) if id is not None}


def _left(session: Session) -> set[int]:
    """Return the messages on branches that are not shown, of all conversations that facts were said in."""
    query = select(FactRow.conversation_id).where(FactRow.message_id.is_not(None)).distinct()
    return branches.left(session, {id for id in session.scalars(query) if id is not None})


def _revived(session: Session, left: Collection[int]) -> set[int]:
    """Return the replaced facts that count all the same, because all that replaced them is out of sight."""
    hidden = set(session.scalars(select(FactRow.id).where(FactRow.message_id.in_(left)))) if left else set()
    if not hidden:
        return set()
    query = select(FactRow.id, FactRow.replaced_by_id).where(FactRow.replaced_by_id.is_not(None))
    replaced = dict(session.execute(query).all())
    return {id for id in replaced if _stands(id, replaced, hidden)}


def _stands(id: int, replaced: Mapping[int, int | None], hidden: Collection[int]) -> bool:
    met: set[int] = set()
    while (by := replaced.get(id)) in hidden and by is not None and by not in met:
        met.add(by)
        id = by
    return by is None


def _replace(session: Session, row: FactRow, ids: Collection[int]) -> None:
    """Let a fact replace others: a collection's only those of the collection, which count nowhere else."""
    same = FactRow.collection_id.is_not_distinct_from(row.collection_id)
    session.execute(update(FactRow).where(FactRow.id.in_(ids), same).values(replaced_by_id=row.id))


def _delete(session: Session, ids: Collection[int]) -> None:
    rows = session.scalars(select(FactRow).where(FactRow.id.in_(ids))).all()
    mentions.forget_facts(session, {row.id: row.text for row in rows if row.text})
    for row in rows:  # what a deleted one had replaced is now replaced by what replaced that
        values = {"replaced_by_id": row.replaced_by_id}
        session.execute(update(FactRow).where(FactRow.replaced_by_id == row.id).values(values))
        _forget_summary(session, row)
    said = {row.message_id: row.conversation_id for row in rows if row.message_id is not None}
    session.execute(delete(FactRow).where(FactRow.id.in_(ids)))
    for message_id, conversation_id in said.items():
        session.execute(delete(FactRow).where(FactRow.message_id == message_id, FactRow.kind == TAKEN_BACK))
        session.add(
            FactRow(
                text="",
                kind=TAKEN_BACK,
                topic="",
                confidence=0.0,
                conversation_id=conversation_id,
                message_id=message_id,
                created_at=now(),
                is_on=False,
            )
        )
    session.flush()


def _forget_summary(session: Session, row: FactRow) -> None:
    """Delete the memory of the conversation that a fact was said in, if it tells it too; a later one will not."""
    own = select(MemorySummaryRow).where(MemorySummaryRow.conversation_id == row.conversation_id)
    for summary in session.scalars(own):
        if row.text and row.text in summary.text:
            mentions.forget_memories(session, {summary.text})
            session.delete(summary)


def _replaced_by(session: Session, ids: Collection[int]) -> set[int]:
    return set(session.scalars(select(FactRow.id).where(FactRow.replaced_by_id.in_(ids))))


def _counts_in(collection_id: int | None) -> ColumnElement[bool]:
    everywhere = FactRow.collection_id.is_(None)
    return everywhere if collection_id is None else or_(everywhere, FactRow.collection_id == collection_id)


def _conversation(session: Session, message_id: int | None) -> ConversationRow | None:
    if message_id is None:
        return None
    message = session.get(MessageRow, message_id)
    conversation = session.get(ConversationRow, message.conversation_id) if message else None
    if conversation is None or conversation.is_temporary:
        raise StorageError(f"Nothing of message {message_id} can be remembered; it is gone, or of a temporary chat.")
    return conversation


def _row(session: Session, id: int) -> FactRow:
    row = session.get(FactRow, id)
    if row is None or row.kind == TAKEN_BACK:
        raise StorageError(f"There is no memory {id}.")
    return row


def _fact(row: FactRow, left: Collection[int] = ()) -> Fact:
    return Fact(
        id=row.id,
        text=row.text,
        kind=FactKind(row.kind),
        topic=row.topic,
        confidence=row.confidence,
        created_at=row.created_at,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        collection_id=row.collection_id,
        expires_at=row.expires_at,
        used_at=row.used_at,
        uses=row.uses,
        is_on=row.is_on,
        replaced_by_id=row.replaced_by_id,
        is_left=row.message_id in left,
    )
