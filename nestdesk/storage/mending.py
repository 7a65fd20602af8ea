"""Experts whose weights are lost or damaged go on with other ones: nothing that can be used is given up for it.

An expert whose head cannot be used goes back to the nearest weights before it that can, else to its newest ones, else
to an identity, with which it changes nothing. That is a rollback like any other: where the lost weights come back, it
can be undone. Only ``rows`` deletes: checkpoints without weights, which would stand in the way of every export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Function, Level
from nestdesk.storage import checkpoints, events
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.loose_rows import json_line
from nestdesk.storage.models import CheckpointRow, ExpertRow, HeadRow
from nestdesk.storage.quarantine import Incident

Spares = Callable[[Function, Level, str], Iterable[bytes]]  # the first is an identity; the backbone by fingerprint
_IDENTITY = {"is_identity": True}


@dataclass(frozen=True)
class _Expert:
    """An expert's row, its head, and its checkpoints by id, oldest first."""

    row: ExpertRow
    head: int | None
    history: dict[int, CheckpointRow]


class Mending:
    """Mends the experts of a data folder."""

    def __init__(self, folder: DataFolder, database: Database, blobs: Blobs, spares: Spares) -> None:
        """Join the stores; spares are the weights that can be made or read anew."""
        self._folder = folder
        self._database = database
        self._blobs = blobs
        self._spares = spares

    def is_needed(self) -> bool:
        """Say, by one query and a look at each file's size, whether an expert has no head that can be used."""
        of_head = and_(
            CheckpointRow.id == HeadRow.checkpoint_id,
            CheckpointRow.expert_id == ExpertRow.id,
            CheckpointRow.is_accepted,
        )
        query = (
            select(CheckpointRow.blob, CheckpointRow.size_bytes)
            .select_from(ExpertRow)
            .outerjoin(HeadRow, HeadRow.expert_id == ExpertRow.id)
            .outerjoin(CheckpointRow, of_head)
        )
        with self._database.session() as session:
            found = session.execute(query).all()
        return any(not row.blob or self._blobs.size_bytes(row.blob) != row.size_bytes for row in found)

    def heads(self) -> tuple[str, ...]:
        """Give every expert a head that can be used, and put damaged weights aside; returns a sentence for each step.

        Raises:
            StorageError: the disk failed; nothing was changed but files put aside.
        """
        aside = Incident(self._folder, "weights")
        with self._database.session() as session:
            told = self._whole_again(session, aside)
            for expert in _all(session):
                good = [id for id, one in expert.history.items() if one.is_accepted and self._blobs.verify(one.blob)]
                if expert.head not in good or not _has_head(expert):
                    told.append(self._go_on(session, expert, good))
            for sentence in told:
                aside.say(sentence)
        return tuple(told)

    def rows(self) -> tuple[str, ...]:
        """Put checkpoints without weights aside, and let those that grew from them follow the ones before.

        Raises:
            StorageError: the disk failed; no checkpoint was deleted.
        """
        told: list[str] = []
        aside = Incident(self._folder, "checkpoints")
        with self._database.session() as session:
            for expert in _all(session):
                lost = [one for one in expert.history.values() if not self._blobs.verify(one.blob)]
                lost = [one for one in lost if one.id != expert.head]
                kept = [id for id in expert.history if id not in {one.id for one in lost}]
                grown = _parents(expert.history, kept)
                moved = [id for id in kept if expert.history[id].parent_id != grown[id]]
                for id in moved:
                    _set_parent(session, id, grown[id])
                if lost:
                    aside.add("checkpoint.jsonl", (json_line(_columns(one)) for one in lost))
                    ids = [one.id for one in lost]
                    session.execute(delete(CheckpointRow).where(CheckpointRow.id.in_(ids)))
                    numbers = ", ".join(map(str, ids))
                    told.append(f"Checkpoints {numbers} of {expert.row.name} have no weights; they were put aside.")
                elif moved:
                    told.append(f"The checkpoints of {expert.row.name} grow from its first one again.")
                session.expire_all()
            for sentence in told:
                aside.say(sentence)
        return tuple(told)

    def _is_there(self, one: CheckpointRow) -> bool:
        return self._blobs.size_bytes(one.blob) == one.size_bytes

    def _whole_again(self, session: Session, aside: Incident) -> list[str]:
        """Make weights anew where that is possible; else put them aside if they are there."""
        told: list[str] = []
        bad: set[str] = set()
        for expert in _all(session):
            for one in expert.history.values():
                if one.blob in bad or self._blobs.verify(one.blob):
                    continue
                bad.add(one.blob)
                if self._blobs.size_bytes(one.blob) >= 0:
                    aside.move(self._blobs.path(one.blob), f"The weights of {expert.row.name} were damaged.")
                spares = self._spares(Function(expert.row.function), Level(expert.row.level), expert.row.backbone)
                if any(self._blobs.put_if(data, one.blob) for data in spares):
                    told.append(f"The weights {one.blob[:12]} of {expert.row.name} were damaged; they were made anew.")
                else:
                    told.append(f"The weights {one.blob[:12]} of {expert.row.name} are lost.")
        return told

    def _go_on(self, session: Session, expert: _Expert, good: Sequence[int]) -> str:
        """Move the head to weights that can be used."""
        name, old = expert.row.name, expert.head
        before = expert.history[old].parent_id if old in expert.history else None
        while before is not None and before not in good:
            before = expert.history[before].parent_id if before in expert.history else None
        new = before if before is not None else max(good, default=None)
        where = f"goes on with checkpoint {new}"
        if new is None:
            new = self._identity(session, expert)
            where = "changes nothing any more, until it learns again"
        session.execute(delete(HeadRow).where(HeadRow.expert_id == expert.row.id))
        session.add(HeadRow(expert_id=expert.row.id, checkpoint_id=new))
        session.flush()
        words = f"The weights that {name} used are lost or damaged; it {where}."
        events.append(session, events.ROLLED_BACK, words, expert_id=expert.row.id, checkpoint_id=new, previous_id=old)
        return words

    def _identity(self, session: Session, expert: _Expert) -> int:
        row = expert.row
        data = next(iter(self._spares(Function(row.function), Level(row.level), row.backbone)))
        blob = self._blobs.put_bytes(data)
        parent = max(expert.history, default=None)
        reason = "In place of weights that were lost"
        return checkpoints.add(session, row.id, parent, blob, len(data), config=_IDENTITY, reason=reason)


def _all(session: Session) -> list[_Expert]:
    """Return every expert, also one whose rows do not fit together."""
    heads = {row.expert_id: row.checkpoint_id for row in session.scalars(select(HeadRow))}
    found = []
    for row in session.scalars(select(ExpertRow).order_by(ExpertRow.id)).all():
        own = select(CheckpointRow).where(CheckpointRow.expert_id == row.id).order_by(CheckpointRow.id)
        found.append(_Expert(row, heads.get(row.id), {one.id: one for one in session.scalars(own)}))
    return found


def _has_head(expert: _Expert) -> bool:
    return expert.head in expert.history and expert.history[expert.head or 0].is_accepted


def _parents(history: dict[int, CheckpointRow], kept: Sequence[int]) -> dict[int, int | None]:
    """Return for each kept checkpoint the nearest kept one that it grew from; the first one grew from none."""
    grown: dict[int, int | None] = {}
    first = min(kept, default=0)
    for id in kept:
        parent = history[id].parent_id
        while parent is not None and parent not in kept:
            parent = history[parent].parent_id if parent in history else None
        grown[id] = None if id == first else first if parent is None else parent
    return grown


def _set_parent(session: Session, id: int, parent: int | None) -> None:
    session.execute(update(CheckpointRow).where(CheckpointRow.id == id).values(parent_id=parent))


def _columns(row: CheckpointRow) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in CheckpointRow.__table__.columns}
