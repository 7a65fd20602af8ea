"""Sources and everything taken from them: passages, their words and vectors, study items, routes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Effort, Passage, PassageHit, Scores, Source, SourceState, StudyItem
from nestdesk.storage import full_text, mentions
from nestdesk.storage.columns import VECTOR_SIZE, Vectors, from_json, now, to_json, vectors_from_bytes, vectors_to_bytes
from nestdesk.storage.database import Database
from nestdesk.storage.models import EmbeddingRow, PassageRow, RouteRow, SourceRow, StudyItemRow

# A crash while a source was read or learned leaves it in such a state: it is still to be done.
_UNFINISHED = (SourceState.QUEUED, SourceState.READING, SourceState.LEARNING)


class SourceStore:
    """The sources of a data folder. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def add(
        self,
        title: str,
        kind: str,
        path: str,
        sha256: str,
        size_bytes: int,
        effort: Effort,
        conversation_id: int | None = None,
    ) -> Source:
        """Store a new source, queued."""
        with self._database.session() as session:
            row = SourceRow(
                title=title,
                kind=kind,
                path=path,
                sha256=sha256,
                size_bytes=size_bytes,
                state=SourceState.QUEUED.value,
                added_at=now(),
                effort=effort.value,
                conversation_id=conversation_id,
            )
            session.add(row)
            session.flush()
            return _source(session, row.id)

    def by_sha(self, sha256: str) -> Source | None:
        """Return the newest source with that content, if any."""
        query = select(SourceRow.id).where(SourceRow.sha256 == sha256).order_by(SourceRow.id.desc()).limit(1)
        with self._database.session() as session:
            id = session.scalar(query)
            return None if id is None else _source(session, id)

    def of_conversation(self, conversation_id: int) -> Source | None:
        """Return what is learned from a conversation, if anything is."""
        query = _counted().where(SourceRow.conversation_id == conversation_id)
        with self._database.session() as session:
            return next(iter(_sources(session, query)), None)

    def list(self) -> tuple[Source, ...]:
        """Return all sources, newest first."""
        with self._database.session() as session:
            return _sources(session, _counted().order_by(SourceRow.id.desc()))

    def get(self, id: int) -> Source:
        """Return one source.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            return _source(session, id)

    def queued(self) -> tuple[Source, ...]:
        """Return the sources still to be learned, oldest first, those that a crash interrupted included."""
        query = _counted().where(SourceRow.state.in_([state.value for state in _UNFINISHED]))
        with self._database.session() as session:
            return _sources(session, query.order_by(SourceRow.id))

    def set_state(self, id: int, state: SourceState, error: str = "") -> Source:
        """Note where the source stands, and why if it failed.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = _row(session, id)
            row.state, row.error = state.value, error
            session.flush()
            return _source(session, id)

    def renew(self, id: int, sha256: str, size_bytes: int) -> None:
        """Note that what the source is made of went on.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = _row(session, id)
            row.sha256, row.size_bytes = sha256, size_bytes

    def save_content(self, id: int, title: str, summary: str, passages: tuple[Passage, ...], vectors: Vectors) -> None:
        """Store what was read, in place of what was read before, and make it searchable.

        vectors holds one unit vector a passage, float32 [n, 384].

        Raises:
            StorageError: there is no such source, or the disk is full; the old content is still there.
        """
        if len(passages) != len(vectors):
            raise ValueError(f"{len(passages)} passages but {len(vectors)} vectors")
        with self._database.session() as session:
            row = _row(session, id)
            row.title, row.summary = title, summary
            _delete_content(session, id)
            rows = [
                PassageRow(source_id=id, position=position, text=it.text, start=it.start, end=it.end, page=it.page)
                for position, it in enumerate(passages)
            ]
            session.add_all(rows)
            session.flush()
            session.add_all(
                EmbeddingRow(passage_id=passage.id, vector=vectors_to_bytes(vector))
                for passage, vector in zip(rows, vectors, strict=True)
            )
            full_text.insert(session, id)

    def save_result(
        self,
        id: int,
        state: SourceState,
        items: tuple[StudyItem, ...],
        before: Scores | None,
        after: Scores | None,
        seconds: float,
    ) -> Source:
        """Store how learning ended, with the study items in place of earlier ones.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = _row(session, id)
            row.state, row.error, row.seconds = state.value, "", seconds
            row.before, row.after = to_json(before, Scores), to_json(after, Scores)
            session.execute(delete(StudyItemRow).where(StudyItemRow.source_id == id))
            session.add_all(
                StudyItemRow(
                    source_id=id,
                    position=position,
                    kind=item.kind,
                    system=item.system,
                    prompt=item.prompt,
                    answer=item.answer,
                    passage=item.passage,
                    is_probe=item.is_probe,
                )
                for position, item in enumerate(items)
            )
            session.flush()
            return _source(session, id)

    def passages(self, id: int) -> tuple[PassageHit, ...]:
        """Return the source's passages in the document's order, with score 0."""
        with self._database.session() as session:
            rows = session.scalars(select(PassageRow).where(PassageRow.source_id == id).order_by(PassageRow.position))
            return _hits(session, rows.all())

    def items(self, id: int) -> tuple[StudyItem, ...]:
        """Return the source's study items and probes in their order."""
        query = select(StudyItemRow).where(StudyItemRow.source_id == id).order_by(StudyItemRow.position)
        with self._database.session() as session:
            return tuple(
                StudyItem(row.kind, row.system, row.prompt, row.answer, row.passage, row.is_probe)
                for row in session.scalars(query)
            )

    def save_route(self, id: int, vectors: Vectors, threshold: float) -> None:
        """Store which questions belong to the source, in place of an earlier route.

        They are those whose cosine to one of the unit vectors, float32 [m, 384], reaches the threshold.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            _row(session, id)
            blob = vectors_to_bytes(vectors)
            session.merge(RouteRow(source_id=id, vectors=blob, count=len(vectors), threshold=threshold))

    def routes(self) -> tuple[tuple[int, Vectors, float], ...]:
        """Return (source id, vectors [m, 384], threshold) of every route."""
        with self._database.session() as session:
            rows = session.scalars(select(RouteRow).order_by(RouteRow.source_id))
            return tuple((row.source_id, vectors_from_bytes(row.vectors, row.count), row.threshold) for row in rows)

    def search_text(self, query: str, limit: int) -> tuple[tuple[int, float], ...]:
        """Return (passage id, BM25 score) of passages that hold any word of the query, best first."""
        with self._database.session() as session:
            return full_text.search(session, query, limit)

    def vectors(self) -> tuple[NDArray[np.int64], Vectors]:
        """Return the passage ids, int64 [n], and their vectors, float32 [n, 384]."""
        with self._database.session() as session:
            rows = session.execute(
                select(EmbeddingRow.passage_id, EmbeddingRow.vector).order_by(EmbeddingRow.passage_id)
            )
            pairs = rows.all()
        if not pairs:
            return np.zeros(0, np.int64), np.zeros((0, VECTOR_SIZE), np.float32)
        ids, blobs = zip(*pairs, strict=True)
        return np.array(ids, np.int64), vectors_from_bytes(b"".join(blobs), len(pairs))

    def places(self) -> dict[int, tuple[int, int]]:
        """Return the source of every passage that has a vector, and the passage's place in it."""
        query = select(PassageRow.id, PassageRow.source_id, PassageRow.position).join(
            EmbeddingRow, EmbeddingRow.passage_id == PassageRow.id
        )
        with self._database.session() as session:
            return {id: (source, position) for id, source, position in session.execute(query)}

    def hits(self, passage_ids: Sequence[int]) -> tuple[PassageHit, ...]:
        """Return the passages in the given order, with score 0; unknown ids are left out."""
        wanted = [int(id) for id in passage_ids]
        with self._database.session() as session:
            rows = session.scalars(select(PassageRow).where(PassageRow.id.in_(wanted)))
            found = {row.id: row for row in rows}
            return _hits(session, [found[id] for id in wanted if id in found])

    def delete(self, id: int) -> None:
        """Delete the source with its passages, words, vectors, items and routes, and every mention of it.

        Its own experts go with it, and checkpoints of others no longer name it; first ask ExpertStore to take those
        checkpoints back, because afterwards nobody knows which they were. Database.compact then removes the traces.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = _row(session, id)
            mentions.forget_source(session, id)
            _delete_content(session, id)
            session.delete(row)


def _delete_content(session: Session, id: int) -> None:
    full_text.delete(session, id)  # needs the passages' text, so it comes first
    session.execute(delete(PassageRow).where(PassageRow.source_id == id))  # the vectors follow by cascade


def _row(session: Session, id: int) -> SourceRow:
    row = session.get(SourceRow, id)
    if row is None:
        raise StorageError(f"There is no source {id}.")
    return row


def _counted() -> Select[SourceRow, int, int]:
    passages = select(func.count()).where(PassageRow.source_id == SourceRow.id).scalar_subquery()
    items = select(func.count()).where(StudyItemRow.source_id == SourceRow.id).scalar_subquery()
    return select(SourceRow, passages, items)


def _source(session: Session, id: int) -> Source:
    found = _sources(session, _counted().where(SourceRow.id == id))
    if not found:
        raise StorageError(f"There is no source {id}.")
    return found[0]


def _sources(session: Session, query: Select[SourceRow, int, int]) -> tuple[Source, ...]:
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
    )


def _hits(session: Session, rows: Sequence[PassageRow]) -> tuple[PassageHit, ...]:
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
        )
        for row in rows
    )
