"""The nested model: one frozen backbone, and whichever experts a request names, joined for its forward passes.

Routes and gates come with each request; nothing applies to the backbone itself, so a request without experts gets the
untouched model.  # INVARIANT: no experts, or gates of zero, give the backbone's own bits
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from nestdesk.core.types import Turn
from nestdesk.learning import evaluate, experts
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active, ExpertWeights

KEPT_EXPERTS = 16  # in memory; the least recently used one is read again when it is needed
KEPT_ROUTES = 4  # joined sets of experts

Use = tuple[str, float]  # path of the weights (empty: an identity), gate


class NestedModel:
    """A backbone with experts read from files on demand."""

    def __init__(self, backbone: Backbone) -> None:
        """Take a loaded backbone."""
        self.backbone = backbone
        self.fingerprint = backbone.fingerprint()
        self._experts: OrderedDict[str, ExpertWeights] = OrderedDict()
        self._routes: OrderedDict[tuple[Use, ...], Active] = OrderedDict()
        self._anchors: evaluate.Anchors | None = None

    def active(self, uses: Sequence[Use]) -> Active:
        """Return the named experts joined.

        Raises:
            CheckpointError: a file is missing, damaged or belongs to another backbone.
        """
        key = tuple(uses)
        if key not in self._routes:
            self._routes[key] = experts.activate([(self.expert(path), gate) for path, gate in uses if path])
            while len(self._routes) > KEPT_ROUTES:
                self._routes.popitem(last=False)
        self._routes.move_to_end(key)
        return self._routes[key]

    def expert(self, path: str) -> ExpertWeights:
        """Return one expert's weights. Blob files never change, so the path is a safe key."""
        if path not in self._experts:
            self._experts[path] = experts.load(Path(path), self.fingerprint, self.backbone.device)
            while len(self._experts) > KEPT_EXPERTS:
                self._experts.popitem(last=False)
        self._experts.move_to_end(path)
        return self._experts[path]

    def anchors(self) -> evaluate.Anchors:
        """Return the generic prompts that drift is measured on, prepared once."""
        if self._anchors is None:
            self._anchors = evaluate.anchors(self.backbone)
        return self._anchors

    def prompt(self, turns: Sequence[Turn]) -> list[int]:
        """Return the token ids of a conversation, ready to be continued."""
        return self.backbone.encode(self.backbone.render(turns))
