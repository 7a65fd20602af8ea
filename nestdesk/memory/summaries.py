"""Summaries without a model: the sentences nearest to what a text is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_REPEAT_PENALTY = 0.6  # how much saying the same as a chosen sentence counts against a candidate


def extractive(sentences: Sequence[str], vectors: NDArray[np.float32], limit: int) -> list[str]:
    """Return the most central sentences that do not repeat each other, in their original order.

    Centrality is the mean cosine with all sentences; each further sentence pays for its likeness to the chosen ones
    (maximal marginal relevance, Carbonell and Goldstein, SIGIR 1998; here with the cosine squared, so that a repetition
    costs much and a shared topic little).

    Args:
        sentences: the candidates in order.
        vectors: [n, d] their unit vectors.
        limit: how many to keep at most.
    """
    if len(sentences) != len(vectors):
        raise ValueError(f"{len(sentences)} sentences do not fit {len(vectors)} vectors")
    if limit <= 0 or not sentences:
        return []
    matrix = np.asarray(vectors, dtype=np.float64)
    return [sentences[index] for index in sorted(diverse(matrix @ matrix.mean(axis=0), matrix, limit))]


def diverse(worth: NDArray[np.floating], vectors: NDArray[np.floating], limit: int) -> list[int]:
    """Return the places of up to `limit` texts that are worth most without repeating each other, the best first.

    Args:
        worth: [n] of each text alone, on the scale of a cosine.
        vectors: [n, d] the texts' unit vectors.
    """
    matrix = np.asarray(vectors, dtype=np.float64)
    chosen: list[int] = []
    repeated = np.zeros(len(matrix))
    taken = np.zeros(len(matrix), dtype=bool)
    while len(chosen) < min(limit, len(matrix)):
        best = int(np.argmax(np.where(taken, -np.inf, worth - _REPEAT_PENALTY * repeated)))
        chosen.append(best)
        taken[best] = True
        repeated = np.maximum(repeated, np.maximum(matrix @ matrix[best], 0.0) ** 2)
    return chosen
