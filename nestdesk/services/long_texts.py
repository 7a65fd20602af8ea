"""Indexing a document that is too long to be one part: passages are embedded and stored as they are read.

What is stored already, in the same words at the same place, is not embedded again. So a run that was closed or killed
goes on where it stopped, and of a log that grew only its new end is taken in. Such a text can be searched and has an
outline, but it is not learned: that would take days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from nestdesk.core.jobs import ChangeFeed, Job, Progress, retold
from nestdesk.core.types import Passage, Section, Source, SourceState
from nestdesk.engine.client import Engine
from nestdesk.memory import outline
from nestdesk.memory.parts import MAX_CHARACTERS
from nestdesk.memory.summaries import extractive
from nestdesk.memory.vector_index import VECTOR_SIZE
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.material import Material
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore

STORED_AT_ONCE = 512  # passages: a few seconds of embedding, which is what a crash may cost
SUMMARY_SENTENCES = 3
NOT_LEARNED = "The document is too long to be learned by heart; what was read of it can be searched."


class LongTexts:
    """Takes the parts of long documents into the library."""

    def __init__(self, sources: SourceStore, sections: SectionStore, engine: Engine, changes: ChangeFeed) -> None:
        """Store passages with the sources, and the outline with the sections."""
        self._sources = sources
        self._sections = sections
        self._engine = engine
        self._changes = changes

    def index(self, source: Source, parts: Iterable[Material]) -> Job[None]:
        """Make a document searchable, part by part; between two yields what was embedded is stored.

        INVARIANT: one part's text and vectors are in memory at a time, and of the others their outline.
        """
        count = 0
        sections: list[Section] = []
        about: list[np.ndarray] = []
        for part in parts:
            vectors = yield from self._stored(source, count, part.passages)
            count += len(part.passages)
            own = outline.sections(part.parts, part.passages, vectors)
            texts = [f"{one.title} {one.summary}" for one in own]
            about.append((yield from self._embedded(source, texts, part.passages)))
            sections += own
            self._changes.publish("source", ids=frozenset({source.id}))
        # What stood beyond the end belongs to an earlier version; study items that name its passages go as well.
        self._sources.save_from(source.id, count, (), np.zeros((0, VECTOR_SIZE), np.float32))
        self._sections.save(source.id, sections, np.concatenate(about))
        told = [outline.opening(one.summary, one.title) for one in sections]
        summary = " ".join(extractive(told, np.concatenate(about), SUMMARY_SENTENCES))
        self._sources.entitle(source.id, part.title, summary)
        self._sources.describe(source.id, part.media_type, part.language, (*part.notes, NOT_LEARNED))
        self._sources.save_result(source.id, SourceState.REMEMBERED, (), None, None, 0.0)

    def _stored(self, source: Source, first: int, passages: Sequence[Passage]) -> Job[np.ndarray]:
        """Return the vectors of a part's passages, which are stored then."""
        found = [np.zeros((0, VECTOR_SIZE), np.float32)]
        for batch in _batches(passages):
            vectors = self._sources.kept(source.id, first, batch)
            if vectors is None:
                vectors = yield from self._embedded(source, [one.text for one in batch], batch)
                self._sources.save_from(source.id, first, batch, vectors)
            yield _progress(source, batch)
            found.append(vectors)
            first += len(batch)
        return np.concatenate(found)

    def _embedded(self, source: Source, texts: Sequence[str], at: Sequence[Passage]) -> Job[np.ndarray]:
        return (yield from retold(embed_all(self._engine, texts, source.id), lambda _: _progress(source, at)))


def _batches(passages: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    return (passages[start : start + STORED_AT_ONCE] for start in range(0, len(passages), STORED_AT_ONCE))


def _progress(source: Source, at: Sequence[Passage]) -> Progress:
    whole = max(1, min(source.size_bytes, MAX_CHARACTERS))  # a guess: how much text a file has shows at its end
    return Progress("indexing", min(1.0, at[-1].end / whole) if at else 0.0, source_id=source.id)
