"""Hybrid search: exact cosine search over unit vectors, and rank fusion with any other ranking.

Fusion is reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009): score(d) = sum over rankings of
1 / (k + rank), k = 60 as published. It needs no common scale between full-text and vector scores.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def fuse(rankings: Sequence[Sequence[int]], k: int = 60) -> list[tuple[int, float]]:
    """Merge rankings of ids into one, best first.

    Args:
        rankings: ids, best first; an id that is named twice in one ranking counts with its better rank.
        k: how little the first ranks stand out; larger is flatter.

    Returns:
        Every id with its score. INVARIANT: the order of the rankings does not matter, ties go to the smaller id.
    """
    shares: dict[int, list[float]] = defaultdict(list)
    for ranking in rankings:
        for rank, item in enumerate(dict.fromkeys(ranking), start=1):
            shares[item].append(1.0 / (k + rank))
    scores = {item: math.fsum(parts) for item, parts in shares.items()}  # exact, so independent of the order
    return sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))


class VectorIndex:
    """Exact nearest neighbours by cosine. 100,000 x 384 take some 16 ms, so nothing approximate is needed."""

    def __init__(self, ids: NDArray[np.int64] | Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Keep the rows.

        Args:
            ids: [n], one per row.
            vectors: [n, d] unit vectors, float32.
        """
        self._ids = np.asarray(ids, dtype=np.int64)
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if self._vectors.ndim != 2 or len(self._ids) != len(self._vectors):
            raise ValueError(f"{len(self._ids)} ids do not fit vectors of shape {self._vectors.shape}")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._ids)

    def search(self, query: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Return the ids nearest to a query and their cosines, best first, ties by id.

        Args:
            query: [d] unit vector.
            limit: how many at most.
        """
        if limit <= 0 or not len(self._ids):
            return []
        scores = self._vectors @ np.asarray(query, dtype=np.float32).reshape(-1)  # [n]
        if limit < len(scores):
            # Everything at least as good as the limit-th, so that ties at the edge are broken by id, not by chance.
            edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            rows = np.flatnonzero(scores >= edge)
        else:
            rows = np.arange(len(scores))
        best = rows[np.lexsort((self._ids[rows], -scores[rows]))][:limit]
        return [(int(self._ids[row]), float(scores[row])) for row in best]
