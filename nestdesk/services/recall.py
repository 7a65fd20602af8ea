"""Questions: what an answer may use (passages, experts), and asking the engine.

The rule that keeps the backbone what it is: a question that has nothing to do with the library is answered by the
untouched backbone, bit for bit. Otherwise the search names a few passages (closed book: learned blocks). A short answer
is copied from one of these passages, chosen together with it. For a longer one, and of blocks, the slow experts weigh
how surely each does not hold the answer, and the best of them are read. The constants were set on development articles
(README, decisions) and are measured by ``nestdesk bench recall``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nestdesk.core import jobs
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.prompts import ABSENT
from nestdesk.core.types import Answer, Mode, PassageHit, Turn, Why
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.services import prompts
from nestdesk.services.engine_jobs import ModelSupply, embed_all, follow, have_models
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.roster import Applied, Roster, gates, uses

WEIGHED = 3  # passages that the search finds and the experts weigh
WEIGHED_MARGIN = 0.3  # how far behind the best one, in the search's score
DOUBT_WEIGHT = 0.02  # of the log odds that a passage does not hold the answer, beside the search's score
MOST_DOUBT = 14.0  # log odds beyond which it makes no difference
SEARCH_WEIGHT = 10.0  # nats for a point of the search's score, where a passage is chosen together with the answer in it
PASSAGES = 3  # in one prompt, at most
PASSAGE_MARGIN = 0.1  # a further passage may be so far behind the best one
ROUTED_SOURCES = 2  # that a question may be about at once
FAST_EXPERTS = 1  # of those, whose own experts are applied: two fully learned ones spoil each other
STRONG_SIMILARITY = 0.35  # cosine from which a passage alone says that the question is about its source
FAST_BLOCKS = 2  # of its passages, where the search can hardly tell which one: a second one distracts this backbone
BLOCK_MARGIN = 0.05
FAST_GATE = 1.0
SLOW_GATE = 1.0
ASK_BATCH = 64  # questions between two reports of progress


@dataclass(frozen=True)
class Plan:
    """What one answer uses. passages are texts, best first; experts are what the engine gets."""

    passages: tuple[str, ...]
    uses: tuple[protocol.ExpertUse, ...]
    why: Why

    @property
    def unlike(self) -> str:
        """What the answer does not begin with: the experts' own word for not knowing is a signal, not an answer."""
        return ABSENT if self.uses else ""


@dataclass(frozen=True)
class _Candidate:
    """A passage that may hold a question's answer, and how its experts are asked whether it does."""

    source_id: int
    place: int
    score: float  # of the search
    turns: tuple[Turn, ...]
    experts: tuple[Applied, ...]
    hit: PassageHit | None = None


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
        vectors = None if vector is None else vector[None]
        return jobs.finish(self.plan_many([(question, passage)], mode, is_short, vectors))[0]

    def plan_many(
        self,
        questions: Sequence[tuple[str, str | None]],
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        vectors: np.ndarray | None = None,
    ) -> Job[tuple[Plan, ...]]:
        """Plan questions together, each with its passage if it has one: what is to be weighed is weighed in batches."""
        if mode is Mode.PASSAGE:
            return tuple(self._from_given(passage) for _, passage in questions)
        if vectors is None:
            vectors = yield from embed_all(self._engine, [question for question, _ in questions])
        pairs = zip(questions, vectors, strict=True)
        found = [self._candidates(question, vector, mode) for (question, _), vector in pairs]
        if is_short and mode is not Mode.CLOSED:
            return tuple(self._from_found(candidates, mode, is_short) for candidates in found)
        doubts = iter((yield from self._doubts([one for candidates in found for one in candidates])))
        plans = []
        for candidates in found:
            weighed = [replace(one, score=one.score - DOUBT_WEIGHT * next(doubts)) for one in candidates]
            ranked = sorted(weighed, key=lambda one: -one.score)
            is_closed = mode is Mode.CLOSED
            plans.append(
                self._from_weights(ranked, is_short) if is_closed else self._from_found(ranked, mode, is_short)
            )
        return tuple(plans)

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
        (plan,) = yield from self.plan_many([(question, passage)], mode, is_short)
        request = protocol.Generate(self._asked(question, plan, is_short, max_tokens), max_tokens)
        generated = yield from follow(self._engine.stream(request), protocol.Generated)
        why = _copied_from(plan, generated.reading) if is_short else plan.why
        return Answer(generated.text.strip(), why, time.monotonic() - started, generated.tokens)

    def ask_many(
        self,
        questions: Sequence[tuple[str, str | None]],
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        max_tokens: int = 256,
    ) -> Job[tuple[Answer, ...]]:
        """Answer questions, each with its passage if it has one, many at once."""
        yield from have_models(self._models)
        plans = yield from self.plan_many(questions, mode, is_short)
        pairs = zip(questions, plans, strict=True)
        asked = [self._asked(question, plan, is_short, max_tokens) for (question, _), plan in pairs]
        answers: list[Answer] = []
        for first in range(0, len(asked), ASK_BATCH):
            started = time.monotonic()
            batch = tuple(asked[first : first + ASK_BATCH])
            request = protocol.GenerateMany(batch, max_tokens)
            generated = yield from follow(self._engine.stream(request), protocol.GeneratedMany)
            seconds, tokens = (time.monotonic() - started) / len(batch), generated.tokens // len(batch)
            own = plans[first : first + ASK_BATCH]
            whys = [
                _copied_from(plan, reading) if is_short else plan.why
                for plan, reading in zip(own, generated.readings, strict=True)
            ]
            answers += [
                Answer(text.strip(), why, seconds, tokens) for text, why in zip(generated.texts, whys, strict=True)
            ]
            yield Progress("answer", len(answers) / len(questions))
        return tuple(answers)

    def _asked(self, question: str, plan: Plan, is_short: bool, max_tokens: int) -> protocol.Asked | protocol.Copying:
        fitting = self._fit(question, max_tokens)
        if not (is_short and plan.passages):
            turns = prompts.question_turns(fitting, plan.passages, is_short)
            return protocol.Asked(turns, plan.uses, plan.unlike)
        scores = [hit.score for hit in plan.why.passages] or [0.0]
        readings = (
            protocol.Reading(prompts.question_turns(fitting, [text], is_short), text, SEARCH_WEIGHT * score)
            for text, score in zip(plan.passages, scores, strict=True)
        )
        return protocol.Copying(question, tuple(readings), plan.uses)

    def _candidates(self, question: str, vector: np.ndarray, mode: Mode) -> list[_Candidate]:
        """Find what may answer a question: in closed mode blocks of the sources it is about, else passages."""
        hits = self._library.search(question, vector, WEIGHED, WEIGHED_MARGIN)
        strong = dict.fromkeys(hit.source_id for hit in hits if hit.similarity >= STRONG_SIMILARITY)
        sources = self._library.route(vector, ROUTED_SOURCES) or tuple(strong)
        if mode is Mode.CLOSED:
            return [one for source in sources[:FAST_EXPERTS] for one in self._blocks(question, vector, source)]
        return [self._passage(question, hit) for hit in hits if sources or mode is not Mode.AUTO]

    def _blocks(self, question: str, vector: np.ndarray, source: int) -> list[_Candidate]:
        places = self._library.blocks(question, vector, source, WEIGHED, WEIGHED_MARGIN)
        return [
            _Candidate(
                source,
                place,
                score,
                prompts.question_turns(self._fit(question, 0), is_short=True),
                (*learned, *self._roster.slow(SLOW_GATE)),
            )
            for place, score in places
            if (learned := self._learned(source, (place,)))
        ]

    def _passage(self, question: str, hit: PassageHit) -> _Candidate:
        """Return a passage to be weighed by reading it: its block, where it was learned, tells it less surely."""
        turns = prompts.question_turns(self._fit(question, 0), [hit.text], is_short=True)
        return _Candidate(hit.source_id, 0, hit.score, turns, self._roster.slow(SLOW_GATE), hit)

    def _doubts(self, candidates: Sequence[_Candidate]) -> Job[list[float]]:
        """Ask the experts of each candidate how sure they are that it does not hold the answer, in log odds."""
        doubts: list[float] = []
        for first in range(0, len(candidates), ASK_BATCH):
            batch = candidates[first : first + ASK_BATCH]
            asked = tuple(protocol.Asked(one.turns, uses(one.experts)) for one in batch)
            if not any(one.experts for one in asked):  # a backbone that no slow experts belong to cannot say so
                doubts += [0.0] * len(batch)
                continue
            weighed = yield from follow(self._engine.stream(protocol.Weigh(asked)), protocol.Weighed)
            doubts += [max(-MOST_DOUBT, min(MOST_DOUBT, doubt)) for doubt in weighed.doubts]
            yield Progress("answer", 0.0)
        return doubts

    def _from_found(self, candidates: Sequence[_Candidate], mode: Mode, is_short: bool) -> Plan:
        if not candidates and mode is Mode.AUTO:
            return _untouched(mode, "Nothing in the library is about this, so the backbone answered on its own.")
        if not candidates:
            slow = self._roster.slow(SLOW_GATE) if is_short else ()
            return Plan((), uses(slow), Why(mode, experts=gates(slow), note="The library has no passages yet."))
        best = candidates[0].score
        near = [one for one in candidates[:PASSAGES] if is_short or one.score >= best - PASSAGE_MARGIN]
        hits = tuple(replace(one.hit, score=one.score) for one in near if one.hit)
        slow = self._roster.slow(SLOW_GATE)
        count = "a passage" if is_short or len(hits) == 1 else f"{len(hits)} passages"
        why = Why(mode, hits, gates(slow), note=f"Answered from {count}{_with(slow)}.")
        return Plan(tuple(hit.text for hit in hits), uses(slow), why)

    def _from_given(self, passage: str | None) -> Plan:
        if not passage:
            raise SettingsError("Answering from a passage needs the passage's text.")
        slow = self._roster.slow(SLOW_GATE)
        clipped = prompts.clip(passage, self._roster.context_tokens() // 2)
        note = f"Answered from the passage that was given{_with(slow)}."
        return Plan((clipped,), uses(slow), Why(Mode.PASSAGE, experts=gates(slow), note=note))

    def _from_weights(self, candidates: Sequence[_Candidate], is_short: bool) -> Plan:
        if candidates:
            best = candidates[0]
            near = [one for one in candidates[:FAST_BLOCKS] if one.score >= best.score - BLOCK_MARGIN]
            places = tuple(one.place for one in near if one.source_id == best.source_id)
            applied = (*self._learned(best.source_id, places), *self._roster.slow(SLOW_GATE))
            note = "Answered from what was learned, without a passage."
            return Plan((), uses(applied), Why(Mode.CLOSED, experts=gates(applied), note=note))
        slow = self._roster.slow(SLOW_GATE) if is_short else ()
        if not slow:
            return _untouched(Mode.CLOSED, "No expert learned about this, so the backbone answered on its own.")
        note = f"No expert learned about this; answered{_with(slow)} alone."
        return Plan((), uses(slow), Why(Mode.CLOSED, experts=gates(slow), note=note))

    def _learned(self, source_id: int, blocks: tuple[int, ...]) -> tuple[Applied, ...]:
        """Return a source's own experts with some blocks, or, since they slept, the mid one's blocks of the source."""
        return self._roster.fast(source_id, FAST_GATE, blocks) or self._roster.mid_of(source_id, FAST_GATE, blocks)

    def _fit(self, question: str, max_tokens: int) -> str:
        passages_tokens = 1000  # PASSAGES of at most 180 words, or the half of the context given to a passage
        room = self._roster.context_tokens() - max_tokens - passages_tokens
        return prompts.clip(question, max(room // 2, 64))


def _copied_from(plan: Plan, reading: int) -> Why:
    """Return the reasons of a short answer: of the passages that were read, the one that it stands in."""
    return replace(plan.why, passages=plan.why.passages[reading : reading + 1])


def _untouched(mode: Mode, note: str) -> Plan:
    return Plan((), (), Why(mode, note=note))


def _with(applied: tuple[Applied, ...]) -> str:
    return f" with {len(applied)} expert{'s' if len(applied) > 1 else ''}" if applied else ""
