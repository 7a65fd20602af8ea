"""Compiled small steps (rows.py) for tensors: rows shared out among threads, shapes as decoder.py has them.

They serve answers alone. *Why* not learning, too: what is learned would depend on when the compiler was ready.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

LEAST_ROWS = 32  # of a thread: waking one takes as long as a few rows


@dataclass(frozen=True)
class Steps:
    """What runs the steps. Products are bf16."""

    helpers: ThreadPoolExecutor
    workers: int

    def norm(self, hidden: Tensor, more: Tensor | None, weight: Tensor, eps: float) -> Tensor:
        """Add more [N, D] to hidden [N, D] in place, if it is there, and return the norm [N, D] in bf16."""
        from nestdesk.learning import rows  # compiled code: loaded when it is needed

        out = torch.empty(hidden.shape, dtype=torch.bfloat16)
        added = out[:0] if more is None else more
        self._share(rows.norm, len(hidden), hidden.numpy(), _bits(added), weight.numpy(), np.float32(eps), _bits(out))
        return out

    def heads(
        self,
        mixture: Tensor,
        norms: tuple[Tensor | None, Tensor | None],
        eps: float,
        turns: tuple[Tensor, Tensor],
        keys: Tensor,
        values: Tensor,
        at: int,
    ) -> Tensor:
        """Return the turned queries [B, H, T, d], and put keys and values at a position of a cache [B, KV, V, d].

        Args:
            mixture: [B, T, (H + 2 KV) * d].
            norms: of queries and of keys [d], where the model has them.
            turns: cosines and sines [B * T, d / 2].
        """
        from nestdesk.learning import rows

        count, length, width = mixture.shape
        size = keys.shape[-1]
        queries = torch.empty(count, width // size - 2 * keys.shape[1], length, size, dtype=torch.bfloat16)
        weights = tuple((mixture.new_empty(0, dtype=torch.float32) if one is None else one).numpy() for one in norms)
        angles = tuple(one.numpy() for one in turns)
        arguments = (_bits(mixture.flatten(0, 1)), weights, np.float32(eps), angles, _bits(queries), _bits(keys))
        self._share(rows.heads, count * length, *arguments, _bits(values), at)
        return queries

    def gate(self, inner: Tensor) -> Tensor:
        """Return the gated product [N, I] of inner [N, 2 * I]."""
        from nestdesk.learning import rows

        out = torch.empty(len(inner), inner.shape[1] // 2, dtype=torch.bfloat16)
        self._share(rows.gate, len(inner), _bits(inner), _bits(out))
        return out

    def _share(self, step: Callable[..., None], count: int, *arguments: Any) -> None:
        """Run a step over all rows, in as many threads as is worth it."""
        workers = max(1, min(self.workers, count // LEAST_ROWS))
        borders = [count * worker // workers for worker in range(workers + 1)]
        others = [self.helpers.submit(step, *arguments, borders[one], borders[one + 1]) for one in range(1, workers)]
        step(*arguments, 0, borders[1])
        for other in others:
            other.result()


def _bits(tensor: Tensor) -> Any:
    """Return a tensor's bf16 bits as an array that shares its memory."""
    return tensor.view(torch.int16).numpy().view(np.uint16)
