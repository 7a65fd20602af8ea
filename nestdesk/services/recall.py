"""Questions: what an answer may use (passages, experts), and asking.

The rule that keeps the backbone what it is: a question that has nothing to do with the library is answered by the
untouched backbone, bit for bit. Otherwise the search names a few passages; a fact is copied from one of them, chosen
together with the answer, an account quotes them, and for anything else the backbone reads them (responses.py). Closed
book it names a few learned blocks, and a fact is recalled by one of them, chosen together with the answer. The
constants were set on development articles (README, decisions) and are measured by ``nestdesk bench recall``.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

import numpy as np

from nestdesk.core import jobs
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.trust import Trust
from nestdesk.core.types import Answer, Form, Mode, PassageHit, Turn, Why
from nestdesk.engine.client import Engine
from nestdesk.memory import compound, requests
from nestdesk.memory.remembered import may_answer
from nestdesk.services import closer_look, prompts
from nestdesk.services.engine_jobs import ModelSupply, embed_all, have_models
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.material import CONVERSATION
from nestdesk.services.overviews import Overviews
from nestdesk.services.responses import Plan, Response, Responses
from nestdesk.services.roster import Applied, Roster, gates, uses

PASSAGES = 3  # that are taken for an answer
ANY_MARGIN = float("inf")  # of the search's candidates, until they were looked at
PASSAGES_MARGIN = 0.4  # how far a further one may be behind the best, in the search's score, where one is chosen later
READ_MARGIN = 0.1  # where all of them are read or quoted
BLOCKS = 3  # of a source that may know the answer
BLOCKS_MARGIN = 0.3
ROUTED_SOURCES = 2  # that a question may be about at once
FAST_GATE = 1.0
ONLY_LITTLE_TRUSTED = "Only sources that you trust little are about this; they are quoted, never read to the model."
ASK_BATCH = 64  # questions between two reports of progress


class Recall:
    """Plans and asks single questions.

    INVARIANT: a question that is asked in a scope is answered from that part of the library alone: its passages, its
    fast experts, the mid experts of its collections, overviews and counts of its documents.
    """

    def __init__(
        self, engine: Engine, roster: Roster, library: LibraryIndex, models: ModelSupply, overviews: Overviews
    ) -> None:
        """Ask through the engine, with the roster's experts, the library's passages and the documents' outlines."""
        self._engine = engine
        self._roster = roster
        self._library = library
        self._models = models
        self._overviews = overviews
        self._responses = Responses(engine, roster)

    def plan(
        self,
        question: str,
        mode: Mode = Mode.AUTO,
        passage: str | None = None,
        is_short: bool = False,
        vector: np.ndarray | None = None,
        scope: Scope = EVERYTHING,
    ) -> Plan:
        """Decide which passages and experts answer a question.

        Args:
            question: what is asked.
            mode: what may be used.
            passage: the text to answer from, in passage mode.
            is_short: whether a short phrase is wanted, the form that the slow experts learned to give.
            vector: the question's embedding [D], if it is known already.
            scope: the part of the library that is asked.

        Raises:
            SettingsError: passage mode without a passage.
        """
        vectors = None if vector is None else vector[None]
        return jobs.finish(self.plan_many([(question, passage)], mode, is_short, vectors, scope))[0]

    def plan_many(
        self,
        questions: Sequence[tuple[str, str | None]],
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        vectors: np.ndarray | None = None,
        scope: Scope = EVERYTHING,
    ) -> Job[tuple[Plan, ...]]:
        """Plan questions together, each with its passage if it has one: what is to be weighed is weighed in batches."""
        forms = [Form.SHORT if is_short else requests.form(question) for question, _ in questions]
        if mode is Mode.PASSAGE:
            pairs = zip(questions, forms, strict=True)
            return tuple(self._from_given(passage, form) for (_, passage), form in pairs)
        if vectors is None:
            vectors = yield from embed_all(self._engine, [question for question, _ in questions])
        asked = [(question, vector) for (question, _), vector in zip(questions, vectors, strict=True)]
        if mode is not Mode.CLOSED:
            plans = []
            for (question, vector), form in zip(asked, forms, strict=True):
                wider = None if is_short else (yield from self._wider(question, mode, scope))
                plans.append(wider or self._from_search(question, vector, mode, form, scope))
            return tuple(plans)
        return tuple(
            self._from_weights(self._blocks(question, vector, scope), form)
            for (question, vector), form in zip(asked, forms, strict=True)
        )

    def overview(self, question: str, last: int | None = None, scope: Scope = EVERYTHING) -> Plan | None:
        """Plan the answer to a question about a document as a whole; None: it is about something else.

        Args:
            last: the source that was spoken of last.
            scope: the part of the library that is asked.
        """
        found = self._overviews.answer(question, last, scope)
        if found is None:
            return None
        why = Why(Mode.AUTO, found.passages, note="Told by what the library holds; the model wrote nothing.")
        return Plan((), (), why, Form.ACCOUNT, said=found.text)

    def together(self, parts: Sequence[tuple[str, Plan]]) -> Plan | None:
        """Plan one answer to several questions; None: not each of them asks for a fact that something tells."""
        if len(parts) < 2 or not all(plan.passages and plan.form is Form.FACT for _, plan in parts):
            return None
        experts = tuple(dict.fromkeys(gate for _, plan in parts for gate in plan.why.experts))
        why = Why(parts[0][1].why.mode, experts=experts, note="Each of several questions was answered for itself.")
        return Plan((), (), why, Form.FACT, parts=tuple(parts))

    def plan_told(
        self,
        question: str,
        vector: np.ndarray,
        told: Sequence[PassageHit],
        outdated: Collection[str],
        scope: Scope = EVERYTHING,
    ) -> Plan:
        """Decide, as auto does, what answers a question in a chat, where facts about the person take part.

        Args:
            question: what is asked.
            vector: its embedding [D].
            told: the facts that answer it, best first.
            outdated: what was said once and does not count now.
            scope: the part of the library that is asked; what was told counts in any.
        """
        found = self._passages(question, vector, Mode.AUTO, scope)
        hits = _with_told(question, found, told, outdated)
        return self._from_found(hits, Mode.AUTO, requests.form(question), vector, scope)

    def search(self, query: str, limit: int, scope: Scope = EVERYTHING) -> Job[tuple[PassageHit, ...]]:
        """Return the passages of a part of the library that speak for a query, best first."""
        yield from have_models(self._models)
        (vector,) = yield from embed_all(self._engine, [query])
        hits = self._library.search(query, vector, max(limit, closer_look.CANDIDATES), ANY_MARGIN, scope)
        return closer_look.ranked(self._engine, query, vector, hits, limit, ANY_MARGIN)

    def ask(
        self,
        question: str,
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        passage: str | None = None,
        max_tokens: int = 256,
        scope: Scope = EVERYTHING,
    ) -> Job[Answer]:
        """Answer one question from a part of the library, streaming its tokens as progress."""
        yield from have_models(self._models)
        started = time.monotonic()
        (plan,) = yield from self.plan_many([(question, passage)], mode, is_short, scope=scope)
        response = yield from self.respond(question, plan, max_tokens)
        return Answer(response.text, response.why, time.monotonic() - started, response.tokens)

    def respond(self, question: str, plan: Plan, max_tokens: int, turns: tuple[Turn, ...] = ()) -> Job[Response]:
        """Answer a question as planned, streaming the text as progress.

        Args:
            turns: the prompt of what the model writes itself; none: the question and its passages alone.
        """
        return (yield from self._responses.one(question, plan, max_tokens, turns))

    def ask_many(
        self,
        questions: Sequence[tuple[str, str | None]],
        mode: Mode = Mode.AUTO,
        is_short: bool = False,
        max_tokens: int = 256,
        scope: Scope = EVERYTHING,
    ) -> Job[tuple[Answer, ...]]:
        """Answer questions from a part of the library, each with its passage if it has one, many at once."""
        yield from have_models(self._models)
        plans = yield from self.plan_many(questions, mode, is_short, scope=scope)
        pairs = [(question, plan) for (question, _), plan in zip(questions, plans, strict=True)]
        answers: list[Answer] = []
        for first in range(0, len(pairs), ASK_BATCH):
            started = time.monotonic()
            batch = pairs[first : first + ASK_BATCH]
            responses = yield from self._responses.many(batch, max_tokens)
            seconds = (time.monotonic() - started) / len(batch)
            answers += [Answer(one.text, one.why, seconds, one.tokens) for one in responses]
            yield Progress("answer", len(answers) / len(questions))
        return tuple(answers)

    def _wider(self, question: str, mode: Mode, scope: Scope) -> Job[Plan | None]:
        """Plan the answer to what one passage cannot tell: a document as a whole, or several facts at once."""
        if overview := self.overview(question, scope=scope):
            return overview
        single = compound.parts(question)
        if len(single) < 2:
            return None
        vectors = yield from embed_all(self._engine, single)
        found = [
            self._from_search(part, vector, mode, requests.form(part), scope)
            for part, vector in zip(single, vectors, strict=True)
        ]
        return self.together(list(zip(single, found, strict=True)))

    def _passages(self, question: str, vector: np.ndarray, mode: Mode, scope: Scope) -> tuple[PassageHit, ...]:
        hits = self._looked(question, vector, scope)
        return hits if mode is not Mode.AUTO or self._sources(vector, hits, scope) else ()

    def _looked(self, question: str, vector: np.ndarray, scope: Scope) -> tuple[PassageHit, ...]:
        """Return the passages that a closer look at the search's candidates leaves."""
        return closer_look.ranked(
            self._engine, question, vector, self._candidates(question, vector, scope), PASSAGES, PASSAGES_MARGIN
        )

    def _candidates(self, question: str, vector: np.ndarray, scope: Scope) -> tuple[PassageHit, ...]:
        return self._library.search(question, vector, closer_look.CANDIDATES, ANY_MARGIN, scope)

    def _sources(self, vector: np.ndarray, hits: Sequence[PassageHit], scope: Scope) -> tuple[int, ...]:
        """Return the sources that a question is about: by the questions each was studied with, else by the search."""
        return self._library.route(vector, ROUTED_SOURCES, scope) or self._library.about(hits)

    def _blocks(self, question: str, vector: np.ndarray, scope: Scope) -> tuple[tuple[Applied, ...], ...]:
        """Return the experts of each learned block that may know the answer, the likeliest block first.

        They are those of the source in which the search finds the answer soonest.
        *Why* not of the source that the question is nearest to: words count for the search as well.
        """
        found = self._candidates(question, vector, scope)
        best = closer_look.ranked(self._engine, question, vector, found, 1, ANY_MARGIN)
        about = self._sources(vector, best, scope)
        slow = self._roster.slow()
        ranked = (*best, *(hit for hit in found[:PASSAGES] if hit.score >= found[0].score - PASSAGES_MARGIN))
        for source in dict.fromkeys((*(hit.source_id for hit in ranked), *about)) if about else ():
            places = [place for place, _ in self._library.blocks(question, vector, source, BLOCKS, BLOCKS_MARGIN)]
            learned = [self._learned(source, place, scope) for place in places]
            if blocks := tuple((*own, *slow) for own in dict.fromkeys(learned) if own):  # without blocks: all alike
                return blocks
        return ()

    def _from_search(self, question: str, vector: np.ndarray, mode: Mode, form: Form, scope: Scope) -> Plan:
        return self._from_found(self._passages(question, vector, mode, scope), mode, form, vector, scope)

    def _from_found(
        self, hits: tuple[PassageHit, ...], mode: Mode, form: Form, vector: np.ndarray, scope: Scope
    ) -> Plan:
        asked = "the library" if scope.is_whole else "this part of the library"
        if not hits and mode is Mode.AUTO:
            return _untouched(mode, form, f"Nothing in {asked} is about this, so the backbone answered on its own.")
        if not hits:
            slow = self._roster.slow() if form is Form.SHORT else ()
            note = f"There are no passages in {asked} yet."
            return Plan((), uses(slow), Why(mode, experts=gates(slow), note=note), form)
        if form is Form.OTHER:  # the model reads them and goes on in its own words
            hits = tuple(hit for hit in hits if hit.trust is not Trust.LOW)
            if not hits:
                return _untouched(mode, form, ONLY_LITTLE_TRUSTED)
        if form in (Form.ACCOUNT, Form.OTHER):
            hits = tuple(hit for hit in hits if hit.score >= hits[0].score - READ_MARGIN)
        texts, slow = tuple(hit.text for hit in hits), self._readers(form)
        is_fact = form in (Form.SHORT, Form.FACT)
        knowing = tuple(self._knowing(hit, scope) for hit in hits) if is_fact and mode is Mode.AUTO else ()
        experts = tuple(dict.fromkeys((*gates(slow), *(gate for own in knowing for gate in gates(own)))))
        why = Why(mode, hits, experts, note=_told(form, len(hits), experts))
        least = self._library.least_score()
        return Plan(texts, uses(slow), why, form, vector, least_score=least, knowing=knowing)

    def _from_given(self, passage: str | None, form: Form) -> Plan:
        if not passage:
            raise SettingsError("Answering from a passage needs the passage's text.")
        slow = self._readers(form)
        clipped = prompts.clip(passage, self._roster.context_tokens() // 2)
        note = f"Answered from the passage that was given{_with(slow)}."
        return Plan((clipped,), uses(slow), Why(Mode.PASSAGE, experts=gates(slow), note=note), form)

    def _readers(self, form: Form) -> tuple[Applied, ...]:
        """Return the slow experts where a fact is wanted: what they learned is to give short answers."""
        return self._roster.readers() if form in (Form.SHORT, Form.FACT) else ()

    def _from_weights(self, blocks: tuple[tuple[Applied, ...], ...], form: Form) -> Plan:
        if blocks:
            note = "Answered from what was learned, without a passage."
            why = Why(Mode.CLOSED, experts=gates(blocks[0]), note=note)
            return Plan((), uses(blocks[0]), why, form, blocks=blocks)
        slow = self._roster.slow() if form is Form.SHORT else ()
        if not slow:
            return _untouched(Mode.CLOSED, form, "No expert learned about this, so the backbone answered on its own.")
        note = f"No expert learned about this; answered{_with(slow)} alone."
        return Plan((), uses(slow), Why(Mode.CLOSED, experts=gates(slow), note=note), form)

    def _knowing(self, hit: PassageHit, scope: Scope) -> tuple[Applied, ...]:
        """Return the experts that learned a passage, with those that they learned beside; () where none did."""
        if hit.source_id == 0:  # what a person said
            return ()
        own = self._learned(hit.source_id, self._library.place(hit), scope)
        return (*own, *self._roster.slow()) if own else ()

    def _learned(self, source_id: int, block: int, scope: Scope) -> tuple[Applied, ...]:
        """Return a source's own experts with one block, or, since they slept, the mid one's block of the source."""
        fast = self._roster.fast(source_id, FAST_GATE, (block,))
        return fast or self._roster.mid_of(source_id, FAST_GATE, (block,), scope.collection_ids)


def _with_told(
    question: str, found: Sequence[PassageHit], told: Sequence[PassageHit], outdated: Collection[str]
) -> tuple[PassageHit, ...]:
    """Join passages with facts: nothing is there twice, and no passage of a chat tells what does not count any more.

    Asked about the person, passages that do not speak of the very thing are left out, and facts on it go first.
    """
    over = [_plain(text) for text in outdated]
    hits = [one for one in found if one.kind != CONVERSATION or not any(text in _plain(one.text) for text in over)]
    if requests.asks_of_the_speaker(question):
        hits = [] if told else [one for one in hits if may_answer(question, one.text)]
    ranked = sorted([*hits, *told], key=lambda hit: -hit.score)
    near = [hit for hit in ranked if hit.score >= ranked[0].score - PASSAGES_MARGIN]
    return tuple(one for one in near if not any(_is_within(one, other) for other in near))[: max(PASSAGES, len(told))]


def _is_within(hit: PassageHit, other: PassageHit) -> bool:
    """Say whether a passage of a chat holds a fact and no more of use: the fact is the one that is shown."""
    return hit.kind == CONVERSATION and other.source_id == 0 and _plain(other.text) in _plain(hit.text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!")


def _untouched(mode: Mode, form: Form, note: str) -> Plan:
    return Plan((), (), Why(mode, note=note), form)


def _told(form: Form, passages: int, applied: Sequence[object]) -> str:
    count = "a passage" if passages == 1 else f"{passages} passages"
    if form is Form.ACCOUNT:
        return f"Quoted from {count}; the model wrote nothing."
    if form is Form.OTHER:
        return f"Written by the backbone, which read {count}."
    return f"Copied from a passage{_with(applied)}."


def _with(applied: Sequence[object]) -> str:
    return f" with {len(applied)} expert{'s' if len(applied) > 1 else ''}" if applied else ""
