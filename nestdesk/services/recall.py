"""Questions: what an answer may use (passages, experts), and asking the engine.

The rule that keeps the backbone what it is: a question that has nothing to do with the library is answered by the
untouched backbone, bit for bit. The constants below are to be set by measurement (``nestdesk bench recall``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Answer, Mode, PassageHit, Why
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.services import prompts
from nestdesk.services.engine_jobs import ModelSupply, embed_all, follow, have_models
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.roster import Applied, Roster, gates, uses

PASSAGES = 3  # in a prompt, at most
PASSAGE_MARGIN = 0.1  # a further passage may be so far behind the best one in the search's score
ROUTED_SOURCES = 2  # that a question may be about at once
FAST_EXPERTS = 1  # of those, whose own experts are applied: two fully learned ones spoil each other
STRONG_SIMILARITY = 0.45  # cosine from which a passage alone says that the question is about the library
FAST_BLOCKS = 2  # of its passages, where the search can hardly tell which one: a second one distracts this backbone
BLOCK_MARGIN = 0.05
FAST_GATE = 1.0
FAST_GATE_WITH_PASSAGES = 0.0  # fast and mid experts learned without a passage in the prompt, and harm reading one
SLOW_GATE = 1.0
ASK_BATCH = 64  # questions between two reports of progress


@dataclass(frozen=True)
class Plan:
    """What one answer uses. passages are texts, best first; experts are what the engine gets."""

    passages: tuple[str, ...]
    uses: tuple[protocol.ExpertUse, ...]
    why: Why


class Recall:
    """Plans and asks single questions."""

    def __init__(self, engine: Engine, roster: Roster, library: LibraryIndex, models: ModelSupply) -> None:
        """Ask through the engine, with the roster's experts and the library's passages."""
        self._engine = engine
        self._roster = roster
        self._library = library
        self._models = models

    def plan(
        self,
        question: str,
        mode: Mode = Mode.AUTO,
        passage: str | None = None,
        is_short: bool = False,
        vector: np.ndarray | None = None,
    ) -> Plan:
        """Decide which passages and experts answer a question.

        Args:
            question: what is asked.
            mode: what may be used.
            passage: the text to answer from, in passage mode.
            is_short: whether a short phrase is wanted, the form that the slow experts learned to give.
            vector: the question's embedding [D], if it is known already.

        Raises:
            SettingsError: passage mode without a passage.
        """
        if mode is Mode.PASSAGE:
            return self._from_given(passage)
        if vector is None:
            vector = self._engine.embed([question])[0]
        routed = self._library.route(vector, ROUTED_SOURCES)
        if mode is Mode.CLOSED:
            return self._from_weights(question, vector, routed, is_short)
        hits = self._library.search(question, vector, PASSAGES, PASSAGE_MARGIN)
        is_relevant = bool(routed) or any(hit.similarity >= STRONG_SIMILARITY for hit in hits)
        if mode is Mode.AUTO and not is_relevant:
            return _untouched(mode, "Nothing in the library is about this, so the backbone answered on its own.")
        if not hits:
            slow = self._roster.slow(SLOW_GATE) if is_short else ()
            return Plan((), uses(slow), Why(mode, experts=gates(slow), note="The library has no passages yet."))
        return self._from_passages(question, vector, mode, hits, routed)

    def ask(
        self,
        question: str,
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        passage: str | None = None,
        max_tokens: int = 256,
    ) -> Job[Answer]:
        """Answer one question, streaming its tokens as progress."""
        yield from have_models(self._models)
        started = time.monotonic()
        plan = self.plan(question, mode, passage, is_short)
        turns = prompts.question_turns(self._fit(question, max_tokens), plan.passages, is_short)
        request = protocol.Generate(turns, plan.uses, max_tokens)
        generated = yield from follow(self._engine.stream(request), protocol.Generated)
        return Answer(generated.text.strip(), plan.why, time.monotonic() - started, generated.tokens)

    def ask_many(
        self,
        questions: Sequence[tuple[str, str | None]],
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        max_tokens: int = 256,
    ) -> Job[tuple[Answer, ...]]:
        """Answer questions, each with its passage if it has one, in batches that share their experts."""
        yield from have_models(self._models)
        vectors = yield from embed_all(self._engine, [question for question, _ in questions])
        plans = []
        for (question, passage), vector in zip(questions, vectors, strict=True):
            plans.append(self.plan(question, mode, passage, is_short, vector))
            yield Progress("answer", 0.0)
        answers: dict[int, Answer] = {}
        for batch in _batches(plans):
            started = time.monotonic()
            turns = tuple(
                prompts.question_turns(self._fit(questions[i][0], max_tokens), plans[i].passages, is_short)
                for i in batch
            )
            request = protocol.GenerateMany(turns, plans[batch[0]].uses, max_tokens)
            generated = yield from follow(self._engine.stream(request), protocol.GeneratedMany)
            seconds = (time.monotonic() - started) / len(batch)
            for i, text in zip(batch, generated.texts, strict=True):
                answers[i] = Answer(text.strip(), plans[i].why, seconds, generated.tokens // len(batch))
            yield Progress("answer", len(answers) / len(questions))
        return tuple(answers[i] for i in range(len(questions)))

    def _from_given(self, passage: str | None) -> Plan:
        if not passage:
            raise SettingsError("Answering from a passage needs the passage's text.")
        slow = self._roster.slow(SLOW_GATE)
        clipped = prompts.clip(passage, self._roster.context_tokens() // 2)
        note = f"Answered from the passage that was given{_with(slow)}."
        return Plan((clipped,), uses(slow), Why(Mode.PASSAGE, experts=gates(slow), note=note))

    def _from_weights(self, question: str, vector: np.ndarray, routed: tuple[int, ...], is_short: bool) -> Plan:
        learned = self._learned(question, vector, routed, FAST_GATE)
        if learned:
            applied = learned + self._roster.slow(SLOW_GATE)
            return Plan(
                (),
                uses(applied),
                Why(Mode.CLOSED, experts=gates(applied), note="Answered from what was learned, without a passage."),
            )
        slow = self._roster.slow(SLOW_GATE) if is_short else ()
        if not slow:
            return _untouched(Mode.CLOSED, "No expert learned about this, so the backbone answered on its own.")
        note = f"No expert learned about this; answered{_with(slow)} alone."
        return Plan((), uses(slow), Why(Mode.CLOSED, experts=gates(slow), note=note))

    def _from_passages(
        self, question: str, vector: np.ndarray, mode: Mode, hits: tuple[PassageHit, ...], routed: tuple[int, ...]
    ) -> Plan:
        closed: tuple[Applied, ...] = ()
        if mode is Mode.AUTO:
            closed = self._learned(question, vector, routed, FAST_GATE_WITH_PASSAGES)
        slow = self._roster.slow(SLOW_GATE)
        applied = closed + slow
        count = "a passage" if len(hits) == 1 else f"{len(hits)} passages"
        note = f"Answered from {count}{_with(applied)}."
        why = Why(mode, hits, gates(applied), note=note)
        return Plan(tuple(hit.text for hit in hits), uses(applied), why)

    def _learned(self, question: str, vector: np.ndarray, routed: tuple[int, ...], gate: float) -> tuple[Applied, ...]:
        """Return what learned about the question: its source's own experts, or, since they slept, the mid one."""
        if gate <= 0.0:
            return ()
        found: tuple[Applied, ...] = ()
        for source in routed[:FAST_EXPERTS]:
            blocks = self._library.blocks(question, vector, source, FAST_BLOCKS, BLOCK_MARGIN)
            found += self._roster.fast(source, gate, blocks) or self._roster.mid_of(source, gate, blocks)
        return found

    def _fit(self, question: str, max_tokens: int) -> str:
        passages_tokens = 1000  # PASSAGES of at most 180 words, or the half of the context given to a passage
        room = self._roster.context_tokens() - max_tokens - passages_tokens
        return prompts.clip(question, max(room // 2, 64))


def _untouched(mode: Mode, note: str) -> Plan:
    return Plan((), (), Why(mode, note=note))


def _with(applied: tuple[Applied, ...]) -> str:
    return f" with {len(applied)} expert{'s' if len(applied) > 1 else ''}" if applied else ""


def _batches(plans: Sequence[Plan]) -> list[list[int]]:
    by_experts: dict[tuple[protocol.ExpertUse, ...], list[int]] = {}
    for i, plan in enumerate(plans):
        by_experts.setdefault(plan.uses, []).append(i)
    return [group[at : at + ASK_BATCH] for group in by_experts.values() for at in range(0, len(group), ASK_BATCH)]
