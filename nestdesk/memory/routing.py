"""Which sources' experts answer a question: those with a study question close enough to it.

Every source keeps the vectors of its own questions and a threshold of its own, calibrated so that held-out questions
about it pass and generic ones do not. A question that passes nowhere gets the untouched backbone.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nestdesk.memory.vector_index import VECTOR_SIZE, VectorTable

_DEFAULT = 0.5
_CERTAIN = 0.999  # an upper bound that only the very same question passes


class Routes:
    """How questions find sources: each has vectors of its own questions and the least cosine that is near enough."""

    def __init__(self, size: int = VECTOR_SIZE) -> None:
        """Start without sources; vectors have this size."""
        self._table = VectorTable(size, labels=1)
        self._thresholds: dict[int, float] = {}

    def add(self, source_id: int, vectors: NDArray[np.float32], threshold: float) -> None:
        """Add a source, with the unit vectors [m, d] of its own questions."""
        self._table.add(np.full((len(vectors), 1), source_id, np.int64), vectors)
        self._thresholds[source_id] = threshold

    def drop(self, source_ids: Collection[int]) -> None:
        """Take sources out."""
        gone = [id for id in source_ids if self._thresholds.pop(id, None) is not None]
        self._table.drop(np.isin(self._table.labels[:, 0], gone))

    def find(
        self, question: NDArray[np.float32], limit: int = 2, within: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the sources that a question is about and their best cosines, best first.

        Args:
            question: [d] unit vector.
            limit: how many sources at most.
            within: the sources that count; None: all.
        """
        owners = self._table.labels[:, 0]
        if not len(owners):
            return []
        # A source's vectors stand in a row, so one product and the greatest of each run are all there is to do.
        starts = np.flatnonzero(np.diff(owners, prepend=owners[0] - 1))
        best = np.maximum.reduceat(self._table.vectors @ question.reshape(-1), starts)
        found = [
            (source, similarity)
            for source, similarity in zip(owners[starts].tolist(), best.tolist(), strict=True)
            if similarity >= self._thresholds[source] and (within is None or source in within)
        ]
        return sorted(found, key=lambda entry: (-entry[1], entry[0]))[: max(0, limit)]


def threshold(own: NDArray[np.float32], probes: NDArray[np.float32], generic: NDArray[np.float32]) -> float:
    """Return the cosine from which a question is taken to be about a source.

    Args:
        own: [m, d] the source's own questions, which the route will hold.
        probes: [p, d] held-out questions about the source, in other words than own.
        generic: [g, d] questions that have nothing to do with it.

    Returns:
        The middle of the widest gap among those that separate best (share of probes that pass minus share of generic
        questions that pass). INVARIANT: when every probe is nearer to own than every generic question, the threshold
        lies strictly between them.
    """
    inside, outside = np.sort(_best(probes, own)), np.sort(_best(generic, own))
    if not len(own):
        return _CERTAIN
    if not len(inside):
        return float((outside[-1] + 1.0) / 2.0) if len(outside) else _DEFAULT
    if not len(outside):
        return float(min(_DEFAULT, inside[0]))
    values = np.unique(np.concatenate((inside, outside))).astype(np.float64)
    edges = np.concatenate(([values[0]], values, [max(1.0, values[-1])]))
    cuts, gaps = (edges[:-1] + edges[1:]) / 2.0, np.diff(edges)
    passed = 1.0 - np.searchsorted(inside, cuts) / len(inside)
    wrong = 1.0 - np.searchsorted(outside, cuts) / len(outside)
    gain = np.round(passed - wrong, 9)
    best = np.flatnonzero(gain == gain.max())
    return float(cuts[best[np.argmax(gaps[best])]])


def _best(questions: NDArray[np.float32], own: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return every question's best cosine with own [p]; -1 when own is empty."""
    if not len(own) or not len(questions):
        return np.full(len(questions), -1.0, dtype=np.float32)
    best: NDArray[np.float32] = (questions @ own.T).max(axis=1)
    return best
