"""A short answer sought in both directions: copied from passages, or recalled by the experts that learned them.

The reader names, for each passage, a few spans that the question makes likely; the questioner says of each how likely
its sentence makes the question. The best of both wins, whichever passage it is from: a span of the right kind in the
wrong place explains the question badly. Where a passage was learned, the experts that learned it say so as well,
reading nothing. Where nothing is read at all, experts of each reading's own stand for its passage: what they recall is
spelled freely, and they alone say how likely it makes the question.
*Measured* (README, decisions): right passage, ten development articles, 0.65 by reading alone, 0.68 with the whole
passage as what explains the question, 0.70 with the sentence. Passages found: 0.65 from the one that the experts doubt
least, 0.67 with passage and span chosen together; later 0.75, and 0.77 with the passage's first sentence before it.
Recalled, six development articles: 0.58 from the block that doubts least, 0.65 with block and answer chosen together.

Reference: the noisy channel (arXiv 1908.05731); question generation for choosing answers, Generative Question Answering
(Lewis and Fan, ICLR 2019).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch

from nestdesk.core import jobs, metrics, prompts
from nestdesk.learning import generate, packing, spans, study, wanted
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.branches import Own, batches, of_rows
from nestdesk.learning.experts import Active
from nestdesk.learning.limits import SPAN_TOKENS, Limit, Spans, Written
from nestdesk.learning.packing import Example

WIDTH = 4  # spans of a passage that are compared
MARGIN = 4.0  # nats: a span this much less likely than its passage's best one is out, and an answer than the best one
SURE = -1.0  # log probability of a span of a part of a passage, read without the rest, below which it is out
QUESTION_WEIGHT = 0.6  # of the question's log probability beside the span's
READING_SHARE, EXPLAINING_SHARE = 0.7, 0.2  # of the work
NO_FIT = -100.0  # where there is no span to explain the question


@dataclass(frozen=True)
class Reading:
    """A passage that may hold an answer, and the token ids that ask about it."""

    prompt: tuple[int, ...]
    passage: str  # empty: nothing is read, the experts know it
    prior: float = 0.0  # in nats, speaks for it
    is_part: bool = False  # of another one: only what is sure counts
    knows: Callable[[], Active] | None = None  # gives the experts that learned the passage, where there are any


@dataclass(frozen=True)
class Asked:
    """A question and the readings in which its answer is sought."""

    question: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Answer:
    """The tokens of an answer, without the end mark, and the place of the reading that it is from.

    fit is the mean log probability of the question's tokens that the span explains; it is low where nothing read tells.
    """

    ids: tuple[int, ...] = ()
    reading: int = 0
    fit: float = NO_FIT


Span = tuple[list[int], float]  # its token ids and log probability


@dataclass(frozen=True)
class _Candidate:
    asked: int
    answer: Answer
    score: float
    is_echo: bool = False  # of the question's own words


def answers(
    backbone: Backbone, asked: Sequence[Asked], own: Own, max_tokens: int = 32
) -> Generator[float, None, list[Answer]]:
    """Answer each question with a span of one of its passages, yes or no, or what is recalled; yields the share done.

    Args:
        own: the experts that read, and that write questions; the same for all, or those of each reading, in order.
    """
    readings = [one for ask in asked for one in ask.readings]
    places = [(index, place) for index, ask in enumerate(asked) for place, _ in enumerate(ask.readings)]
    held = [_limit(backbone, one.passage) for one in readings]
    read, most = [one.prompt for one in readings], min(max_tokens, SPAN_TOKENS + 1)
    reading = generate.likeliest(backbone, read, own, held, WIDTH, most)
    found = yield from generate.scaled(reading, 0.0, READING_SHARE)
    near = _near(backbone, asked, places, found)
    actives = own if isinstance(own, Active) else [own[places.index((one.asked, one.answer.reading))] for one in near]
    explained = yield from _explained(backbone, asked, near, actives)
    known = yield from _known(backbone, asked, near, explained)
    best: dict[int, Answer] = {}
    leading: dict[int, float] = {}
    for candidate, (logs, tokens), learned in zip(near, explained, known, strict=True):
        total = candidate.score + QUESTION_WEIGHT * (logs + learned)
        if total > leading.get(candidate.asked, -float("inf")):
            leading[candidate.asked] = total
            best[candidate.asked] = replace(candidate.answer, fit=logs / tokens)
    return [best.get(index, Answer()) for index in range(len(asked))]


def _limit(backbone: Backbone, passage: str) -> Limit:
    if passage:
        return Spans(backbone, spans.statements(passage), prompts.ABSENT)
    return Written(backbone, prompts.ABSENT)


def _near(
    backbone: Backbone, asked: Sequence[Asked], places: Sequence[tuple[int, int]], found: Sequence[Sequence[Span]]
) -> list[_Candidate]:
    """Return the spans worth comparing: of each reading those near its best one, and none that only echo the question.

    Args:
        places: the question and the reading that each list of spans belongs to.
    """
    weighed: dict[int, list[list[_Candidate]]] = {}
    for (index, place), own in zip(places, found, strict=True):
        question, reading = asked[index].question, asked[index].readings[place]
        candidates = []
        for ids, score in own:
            text = backbone.decode(ids).strip()
            fit = score - wanted.lack(question, text)
            if fit >= SURE or not reading.is_part:
                answer = Answer(tuple(ids), place)
                candidates.append(_Candidate(index, answer, reading.prior + fit, wanted.echoes(question, text)))
        weighed.setdefault(index, []).append(candidates)
    near: list[_Candidate] = []
    for readings in weighed.values():
        is_told = any(not one.is_echo for spans_found in readings for one in spans_found)
        for spans_found in readings:
            kept = [one for one in spans_found if not (is_told and one.is_echo)]
            near += [one for one in kept if one.score >= max(other.score for other in kept) - MARGIN]
    return near


def _explained(
    backbone: Backbone, asked: Sequence[Asked], candidates: Sequence[_Candidate], own: Own
) -> Generator[float, None, list[tuple[float, int]]]:
    """Return how likely each answer makes its question, given what says it: log probability and tokens."""
    told = []
    for one in candidates:
        answer = backbone.decode(one.answer.ids).strip()
        passage = asked[one.asked].readings[one.answer.reading].passage
        told.append((_introduced(_sentence(answer, passage), passage), answer, asked[one.asked].question))
    logs = yield from generate.scaled(_logs(backbone, told, own), READING_SHARE, EXPLAINING_SHARE)
    return [(log, len(backbone.encode(question)) + 1) for log, (_, _, question) in zip(logs, told, strict=True)]


def _known(
    backbone: Backbone,
    asked: Sequence[Asked],
    candidates: Sequence[_Candidate],
    explained: Sequence[tuple[float, int]],
) -> Generator[float, None, list[float]]:
    """Return how likely each answer, or the fact in it, makes its question to experts that learned its passage.

    Where only some of a question's readings were learned, the others are taken to be known as well as these on
    average; where none was, this adds nothing. Only answers near the best one are asked about, and win; one question
    after the other, as there are blocks for each.
    """
    found = [0.0] * len(candidates)
    totals = [one.score + QUESTION_WEIGHT * logs for one, (logs, _) in zip(candidates, explained, strict=True)]
    for index, ask in enumerate(asked):
        own = [place for place, one in enumerate(candidates) if one.asked == index]
        best = max((totals[place] for place in own), default=0.0)
        places = [place for place in own if totals[place] >= best - MARGIN]
        if len(places) < 2:
            continue
        knowing = {place: ask.readings[candidates[place].answer.reading].knows for place in places}
        learned = {place: knows() for place, knows in knowing.items() if knows is not None}
        if not learned:
            continue
        told = [("", backbone.decode(candidates[place].answer.ids).strip(), ask.question) for place in learned]
        logs = yield from jobs.retold(
            _logs(backbone, told, list(learned.values())), partial(_share_of, index, len(asked))
        )
        known = dict(zip(learned, _of_facts(told, list(learned.values()), logs), strict=True))
        cost = sum(log - explained[place][0] for place, log in known.items()) / len(known)
        for place in own:
            found[place] = known.get(place, explained[place][0] + cost) if place in places else -math.inf
    return found


def _of_facts(told: Sequence[tuple[str, str, str]], knowing: Sequence[Active], logs: Sequence[float]) -> list[float]:
    """Give answers that hold one another, to the same experts, what the likeliest of them has.

    *Why*: what was learned is the fact, not where a span of it ends; the longer one says more of the question.
    """
    said = [f" {metrics.normalised(answer)} " for _, answer, _ in told]
    return [
        max(
            log
            for log, other, experts in zip(logs, said, knowing, strict=True)
            if experts is own and (other in answer or answer in other)
        )
        for answer, own in zip(said, knowing, strict=True)
    ]


def _share_of(index: int, count: int, done: float) -> float:
    before = READING_SHARE + EXPLAINING_SHARE
    return before + (1 - before) * (index + done) / count


@torch.no_grad()
def _logs(backbone: Backbone, told: Sequence[tuple[str, str, str]], own: Own) -> Generator[float, None, list[float]]:
    """Return the log probability of each question, given what is read (nothing: an empty text) and the answer.

    Yields the share done.
    """
    examples = [
        Example(
            tuple(study.tokens(backbone, prompts.asking(said, answer))), (*backbone.encode(question), backbone.end_id)
        )
        for said, answer, question in told
    ]
    logs = [0.0] * len(examples)
    done = 0
    for rows in batches([example.prompt for example in examples], own):
        batch = packing.pack([[examples[place] for place in row] for row in rows], backbone.device)
        losses, _ = packing.answer_losses(backbone, batch, of_rows(backbone, own, rows))
        for number, place in enumerate(place for row in rows for place in row):
            logs[place] = -losses[batch.owners == number].sum().item()
            done += 1
        yield done / len(examples)
    return logs


def _introduced(sentence: str, passage: str) -> str:
    """Return a sentence behind the one that its passage opens with, which says what "it" or "the village" is."""
    first = spans.opening(passage)
    if first in sentence:
        return sentence
    return first if sentence in first else f"{first} {sentence}"


def _sentence(answer: str, passage: str) -> str:
    """Return the first sentence of a passage that says an answer; of none (yes, no), all of it."""
    for part in spans.statements(passage):
        if (at := part.find(answer)) >= 0:
            begin, end = spans.sentence_around(part, at, at + len(answer))
            return part[begin:end]
    return passage
