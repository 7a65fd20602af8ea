"""The sections of sources: what lies between a source's one summary and its passages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Section
from nestdesk.storage.columns import Vectors, vectors_from_bytes, vectors_to_bytes
from nestdesk.storage.database import Database
from nestdesk.storage.models import SectionRow, SourceRow


class SectionStore:
    """The sections of a data folder; they go with their source. Every call is one committed transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def save(self, source_id: int, sections: Sequence[Section], vectors: Vectors) -> None:
        """Store a source's sections in place of earlier ones.

        vectors holds one unit vector a section, float32 [n, 384].

        Raises:
            StorageError: there is no such source.
        """
        if len(sections) != len(vectors):
            raise ValueError(f"{len(sections)} sections but {len(vectors)} vectors")
        with self._database.session() as session:
            if session.get(SourceRow, source_id) is None:
                raise StorageError(f"There is no source {source_id}.")
            session.execute(delete(SectionRow).where(SectionRow.source_id == source_id))
            session.add_all(
                SectionRow(
                    source_id=source_id,
                    position=position,
                    depth=one.depth,
                    title=one.title,
                    start=one.start,
                    end=one.end,
                    summary=one.summary,
                    vector=vectors_to_bytes(vector),
                )
                for position, (one, vector) in enumerate(zip(sections, vectors, strict=True))
            )

    def of(self, source_id: int) -> tuple[tuple[Section, ...], Vectors]:
        """Return a source's sections in order, and their unit vectors, float32 [n, 384]."""
        query = select(SectionRow).where(SectionRow.source_id == source_id).order_by(SectionRow.position)
        with self._database.session() as session:
            rows = session.scalars(query).all()
            sections = tuple(Section(row.title, row.depth, row.start, row.end, row.summary) for row in rows)
            return sections, vectors_from_bytes(b"".join(row.vector for row in rows), len(rows))
