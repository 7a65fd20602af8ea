"""Prompts that were read: the next one that begins alike is read from where it differs.

A chat's next prompt begins with the whole chat so far, so its first token comes after the new words alone. Keys and
values depend on the experts in force, so only a prompt for the very same ones counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from nestdesk.learning.backbone import Backbone
from nestdesk.learning.decoder import Cache
from nestdesk.learning.experts import Active

KEPT = 2  # prompts; 1,500 tokens of the default backbone are 35 MB


class Beginnings:
    """The caches of the last prompts."""

    def __init__(self) -> None:
        """Begin with none."""
        self._read: deque[tuple[tuple[int, ...], Active, Cache]] = deque(maxlen=KEPT)

    def cache(self, backbone: Backbone, prompt: Sequence[int], active: Active, more: int) -> Cache:
        """Return a cache with room for a prompt and more tokens, holding what an earlier prompt begins with as well.

        Its last token is never among that, as its logits are wanted.
        """
        cache = Cache(backbone, 1, len(prompt) + more)
        known = [(_common(ids, prompt), kept) for ids, own, kept in self._read if own is active]
        length, kept = max(known, key=lambda one: one[0], default=(0, None))
        if kept is not None:
            cache.length = min(length, len(prompt) - 1)
            cache.keys[:, :, :, : cache.length] = kept.keys[:, :, :, : cache.length]
            cache.values[:, :, :, : cache.length] = kept.values[:, :, :, : cache.length]
        return cache

    def keep(self, prompt: Sequence[int], active: Active, cache: Cache) -> None:
        """Keep a prompt that was read; its cache may grow afterwards, but must not change what it holds."""
        self._read.append((tuple(prompt), active, cache))


def _common(ids: Sequence[int], prompt: Sequence[int]) -> int:
    for place, (one, other) in enumerate(zip(ids, prompt, strict=False)):
        if one != other:
            return place
    return min(len(ids), len(prompt))
