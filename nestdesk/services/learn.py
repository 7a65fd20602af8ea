"""Learning a source: from the queue to passages that can be found and weights that remember them.

A source can be searched as soon as it is read; its weights come after. Everything a step makes is stored between two
yields, so a job that is closed, or a program that is killed, goes on from the queue.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from nestdesk.core.errors import CheckpointError, DocumentError, EngineError, NestDeskError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.trust import LITTLE, Trust
from nestdesk.core.types import Checkpoint, Effort, Passage, Source, SourceState
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.memory import outline, routing
from nestdesk.memory.folders import walk
from nestdesk.memory.retrieval import neighbours
from nestdesk.memory.summaries import extractive
from nestdesk.services.elsewhere import Elsewhere, in_turns
from nestdesk.services.engine_jobs import ModelSupply, embed_all, follow, have_models
from nestdesk.services.long_texts import LongTexts
from nestdesk.services.material import CONVERSATION, DOCUMENT, Material, Materials, hash_file
from nestdesk.services.review import Review
from nestdesk.services.roster import Roster, uses
from nestdesk.services.sleep import Sleep
from nestdesk.storage.database import Database
from nestdesk.storage.sections import SectionStore
from nestdesk.storage.sources import SourceStore

DONE = frozenset({SourceState.LEARNED, SourceState.REMEMBERED})
LOST = frozenset({SourceState.FAILED, SourceState.CANCELLED})
WORKED_ON = frozenset({SourceState.READING, SourceState.LEARNING})
NEIGHBOURS = 3  # passages of the same source that a passage is most like
ROUTE_VECTORS = 512  # of one source: its passages and the questions it was studied with
SUMMARY_SENTENCES = 3
STOP_S = 10.0  # that a stop waits for a step to end; learning that is held does not end
STOP_STEP_S = 0.02


class Learn:
    """The queue of sources, and the work on it."""

    def __init__(
        self,
        database: Database,
        sources: SourceStore,
        sections: SectionStore,
        engine: Engine,
        roster: Roster,
        models: ModelSupply,
        changes: ChangeFeed,
        sleep: Sleep,
        materials: Materials,
        generic_questions: Sequence[str],
        asks_first: Callable[[], bool] = lambda: False,
    ) -> None:
        """Join the stores with the engine.

        Args:
            generic_questions: what no source is about, for calibrating routes.
            asks_first: whether every document waits until a person has accepted it.
        """
        self._database = database
        self._sources = sources
        self._sections = sections
        self._engine = engine
        self._roster = roster
        self._models = models
        self._changes = changes
        self._sleep = sleep
        self._materials = materials
        self._long_texts = LongTexts(sources, sections, engine, changes)
        self.review = Review(sources, changes, asks_first)
        self._generic_questions = tuple(generic_questions)
        self._generic: np.ndarray | None = None
        self._cancelled: set[int] = set()
        self._running: set[int] = set()
        self._anew: set[int] = set()  # to be learned from their beginning, whatever is known of them

    def add(
        self,
        paths: Iterable[Path],
        effort: Effort = Effort.NORMAL,
        collection_id: int | None = None,
        attached_to: int | None = None,
    ) -> Job[tuple[Source, ...]]:
        """Queue the readable files below the paths, for the library, or for one conversation that they are attached to.

        A file that is known by its content is not added twice. One that is known by its path and was changed stays the
        same source: it is read again, and learned where it changed. New sources go into the collection. What is known
        in the library is another source than what is attached to a conversation: forgetting one leaves the other.

        Raises:
            DocumentError: a path does not exist, or there are too many files.
        """
        added: dict[int, Source] = {}
        for file in walk(list(paths)):
            source = self._add_file(file, effort, collection_id, attached_to)
            added[source.id] = source
            yield Progress("adding", text=source.title, source_id=source.id)
        return tuple(added.values())

    def add_conversation(self, conversation_id: int, effort: Effort = Effort.NORMAL) -> Source | None:
        """Queue what a person stated in a conversation, if there is something that was not read yet.

        What is being learned just now is queued again when that is done; nothing of a temporary one is queued.

        Raises:
            StorageError: there is no such conversation.
        """
        with self._database.session():
            said = self._materials.said(conversation_id)
            known = self._sources.of_conversation(conversation_id)
            if not said.passages or (known and known.sha256 == said.sha256):
                return None
            if known is None:
                known = self._sources.add(
                    said.title, CONVERSATION, "", said.sha256, said.size_bytes, effort, conversation_id
                )
            known = self._renew(known, said.sha256, said.size_bytes)
        self._publish(known.id)
        return known

    def run(
        self,
        source_id: int,
        budget_s: float = 0.0,
        seed: int = 0,
        learns: bool = True,
        elsewhere: Elsewhere | None = None,
    ) -> Job[Source]:
        """Read, index and learn one source; a failure of this source is told by its state.

        Closing the job puts the source back into the queue, unless it was cancelled.

        Args:
            learns: False leaves the weights as they are: a document can be searched then, and no more.
            elsewhere: whoever learns in the place of the engine.

        Raises:
            BackboneError, StorageError: nothing can be learned at the moment; the source stays in the queue.
        """
        if (known := self._sources.get(source_id)).state in DONE | {SourceState.HELD}:
            return known
        self._cancelled.discard(source_id)
        self._running.add(source_id)
        job = self._study(source_id, budget_s, seed, learns, elsewhere)
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

    def run_queue(self, budget_s: float = 0.0, learns: bool = True) -> Job[tuple[Source, ...]]:
        """Learn every queued source, one after the other; budget_s is for each, and so is learns.

        A conversation that went on while it was learned is learned again.
        """
        done: dict[int, Source] = {}
        while waiting := self._sources.queued():
            source = yield from self.run(waiting[0].id, budget_s, learns=learns)
            done[source.id] = source
        return tuple(done.values())

    def run_elsewhere(
        self, source_ids: Iterable[int], elsewhere: Elsewhere, budget_s: float = 0.0, seed: int = 0
    ) -> Job[tuple[Source, ...]]:
        """Learn sources in another place than the engine, as many at once as there are slots; budget_s is for each.

        Reading, indexing and storing happen here, in turns: what is done first is stored first.

        Raises:
            BackboneError, StorageError: nothing can be learned at the moment; what is not done stays in the queue.
        """
        makers = [partial(self.run, one, budget_s, seed, elsewhere=elsewhere) for one in dict.fromkeys(source_ids)]
        return (yield from in_turns(makers, elsewhere.slots))

    def cancel(self, source_id: int) -> Source:
        """Take a source out of the queue, or stop learning it at the next step. What was indexed can be searched."""
        self._cancelled.add(source_id)
        source = self._sources.get(source_id)
        return source if source.state in DONE else self._set_state(source_id, SourceState.CANCELLED)

    def stop(self, source_ids: Sequence[int]) -> Job[None]:
        """Cancel sources, and wait for a moment until none of them is worked on any more."""
        for source_id in source_ids:
            self.cancel(source_id)
        end = time.monotonic() + STOP_S
        while any(map(self.is_running, source_ids)) and time.monotonic() < end:
            time.sleep(STOP_STEP_S)
            yield Progress("stopping")

    def retry(self, source_id: int) -> Source:
        """Put a failed or cancelled source back into the queue."""
        self._cancelled.discard(source_id)
        source = self._sources.get(source_id)
        return self._set_state(source_id, SourceState.QUEUED) if source.state in LOST else source

    def again(self, source_ids: Sequence[int]) -> Job[tuple[Source, ...]]:
        """Queue sources to be learned from their beginning, as their files are now; those that wait or run stay.

        Raises:
            DocumentError: the file of one of them cannot be opened; it stays as it is.
        """
        queued = []
        for source_id in source_ids:
            source = self._sources.get(source_id)
            yield Progress("adding", text=source.title, source_id=source_id)
            if source.state not in DONE | LOST:
                continue
            if source.kind == DOCUMENT:
                self._sources.renew(source_id, *_stamp(Path(source.path)))
            self._anew.add(source_id)
            self._cancelled.discard(source_id)
            queued.append(self._set_state(source_id, SourceState.QUEUED))
        return tuple(queued)

    def sleep(self, budget_s: float = 0.0) -> Job[tuple[Checkpoint, ...]]:
        """Consolidate the fast experts; see services.sleep."""
        return (yield from self._sleep.run(budget_s))

    def _add_file(self, file: Path, effort: Effort, collection_id: int | None, attached_to: int | None) -> Source:
        path = str(file.resolve())
        known = self._sources.by_path(path, attached_to)
        try:
            sha256, size = hash_file(file), file.stat().st_size
        except OSError as error:
            unreadable = hashlib.sha256(os.fsencode(path)).hexdigest()  # stands in for the content nobody can read
            source = known or self._sources.add(
                file.name, DOCUMENT, path, unreadable, 0, effort, None, collection_id, attached_to
            )
            was_read = source.sha256 != unreadable
            state = source.state if was_read else SourceState.FAILED  # what was learned of it before stays
            return self._set_state(source.id, state, f"{file.name} cannot be opened: {error.strerror or error}.")
        if known and known.sha256 != sha256:
            with self._database.session():
                known = self._renew(known, sha256, size)
        elif known or (known := self._sources.by_sha(sha256, attached_to)):
            return self.retry(known.id)
        else:
            known = self._sources.add(file.stem, DOCUMENT, path, sha256, size, effort, None, collection_id, attached_to)
        self._publish(known.id)
        return known

    def _renew(self, source: Source, sha256: str, size_bytes: int) -> Source:
        """Queue a source whose content went on; if it is worked on just now, it is queued again after that."""
        self._sources.renew(source.id, sha256, size_bytes)
        if source.state in WORKED_ON:
            return self._sources.get(source.id)
        return self._sources.set_state(source.id, SourceState.QUEUED)

    def _study(
        self, source_id: int, budget_s: float, seed: int, learns: bool, elsewhere: Elsewhere | None
    ) -> Job[Source]:
        source = self._set_state(source_id, SourceState.READING)
        yield Progress("reading", text=source.title, source_id=source_id)
        with closing(self._materials.of(self._sources.get(source_id))) as parts:
            material, further = next(parts), next(parts, None)
            read = [material] if further is None else chain((material, further), parts)
            looked = yield from self.review.look(self._sources.get(source_id), read)
            if looked.why:
                return self._set_state(source_id, SourceState.HELD, looked.why)
        yield from have_models(self._models)
        if further is not None:  # it is read once more: until all of it was looked at, nothing is stored
            with closing(self._materials.of(self._sources.get(source_id))) as parts:
                yield from self._long_texts.index(source, looked.of(parts))
            return self._set_state(source_id, SourceState.REMEMBERED)
        vectors = yield from embed_all(self._engine, [passage.text for passage in material.passages], source_id)
        summary = _summary(material.title, material.passages, vectors)
        sections = outline.sections(material.parts, material.passages, vectors)
        about = yield from embed_all(self._engine, [f"{one.title} {one.summary}" for one in sections], source_id)
        with self._database.session():
            self._sources.save_content(source_id, material.title, summary, material.passages, vectors)
            self._sources.describe(source_id, material.media_type, material.language, material.notes)
            self._sections.save(source_id, sections, about)
        is_wanted = learns or source.kind != DOCUMENT or source_id in self._anew
        if source.trust is Trust.LOW:
            return self._set_state(source_id, SourceState.REMEMBERED, LITTLE)
        if not is_wanted:
            return self._set_state(source_id, SourceState.REMEMBERED)
        source = self._set_state(source_id, SourceState.LEARNING)
        yield Progress("learning", text=material.title, source_id=source_id)
        request = protocol.Learn(
            material.title,
            material.passages,
            uses(self._roster.slow()),
            effort=source.effort,
            budget_s=budget_s,
            seed=seed,
            beside=neighbours(vectors, NEIGHBOURS),
            **self._kept(source),
        )
        events = (elsewhere or self._engine).stream(request)
        learned = yield from follow(events, protocol.Learned, source_id)
        route = yield from self._calibrate(source_id, learned, vectors)
        return self._save(source, material, learned, route)  # no yield from here on

    def _kept(self, source: Source) -> dict[str, Any]:
        """Return what a source that changed need not learn again: its blocks whose passages stayed, and their items.

        *Why* not by a search: its recipes make other blocks.
        """
        if source.id in self._anew:
            return {}
        weights, blocks = ("", ()) if source.effort is Effort.SEARCH else self._roster.earlier(source.id)
        with_block = {passage for passage, block in enumerate(blocks) if block >= 0}
        items = tuple(item for item in self._sources.items(source.id) if item.passage in with_block)
        return {"earlier": weights, "kept": blocks, "items": items}

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

    def _save(
        self, source: Source, material: Material, learned: protocol.Learned, route: tuple[np.ndarray, float]
    ) -> Source:
        is_used = learned.is_accepted and bool(learned.weights)
        state = SourceState.LEARNED if is_used else SourceState.REMEMBERED
        with self._database.session():  # all of it or nothing
            if self._sources.get(source.id).sha256 != material.sha256:  # the conversation went on meanwhile
                state = SourceState.QUEUED
            self._roster.keep(source.title, learned, (source.id,), source.id)
            self._sources.save_route(source.id, *route)
            saved = self._sources.save_result(
                source.id, state, learned.items, learned.before, learned.after, learned.seconds
            )
        self._anew.discard(source.id)
        self._changes.publish("source", "expert", ids=frozenset({source.id}))
        return saved

    def _set_state(self, source_id: int, state: SourceState, error: str = "") -> Source:
        source = self._sources.set_state(source_id, state, error)
        self._publish(source_id)
        return source

    def _publish(self, source_id: int) -> None:
        self._changes.publish("source", ids=frozenset({source_id}))


def _stamp(file: Path) -> tuple[str, int]:
    try:
        return hash_file(file), file.stat().st_size
    except OSError as error:
        raise DocumentError(f"{file.name} cannot be opened: {error.strerror or error}.") from error


def _summary(title: str, passages: Sequence[Passage], vectors: np.ndarray) -> str:
    return " ".join(extractive([outline.opening(one.text, title) for one in passages], vectors, SUMMARY_SENTENCES))
