"""Exact cosine search over unit vectors in one matrix that grows and shrinks with the library."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

VECTOR_SIZE = 384
Number = TypeVar("Number", bound=np.generic)


class VectorTable:
    """Unit vectors with whole-number labels, in one matrix; rows come and go without the others being made anew.

    Memory: the rows themselves (100,000 x 384 in float32: 154 MB), and as much again for a moment when they outgrow it.
    """

    def __init__(self, size: int, labels: int) -> None:
        """Start empty, with vectors of a size and so many labels a row."""
        self._vectors = np.empty((0, size), np.float32)
        self._labels = np.empty((0, labels), np.int64)
        self._count = 0

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors [n, size]."""
        return self._vectors[: self._count]

    @property
    def labels(self) -> NDArray[np.int64]:
        """The labels [n, labels]."""
        return self._labels[: self._count]

    def add(self, labels: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Append rows."""
        count = self._count + len(vectors)
        if len(labels) != len(vectors) or vectors.shape[1:] != self._vectors.shape[1:]:
            raise ValueError(f"{len(labels)} labels do not fit vectors of shape {vectors.shape}")
        self.reserve(count)
        self._vectors[self._count : count] = vectors
        self._labels[self._count : count] = labels
        self._count = count

    def reserve(self, count: int) -> None:
        """Make room for so many rows in all, and an eighth to spare, which takes no memory until it is used."""
        if count > len(self._vectors):
            self._vectors = _grown(self._vectors, self._count, count + count // 8)
            self._labels = _grown(self._labels, self._count, count + count // 8)

    def drop(self, is_dropped: NDArray[np.bool_]) -> None:
        """Take rows [n] out; the others keep their order."""
        gone = np.flatnonzero(is_dropped)
        if not len(gone):
            return
        first = int(gone[0])
        rest = first + np.flatnonzero(~is_dropped[first:])
        self._count = first + len(rest)
        self._vectors[first : self._count] = self._vectors[rest]
        self._labels[first : self._count] = self._labels[rest]


def _grown(rows: NDArray[Number], count: int, room: int) -> NDArray[Number]:
    grown = np.empty((room, *rows.shape[1:]), rows.dtype)
    grown[:count] = rows[:count]
    return grown


class VectorIndex:
    """Exact nearest passages by cosine. 100,000 x 384 take some 16 ms, so nothing approximate is needed.

    INVARIANT: passage ids ascend over the rows, so that a row is found by bisection.
    """

    def __init__(self, size: int = VECTOR_SIZE) -> None:
        """Start empty."""
        self._table = VectorTable(size, labels=3)

    def __len__(self) -> int:
        """Return the number of passages."""
        return len(self._table.labels)

    def add(self, places: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add passages, all newer than those that are there.

        Args:
            places: [n, 3], of each its id, its source and its place in it, by id.
            vectors: [n, d] unit vectors, float32.
        """
        ids = np.concatenate((self._table.labels[-1:, 0], places[:, 0]))
        if (np.diff(ids) <= 0).any():
            raise ValueError("passages must be added in the order of their ids")
        self._table.add(places, vectors)

    def reserve(self, count: int) -> None:
        """Make room for so many passages, so that adding them in parts copies nothing."""
        self._table.reserve(count)

    def drop(self, source_ids: Collection[int]) -> None:
        """Take the passages of sources out."""
        self._table.drop(_among(self._table.labels[:, 1], source_ids))

    def place(self, passage_id: int) -> int:
        """Return a passage's place in its source.

        Raises:
            KeyError: it is not there.
        """
        (row,), (is_there,) = self._rows([passage_id])
        if not is_there:
            raise KeyError(passage_id)
        return int(self._table.labels[row, 2])

    def cosines(self, query: NDArray[np.float32], ids: Sequence[int]) -> dict[int, float]:
        """Return the cosine of a query [d] with some passages; ids that are not there are left out."""
        rows, are_there = self._rows(ids)
        known = np.asarray(ids, np.int64)[are_there]
        return dict(zip(known.tolist(), (self._table.vectors[rows[are_there]] @ query).tolist(), strict=True))

    def search(
        self, query: NDArray[np.float32], limit: int, within: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ids nearest to a query and their cosines, best first, ties by id.

        Args:
            query: [d] unit vector.
            limit: how many at most.
            within: the sources whose passages count; None: all.
        """
        ids = self._table.labels[:, 0]
        scores = self._table.vectors @ np.asarray(query, dtype=np.float32).reshape(-1)  # [n]
        if within is not None:
            inside = _among(self._table.labels[:, 1], within)
            ids, scores = ids[inside], scores[inside]
        if limit <= 0 or not len(ids):
            return []
        if limit < len(scores):
            # Everything at least as good as the limit-th, so that ties at the edge are broken by id, not by chance.
            edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            rows = np.flatnonzero(scores >= edge)
        else:
            rows = np.arange(len(scores))
        best = rows[np.lexsort((ids[rows], -scores[rows]))][:limit]
        return [(int(ids[row]), float(scores[row])) for row in best]

    def _rows(self, ids: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the rows of passages, and which of them are there."""
        own, wanted = self._table.labels[:, 0], np.asarray(ids, np.int64)
        rows = np.minimum(np.searchsorted(own, wanted), max(0, len(own) - 1))
        return rows, (own[rows] == wanted if len(own) else np.zeros(len(wanted), bool))


def _among(labels: NDArray[np.int64], wanted: Collection[int]) -> NDArray[np.bool_]:
    return np.isin(labels, np.fromiter(wanted, np.int64, len(wanted)))
