"""The library's vectors and routes, held in memory until a source changes, and the hybrid search over them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nestdesk.core.jobs import ChangeFeed, Changes
from nestdesk.core.types import PassageHit
from nestdesk.memory.retrieval import VectorIndex, fuse
from nestdesk.memory.routing import Route, route
from nestdesk.storage.sources import SourceStore

CANDIDATES = 30  # of each ranking, before they are fused


@dataclass(frozen=True)
class _Snapshot:
    index: VectorIndex
    vectors: np.ndarray  # float32 [n, D]
    rows: dict[int, int]  # passage id -> row of vectors
    routes: tuple[Route, ...]


class LibraryIndex:
    """Finds passages and sources for a question."""

    def __init__(self, sources: SourceStore, changes: ChangeFeed) -> None:
        """Read the library on first use and again after every change of a source."""
        self._sources = sources
        self._snapshot: _Snapshot | None = None
        changes.subscribe(self._on_change)

    def search(self, question: str, vector: np.ndarray, limit: int) -> tuple[PassageHit, ...]:
        """Return the passages that full text and vectors agree on most, best first."""
        library = self._load()
        if not library.rows:
            return ()
        by_meaning = [passage for passage, _ in library.index.search(vector, CANDIDATES)]
        by_words = [passage for passage, _ in self._sources.search_text(question, CANDIDATES)]
        scores = dict(fuse([by_meaning, by_words])[:limit])
        return tuple(
            replace(
                hit,
                score=scores[hit.passage_id],
                similarity=float(library.vectors[library.rows[hit.passage_id]] @ vector)
                if hit.passage_id in library.rows
                else 0.0,  # stored a moment ago, after this snapshot was taken
            )
            for hit in self._sources.hits(list(scores))
        )

    def route(self, vector: np.ndarray, limit: int) -> tuple[int, ...]:
        """Return the sources that the question is about, best first; () when it is about none of them."""
        return tuple(source for source, _ in route(vector, self._load().routes, limit))

    def _load(self) -> _Snapshot:
        snapshot = self._snapshot
        if snapshot is None:
            ids, vectors = self._sources.vectors()
            routes = tuple(Route(*entry) for entry in self._sources.routes())
            rows = {int(passage): row for row, passage in enumerate(ids)}
            snapshot = self._snapshot = _Snapshot(VectorIndex(ids, vectors), vectors, rows, routes)
        return snapshot

    def _on_change(self, changes: Changes) -> None:
        if "source" in changes.kinds:
            self._snapshot = None
