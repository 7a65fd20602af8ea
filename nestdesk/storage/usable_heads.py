"""Whether every expert's weights are where they should be, told at every start by one query and a look at each file."""

from __future__ import annotations

from sqlalchemy import and_, select

from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.models import CheckpointRow, ExpertRow, HeadRow


def are_usable(database: Database, blobs: Blobs) -> bool:
    """Say, without reading any weights, whether every expert has an accepted head whose file is there in its size."""
    of_head = and_(
        CheckpointRow.id == HeadRow.checkpoint_id, CheckpointRow.expert_id == ExpertRow.id, CheckpointRow.is_accepted
    )
    query = (
        select(CheckpointRow.blob, CheckpointRow.size_bytes)
        .select_from(ExpertRow)
        .outerjoin(HeadRow, HeadRow.expert_id == ExpertRow.id)
        .outerjoin(CheckpointRow, of_head)
    )
    with database.session() as session:
        found = session.execute(query).all()
    return all(row.blob and blobs.size_bytes(row.blob) == row.size_bytes for row in found)
