"""Answers of one row on a GPU: a token's step is captured once as a CUDA graph, and replayed for every further token.

A step of a small model is hundreds of short kernels, which Python starts more slowly than they run. A graph starts all
of them at once, at the addresses that it was captured with; so what differs from token to token lies in tensors that
never move: the token, its place, and a cache of which the whole is looked at, under a mask.

Reference: CUDA graphs as torch brings them along (torch.cuda.CUDAGraph), with the static cache they ask for.
"""

from __future__ import annotations

import logging

import torch
from torch import Tensor

from nestdesk.learning import decoder
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active

log = logging.getLogger(__name__)


class FixedCache(decoder.Cache):
    """A cache with its next place in a tensor, so that the same step on it adds one token after the other."""

    def __init__(self, cache: decoder.Cache) -> None:
        """Take over what a cache of one row holds, and the room behind it."""
        self.keys, self.values, self.length = cache.keys, cache.values, cache.length
        for room in (self.keys, self.values):
            room[..., self.length :, :] = 0.0  # nothing is looked up there, but it is multiplied by: no NaN may stand
        self.at = torch.tensor([self.length], device=self.keys.device)
        self._places = torch.arange(self.keys.shape[3], device=self.keys.device)

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store the keys and values [1, KV, 1, d] of a token, and return those of the whole cache [1, KV, S, d]."""
        self.keys[layer].index_copy_(2, self.at, keys.to(self.keys.dtype))
        self.values[layer].index_copy_(2, self.at, values.to(self.values.dtype))
        return self.keys[layer], self.values[layer]

    def mask(self) -> Tensor:
        """Return which places [1, 1, 1, S] the next token may look at."""
        return (self._places <= self.at)[None, None, None]


class Row:
    """One row that grows by a token at a time, by the same step on the same tensors."""

    def __init__(self, backbone: Backbone, active: Active, cache: decoder.Cache) -> None:
        """Take over what a prompt left in its cache, which has room for the tokens to come."""
        self._backbone, self._active = backbone, active
        self._cache = FixedCache(cache)
        self._token = torch.zeros(1, 1, dtype=torch.long, device=backbone.device)
        self._scores = torch.empty(0)
        self._graph = self._captured() if backbone.device.type == "cuda" else None

    @property
    def is_captured(self) -> bool:
        """Say whether a step is one graph; without it the same kernels are started one by one."""
        return self._graph is not None

    def step(self, token: Tensor) -> Tensor:
        """Add a token [1] and return the logits [1, V] after it, which the next step may overwrite."""
        self._token.copy_(token[None])
        if self._graph is None:
            return self._once()
        self._graph.replay()
        return self._scores

    def _captured(self) -> torch.cuda.CUDAGraph | None:
        start, graph, beside = self._cache.length, torch.cuda.CUDAGraph(), torch.cuda.Stream()  # type: ignore[no-untyped-call]
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):  # libraries make themselves ready, which no graph may hold
            self._once()
        torch.cuda.current_stream().wait_stream(beside)
        self._cache.at.fill_(start)
        try:
            with torch.cuda.graph(graph):
                self._scores = self._once()
        except RuntimeError:
            log.exception("The step of a token could not be captured; its kernels are started one by one.")
            return None
        return graph

    def _once(self) -> Tensor:
        cache, active = self._cache, self._active
        hidden = decoder.embed(self._backbone, self._token, active)
        hidden = decoder.run(self._backbone, hidden, cache.at[None], cache.mask(), active, cache)
        cache.at.add_(1)
        return decoder.logits(self._backbone, hidden[:, -1], active)
