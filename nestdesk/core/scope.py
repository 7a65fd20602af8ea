"""What part of the library a search looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath


@dataclass(frozen=True)
class Scope:
    """Conditions that a source meets all at once; an empty one does not narrow anything.

    INVARIANT: what is attached to a chat is in no scope but those of this chat.
    """

    collection_ids: frozenset[int] = frozenset()
    source_ids: frozenset[int] = frozenset()
    added_from: datetime | None = None  # aware
    added_before: datetime | None = None  # aware
    media_types: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()  # of the file, as ending() returns them
    chat_id: int | None = None  # that asks: what is attached to it counts too, whatever the collections say

    @property
    def is_whole(self) -> bool:
        """Whether all of the library is asked, with or without what is attached to a chat."""
        return replace(self, chat_id=None) == EVERYTHING


EVERYTHING = Scope()


def ending(path: str) -> str:
    """Return the end of a file's name that tells its type: lower case, with the dot; "" if it has none."""
    return PurePath(path).suffix.lower()
