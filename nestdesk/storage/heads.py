"""An expert's head: which checkpoint is in use, how it moves, and how a move is undone."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from nestdesk.core.errors import CheckpointError
from nestdesk.storage import events
from nestdesk.storage.models import EventRow, HeadRow

_MOVES = (events.LEARNED, events.ROLLED_BACK, events.RESTORED, events.FORGOTTEN)


def current(session: Session, expert_id: int) -> int:
    """Return the id of the checkpoint in use."""
    return session.scalars(select(HeadRow.checkpoint_id).where(HeadRow.expert_id == expert_id)).one()


def move(session: Session, expert_id: int, old: int, new: int) -> None:
    """Move the head from old to new by compare-and-swap.

    Raises:
        CheckpointError: the head is not old any more; nothing moved.
    """
    statement = (
        update(HeadRow)
        .where(HeadRow.expert_id == expert_id, HeadRow.checkpoint_id == old)
        .values(checkpoint_id=new)
        .execution_options(synchronize_session=False)
    )
    moved = cast("CursorResult[Any]", session.execute(statement)).rowcount
    if moved != 1:
        raise CheckpointError(
            "The expert was changed by something else in the meantime, so this change was not made. Try again."
        )


def undoable(session: Session, expert_id: int) -> EventRow | None:
    """Return the last rollback that was not undone yet and after which nothing was learned or forgotten.

    Rollbacks and restores pair up like brackets, so rolling back twice can be undone twice.
    """
    moves = select(EventRow).where(EventRow.expert_id == expert_id, EventRow.kind.in_(_MOVES))
    undone = 0
    for row in session.scalars(moves.order_by(EventRow.id.desc())):
        if row.kind == events.RESTORED:
            undone += 1
        elif row.kind != events.ROLLED_BACK:
            return None
        elif undone:
            undone -= 1
        else:
            return row
    return None
