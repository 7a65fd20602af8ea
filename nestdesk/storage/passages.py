"""What a search reads: the passages' places, words and vectors, the sources' routes, and what a scope lets through.

Passages never change and their ids are never used again: a source that is read anew gets new passages with higher ids.
So the number of a source's passages and the last of their ids tell whether they are still the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, func, select, text

from nestdesk.core.scope import Scope
from nestdesk.core.types import PassageHit
from nestdesk.storage import full_text, source_rows
from nestdesk.storage.columns import VECTOR_SIZE, Vectors, vectors_from_bytes
from nestdesk.storage.database import Database
from nestdesk.storage.models import PassageRow, SourceRow

Ids = Collection[int]


class PassageStore:
    """The passages of a data folder, for searching."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def states(self) -> dict[int, tuple[int, int]]:
        """Return how many passages every source has, and the last one's id, both from an index alone."""
        query = select(PassageRow.source_id, func.count(), func.max(PassageRow.id)).group_by(PassageRow.source_id)
        with self._database.session() as session:
            return {source: (count, last) for source, count, last in session.execute(query)}

    def places(self, source_ids: Ids) -> NDArray[np.int64]:
        """Return (passage id, source id, place in it) of some sources' passages, int64 [n, 3], by passage id."""
        query = text(f"SELECT id, source_id, position FROM passage WHERE source_id IN {_LISTED} ORDER BY id")
        with self._database.session() as session:
            rows = session.execute(query, {"ids": _listed(source_ids)}).all()
        return np.array(rows, np.int64).reshape(-1, 3)

    def vectors(self, passage_ids: Ids) -> tuple[NDArray[np.int64], Vectors]:
        """Return the ids [n] of those passages that are still there, ascending, and their unit vectors [n, 384]."""
        query = text(f"SELECT passage_id, vector FROM embedding WHERE passage_id IN {_LISTED} ORDER BY passage_id")
        with self._database.session() as session:
            rows = session.execute(query, {"ids": _listed(passage_ids)}).all()
        if not rows:
            return np.zeros(0, np.int64), np.zeros((0, VECTOR_SIZE), np.float32)
        ids, blobs = zip(*rows, strict=True)
        return np.array(ids, np.int64), vectors_from_bytes(b"".join(blobs), len(blobs))

    def routes(self, source_ids: Ids | None = None) -> tuple[tuple[int, Vectors, float], ...]:
        """Return (source id, vectors [m, 384], threshold) of the routes of some sources; None: of all."""
        wanted = "" if source_ids is None else f"WHERE source_id IN {_LISTED}"
        query = text(f"SELECT source_id, vectors, count, threshold FROM route {wanted} ORDER BY source_id")
        with self._database.session() as session:
            rows = session.execute(query, {} if source_ids is None else {"ids": _listed(source_ids)})
            return tuple((id, vectors_from_bytes(blob, count), threshold) for id, blob, count, threshold in rows)

    def search(self, terms: Iterable[str], limit: int, within: Ids | None = None) -> tuple[tuple[int, float], ...]:
        """Return (passage id, BM25 score) of passages that hold any of the terms, best first.

        Args:
            terms: words, or several words that stand in a row.
            limit: how many at most.
            within: the sources whose passages count; None: all.
        """
        with self._database.session() as session:
            return full_text.search(session, terms, limit, within)

    def sources_in(self, scope: Scope) -> frozenset[int] | None:
        """Return the sources that a scope lets through; None: it lets everything through."""
        is_own = SourceRow.attached_to.is_not(None) & (SourceRow.attached_to == scope.chat_id)
        may_ask = SourceRow.attached_to.is_(None) | is_own
        query = select(SourceRow.id, SourceRow.path).where(may_ask)
        if scope.is_whole:
            with self._database.session() as session:
                if not session.scalar(select(exists().where(~may_ask))):
                    return None
        if scope.collection_ids:
            query = query.where(SourceRow.collection_id.in_(scope.collection_ids) | is_own)
        if scope.source_ids:
            query = query.where(SourceRow.id.in_(scope.source_ids))
        if scope.added_from:
            query = query.where(SourceRow.added_at >= scope.added_from)
        if scope.added_before:
            query = query.where(SourceRow.added_at < scope.added_before)
        if scope.media_types:
            query = query.where(SourceRow.media_type.in_(scope.media_types))
        with self._database.session() as session:
            rows = session.execute(query).all()
        suffixes = scope.suffixes
        return frozenset(id for id, path in rows if not suffixes or PurePath(path).suffix.lower() in suffixes)

    def around(self, passage_id: int, reach: int = 1) -> tuple[PassageHit, ...]:
        """Return a passage with those before and after it in its source, in order; () if it is not there any more."""
        with self._database.session() as session:
            row = session.get(PassageRow, passage_id)
            if row is None:
                return ()
            near = PassageRow.position.between(row.position - reach, row.position + reach)
            query = select(PassageRow).where(PassageRow.source_id == row.source_id, near).order_by(PassageRow.position)
            return source_rows.hits(session, session.scalars(query).all())

    def mentions(self, phrase: str) -> dict[int, int]:
        """Return how many passages of each source hold a phrase, in any form of its words."""
        with self._database.session() as session:
            return full_text.counts(session, phrase)


_LISTED = "(SELECT value FROM json_each(:ids))"  # any number of ids in one parameter


def _listed(ids: Ids) -> str:
    return json.dumps([int(id) for id in ids])
