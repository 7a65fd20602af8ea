"""The experts' timelines: look at them, name and pin, roll back, restore, and check that all stored is sound."""

from __future__ import annotations

import builtins

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import ChangeFeed
from nestdesk.core.types import Checkpoint, Event, Expert
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore

NAME_CHARS = 60  # of a checkpoint's name: it stands beside a dot


class ExpertService:
    """Experts and their checkpoints."""

    def __init__(self, database: Database, experts: ExpertStore, changes: ChangeFeed) -> None:
        """Act on the store and publish what changed."""
        self._database = database
        self._experts = experts
        self._changes = changes

    def list(self) -> tuple[Expert, ...]:
        """Return every expert with its head."""
        return self._experts.list()

    def history(self, expert: int | str) -> tuple[Checkpoint, ...]:
        """Return an expert's checkpoints, newest first.

        Raises:
            CheckpointError: there is no such expert.
        """
        return self._experts.history(self._experts.get(expert).id)

    def rollback(self, expert: int | str, checkpoint_id: int) -> Checkpoint:
        """Put an earlier checkpoint into use; nothing is deleted, so it can be undone.

        Raises:
            CheckpointError: the expert or checkpoint is unknown, or the checkpoint was never accepted.
        """
        found = self._experts.get(expert)
        checkpoint = self._experts.rollback(found.id, checkpoint_id)
        self._changes.publish("expert", ids=frozenset({found.id}))
        return checkpoint

    def restore(self, expert: int | str) -> Checkpoint:
        """Undo the last rollback.

        Raises:
            CheckpointError: the expert is unknown or was not rolled back.
        """
        found = self._experts.get(expert)
        checkpoint = self._experts.restore(found.id)
        self._changes.publish("expert", ids=frozenset({found.id}))
        return checkpoint

    def name(self, expert: int | str, checkpoint_id: int, name: str) -> Checkpoint:
        """Call a checkpoint by a name, on one line and of at most 60 characters; an empty one takes it back.

        Raises:
            CheckpointError: the expert or checkpoint is unknown, or the name is too long.
        """
        line = " ".join(name.split())
        if len(line) > NAME_CHARS:
            raise CheckpointError(f"A checkpoint's name has at most {NAME_CHARS} characters; this one has {len(line)}.")
        found = self._experts.get(expert)
        return self._marked(self._experts.name(found.id, checkpoint_id, line))

    def pin(self, expert: int | str, checkpoint_id: int, is_pinned: bool = True) -> Checkpoint:
        """Pin a checkpoint, so that it is offered first for rolling back and never thinned out, or take the pin away.

        Raises:
            CheckpointError: the expert or checkpoint is unknown.
        """
        found = self._experts.get(expert)
        return self._marked(self._experts.pin(found.id, checkpoint_id, is_pinned))

    def events(self, limit: int = 200) -> tuple[Event, ...]:
        """Return the newest entries of the journal."""
        return self._experts.events(limit)

    def check(self) -> builtins.list[str]:
        """Verify the database and every checkpoint's weights; returns the problems in words, [] when all is well."""
        return [*self._database.check(), *self._experts.verify()]

    def _marked(self, checkpoint: Checkpoint) -> Checkpoint:
        self._changes.publish("expert", ids=frozenset({checkpoint.expert_id}))
        return checkpoint
