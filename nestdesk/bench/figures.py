"""How repeated measurements are told: the median, with the least and the most beside it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def of(values: Sequence[float]) -> dict[str, float]:
    """Return the median of some values, the least and the greatest of them."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}
