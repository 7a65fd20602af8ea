"""The experts that take part in every answer, read without those of single sources, of which there may be thousands."""

from __future__ import annotations

from sqlalchemy import select

from nestdesk.core.types import Expert, Level
from nestdesk.storage import checkpoints
from nestdesk.storage.as_if import ExpertsAsIf
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.models import ExpertRow


def shared(experts: ExpertStore, backbone: str) -> tuple[Expert, ...]:
    """Return a backbone's mid and slow experts, oldest first."""
    query = select(ExpertRow).where(ExpertRow.backbone == backbone, ExpertRow.level != Level.FAST.value)
    with experts._database.session() as session:
        rows = session.scalars(query.order_by(ExpertRow.id))
        found = tuple(checkpoints.expert_value(session, row) for row in rows)
    return experts._as_if(found) if isinstance(experts, ExpertsAsIf) else found
