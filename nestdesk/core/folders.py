"""Watched folders, and the files in them that are left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WatchedFolder:
    """A folder whose documents become sources of a collection, or of none, as they come and change."""

    id: int
    path: str
    added_at: datetime
    checked_at: datetime | None = None
    collection_id: int | None = None


@dataclass(frozen=True)
class LeftOut:
    """A file in a watched folder that was forgotten; sha256 is of the content it had."""

    path: str
    folder_id: int
    sha256: str
    since: datetime
