"""The rows of experts and checkpoints, read and written inside a transaction that experts.py opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Checkpoint, Expert, Function, Level, Scores
from nestdesk.storage import heads
from nestdesk.storage.columns import config_from_json, config_to_json, from_json, now, to_json
from nestdesk.storage.models import CheckpointRow, CheckpointSourceRow, ExpertRow


def add(
    session: Session,
    expert_id: int,
    parent_id: int | None,
    blob: str,
    size_bytes: int,
    source_ids: Sequence[int] = (),
    before: Scores | None = None,
    after: Scores | None = None,
    config: Mapping[str, object] | None = None,
    is_accepted: bool = True,
    reason: str = "",
) -> int:
    """Insert a checkpoint and what it learned from; return its id."""
    row = CheckpointRow(
        expert_id=expert_id,
        parent_id=parent_id,
        blob=blob,
        size_bytes=size_bytes,
        created_at=now(),
        before=to_json(before, Scores),
        after=to_json(after, Scores),
        config=config_to_json(config or {}),
        is_accepted=is_accepted,
        reason=reason,
    )
    session.add(row)
    session.flush()
    for position, source_id in enumerate(dict.fromkeys(source_ids)):
        session.add(CheckpointSourceRow(checkpoint_id=row.id, source_id=source_id, position=position))
    session.flush()
    return row.id


def of_expert(session: Session, expert_id: int) -> tuple[Checkpoint, ...]:
    """Return all checkpoints of the expert, newest first."""
    rows = session.scalars(
        select(CheckpointRow).where(CheckpointRow.expert_id == expert_id).order_by(CheckpointRow.id.desc())
    )
    return _values(session, rows.all(), heads.current(session, expert_id))


def one(session: Session, expert_id: int, checkpoint_id: int) -> Checkpoint:
    """Return one checkpoint of the expert.

    Raises:
        CheckpointError: it is unknown or another expert's.
    """
    row = session.get(CheckpointRow, checkpoint_id)
    if row is None or row.expert_id != expert_id:
        raise CheckpointError(f"This expert has no checkpoint {checkpoint_id}.")
    return _values(session, [row], heads.current(session, expert_id))[0]


def label(session: Session, expert_id: int, checkpoint_id: int, **marks: str | bool) -> Checkpoint:
    """Set a checkpoint's name or its pin; its weights and scores never change.

    Raises:
        CheckpointError: it is unknown or another expert's.
    """
    one(session, expert_id, checkpoint_id)
    session.execute(update(CheckpointRow).where(CheckpointRow.id == checkpoint_id).values(**marks))
    session.expire_all()
    return one(session, expert_id, checkpoint_id)


def referenced_blobs(session: Session) -> set[str]:
    """Return the sha256 of every blob some checkpoint needs."""
    return set(session.scalars(select(CheckpointRow.blob).distinct()))


def find_expert(session: Session, ref: int | str, backbone: str | None = None) -> ExpertRow:
    """Return the row of the expert with that id or name; a name of digits only may also be an id.

    Raises:
        CheckpointError: there is none, or several.
    """
    found: Sequence[ExpertRow] = []
    if isinstance(ref, str):
        query = select(ExpertRow).where(ExpertRow.name == ref).order_by(ExpertRow.id)
        found = session.scalars(query if backbone is None else query.where(ExpertRow.backbone == backbone)).all()
    if len(found) > 1:
        numbers = ", ".join(str(row.id) for row in found)
        raise CheckpointError(f"Several experts are called {ref!r}, one for each backbone; use a number: {numbers}.")
    number = _number(ref)
    row = found[0] if found else None if number is None else session.get(ExpertRow, number)
    if row is None:
        raise CheckpointError(f"There is no expert {ref!r}.")
    return row


def _number(ref: int | str) -> int | None:
    if isinstance(ref, str):
        ref = int(ref) if ref.isascii() and ref.isdigit() and len(ref) < 19 else -1
    return ref if 0 < ref < 2**63 else None


def free_name(session: Session, name: str, backbone: str) -> str:
    """Return the name, with a number if an expert of the same backbone has it already."""
    taken = set(session.scalars(select(ExpertRow.name).where(ExpertRow.backbone == backbone)))
    numbered = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(candidate for candidate in numbered if candidate not in taken)


def expert_value(session: Session, row: ExpertRow) -> Expert:
    """Return the expert with its head."""
    head = one(session, row.id, heads.current(session, row.id))
    return Expert(
        id=row.id,
        name=row.name,
        function=Function(row.function),
        level=Level(row.level),
        backbone=row.backbone,
        update_period_tokens=row.update_period_tokens,
        source_id=row.source_id,
        head=head,
        collection_id=row.collection_id,
    )


def faults(name: str, history: Sequence[Checkpoint]) -> list[str]:
    """Return what is wrong with one expert's checkpoints; [] when nothing is."""
    found = []
    known = {checkpoint.id for checkpoint in history}
    if [checkpoint.is_accepted for checkpoint in history if checkpoint.is_head] != [True]:
        found.append(f"{name} does not use exactly one accepted checkpoint.")
    if sum(checkpoint.parent_id is None for checkpoint in history) != 1:
        found.append(f"{name} does not have exactly one first checkpoint.")
    for checkpoint in history:
        if checkpoint.parent_id is not None and checkpoint.parent_id not in known:
            found.append(f"Checkpoint {checkpoint.id} of {name} has lost its parent {checkpoint.parent_id}.")
    return found


def _values(session: Session, rows: Sequence[CheckpointRow], head: int) -> tuple[Checkpoint, ...]:
    links = select(CheckpointSourceRow).where(CheckpointSourceRow.checkpoint_id.in_([row.id for row in rows]))
    sources: defaultdict[int, list[int]] = defaultdict(list)
    for link in session.scalars(links.order_by(CheckpointSourceRow.checkpoint_id, CheckpointSourceRow.position)):
        sources[link.checkpoint_id].append(link.source_id)
    return tuple(
        Checkpoint(
            id=row.id,
            expert_id=row.expert_id,
            parent_id=row.parent_id,
            blob=row.blob,
            size_bytes=row.size_bytes,
            created_at=row.created_at,
            source_ids=tuple(sources[row.id]),
            before=from_json(row.before, Scores),
            after=from_json(row.after, Scores),
            config=config_from_json(row.config),
            is_accepted=row.is_accepted,
            reason=row.reason,
            is_head=row.id == head,
            name=row.name,
            is_pinned=row.is_pinned,
        )
        for row in rows
    )
