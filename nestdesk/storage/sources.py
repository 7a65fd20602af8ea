"""Sources and everything taken from them: passages, their words and vectors, study items, routes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from nestdesk.core.trust import Trust
from nestdesk.core.types import Effort, Passage, PassageHit, Scores, Source, SourceState, StudyItem
from nestdesk.storage import mentions, source_rows
from nestdesk.storage.columns import Vectors, now, to_json, vectors_from_bytes, vectors_to_bytes
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
        collection_id: int | None = None,
        attached_to: int | None = None,
    ) -> Source:
        """Store a new source, queued: of the library, or attached to one conversation."""
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
                collection_id=collection_id,
                attached_to=attached_to,
            )
            session.add(row)
            session.flush()
            return source_rows.value(session, row.id)

    def by_sha(self, sha256: str, attached_to: int | None = None) -> Source | None:
        """Return the newest source with that content in the library, or of those attached to a conversation."""
        query = source_rows.counted().where(SourceRow.sha256 == sha256, SourceRow.attached_to == attached_to)
        with self._database.session() as session:
            return source_rows.newest(session, query)

    def by_path(self, path: str, attached_to: int | None = None) -> Source | None:
        """Return the newest source from that file in the library, or of those attached to a conversation."""
        query = source_rows.counted().where(SourceRow.path == path, SourceRow.attached_to == attached_to)
        with self._database.session() as session:
            return source_rows.newest(session, query)

    def of_conversation(self, conversation_id: int) -> Source | None:
        """Return what is learned from a conversation, if anything is."""
        query = source_rows.counted().where(SourceRow.conversation_id == conversation_id)
        with self._database.session() as session:
            return source_rows.newest(session, query)

    def attached(self, conversation_id: int) -> tuple[Source, ...]:
        """Return what is attached to a conversation, oldest first."""
        query = source_rows.counted().where(SourceRow.attached_to == conversation_id)
        with self._database.session() as session:
            return source_rows.values(session, query.order_by(SourceRow.id))

    def list(self) -> tuple[Source, ...]:
        """Return all sources, newest first, those that are attached to conversations included."""
        with self._database.session() as session:
            return source_rows.values(session, source_rows.counted().order_by(SourceRow.id.desc()))

    def get(self, id: int) -> Source:
        """Return one source.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            return source_rows.value(session, id)

    def queued(self) -> tuple[Source, ...]:
        """Return the sources still to be learned, oldest first, those that a crash interrupted included."""
        query = source_rows.counted().where(SourceRow.state.in_([state.value for state in _UNFINISHED]))
        with self._database.session() as session:
            return source_rows.values(session, query.order_by(SourceRow.id))

    def set_state(self, id: int, state: SourceState, error: str = "") -> Source:
        """Note where the source stands, and why if it failed.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            row.state, row.error = state.value, error
            session.flush()
            return source_rows.value(session, id)

    def renew(self, id: int, sha256: str, size_bytes: int) -> None:
        """Note that what the source is made of went on.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            row.sha256, row.size_bytes = sha256, size_bytes

    def review(self, id: int, review: str) -> None:
        """Note what a person decided about the source's content: see Source.review.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            source_rows.one(session, id).review = review

    def held(self) -> tuple[Source, ...]:
        """Return the sources that wait for a person to look at them, oldest first."""
        query = source_rows.counted().where(SourceRow.state == SourceState.HELD.value)
        with self._database.session() as session:
            return source_rows.values(session, query.order_by(SourceRow.id))

    def trust(self, id: int, trust: Trust) -> Source:
        """Note how far the source is trusted.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            source_rows.one(session, id).trust = trust.value
            session.flush()
            return source_rows.value(session, id)

    def unlearn(self, id: int) -> Source:
        """Note that nothing of the source is in weights any more: its items, scores and route go, its text stays.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            session.execute(delete(RouteRow).where(RouteRow.source_id == id))
            return self.save_result(id, SourceState.REMEMBERED, (), None, None, 0.0)

    def move(self, id: int, collection_id: int | None, attached_to: int | None = None) -> None:
        """Put the source into a collection of the library, or into none; or attach it to a conversation.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            row.collection_id, row.attached_to = collection_id, attached_to

    def relocate(self, id: int, path: str) -> None:
        """Note that the source's file lies elsewhere now.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            source_rows.one(session, id).path = path

    def describe(self, id: int, media_type: str, language: str, notes: tuple[str, ...]) -> None:
        """Note what the source is written in and what its reader remarked.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            row.media_type, row.language, row.notes = media_type, language, "\n".join(notes)

    def save_content(self, id: int, title: str, summary: str, passages: tuple[Passage, ...], vectors: Vectors) -> None:
        """Store what was read, in place of what was read before, and make it searchable.

        Study items follow their passages to new places, or go with them; without all of them the scores mean nothing.
        vectors holds one unit vector a passage, float32 [n, 384].

        Raises:
            StorageError: there is no such source, or the disk is full; the old content is still there.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            row.title, row.summary = title, summary
            if not source_rows.move_items(session, id, [passage.text for passage in passages]):
                row.before = row.after = None
            source_rows.delete_content(session, id)
            source_rows.insert_content(session, id, 0, passages, vectors)

    def save_from(self, id: int, first: int, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store passages in place of all from a place on, and make them searchable; what stands before them stays.

        vectors holds one unit vector a passage, float32 [n, 384].

        Raises:
            StorageError: there is no such source, or the disk is full; the old content is still there.
        """
        with self._database.session() as session:
            source_rows.one(session, id)
            source_rows.delete_content(session, id, first)
            source_rows.insert_content(session, id, first, passages, vectors)

    def kept(self, id: int, first: int, passages: Sequence[Passage]) -> Vectors | None:
        """Return the vectors [n, 384] of passages if they stand in the source from a place on, else None."""
        query = (
            select(PassageRow, EmbeddingRow.vector)
            .join(EmbeddingRow, EmbeddingRow.passage_id == PassageRow.id)
            .where(PassageRow.source_id == id, PassageRow.position >= first)
            .order_by(PassageRow.position)
            .limit(len(passages))
        )
        with self._database.session() as session:
            found = session.execute(query).all()
            if [Passage(row.text, row.start, row.end, row.page) for row, _ in found] != list(passages):
                return None
            return vectors_from_bytes(b"".join(vector for _, vector in found), len(found))

    def entitle(self, id: int, title: str, summary: str) -> None:
        """Note what the source is called, and what it says in a few sentences.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            row.title, row.summary = title, summary

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
            row = source_rows.one(session, id)
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
            return source_rows.value(session, id)

    def passages(self, id: int, first: int = 0, limit: int | None = None) -> tuple[PassageHit, ...]:
        """Return the source's passages from a place on in the document's order, with score 0; limit None: all."""
        query = select(PassageRow).where(PassageRow.source_id == id, PassageRow.position >= first)
        with self._database.session() as session:
            rows = session.scalars(query.order_by(PassageRow.position).limit(limit))
            return source_rows.hits(session, rows.all())

    def place_of(self, passage_id: int) -> int | None:
        """Return the place of a passage in its source; None: it is not there any more."""
        with self._database.session() as session:
            row = session.get(PassageRow, passage_id)
            return row.position if row else None

    def place_at(self, id: int, start: int) -> int:
        """Return the place of the passage at an offset in the source's text, or of the last one before it."""
        own = PassageRow.source_id == id
        with self._database.session() as session:
            found = session.scalar(select(func.min(PassageRow.position)).where(own, PassageRow.end > start))
            return found if found is not None else session.scalar(select(func.max(PassageRow.position)).where(own)) or 0

    def texts(self, id: int, positions: Sequence[int] | None = None) -> dict[int, str]:
        """Return the texts of the source's passages at these positions, or of all, by position."""
        query = select(PassageRow.position, PassageRow.text).where(PassageRow.source_id == id)
        if positions is not None:
            query = query.where(PassageRow.position.in_(positions))
        with self._database.session() as session:
            return {row.position: row.text for row in session.execute(query.order_by(PassageRow.position))}

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
            source_rows.one(session, id)
            blob = vectors_to_bytes(vectors)
            session.merge(RouteRow(source_id=id, vectors=blob, count=len(vectors), threshold=threshold))

    def hits(self, passage_ids: Sequence[int]) -> tuple[PassageHit, ...]:
        """Return the passages in the given order, with score 0; unknown ids are left out."""
        wanted = [int(id) for id in passage_ids]
        with self._database.session() as session:
            rows = session.scalars(select(PassageRow).where(PassageRow.id.in_(wanted)))
            found = {row.id: row for row in rows}
            return source_rows.hits(session, [found[id] for id in wanted if id in found])

    def delete(self, id: int) -> None:
        """Delete the source with its passages, words, vectors, items and routes, and every mention of it.

        Its own experts go with it, and checkpoints of others no longer name it; first ask ExpertStore to take those
        checkpoints back, because afterwards nobody knows which they were. Database.compact then removes the traces.

        Raises:
            StorageError: there is no such source.
        """
        with self._database.session() as session:
            row = source_rows.one(session, id)
            mentions.forget_source(session, id)
            source_rows.delete_content(session, id)
            session.delete(row)
