"""Experts and their checkpoints: recorded, used, rolled back, undone, forgotten and verified.

Every expert has a head from birth on, and checkpoints are never changed, but for the name and the pin a person gives
them. Learning and rolling back only add rows and move the head, so each can be undone; only forgetting deletes.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Checkpoint, Event, Expert, Function, Level, Scores
from nestdesk.storage import checkpoints, events, heads, mentions
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.models import CheckpointRow, CheckpointSourceRow, ExpertRow, HeadRow


class ExpertStore:
    """The experts of a data folder."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        """Use an open database and the folder of weights."""
        self._database = database
        self._blobs = blobs

    def create(
        self,
        name: str,
        function: Function,
        level: Level,
        backbone: str,
        update_period_tokens: int,
        source_id: int | None = None,
        collection_id: int | None = None,
        *,
        birth_blob: str,
        birth_config: Mapping[str, object],
    ) -> Expert:
        """Store a new expert with its first checkpoint as head; a taken name gets a number.

        birth_blob is the sha256 of weights already in the blobs: an identity, or the shipped ones.

        Raises:
            CheckpointError: the blob is missing.
        """
        self._blobs.path(birth_blob)  # INVARIANT: no row without weights
        size_bytes = self._blobs.size_bytes(birth_blob)
        with self._database.session() as session:
            row = ExpertRow(
                name=checkpoints.free_name(session, name, backbone),
                function=function.value,
                level=level.value,
                backbone=backbone,
                update_period_tokens=update_period_tokens,
                source_id=source_id,
                collection_id=collection_id,
            )
            session.add(row)
            session.flush()
            birth = checkpoints.add(
                session, row.id, None, birth_blob, size_bytes, config=birth_config, reason="First weights"
            )
            session.add(HeadRow(expert_id=row.id, checkpoint_id=birth))
            session.flush()
            events.append(
                session,
                events.BORN,
                f"{row.name} was created.",
                expert_id=row.id,
                checkpoint_id=birth,
                source_id=source_id,
            )
            return checkpoints.expert_value(session, row)

    def list(self, backbone: str | None = None) -> tuple[Expert, ...]:
        """Return all experts, or those of one backbone (by fingerprint), oldest first."""
        query = select(ExpertRow).order_by(ExpertRow.id)
        if backbone is not None:
            query = query.where(ExpertRow.backbone == backbone)
        with self._database.session() as session:
            return tuple(checkpoints.expert_value(session, row) for row in session.scalars(query))

    def shared(self, backbone: str) -> tuple[Expert, ...]:
        """Return a backbone's mid and slow experts, oldest first: of those of single sources there may be thousands."""
        query = select(ExpertRow).where(ExpertRow.backbone == backbone, ExpertRow.level != Level.FAST.value)
        with self._database.session() as session:
            rows = session.scalars(query.order_by(ExpertRow.id))
            return tuple(checkpoints.expert_value(session, row) for row in rows)

    def get(self, ref: int | str, backbone: str | None = None) -> Expert:
        """Return the expert with that id or name; the backbone decides between experts of the same name.

        Raises:
            CheckpointError: there is none, or several.
        """
        with self._database.session() as session:
            return checkpoints.expert_value(session, checkpoints.find_expert(session, ref, backbone))

    def of_source(self, source_id: int) -> tuple[Expert, ...]:
        """Return the source's own (fast) experts."""
        query = select(ExpertRow).where(ExpertRow.source_id == source_id).order_by(ExpertRow.id)
        with self._database.session() as session:
            return tuple(checkpoints.expert_value(session, row) for row in session.scalars(query))

    def of_collection(self, collection_id: int) -> tuple[Expert, ...]:
        """Return the collection's mid experts."""
        query = select(ExpertRow).where(ExpertRow.collection_id == collection_id).order_by(ExpertRow.id)
        with self._database.session() as session:
            return tuple(checkpoints.expert_value(session, row) for row in session.scalars(query))

    def give(self, expert_id: int, collection_id: int | None, name: str) -> Expert:
        """Let a mid expert belong to a collection, or to none, under a name; a taken one gets a number.

        Raises:
            CheckpointError: there is no such expert.
        """
        with self._database.session() as session:
            row = checkpoints.find_expert(session, expert_id)
            row.collection_id = collection_id
            if row.name != name:
                row.name = checkpoints.free_name(session, name, row.backbone)
            session.flush()
            return checkpoints.expert_value(session, row)

    def history(self, expert_id: int) -> tuple[Checkpoint, ...]:
        """Return all checkpoints of the expert, newest first; exactly one is the head.

        Raises:
            CheckpointError: there is no such expert.
        """
        with self._database.session() as session:
            checkpoints.find_expert(session, expert_id)
            return checkpoints.of_expert(session, expert_id)

    def record(
        self,
        expert_id: int,
        blob: str,
        size_bytes: int,
        source_ids: Sequence[int],
        before: Scores | None,
        after: Scores | None,
        config: Mapping[str, object],
        is_accepted: bool,
        reason: str,
        parent_id: int | None = None,
    ) -> Checkpoint:
        """Store new weights that grew from the head; accepted ones become the head in the same transaction.

        blob is the sha256 of weights already in the blobs. parent_id is the head the weights were made from: give it
        if the head may have moved while they were made; without it the present head is taken.

        Raises:
            CheckpointError: no such expert or blob, or the head is not parent_id any more; nothing was stored.
        """
        self._blobs.path(blob)  # INVARIANT: no row without weights
        with self._database.session() as session:
            expert = checkpoints.find_expert(session, expert_id)
            head = heads.current(session, expert_id) if parent_id is None else parent_id
            new = checkpoints.add(
                session, expert_id, head, blob, size_bytes, source_ids, before, after, config, is_accepted, reason
            )
            heads.move(session, expert_id, head, new if is_accepted else head)
            events.append(
                session,
                events.LEARNED if is_accepted else events.REJECTED,
                f"{expert.name}: {reason}",
                expert_id=expert_id,
                checkpoint_id=new,
                source_id=source_ids[0] if len(source_ids) == 1 else None,
                previous_id=head,
            )
            return checkpoints.one(session, expert_id, new)

    def rollback(self, expert_id: int, checkpoint_id: int) -> Checkpoint:
        """Use an earlier accepted checkpoint again; nothing is deleted. Already being there changes nothing.

        Raises:
            CheckpointError: the checkpoint is unknown, another expert's, or was rejected.
        """
        with self._database.session() as session:
            expert = checkpoints.find_expert(session, expert_id)
            target = checkpoints.one(session, expert_id, checkpoint_id)
            if not target.is_accepted:
                raise CheckpointError(
                    f"Checkpoint {checkpoint_id} of {expert.name} was rejected, so it cannot be used."
                )
            return self._go(session, expert, checkpoint_id, events.ROLLED_BACK, "rolled back")

    def restore(self, expert_id: int) -> Checkpoint:
        """Undo the last rollback.

        Raises:
            CheckpointError: there is none to undo, or the weights it left were forgotten since.
        """
        with self._database.session() as session:
            expert = checkpoints.find_expert(session, expert_id)
            rollback = heads.undoable(session, expert_id)
            if rollback is None or rollback.previous_id is None:
                raise CheckpointError(f"{expert.name} has no rollback to undo.")
            if session.get(CheckpointRow, rollback.previous_id) is None:
                lost = "those weights knew a forgotten source or are lost."
                raise CheckpointError(f"The rollback of {expert.name} cannot be undone: {lost}")
            return self._go(session, expert, rollback.previous_id, events.RESTORED, "restored")

    def name(self, expert_id: int, checkpoint_id: int, name: str) -> Checkpoint:
        """Call a checkpoint by a name; an empty one takes it back.

        Raises:
            CheckpointError: the checkpoint is unknown or another expert's.
        """
        with self._database.session() as session:
            return checkpoints.label(session, expert_id, checkpoint_id, name=name)

    def pin(self, expert_id: int, checkpoint_id: int, is_pinned: bool) -> Checkpoint:
        """Pin a checkpoint or take the pin away; what a pin means is told by core.types.Checkpoint.

        Raises:
            CheckpointError: the checkpoint is unknown or another expert's.
        """
        with self._database.session() as session:
            return checkpoints.label(session, expert_id, checkpoint_id, is_pinned=is_pinned)

    def delete_of_source(self, source_id: int) -> set[str]:
        """Delete the source's own experts with all checkpoints; return the blobs that nothing refers to any more."""
        with self._database.session() as session:
            ids = session.scalars(select(ExpertRow.id).where(ExpertRow.source_id == source_id)).all()
            return _delete(session, ids)

    def delete(self, expert_id: int) -> set[str]:
        """Delete an expert with all checkpoints; return the blobs that nothing refers to any more."""
        with self._database.session() as session:
            return _delete(session, [expert_id])

    def touched_by(self, source_id: int) -> tuple[Expert, ...]:
        """Return the mid and slow experts that learned from the source in any checkpoint."""
        learned = (
            select(CheckpointRow.expert_id)
            .join(CheckpointSourceRow, CheckpointSourceRow.checkpoint_id == CheckpointRow.id)
            .where(CheckpointSourceRow.source_id == source_id)
        )
        query = select(ExpertRow).where(ExpertRow.id.in_(learned), ExpertRow.level != Level.FAST.value)
        with self._database.session() as session:
            return tuple(
                checkpoints.expert_value(session, row) for row in session.scalars(query.order_by(ExpertRow.id))
            )

    def delete_checkpoints_since(self, expert_id: int, source_id: int) -> Checkpoint:
        """Delete every checkpoint that learned from the source or grew from one that did; return the head.

        The head stays if it is clean, else it becomes its nearest clean ancestor: the weights before the source.

        Raises:
            CheckpointError: no such expert, or even its first weights contain the source.
        """
        with self._database.session() as session:
            expert = checkpoints.find_expert(session, expert_id)
            history = {checkpoint.id: checkpoint for checkpoint in checkpoints.of_expert(session, expert_id)}
            doomed: set[int] = set()
            for number in sorted(history):  # a parent's id is always smaller than its child's
                if source_id in history[number].source_ids or history[number].parent_id in doomed:
                    doomed.add(number)
            old: int = heads.current(session, expert_id)
            head: int | None = old
            while head in doomed:
                head = history[head].parent_id
            if head is None:
                raise CheckpointError(f"{expert.name} was born from that source and can only be deleted whole.")
            if head != old:
                heads.move(session, expert_id, old, head)
                words = f"{expert.name}: forgot a source and went back to checkpoint {head}."
                events.append(
                    session, events.FORGOTTEN, words, expert_id=expert_id, checkpoint_id=head, previous_id=old
                )
            session.execute(delete(CheckpointRow).where(CheckpointRow.id.in_(doomed)))
            session.expire_all()
            return checkpoints.one(session, expert_id, head)

    def referenced_blobs(self) -> set[str]:
        """Return the sha256 of every blob some checkpoint needs."""
        with self._database.session() as session:
            return checkpoints.referenced_blobs(session)

    def verify(self) -> builtins.list[str]:
        """Return every fault: missing or damaged weights, broken parents, wrong heads; [] when all is well."""
        faults: builtins.list[str] = []
        with self._database.session() as session:
            experts = session.scalars(select(ExpertRow).order_by(ExpertRow.id)).all()
            histories = {row.id: checkpoints.of_expert(session, row.id) for row in experts}
        for row in experts:
            faults += checkpoints.faults(row.name, histories[row.id])
        users: defaultdict[str, builtins.list[str]] = defaultdict(list)
        for row in experts:
            for checkpoint in histories[row.id]:
                users[checkpoint.blob].append(f"checkpoint {checkpoint.id} of {row.name}")
        for blob, names in users.items():
            if not self._blobs.verify(blob):
                faults.append(f"The weights {blob[:12]} ({', '.join(names)}) are missing or damaged.")
        return faults

    def events(self, limit: int = 200) -> tuple[Event, ...]:
        """Return the latest journal entries, newest first."""
        with self._database.session() as session:
            return events.newest(session, limit)

    def _go(self, session: Session, expert: ExpertRow, target: int, kind: str, verb: str) -> Checkpoint:
        self._blobs.path(checkpoints.one(session, expert.id, target).blob)
        old = heads.current(session, expert.id)
        if old != target:
            heads.move(session, expert.id, old, target)
            words = f"{expert.name} was {verb} from checkpoint {old} to {target}."
            events.append(session, kind, words, expert_id=expert.id, checkpoint_id=target, previous_id=old)
        return checkpoints.one(session, expert.id, target)


def _delete(session: Session, ids: Sequence[int]) -> set[str]:
    blobs = set(session.scalars(select(CheckpointRow.blob).where(CheckpointRow.expert_id.in_(ids))))
    mentions.forget_experts(session, ids)
    session.execute(delete(ExpertRow).where(ExpertRow.id.in_(ids)))  # the rest follows by cascade
    session.expire_all()
    return blobs - checkpoints.referenced_blobs(session)
