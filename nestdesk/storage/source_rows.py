"""The rows of sources, read and written inside a transaction that sources.py opens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.trust import Trust
from nestdesk.core.types import Effort, Passage, PassageHit, Scores, Source, SourceState
from nestdesk.storage import full_text
from nestdesk.storage.columns import Vectors, from_json, vectors_to_bytes
from nestdesk.storage.models import EmbeddingRow, PassageRow, SourceRow, StudyItemRow

NOWHERE = -2  # the place of a passage that is not there any more (-1: an item is about no passage)


def move_items(session: Session, id: int, texts: list[str]) -> bool:
    """Let the study items follow their passages to where those will stand; say whether none was lost."""
    before = session.execute(select(PassageRow.position, PassageRow.text).where(PassageRow.source_id == id)).all()
    places = {text: place for place, text in reversed(list(enumerate(texts)))}
    moves = {
        place: place if texts[place : place + 1] == [text] else places.get(text, NOWHERE) for place, text in before
    }
    lost = False
    for item in session.scalars(select(StudyItemRow).where(StudyItemRow.source_id == id)):
        item.passage = moves.get(item.passage, item.passage)
        if item.passage == NOWHERE:
            session.delete(item)
            lost = True
    return not lost


def delete_content(session: Session, id: int, first: int = 0) -> None:
    """Delete what was read of a source, or of it from a place on: passages, words and vectors."""
    full_text.delete(session, id, first)  # needs the passages' text, so it comes first
    is_there = (PassageRow.source_id == id, PassageRow.position >= first)
    session.execute(delete(PassageRow).where(*is_there))  # the vectors follow by cascade


def insert_content(session: Session, id: int, first: int, passages: Sequence[Passage], vectors: Vectors) -> None:
    """Store passages from a place on, where there are none, with their words and vectors, float32 [n, 384]."""
    if len(passages) != len(vectors):
        raise ValueError(f"{len(passages)} passages but {len(vectors)} vectors")
    rows = [
        PassageRow(source_id=id, position=position, text=it.text, start=it.start, end=it.end, page=it.page)
        for position, it in enumerate(passages, first)
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(
        EmbeddingRow(passage_id=passage.id, vector=vectors_to_bytes(vector))
        for passage, vector in zip(rows, vectors, strict=True)
    )
    full_text.insert(session, id, first)


def one(session: Session, id: int) -> SourceRow:
    """Return the row of a source.

    Raises:
        StorageError: there is none.
    """
    row = session.get(SourceRow, id)
    if row is None:
        raise StorageError(f"There is no source {id}.")
    return row


def counted() -> Select[SourceRow, int, int]:
    """Return the query for sources with the numbers of their passages and items."""
    passages = select(func.count()).where(PassageRow.source_id == SourceRow.id).scalar_subquery()
    items = select(func.count()).where(StudyItemRow.source_id == SourceRow.id).scalar_subquery()
    return select(SourceRow, passages, items)


def value(session: Session, id: int) -> Source:
    """Return a source.

    Raises:
        StorageError: there is none.
    """
    found = values(session, counted().where(SourceRow.id == id))
    if not found:
        raise StorageError(f"There is no source {id}.")
    return found[0]


def newest(session: Session, query: Select[SourceRow, int, int]) -> Source | None:
    """Return the newest of some sources."""
    return next(iter(values(session, query.order_by(SourceRow.id.desc()).limit(1))), None)


def values(session: Session, query: Select[SourceRow, int, int]) -> tuple[Source, ...]:
    """Return the sources that a query counted."""
    rows = session.execute(query.execution_options(populate_existing=True))  # texts as they were stored
    return tuple(_value(row, passages, items) for row, passages, items in rows)


def _value(row: SourceRow, passages: int, items: int) -> Source:
    return Source(
        id=row.id,
        title=row.title,
        kind=row.kind,
        path=row.path,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        state=SourceState(row.state),
        added_at=row.added_at,
        error=row.error,
        passages=passages,
        items=items,
        before=from_json(row.before, Scores),
        after=from_json(row.after, Scores),
        seconds=row.seconds,
        effort=Effort(row.effort),
        summary=row.summary,
        conversation_id=row.conversation_id,
        collection_id=row.collection_id,
        media_type=row.media_type,
        language=row.language,
        notes=tuple(row.notes.splitlines()),
        review=row.review,
        trust=Trust(row.trust),
        attached_to=row.attached_to,
    )


def hits(session: Session, rows: Sequence[PassageRow]) -> tuple[PassageHit, ...]:
    """Return passages with their sources' titles, and score 0."""
    ids = {row.source_id for row in rows}
    sources = {row.id: row for row in session.scalars(select(SourceRow).where(SourceRow.id.in_(ids)))}
    return tuple(
        PassageHit(
            row.id,
            row.source_id,
            sources[row.source_id].title,
            row.text,
            row.start,
            row.end,
            row.page,
            score=0.0,
            kind=sources[row.source_id].kind,
            trust=Trust(sources[row.source_id].trust),
        )
        for row in rows
    )
