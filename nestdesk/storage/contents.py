"""How much a data folder holds, told table by table as an export tells it."""

from __future__ import annotations

from sqlalchemy import func, select

from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.table_lines import TABLES, lasts, weight_files


def rows(database: Database) -> dict[str, int]:
    """Return how many rows of each table an export would hold; temporary conversations are left out of it."""
    with database.session() as session:
        queries = {name: select(func.count()).select_from(table).where(lasts(table)) for name, table in TABLES.items()}
        return {name: session.scalar(query) or 0 for name, query in queries.items()}


def weights(database: Database, blobs: Blobs) -> tuple[int, int]:
    """Return how many weight files an export would hold, and their size in bytes.

    Raises:
        CheckpointError: one is missing.
    """
    with database.session() as session:
        names = sorted(weight_files(session))
    return len(names), sum(_size(blobs, name) for name in names)


def _size(blobs: Blobs, sha256: str) -> int:
    blobs.path(sha256)  # it says so if there is none
    return blobs.size_bytes(sha256)
