"""Products of half-precision matrices with a few rows, in compiled code: the same numbers as NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from nestdesk.learning import halves
from nestdesk.learning.codes import LANES, TILE


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def bits(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float16).view(np.uint16)


def exact(values: np.ndarray) -> np.ndarray:
    """Return what the bits of halves stand for."""
    return values.astype(np.float16).astype(np.float64)


def test_a_row_is_narrowed_as_by_numpy() -> None:
    @njit
    def narrowed(first: Any, x: Any, low: Any) -> None:
        halves.narrowed(first, x, low)

    first, x, low = drawn(96, LANES, seed=1), drawn(96, seed=2), np.full(LANES, 7, np.float32)
    narrowed(bits(first), x, low)
    np.testing.assert_allclose(low, x.astype(np.float64) @ exact(first), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_rows_are_widened_as_by_numpy_and_what_was_there_stays(count: int) -> None:
    product = halves.widened(count)

    @njit
    def widened(second: Any, low: Any, out: Any) -> None:
        product(second, low, out)

    second, lows, outs = drawn(23, TILE, seed=1), drawn(count, 40, seed=2), drawn(count, 3 * TILE, seed=3)
    before = outs.copy()
    widened(bits(second), lows[:, 5:28], outs[:, TILE : 2 * TILE])  # rows that do not follow one another
    right = before.astype(np.float64)
    right[:, TILE : 2 * TILE] += lows[:, 5:28].astype(np.float64) @ exact(second)
    np.testing.assert_allclose(outs, right, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(outs[:, :TILE], before[:, :TILE])
