"""The library's vectors and routes, held in memory until a source changes, and the hybrid search over them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nestdesk.core.jobs import ChangeFeed, Changes
from nestdesk.core.types import PassageHit
from nestdesk.memory.retrieval import VectorIndex, WordIndex, leading, mixed
from nestdesk.memory.routing import Route, route
from nestdesk.storage.sources import SourceStore

CANDIDATES = 30  # of each ranking, before they are mixed
# The search's score from which a question is about a passage. Words weigh more in a larger library: it grows with the
# logarithm of the number of passages.
LEAST_SCORE = 0.35
SCORE_AT_ONE = 0.21
SCORE_GROWTH = 0.095


@dataclass(frozen=True)
class _Snapshot:
    index: VectorIndex
    places: dict[int, tuple[int, int]]  # passage id -> its source and its place in it
    routes: tuple[Route, ...]
    words: dict[int, tuple[tuple[int, ...], WordIndex]] = field(default_factory=dict)  # source -> passages, their words


class LibraryIndex:
    """Finds passages and sources for a question."""

    def __init__(self, sources: SourceStore, changes: ChangeFeed) -> None:
        """Read the library on first use and again after every change of a source."""
        self._sources = sources
        self._snapshot: _Snapshot | None = None
        changes.subscribe(self._on_change)

    def search(self, question: str, vector: np.ndarray, limit: int, margin: float) -> tuple[PassageHit, ...]:
        """Return the passages that meaning and words together speak for most, best first, none far behind the best."""
        near = [passage for passage, _ in self._load().index.search(vector, CANDIDATES)]
        worded = dict(self._sources.search_text(question, CANDIDATES))
        similar = self._load().index.cosines(vector, [*near, *worded])
        scores = dict(leading(mixed(similar, worded), limit, margin))
        return tuple(
            replace(hit, score=scores[hit.passage_id], similarity=similar[hit.passage_id])
            for hit in self._sources.hits(list(scores))
        )

    def blocks(
        self, question: str, vector: np.ndarray, source_id: int, limit: int, margin: float
    ) -> list[tuple[int, float]]:
        """Return the places of a source's passages that a question is most about with their scores, best first."""
        library = self._load()
        if source_id not in library.words:
            hits = self._sources.passages(source_id)
            library.words[source_id] = tuple(hit.passage_id for hit in hits), WordIndex([hit.text for hit in hits])
        own, words = library.words[source_id]
        worded = dict(zip(own, words.scores(question), strict=True))
        ranked = mixed(library.index.cosines(vector, own), worded)
        return [(library.places[passage][1], score) for passage, score in leading(ranked, limit, margin)]

    def about(self, hits: Sequence[PassageHit]) -> tuple[int, ...]:
        """Return the sources of those passages that speak so clearly that the question is about them, best first."""
        passages = max(1, len(self._load().places))
        least = max(LEAST_SCORE, SCORE_AT_ONE + SCORE_GROWTH * math.log(passages))
        return tuple(dict.fromkeys(hit.source_id for hit in hits if hit.score >= least))

    def route(self, vector: np.ndarray, limit: int) -> tuple[int, ...]:
        """Return the sources that the question is about, best first; () when it is about none of them."""
        return tuple(source for source, _ in route(vector, self._load().routes, limit))

    def _load(self) -> _Snapshot:
        snapshot = self._snapshot
        if snapshot is None:
            ids, vectors = self._sources.vectors()
            routes = tuple(Route(*entry) for entry in self._sources.routes())
            snapshot = self._snapshot = _Snapshot(VectorIndex(ids, vectors), self._sources.places(), routes)
        return snapshot

    def _on_change(self, changes: Changes) -> None:
        if "source" in changes.kinds:
            self._snapshot = None
