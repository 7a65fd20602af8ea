"""The journal's entries: what was learned, rolled back, restored or forgotten, and when."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from nestdesk.core.types import Event
from nestdesk.storage.columns import now
from nestdesk.storage.models import EventRow

BORN = "born"
LEARNED = "learned"
REJECTED = "rejected"
ROLLED_BACK = "rollback"
RESTORED = "restore"
FORGOTTEN = "forget"


def append(
    session: Session,
    kind: str,
    text: str,
    *,
    expert_id: int | None = None,
    checkpoint_id: int | None = None,
    source_id: int | None = None,
    previous_id: int | None = None,
) -> Event:
    """Add an entry in the current transaction. previous_id is the head that this event moved away from."""
    row = EventRow(
        kind=kind,
        text=text,
        created_at=now(),
        expert_id=expert_id,
        checkpoint_id=checkpoint_id,
        source_id=source_id,
        previous_id=previous_id,
    )
    session.add(row)
    session.flush()
    return _event(row)


def newest(session: Session, limit: int) -> tuple[Event, ...]:
    """Return the latest entries, newest first."""
    return tuple(_event(row) for row in session.scalars(select(EventRow).order_by(EventRow.id.desc()).limit(limit)))


def _event(row: EventRow) -> Event:
    return Event(row.id, row.kind, row.text, row.created_at, row.expert_id, row.checkpoint_id, row.source_id)
