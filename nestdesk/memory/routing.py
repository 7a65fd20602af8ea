"""Which sources' experts answer a question: those with a study question close enough to it.

Every source keeps the vectors of its own questions and a threshold of its own, calibrated so that held-out questions
about it pass and generic ones do not. A question that passes nowhere gets the untouched backbone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DEFAULT = 0.5
_CERTAIN = 0.999  # an upper bound that only the very same question passes


@dataclass(frozen=True, eq=False)
class Route:
    """How questions find one source: vectors [m, d] of its own questions (unit length) and the least cosine."""

    source_id: int
    vectors: NDArray[np.float32]
    threshold: float


def route(question: NDArray[np.float32], routes: Sequence[Route], limit: int = 2) -> list[tuple[int, float]]:
    """Return the sources that a question is about and their best cosines, best first.

    Args:
        question: [d] unit vector.
        routes: the candidates.
        limit: how many sources at most.
    """
    best = [
        (entry.source_id, similarity)
        for entry in routes
        if (similarity := float(_best(question.reshape(1, -1), entry.vectors)[0])) >= entry.threshold
    ]
    return sorted(best, key=lambda found: (-found[1], found[0]))[: max(0, limit)]


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
