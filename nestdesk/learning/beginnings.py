"""Prompts that were read: the next one that begins alike is read from where it differs, the same one not at all.

A chat's next prompt begins with the whole chat so far, so its first token comes after the new words alone. Keys and
values depend on the experts in force, so only a prompt for the very same ones counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from nestdesk.learning.backbone import Backbone
from nestdesk.learning.decoder import Cache
from nestdesk.learning.experts import Active

KEPT = 2  # prompts; 1,500 tokens of the default backbone are 35 MB


@dataclass(frozen=True)
class _Read:
    prompt: tuple[int, ...]
    active: Active
    cache: Cache
    scores: Tensor  # 1, V


class Beginnings:
    """The caches of the last prompts, and the logits after them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._read: deque[_Read] = deque(maxlen=KEPT)

    def begin(
        self, backbone: Backbone, prompt: Sequence[int], active: Active, more: int
    ) -> tuple[Cache, Tensor | None]:
        """Return a cache with room for a prompt and more tokens, holding what an earlier prompt begins with as well.

        The logits [1, V] after the prompt come with it if the very same one was read: asked again, a question gets the
        same answer to the bit.
        """
        cache = Cache(backbone, 1, len(prompt) + more)
        known = [(_common(one.prompt, prompt), one) for one in self._read if one.active is active]
        length, found = max(known, key=lambda one: one[0], default=(0, None))
        if found is None:
            return cache, None
        is_same = found.prompt == tuple(prompt)
        cache.length = len(prompt) if is_same else min(length, len(prompt) - 1)
        cache.keys[:, :, :, : cache.length] = found.cache.keys[:, :, :, : cache.length]
        cache.values[:, :, :, : cache.length] = found.cache.values[:, :, :, : cache.length]
        return cache, found.scores.clone() if is_same else None

    def keep(self, prompt: Sequence[int], active: Active, cache: Cache, scores: Tensor) -> None:
        """Keep a prompt that was read; its cache may grow afterwards, but must not change what it holds."""
        self._read.append(_Read(tuple(prompt), active, cache, scores.clone()))


def _common(ids: Sequence[int], prompt: Sequence[int]) -> int:
    for place, (one, other) in enumerate(zip(ids, prompt, strict=False)):
        if one != other:
            return place
    return min(len(ids), len(prompt))
