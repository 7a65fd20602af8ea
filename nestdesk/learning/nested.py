"""The nested model: one frozen backbone, and whichever experts a request names, joined for its forward passes.

Routes and gates come with each request; nothing applies to the backbone itself, so a request without experts gets the
untouched model.  # INVARIANT: no experts, or gates of zero, give the backbone's own bits
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from nestdesk.core.types import Level, Turn
from nestdesk.learning import decoder, evaluate, experts, single
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.beginnings import Beginnings
from nestdesk.learning.experts import Active, ExpertWeights

KEPT_EXPERTS = 16  # in memory; the least recently used one is read again when it is needed
KEPT_ROUTES = 4  # joined sets of experts
KEPT_FOLDS = 2  # of slow experts, each a copy of the backbone's matrices

Use = tuple[str, float, tuple[int, ...]]  # path of the weights (empty: an identity), gate, blocks (none: all of them)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class NestedModel:
    """A backbone with experts read from files on demand."""

    def __init__(self, backbone: Backbone, ahead: single.Ahead | None = None) -> None:
        """Take a loaded backbone, and what is made ready beside it for single tokens."""
        self.backbone = backbone
        self._ahead = ahead
        self.beginnings = Beginnings()
        self.fingerprint = backbone.fingerprint()
        self._experts: OrderedDict[tuple[str, tuple[int, ...]], ExpertWeights] = OrderedDict()
        self._routes: OrderedDict[tuple[Use, ...], Active] = OrderedDict()
        self._folds: OrderedDict[tuple[Use, ...], Active] = OrderedDict()
        self._anchors: evaluate.Anchors | None = None

    def active(self, uses: Sequence[Use]) -> Active:
        """Return the named experts joined, the slow ones folded into the matrices they belong to.

        Raises:
            CheckpointError: a file is missing, damaged or belongs to another backbone.
        """
        named = tuple(use for use in uses if use[0] and use[1] > 0.0)
        return _kept(self._routes, named, KEPT_ROUTES, lambda: self._join(named))

    def expert(self, path: str, blocks: tuple[int, ...] = ()) -> ExpertWeights:
        """Return one expert's weights, or some blocks of it. Blob files never change, so the path is a safe key."""
        read = partial(experts.load, Path(path), self.fingerprint, self.backbone.device, blocks)
        return _kept(self._experts, (path, blocks), KEPT_EXPERTS, read)

    def _join(self, uses: tuple[Use, ...]) -> Active:
        found = [(use, self.expert(use[0], use[2])) for use in uses]
        slow = tuple(use for use, expert in found if expert.level is Level.SLOW)
        own = experts.activate(
            [
                (decoder.in_line(self.backbone, experts.parts(expert)), use[1])
                for use, expert in found
                if use not in slow
            ]
        )
        if not slow:
            return own
        weights = [(expert, use[1]) for use, expert in found if use in slow]
        fold = _kept(self._folds, slow, KEPT_FOLDS, lambda: experts.folded(self.backbone, experts.activate(weights)))
        return experts.both(fold, own)

    def anchors(self) -> evaluate.Anchors:
        """Return the generic prompts that drift is measured on, prepared once."""
        if self._anchors is None:
            self._anchors = evaluate.anchors(self.backbone)
        return self._anchors

    def for_single_tokens(self) -> single.Model | None:
        """Return what single tokens are computed with, or None where it is not ready or does not fit."""
        return self._ahead.model() if self._ahead else None

    @property
    def answering(self) -> Backbone:
        """The backbone as answers are computed with it: the same weights, and compiled steps once they are ready."""
        model = self.for_single_tokens()
        return replace(self.backbone, steps=model.steps) if model else self.backbone

    def prompt(self, turns: Sequence[Turn]) -> list[int]:
        """Return the token ids of a conversation, ready to be continued."""
        return self.backbone.prompt(turns)


def _kept(cache: OrderedDict[K, V], key: K, most: int, make: Callable[[], V]) -> V:
    """Return the value of a key, made if it is not there; the least recently used values beyond `most` are dropped."""
    if key not in cache:
        cache[key] = make()
        while len(cache) > most:
            cache.popitem(last=False)
    cache.move_to_end(key)
    return cache[key]
