"""The experts as they would be if other checkpoints were in use. Nothing is moved: only what is read differs."""

from __future__ import annotations

import builtins
from dataclasses import replace

from nestdesk.core.types import Checkpoint, Expert
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore


class ExpertsAsIf(ExpertStore):
    """The store that answers are planned with; some of the experts are shown with other checkpoints than theirs."""

    def __init__(self, database: Database, blobs: Blobs, *checkpoints: Checkpoint) -> None:
        """Show the expert of each checkpoint with it as head."""
        super().__init__(database, blobs)
        self._shown = {one.expert_id: one for one in checkpoints}

    def list(self, backbone: str | None = None) -> tuple[Expert, ...]:
        """Return all experts, or those of one backbone, oldest first."""
        return self._as_if(super().list(backbone))

    def shared(self, backbone: str) -> tuple[Expert, ...]:
        """Return a backbone's mid and slow experts, oldest first."""
        return self._as_if(super().shared(backbone))

    def of_source(self, source_id: int) -> tuple[Expert, ...]:
        """Return the source's own experts."""
        return self._as_if(super().of_source(source_id))

    def _as_if(self, experts: builtins.tuple[Expert, ...]) -> builtins.tuple[Expert, ...]:
        return tuple(replace(one, head=self._shown.get(one.id, one.head)) for one in experts)
