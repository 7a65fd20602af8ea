"""Answers as they were planned: copied from a passage, recalled, quoted, or written by the model.

A model this small knows where an answer stands, but what it writes about a text in its own words is often wrong. So
what stands in the library is answered in the library's words: a fact by a span with its sentence, an account by
sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nestdesk.core import jobs
from nestdesk.core.chats import Manner
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.prompts import ABSENT
from nestdesk.core.trust import Trust, marked
from nestdesk.core.types import Form, Mode, Turn, Why
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine
from nestdesk.memory import quotes
from nestdesk.memory.retrieval import best_sentences, terms
from nestdesk.services import prompts
from nestdesk.services.engine_jobs import embed_all, follow
from nestdesk.services.roster import Applied, Roster, gates, uses

UNTOLD = "The library holds something like it, but nothing that tells this, so the backbone answered on its own."
TELLS_WEIGHT = 4.0  # of the search's score, beyond the least that counts, beside the question's mean log probability
TELLS_FROM = -2.75  # their sum, below which a passage does not tell what is asked
SEARCH_WEIGHT = 10.0  # nats for a point of the search's score, where a passage is chosen together with the answer in it
SAMPLED = 0.7  # temperature of another answer than the likeliest one
PASSAGES_TOKENS = 1000  # of the passages in a prompt, or the half of the context given to one


@dataclass(frozen=True)
class Plan:
    """What one answer uses. passages are texts, best first; experts are what the engine gets."""

    passages: tuple[str, ...]
    uses: tuple[protocol.ExpertUse, ...]
    why: Why
    form: Form
    vector: np.ndarray | None = None  # [D] of the question, where passages were found by it
    blocks: tuple[tuple[Applied, ...], ...] = ()  # the experts of each block that may know the answer, best first
    said: str = ""  # an answer that is known without asking anything
    parts: tuple[tuple[str, Plan], ...] = ()  # of a question for several facts: each one, and its plan
    sample: int = 0  # which other answer of the model's own; 0: the first
    manner: Manner = field(default_factory=Manner)  # of what the model writes itself
    knowing: tuple[tuple[Applied, ...], ...] = ()  # the experts that learned each passage, where facts are wanted
    least_score: float = 0.0  # from which the search takes a passage to be what is asked about
    instead: Plan | None = None  # where no passage tells it; None: the backbone answers on its own

    @property
    def unlike(self) -> str:
        """What the answer does not begin with: the experts' own word for not knowing is a signal, not an answer."""
        return ABSENT if self.uses else ""


@dataclass(frozen=True)
class Response:
    """An answer, and why it says what it says."""

    text: str
    why: Why
    tokens: int = 0  # that the model wrote
    prompt_tokens: int = 0  # that it read; not known of what was answered together with other questions
    is_cut: bool = False  # it had more to say than was allowed


class Responses:
    """Makes answers."""

    def __init__(self, engine: Engine, roster: Roster) -> None:
        """Let the engine answer; the roster knows how much fits into a prompt."""
        self._engine = engine
        self._roster = roster

    def one(self, question: str, plan: Plan, max_tokens: int, turns: tuple[Turn, ...] = ()) -> Job[Response]:
        """Answer a question, streaming the text as progress; what no passage tells, the backbone answers.

        Args:
            turns: the prompt of what the model writes itself; none: the question and its passages alone.
        """
        if plan.said or plan.parts:
            known = yield from jobs.retold(self._known(question, plan, max_tokens), _silent)
            yield Progress("answer", text=known.text)
            return known
        asked = self._asked(question, plan, max_tokens, turns)
        if asked is None:
            quoted = yield from self._quoted(question, plan)
            yield Progress("answer", text=quoted.text)
            return quoted
        if isinstance(asked, protocol.Asked):
            tokens = plan.manner.max_answer_tokens or max_tokens
            warmth = plan.manner.temperature or (SAMPLED if plan.sample else 0.0)
            generate = protocol.Generate(asked, tokens, warmth, plan.sample)
            generated = yield from follow(self._engine.stream(generate), protocol.Generated)
            is_cut = generated.finish == "length"
            return Response(generated.text.strip(), plan.why, generated.tokens, generated.prompt_tokens, is_cut)
        job = follow(self._engine.stream(protocol.Generate(asked, max_tokens)), protocol.Generated)
        generated = yield from jobs.retold(job, _silent)
        if not _tells(question, plan, generated.reading, generated.fit):
            return (yield from self.one(question, _untold(plan), max_tokens, turns))
        found = _found(question, plan, generated.text.strip(), generated.reading, generated.tokens)
        yield Progress("answer", text=found.text)
        return replace(found, prompt_tokens=generated.prompt_tokens)

    def many(self, asked: Sequence[tuple[str, Plan]], max_tokens: int) -> Job[tuple[Response, ...]]:
        """Answer questions in batches."""
        requests = [
            None if plan.said or plan.parts else self._asked(question, plan, max_tokens) for question, plan in asked
        ]
        sent = tuple(one for one in requests if one is not None)
        generated = yield from follow(
            self._engine.stream(protocol.GenerateMany(sent, max_tokens)), protocol.GeneratedMany
        )
        tokens = generated.tokens // max(1, len(sent))
        answers = iter(zip(generated.texts, generated.readings, generated.fits, strict=True))
        responses: list[Response | None] = []
        for (question, plan), request in zip(asked, requests, strict=True):
            if request is None:
                responses.append((yield from self._known(question, plan, max_tokens)))
                continue
            text, reading, fit = next(answers)
            if isinstance(request, protocol.Asked):
                responses.append(Response(text, plan.why, tokens))
            elif _tells(question, plan, reading, fit):
                responses.append(_found(question, plan, text, reading, tokens))
            else:
                responses.append(None)
        untold = [(one, _untold(plan)) for (one, plan), told in zip(asked, responses, strict=True) if told is None]
        instead = iter((yield from self.many(untold, max_tokens)) if untold else ())
        return tuple(told or next(instead) for told in responses)

    def _known(self, question: str, plan: Plan, max_tokens: int) -> Job[Response]:
        """Answer what needs no text from the model itself."""
        if plan.said:
            return Response(plan.said, plan.why)
        if not plan.parts:
            return (yield from self._quoted(question, plan))
        single = yield from self.many(plan.parts, max_tokens)
        told = [f"**{part}**\n\n{one.text}" for (part, _), one in zip(plan.parts, single, strict=True)]
        passages = tuple(dict.fromkeys(hit for one in single for hit in one.why.passages))
        why = replace(plan.why, passages=passages)
        return Response("\n\n".join(told), why, sum(one.tokens for one in single))

    def turns(
        self,
        question: str,
        passages: Sequence[str] = (),
        is_short: bool = False,
        max_tokens: int = 0,
        instructions: str = "",
    ) -> tuple[Turn, ...]:
        """Return the prompt of a single question, cut so that passages and answer fit beside it."""
        room = self._roster.context_tokens() - max_tokens - PASSAGES_TOKENS - prompts.tokens_of(instructions)
        return prompts.question_turns(prompts.clip(question, max(room // 2, 64)), passages, is_short, instructions)

    def _asked(
        self, question: str, plan: Plan, max_tokens: int, turns: tuple[Turn, ...] = ()
    ) -> protocol.Asked | protocol.Seeking | None:
        """Return what the engine is asked; None: the answer is quoted."""
        asked = prompts.spelled_out(question)  # as the experts would ask it; readers and backbone get what was typed
        if plan.blocks and plan.form in (Form.SHORT, Form.FACT):
            turns = self.turns(asked, is_short=True, max_tokens=max_tokens)
            return protocol.Seeking(asked, tuple(protocol.Reading(turns, "", experts=uses(one)) for one in plan.blocks))
        if not plan.passages or plan.form is Form.OTHER:
            is_short = plan.form is Form.SHORT
            told = plan.manner.instructions
            prompt = turns or self.turns(
                asked if is_short and plan.uses else question, plan.passages, is_short, max_tokens, told
            )
            return protocol.Asked(prompt, plan.uses, plan.unlike)
        if plan.form is Form.ACCOUNT:
            return None
        knowing = [uses(own) for own in plan.knowing] or [()] * len(plan.passages)
        readings = (
            protocol.Reading(
                self.turns(question, [one.text], True, max_tokens), one.text, one.prior, one.is_part, knowing[one.place]
            )
            for one in _texts(question, plan)
        )
        return protocol.Seeking(asked, tuple(readings), plan.uses)

    def _quoted(self, question: str, plan: Plan) -> Job[Response]:
        """Answer with sentences of the passages."""
        said = quotes.sentences_of(plan.passages)
        vectors = yield from embed_all(self._engine, [sentence for _, sentence in said])
        about = self._engine.embed([question])[0] if plan.vector is None else plan.vector
        titles = [marked(hit.source_title, hit.trust) for hit in plan.why.passages] or [""]
        return Response(quotes.account(titles, said, vectors, about), plan.why)


@dataclass(frozen=True)
class _Text:
    """What is read for a fact: a passage of the plan, or its most telling sentence alone. prior is in nats."""

    place: int
    text: str
    prior: float
    is_part: bool = False


def _texts(question: str, plan: Plan) -> list[_Text]:
    """Return what is read for a fact: every passage, and then the sentence of each that speaks for it.

    *Why* the sentence, too: among many things that are much alike, a model this small takes the wrong one (README,
    decisions).
    """
    scores = [hit.score for hit in plan.why.passages] or [0.0]
    whole = [
        _Text(place, text, SEARCH_WEIGHT * score)
        for place, (text, score) in enumerate(zip(plan.passages, scores, strict=True))
    ]
    telling = best_sentences(terms(question), {one.place: one.text for one in whole})
    alone = [
        replace(one, text=sentence, is_part=True)
        for one in whole
        if (sentence := telling[one.place][1]) and sentence != one.text
    ]
    return [*whole, *alone]


def _tells(question: str, plan: Plan, reading: int, fit: float) -> bool:
    """Say whether what was read tells what is asked; what a person said or gave is always taken for an answer.

    *Why*: a library has a passage that is somewhat like almost any question, and some span of it is always likeliest.
    """
    if plan.why.mode is not Mode.AUTO:
        return True
    place = _texts(question, plan)[reading].place
    if plan.why.passages[place].source_id == 0:
        return True
    return fit + TELLS_WEIGHT * (plan.why.passages[place].score - plan.least_score) >= TELLS_FROM


def _untold(plan: Plan) -> Plan:
    """Return the plan of an answer that no passage tells."""
    form = Form.SHORT if plan.form is Form.SHORT else Form.OTHER
    instead = plan.instead or Plan((), (), Why(plan.why.mode, note=UNTOLD), form)
    return replace(instead, manner=plan.manner, sample=plan.sample)


def _silent(progress: Progress) -> Progress:
    """Hide a text that is not the answer yet."""
    return replace(progress, text="")


def _found(question: str, plan: Plan, text: str, reading: int, tokens: int) -> Response:
    """Return an answer that was sought; its reason is the passage that it stands in, or the block that recalled it."""
    if plan.blocks:
        return Response(text, replace(plan.why, experts=gates(plan.blocks[reading])), tokens)
    read = _texts(question, plan)[reading]
    why = replace(plan.why, passages=plan.why.passages[read.place : read.place + 1])
    shown = text if plan.form is Form.SHORT else quotes.with_evidence(text, read.text)
    if doubtful := [hit for hit in why.passages if hit.trust is Trust.LOW]:
        mark = f"From {marked(doubtful[0].source_title, Trust.LOW)}."
        why = replace(why, note=f"{why.note} {mark}".strip())
        shown = shown if plan.form is Form.SHORT else f"{shown}\n\n{mark}"
    return Response(shown, why, tokens)
