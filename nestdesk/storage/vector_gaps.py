"""Passages whose vector is missing or damaged: they are found by their words only, until it is made again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from nestdesk.storage.columns import VECTOR_SIZE, Vectors, vectors_to_bytes
from nestdesk.storage.models import EmbeddingRow, PassageRow, SourceRow

_BYTES = 4 * VECTOR_SIZE
_IS_GAP = or_(EmbeddingRow.passage_id.is_(None), func.length(EmbeddingRow.vector) != _BYTES)


def faults(session: Session) -> list[str]:
    """Return a sentence for every source with such passages."""
    counted = (
        select(SourceRow.title, func.count())
        .join(PassageRow, PassageRow.source_id == SourceRow.id)
        .outerjoin(EmbeddingRow, EmbeddingRow.passage_id == PassageRow.id)
        .where(_IS_GAP)
        .group_by(SourceRow.id)
    )
    return [f"Passages of {title} without a vector: {count}." for title, count in session.execute(counted)]


def texts(session: Session) -> dict[int, str]:
    """Return the texts of these passages by their ids."""
    query = select(PassageRow.id, PassageRow.text).outerjoin(EmbeddingRow, EmbeddingRow.passage_id == PassageRow.id)
    return {row.id: row.text for row in session.execute(query.where(_IS_GAP).order_by(PassageRow.id))}


def fill(session: Session, passage_ids: Sequence[int], vectors: Vectors) -> None:
    """Store vectors, float32 [n, 384], of passages that are still there."""
    there = set(session.scalars(select(PassageRow.id).where(PassageRow.id.in_(passage_ids))))
    for id, vector in zip(passage_ids, vectors, strict=True):
        if id in there:
            session.merge(EmbeddingRow(passage_id=id, vector=vectors_to_bytes(vector)))
