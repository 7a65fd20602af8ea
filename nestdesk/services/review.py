"""Holding a document until a person has looked at it: because they asked for that, or because it looks like an attack.

INVARIANT: of a document that is held nothing is stored but its name and why it is held, so nothing of it can be found,
quoted or learned. An older version of it that was accepted stays as it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nestdesk.core.errors import DocumentError, StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.trust import REVIEW_WANTED
from nestdesk.core.types import Source, SourceState
from nestdesk.memory.suspicion import Examiner
from nestdesk.services.material import DOCUMENT, Material
from nestdesk.storage.sources import SourceStore

WANTED = "You wanted to look at it before it is learned."
UNREMARKABLE = "Nothing in it looks like an attack."
DECLINED = "You declined it, so nothing of it is in the library. Try again puts it up for review once more."
KEPT = "You declined its new version; what was read of it before stays."
EVERY_PART = sys.maxsize
_OPEN = (SourceState.QUEUED, SourceState.CANCELLED, SourceState.FAILED)


@dataclass(frozen=True)
class Looked:
    """Why a document has to wait, in sentences ("": it need not), and how far it was looked through."""

    why: str = ""
    parts: int = EVERY_PART
    error: DocumentError | None = None  # behind those parts

    def of(self, parts: Iterable[Material]) -> Iterator[Material]:
        """Return those of a document's parts that were looked at.

        Raises:
            DocumentError: behind them, if the document could not be read on.
        """
        yield from islice(parts, self.parts)
        if self.error is not None:
            raise self.error


class Review:
    """The documents that wait for a person, and what becomes of them."""

    def __init__(self, sources: SourceStore, changes: ChangeFeed, asks_first: Callable[[], bool]) -> None:
        """Keep decisions in the store; asks_first says whether every document has to wait."""
        self._sources = sources
        self._changes = changes
        self._asks_first = asks_first

    def held(self) -> tuple[Source, ...]:
        """Return the documents that wait, oldest first; why is their error."""
        return self._sources.held()

    def hold(self, source_ids: Iterable[int]) -> None:
        """Have documents that are not learned yet wait as soon as they are read, whatever they hold."""
        for source_id in source_ids:
            source = self._sources.get(source_id)
            if source.kind == DOCUMENT and source.state in _OPEN:
                self._sources.review(source_id, REVIEW_WANTED)

    def look(self, source: Source, parts: Iterable[Material]) -> Job[Looked]:
        """Look through a document before anything of it is stored.

        Args:
            source: the document.
            parts: all that was read of it.
        """
        if source.kind != DOCUMENT or source.review == source.sha256:  # a chat holds the person's own words
            return Looked()
        examiner, count, error = Examiner(Path(source.path).stem), 0, None
        try:
            for part in parts:
                examiner.look([part.title, *(passage.text for passage in part.passages)])
                count += 1
                yield Progress("reading", source_id=source.id)
        except DocumentError as broken:  # what stands before that can be taken in
            error = broken
        found = [one.words() for one in examiner.findings()]
        if source.review == REVIEW_WANTED or self._asks_first():
            found = [WANTED, *(found or [UNREMARKABLE])]
        return Looked(" ".join(found), count, error)

    def accept(self, source_id: int) -> Source:
        """Queue a document to be learned as it is now.

        Raises:
            StorageError: there is no such source, or it is not held.
        """
        source = self._one(source_id)
        self._sources.review(source_id, source.sha256)
        return self._set(source_id, SourceState.QUEUED)

    def decline(self, source_id: int) -> Source:
        """Leave a document out; what was accepted of it before stays.

        Raises:
            StorageError: there is no such source, or it is not held.
        """
        source = self._one(source_id)
        return self._set(source_id, SourceState.CANCELLED, KEPT if source.passages else DECLINED)

    def _one(self, source_id: int) -> Source:
        source = self._sources.get(source_id)
        if source.state is not SourceState.HELD:
            raise StorageError(f"{source.title} is not held for review.")
        return source

    def _set(self, source_id: int, state: SourceState, error: str = "") -> Source:
        source = self._sources.set_state(source_id, state, error)
        self._changes.publish("source", ids=frozenset({source_id}))
        return source
