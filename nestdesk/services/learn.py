"""Learning a document: from a file in the queue to passages that can be found and weights that remember them.

A source can be searched as soon as it is read; its weights come after. Everything a step makes is stored between two
yields, so a job that is closed, or a program that is killed, goes on from the queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from nestdesk.core.errors import CheckpointError, DocumentError, EngineError, NestDeskError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.types import Checkpoint, Document, Effort, Function, Passage, Source, SourceState
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.memory import routing
from nestdesk.memory.folders import walk
from nestdesk.memory.passages import sentences, split
from nestdesk.memory.reader_worker import read_limited
from nestdesk.memory.retrieval import neighbours
from nestdesk.memory.summaries import extractive
from nestdesk.services.engine_jobs import ModelSupply, embed_all, follow, have_models
from nestdesk.services.roster import Roster, uses
from nestdesk.services.sleep import Sleep
from nestdesk.storage.database import Database
from nestdesk.storage.sources import SourceStore

DONE = frozenset({SourceState.LEARNED, SourceState.REMEMBERED})
LOST = frozenset({SourceState.FAILED, SourceState.CANCELLED})
NEIGHBOURS = 3  # passages of the same source that a passage is most like
ROUTE_VECTORS = 512  # of one source: its passages and the questions it was studied with
FUNCTIONS = {
    Effort.QUICK: (Function.ATTENTION,),
    Effort.NORMAL: (Function.ATTENTION,),
    Effort.DEEP: (Function.MEMORY, Function.ATTENTION),
}
SUMMARY_SENTENCES = 3


class Learn:
    """The queue of sources, and the work on it."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        engine: Engine,
        roster: Roster,
        models: ModelSupply,
        changes: ChangeFeed,
        sleep: Sleep,
        generic_questions: Sequence[str],
        read: Callable[[Path], Document] = read_limited,
    ) -> None:
        """Join the stores with the engine; generic_questions are what no source is about, for calibrating routes."""
        self._database = database
        self._sources = sources
        self._engine = engine
        self._roster = roster
        self._models = models
        self._changes = changes
        self._sleep = sleep
        self._generic_questions = tuple(generic_questions)
        self._generic: np.ndarray | None = None
        self._read = read
        self._cancelled: set[int] = set()
        self._running: set[int] = set()

    def add(self, paths: Iterable[Path], effort: Effort = Effort.NORMAL) -> Job[tuple[Source, ...]]:
        """Queue the readable files below the paths. A file that is known by its content is not added twice.

        Raises:
            DocumentError: a path does not exist, or there are too many files.
        """
        added: dict[int, Source] = {}
        for file in walk(list(paths)):
            source = self._add_file(file, effort)
            added[source.id] = source
            yield Progress("adding", text=source.title, source_id=source.id)
        return tuple(added.values())

    def run(self, source_id: int, budget_s: float = 0.0, seed: int = 0) -> Job[Source]:
        """Read, index and learn one source; a failure of this source is told by its state.

        Closing the job puts the source back into the queue, unless it was cancelled.

        Raises:
            BackboneError, StorageError: nothing can be learned at the moment; the source stays in the queue.
        """
        if self._sources.get(source_id).state in DONE:
            return self._sources.get(source_id)
        self._cancelled.discard(source_id)
        self._running.add(source_id)
        job = self._study(source_id, budget_s, seed)
        try:
            while source_id not in self._cancelled:
                try:
                    progress = next(job)
                except StopIteration as stop:
                    return stop.value  # type: ignore[no-any-return]
                yield progress
            job.close()
            return self._set_state(source_id, SourceState.CANCELLED)
        except (DocumentError, EngineError, CheckpointError) as error:
            sentence = str(error).partition("\n")[0]  # the engine's own bugs carry their report in further lines
            return self._set_state(source_id, SourceState.FAILED, sentence)
        except (NestDeskError, GeneratorExit, KeyboardInterrupt):
            job.close()
            is_cancelled = source_id in self._cancelled
            self._set_state(source_id, SourceState.CANCELLED if is_cancelled else SourceState.QUEUED)
            raise
        except Exception:  # a bug: this source is set aside, so that the next start does not meet it again at once
            self._set_state(source_id, SourceState.FAILED, "NestDesk made a mistake with this document.")
            raise
        finally:
            self._running.discard(source_id)

    def is_running(self, source_id: int) -> bool:
        """Say whether the source is being read or learned just now."""
        return source_id in self._running

    def run_queue(self, budget_s: float = 0.0) -> Job[tuple[Source, ...]]:
        """Learn every queued source, one after the other; budget_s is for each."""
        done: dict[int, Source] = {}
        while waiting := [source for source in self._sources.queued() if source.id not in done]:
            source = yield from self.run(waiting[0].id, budget_s)
            done[source.id] = source
        return tuple(done.values())

    def cancel(self, source_id: int) -> Source:
        """Take a source out of the queue, or stop learning it at the next step. What was indexed can be searched."""
        self._cancelled.add(source_id)
        source = self._sources.get(source_id)
        return source if source.state in DONE else self._set_state(source_id, SourceState.CANCELLED)

    def retry(self, source_id: int) -> Source:
        """Put a failed or cancelled source back into the queue."""
        self._cancelled.discard(source_id)
        source = self._sources.get(source_id)
        return self._set_state(source_id, SourceState.QUEUED) if source.state in LOST else source

    def sleep(self, budget_s: float = 0.0) -> Job[Checkpoint | None]:
        """Consolidate the fast experts; see services.sleep."""
        return (yield from self._sleep.run(budget_s))

    def _add_file(self, file: Path, effort: Effort) -> Source:
        try:
            sha256, size = hash_file(file), file.stat().st_size
        except OSError as error:
            unreadable = hashlib.sha256(str(file).encode()).hexdigest()  # stands in for the content nobody can read
            source = self._sources.by_sha(unreadable) or self._sources.add(
                file.name, "document", str(file), unreadable, 0, effort
            )
            return self._set_state(
                source.id, SourceState.FAILED, f"{file.name} cannot be opened: {error.strerror or error}."
            )
        if known := self._sources.by_sha(sha256):
            return self.retry(known.id)
        source = self._sources.add(file.stem, "document", str(file.resolve()), sha256, size, effort)
        self._publish(source.id)
        return source

    def _study(self, source_id: int, budget_s: float, seed: int) -> Job[Source]:
        source = self._set_state(source_id, SourceState.READING)
        yield Progress("reading", text=source.title, source_id=source_id)
        title, passages = self._read_passages(source)
        yield from have_models(self._models)
        vectors = yield from embed_all(self._engine, [passage.text for passage in passages], source_id)
        summary = _summary(passages, vectors)
        self._sources.save_content(source_id, title, summary, passages, vectors)
        source = self._set_state(source_id, SourceState.LEARNING)
        yield Progress("learning", text=title, source_id=source_id)
        request = protocol.Learn(
            title,
            passages,
            uses(self._roster.slow()),
            functions=FUNCTIONS[source.effort],
            effort=source.effort,
            budget_s=budget_s,
            seed=seed,
            beside=neighbours(vectors, NEIGHBOURS),
        )
        learned = yield from follow(self._engine.stream(request), protocol.Learned, source_id)
        route = yield from self._calibrate(source_id, learned, vectors)
        return self._save(source, learned, route)  # no yield from here on

    def _read_passages(self, source: Source) -> tuple[str, tuple[Passage, ...]]:
        path = Path(source.path)
        try:
            is_same = hash_file(path) == source.sha256
        except OSError as error:
            raise DocumentError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
        if not is_same:
            raise DocumentError(f"{path.name} was changed after it was added; please add it again.")
        document = self._read(path)
        passages = split(document)
        if not passages:
            raise DocumentError(f"{path.name} has no text to learn from.")
        return document.title or source.title, passages

    def _calibrate(
        self, source_id: int, learned: protocol.Learned, passages: np.ndarray
    ) -> Job[tuple[np.ndarray, float]]:
        asked = [item for item in learned.items if item.kind == "question"]
        studied = list(dict.fromkeys(item.prompt for item in asked if not item.is_probe))[:ROUTE_VECTORS]
        questions = yield from embed_all(self._engine, studied, source_id)
        probes = yield from embed_all(self._engine, [item.prompt for item in asked if item.is_probe], source_id)
        if self._generic is None:
            self._generic = yield from embed_all(self._engine, self._generic_questions, source_id)
        own = np.concatenate([passages, questions])[:ROUTE_VECTORS]
        return own, routing.threshold(own, probes, self._generic)

    def _save(self, source: Source, learned: protocol.Learned, route: tuple[np.ndarray, float]) -> Source:
        is_used = learned.is_accepted and bool(learned.weights)
        state = SourceState.LEARNED if is_used else SourceState.REMEMBERED
        with self._database.session():  # all of it or nothing
            self._roster.keep(source.title, learned, (source.id,), source.id)
            self._sources.save_route(source.id, *route)
            saved = self._sources.save_result(
                source.id, state, learned.items, learned.before, learned.after, learned.seconds
            )
        self._changes.publish("source", "expert", ids=frozenset({source.id}))
        return saved

    def _set_state(self, source_id: int, state: SourceState, error: str = "") -> Source:
        source = self._sources.set_state(source_id, state, error)
        self._publish(source_id)
        return source

    def _publish(self, source_id: int) -> None:
        self._changes.publish("source", ids=frozenset({source_id}))


def hash_file(file: Path) -> str:
    """Return the sha256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _summary(passages: Sequence[Passage], vectors: np.ndarray) -> str:
    first = [passage.text[slice(*next(iter(sentences(passage.text)), (0, 200)))] for passage in passages]
    return " ".join(" ".join(sentence.split()) for sentence in extractive(first, vectors, SUMMARY_SENTENCES))
