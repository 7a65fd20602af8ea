"""The source of an expert that came in a file: the same document in this library, or the text that came along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.jobs import Job
from nestdesk.core.types import Effort, Source, SourceState
from nestdesk.engine.client import Engine
from nestdesk.memory import routing
from nestdesk.services import blocks as blocks_of
from nestdesk.services.engine_jobs import embed_all
from nestdesk.services.expert_file import About, Manifest, Text
from nestdesk.services.learn import ROUTE_VECTORS, WORKED_ON
from nestdesk.services.material import DOCUMENT
from nestdesk.storage.sources import SourceStore


@dataclass(frozen=True)
class Ready:
    """Where an expert goes: a source that is here, or a text with its vectors, ready to be stored."""

    home: Source | None = None
    text: Text | None = None
    passages: np.ndarray | None = None  # [n, d] unit vectors of the passages
    route: np.ndarray | None = None  # [m, d] of the questions that belong to the source
    threshold: float = 1.0


class GivenSources:
    """Finds or makes the sources of imported experts."""

    def __init__(self, sources: SourceStore, engine: Engine, generic_questions: Sequence[str]) -> None:
        """Join the store with the engine; generic_questions are what no source is about, for calibrating routes."""
        self._sources = sources
        self._engine = engine
        self._generic_questions = tuple(generic_questions)

    def home(self, about: About) -> Source | None:
        """Return the source here that is the same document, cut into the same passages; None: there is none."""
        source = self._sources.by_sha(about.sha256)
        if source is None:
            return None
        own = [blocks_of.print_of(text) for text in self._sources.texts(source.id).values()]
        return source if own and own[: len(about.prints)] == list(about.prints) else None

    def prepared(self, about: About) -> Job[Ready]:
        """Embed the text that came along, unless the document is here.

        Raises:
            CheckpointError: there is neither a text nor the document.
        """
        if home := self.home(about):
            return Ready(home)
        if about.text is None:
            raise CheckpointError(
                f"The weights came without the text of “{about.title}”, and that document is not in your library, so "
                "no question could be led to them. Add the same document first, or ask for a file with its text."
            )
        items = about.text.items
        passages = yield from embed_all(self._engine, [one.text for one in about.text.passages])
        studied = list(dict.fromkeys(one.prompt for one in items if one.kind == "question" and not one.is_probe))
        questions = yield from embed_all(self._engine, studied[:ROUTE_VECTORS])
        probes = yield from embed_all(self._engine, [one.prompt for one in items if one.is_probe])
        generic = yield from embed_all(self._engine, self._generic_questions)
        own = np.concatenate([passages, questions])[:ROUTE_VECTORS]
        return Ready(None, about.text, passages, own, routing.threshold(own, probes, generic))

    def settled(self, manifest: Manifest, about: About, ready: Ready) -> Source:
        """Return the source; it is stored if it was not here, and its items if it has none.

        Raises:
            StorageError: it is being learned just now.
        """
        source = self._stored(about, ready) if ready.home is None else self._sources.get(ready.home.id)
        if source.state in WORKED_ON:
            raise StorageError(f"{source.title} is being learned just now; accept the expert when that is done.")
        text = about.text
        if text and text.items and not source.items and len(text.passages) == source.passages:
            # *Why* only then: a source that counts as learned sleeps, and sleep needs its items
            return self._sources.save_result(
                source.id, SourceState.LEARNED, text.items, manifest.before, manifest.after, manifest.seconds
            )
        return source

    def _stored(self, about: About, ready: Ready) -> Source:
        assert ready.text is not None  # prepared found one of the two
        assert ready.passages is not None
        assert ready.route is not None
        text = ready.text
        size = sum(len(one.text.encode(errors="replace")) for one in text.passages)
        id = self._sources.add(about.title, DOCUMENT, "", about.sha256, size, Effort.NORMAL).id
        self._sources.save_content(id, about.title, text.summary, text.passages, ready.passages)
        self._sources.describe(id, about.media_type, about.language, ("Its text came with an imported expert.",))
        self._sources.save_route(id, ready.route, ready.threshold)
        return self._sources.set_state(id, SourceState.REMEMBERED)
