"""What part of the library a search looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath


@dataclass(frozen=True)
class Scope:
    """Conditions that a source meets all at once; an empty one does not narrow anything."""

    collection_ids: frozenset[int] = frozenset()
    source_ids: frozenset[int] = frozenset()
    added_from: datetime | None = None  # aware
    added_before: datetime | None = None  # aware
    media_types: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()  # of the file, as ending() returns them


EVERYTHING = Scope()


def ending(path: str) -> str:
    """Return the end of a file's name that tells its type: lower case, with the dot; "" if it has none."""
    return PurePath(path).suffix.lower()
