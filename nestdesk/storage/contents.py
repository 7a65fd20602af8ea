"""How much a data folder holds, told table by table as an export tells it."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.models import CheckpointRow, ConversationRow
from nestdesk.storage.table_lines import TABLES


def rows(database: Database) -> dict[str, int]:
    """Return how many rows of each table an export would hold; temporary conversations are left out of it."""
    temporary = select(ConversationRow.id).where(ConversationRow.is_temporary)
    counted = {}
    with database.session() as session:
        for name, table in TABLES.items():
            query = select(func.count()).select_from(table)
            if name == ConversationRow.__tablename__:
                query = query.where(table.c.id.not_in(temporary))
            for column in table.c:
                if any(key.column.table.name == ConversationRow.__tablename__ for key in column.foreign_keys):
                    query = query.where(or_(column.is_(None), column.not_in(temporary)))
            counted[name] = session.scalar(query) or 0
    return counted


def weights(database: Database, blobs: Blobs) -> tuple[int, int]:
    """Return how many weight files an export would hold, and their size in bytes.

    Raises:
        CheckpointError: one is missing.
    """
    with database.session() as session:
        names = sorted(set(session.scalars(select(CheckpointRow.blob))))
    return len(names), sum(_size(blobs, name) for name in names)


def _size(blobs: Blobs, sha256: str) -> int:
    blobs.path(sha256)  # it says so if there is none
    return blobs.size_bytes(sha256)
