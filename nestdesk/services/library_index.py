"""The library's vectors and routes, held in memory and kept up with the database, and the hybrid search over them.

After a change only what differs is read again: the passages of sources that have other ones now, and the routes of the
sources that were named. Memory: 154 MB for 100,000 passages, and 1.5 KB for every studied question.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue

import numpy as np

from nestdesk.core.jobs import ChangeFeed, Changes
from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.trust import Trust
from nestdesk.core.types import PassageHit
from nestdesk.memory.claims import told
from nestdesk.memory.languages import detect
from nestdesk.memory.retrieval import WordIndex, best_sentences, leading, mixed, terms
from nestdesk.memory.routing import Routes
from nestdesk.memory.vector_index import VectorIndex
from nestdesk.services.material import DOCUMENT
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sources import SourceStore

SOURCE = "source"  # the kind of change that matters here
NEAR = 50  # candidates by meaning
WORDED = 100  # candidates by words
WORDS_WEIGHT = 0.03  # of the full text's score beside a cosine
READ = 10  # of the candidates, or more if more are wanted, whose sentences are looked at
SENTENCE_WEIGHT = 0.02  # of the best sentence's score
TRUST_LIFT = 0.05  # of the score, where a source is trusted highly: enough to win a tie, and no more
READ_AT_ONCE = 4096  # vectors: what lies in memory twice while the library is read
# The score, after a closer look, from which a question is about a passage. Words weigh more in a larger library: it
# grows with the logarithm of the number of passages.
LEAST_SCORE = 0.35
SCORE_AT_ONE = 0.235
SCORE_GROWTH = 0.095

_RANK = {trust: place for place, trust in enumerate(Trust)}


class LibraryIndex:
    """Finds passages and sources for a question. Safe to use from several threads."""

    def __init__(self, sources: SourceStore, passages: PassageStore, changes: ChangeFeed) -> None:
        """Read the library on first use, and what changed of it after every change of a source."""
        self._sources = sources
        self._passages = passages
        self._lock = threading.RLock()
        self._index = VectorIndex()
        self._routes = Routes()
        self._states: dict[int, tuple[int, int]] = {}  # of the sources in the index
        self._words: dict[int, tuple[list[int], WordIndex]] = {}  # of the sources that were asked about
        self._changed: SimpleQueue[Changes] = SimpleQueue()  # not looked at yet
        self._changed.put(Changes(frozenset({SOURCE})))
        changes.subscribe(self._changed.put)

    def __len__(self) -> int:
        """Return the number of passages."""
        with self._lock:
            return len(self._loaded())

    def search(
        self, question: str, vector: np.ndarray, limit: int, margin: float, scope: Scope = EVERYTHING
    ) -> tuple[PassageHit, ...]:
        """Return the passages that meaning and words together speak for most, best first, none far behind the best.

        Args:
            question: what is asked.
            vector: its embedding [D].
            limit: how many passages at most.
            margin: how far the last may be behind the first, in the search's score.
            scope: what is searched; it narrows before anything is ranked.
        """
        within = self._passages.sources_in(scope)
        wanted = terms(question)
        worded = dict(self._passages.search(wanted, WORDED, within))
        with self._lock:
            index = self._loaded()
            near = dict(index.search(vector, NEAR, within))
            similar = index.cosines(vector, [*near, *(worded.keys() - near.keys())])
        found = dict(mixed(similar, worded, WORDS_WEIGHT))
        hits = self._distinct(list(found), max(limit, READ))
        best = best_sentences(wanted, {id: hit.text for id, hit in hits.items()})
        base = {id: found[id] + TRUST_LIFT * (hit.trust is Trust.HIGH) for id, hit in hits.items()}
        ranked = mixed(base, {id: score for id, (score, _) in best.items()}, SENTENCE_WEIGHT)
        return tuple(
            replace(hits[id], score=score, similarity=similar[id]) for id, score in leading(ranked, limit, margin)
        )

    def _distinct(self, ranked: Sequence[int], limit: int) -> dict[int, PassageHit]:
        """Return the first passages of a ranking; copies of one passage in many documents count once.

        Of copies, that of the most trusted source stands for all. *Why*: else whoever repeats a claim often enough
        fills up all that is read of the library.
        """
        kept: dict[tuple[object, ...], PassageHit] = {}
        for start in range(0, len(ranked), limit):
            for hit in self._sources.hits(ranked[start : start + limit]):
                key = ("told", told(hit.text)) if hit.kind == DOCUMENT else ("said", hit.passage_id)
                if key in kept:
                    kept[key] = max(kept[key], hit, key=lambda one: _RANK[one.trust])
                elif len(kept) < limit:
                    kept[key] = hit
            if len(kept) >= limit:
                break
        return {hit.passage_id: hit for hit in kept.values()}

    def blocks(
        self, question: str, vector: np.ndarray, source_id: int, limit: int, margin: float
    ) -> list[tuple[int, float]]:
        """Return the places of a source's passages that a question is most about with their scores, best first."""
        with self._lock:
            index = self._loaded()
            if source_id not in self._words:
                hits = self._sources.passages(source_id)
                texts = [hit.text for hit in hits]
                language = detect("\n".join(texts))
                self._words[source_id] = [hit.passage_id for hit in hits], WordIndex(texts, language)
            own, words = self._words[source_id]
            worded = dict(zip(own, words.scores(question), strict=True))
            ranked = mixed(index.cosines(vector, own), worded)
            return [(index.place(passage), score) for passage, score in leading(ranked, limit, margin)]

    def place(self, hit: PassageHit) -> int:
        """Return the place of a passage among those of its source."""
        with self._lock:
            return self._loaded().place(hit.passage_id)

    def about(self, hits: Sequence[PassageHit]) -> tuple[int, ...]:
        """Return the sources of those passages that speak so clearly that the question is about them, best first.

        What was found in a part of the library is judged like the rest: words weigh there what they weigh in all of it.
        """
        least = self.least_score()
        return tuple(dict.fromkeys(hit.source_id for hit in hits if hit.score >= least))

    def least_score(self) -> float:
        """Return the search's score from which on a question is about a passage: the larger a library, the higher."""
        return max(LEAST_SCORE, SCORE_AT_ONE + SCORE_GROWTH * math.log(max(1, len(self))))

    def route(self, vector: np.ndarray, limit: int, scope: Scope = EVERYTHING) -> tuple[int, ...]:
        """Return the sources in scope that the question is about, best first; () when it is about none of them."""
        within = self._passages.sources_in(scope)
        with self._lock:
            self._loaded()
            return tuple(source for source, _ in self._routes.find(vector, limit, within))

    def around(self, hit: PassageHit) -> tuple[PassageHit, ...]:
        """Return a passage with the one before and the one after it."""
        return self._passages.around(hit.passage_id)

    def _loaded(self) -> VectorIndex:
        """Return the index as the library is now."""
        changed = []
        with contextlib.suppress(Empty):
            while True:
                changed.append(self._changed.get_nowait())
        about_sources = [one for one in changed if SOURCE in one.kinds]
        if not about_sources:
            return self._index
        try:
            self._follow_passages()
            is_told = all(one.ids for one in about_sources)  # else any source may have changed
            self._follow_routes(frozenset().union(*(one.ids for one in about_sources)) if is_told else None)
        except BaseException:
            self._changed.put(Changes(frozenset({SOURCE})))  # what was read is whole, but there is more
            raise
        return self._index

    def _follow_passages(self) -> None:
        states = self._passages.states()
        gone = [id for id, state in self._states.items() if states.get(id) != state]
        new = [id for id, state in states.items() if self._states.get(id) != state]
        self._index.drop([*gone, *new])  # new ones are there if reading them broke off
        for id in gone:
            del self._states[id]
            self._words.pop(id, None)
        places = self._passages.places(new) if new else np.zeros((0, 3), np.int64)
        self._index.reserve(len(self._index) + len(places))
        for start in range(0, len(places), READ_AT_ONCE):
            part = places[start : start + READ_AT_ONCE]
            ids, vectors = self._passages.vectors(part[:, 0].tolist())
            self._index.add(part[np.isin(part[:, 0], ids)], vectors)  # what was forgotten meanwhile is told soon
        self._states = states

    def _follow_routes(self, source_ids: frozenset[int] | None) -> None:
        if source_ids is None:
            self._routes = Routes()
        else:
            self._routes.drop(source_ids)
        for route in self._passages.routes(source_ids):
            self._routes.add(*route)
