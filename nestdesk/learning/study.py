"""A source becomes study items: questions in several wordings, held-out probes, clozes where nothing could be asked.

Answers are spans of the text, found by rule. The slow experts write several questions for each span, and a question
counts only if they, reading the passage, find the span a likely answer (round trip). One wording of a share of the
facts is held out as a probe: it measures whether the fact was learned, not the sentence.

Reference: several wordings a fact, 2309.14316; answers as short spans, 2607.21861; round-trip filtering, 1906.05416.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

import torch

from nestdesk.core import metrics, prompts
from nestdesk.core.types import Passage, StudyItem, Turn
from nestdesk.learning import generate, limits, spans
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.branches import rows_of
from nestdesk.learning.experts import Active
from nestdesk.learning.packing import Example, answer_losses, pack

QUESTION_TOKENS = 24
CHUNK_PASSAGES = 4  # written about together
SPARE_WORDINGS = 1  # candidates beyond the wordings wanted
MOST_DOUBT = 3.0  # nats: what the passage's reader may find unlikely about the answer a question was written for
SURE_DOUBT = 1.2  # nats: the same for an answer of its own
ANSWER_TOKENS = 12
PROBES = 24
PROBE_SHARE = 0.5
WORDING_TEMPERATURE = 0.8
CLOZE_WORDS_BEFORE = 13  # the blank and what stands around it: whole sentences cost twice the time
CLOZE_WORDS_AFTER = 7


@dataclass(frozen=True)
class _Draft:
    passage: int
    span: spans.Span
    question: str
    wording: int


def make_items(
    backbone: Backbone,
    passages: Sequence[Passage],
    skills: Active,
    spans_per_passage: int,
    seed: int = 0,
    wordings: int = 2,
    room: Callable[[int], int] = lambda done: CHUNK_PASSAGES,
    probes: int = PROBES,
) -> Generator[float, None, list[StudyItem]]:
    """Write the study items of a source.

    Args:
        skills: the slow experts, which write and check the questions.
        spans_per_passage: how many facts of each passage are asked about at most.
        wordings: questions written for each fact; the first greedily, the others sampled.
        room: says how many more passages there is time for after so many; at none the rest gets clozes only.
        probes: questions held out at most.

    Yields:
        The share done, 0..1.

    Returns:
        Items in the order of the text. Without any question that survives the round trip there are clozes only.
    """
    drafts: list[_Draft] = []
    found = [spans.find(passage.text, spans_per_passage) for passage in passages]
    first = 0
    while chunk := range(first, min(first + CHUNK_PASSAGES, first + room(first), len(passages))):
        facts = [_Draft(index, span, "", 0) for index in chunk for span in found[index]]
        part = len(chunk) / len(passages)
        drafts += yield from _questions(backbone, passages, facts, skills, wordings, seed, first / len(passages), part)
        first = chunk.stop
    facts = [_Draft(index, span, "", 0) for index, own in enumerate(found) for span in own]
    return _arrange(passages, drafts + facts, random.Random(seed), probes)


def _questions(
    backbone: Backbone,
    passages: Sequence[Passage],
    facts: Sequence[_Draft],
    skills: Active,
    wordings: int,
    seed: int,
    done: float,
    share: float,
) -> Generator[float, None, list[_Draft]]:
    """Write candidates for every fact and keep, of each, the wordings that the passage answers best."""
    wanted = [replace(fact, wording=wording) for fact in facts for wording in range(wordings + SPARE_WORDINGS)]
    asked = [tokens(backbone, prompts.asking(passages[draft.passage].text, draft.span.text)) for draft in wanted]
    heat = [WORDING_TEMPERATURE if draft.wording else 0.0 for draft in wanted]
    writing = generate.many(backbone, asked, skills, QUESTION_TOKENS, heat, seed)
    written = yield from generate.scaled(writing, done, share * 0.5)
    fresh = {
        (draft.passage, draft.span.start, question.lower()): replace(draft, question=question)
        for draft, ids in zip(wanted, written, strict=True)
        if _is_question(question := backbone.decode(ids).strip().replace(" ?", "?"), draft.span.text)
    }.values()
    drafts: dict[tuple[int, str], tuple[float, _Draft]] = {}  # one answer for a question about a passage
    weighing = doubts(backbone, passages, list(fresh), skills)
    doubted = yield from generate.scaled(weighing, done + share * 0.5, share * 0.2)
    for draft, doubt in zip(fresh, doubted, strict=True):
        key = (draft.passage, draft.question.lower())
        if doubt <= MOST_DOUBT and (key not in drafts or doubt < drafts[key][0]):
            drafts[key] = (doubt, draft)
    strays = {(draft.passage, draft.question.lower()): draft for draft in fresh}
    astray = [draft for key, draft in strays.items() if key not in drafts]
    answered = yield from _answered(backbone, passages, astray, skills, done + share * 0.7, share * 0.3)
    drafts |= {(draft.passage, draft.question.lower()): (doubt, draft) for doubt, draft in answered}
    best: dict[tuple[int, int], list[_Draft]] = {}
    for _, draft in sorted(drafts.values(), key=lambda pair: pair[0]):
        own = best.setdefault((draft.passage, draft.span.start), [])
        if len(own) < wordings:
            own.append(draft)
    return [draft for own in best.values() for draft in own]


def _answered(
    backbone: Backbone, passages: Sequence[Passage], drafts: Sequence[_Draft], skills: Active, done: float, share: float
) -> Generator[float, None, list[tuple[float, _Draft]]]:
    """Give questions that missed their span the answer they do have in the passage, where its reader is sure of one."""
    asked = [tokens(backbone, prompts.reading([passages[draft.passage].text], draft.question)) for draft in drafts]
    spans_of = [limits.Spans(backbone, [passages[draft.passage].text], prompts.ABSENT) for draft in drafts]
    reading = generate.many(backbone, asked, skills, ANSWER_TOKENS, limits=spans_of)
    answers = yield from generate.scaled(reading, done, share * 0.7)
    found = []
    for draft, ids in zip(drafts, answers, strict=True):
        answer = backbone.decode(ids).strip()
        start = passages[draft.passage].text.find(answer)
        if answer and start >= 0 and _is_question(draft.question, answer):
            span = spans.Span(answer, start, start + len(answer), 0.0)
            found.append(replace(draft, span=span))
    sure = yield from generate.scaled(doubts(backbone, passages, found, skills), done + share * 0.7, share * 0.3)
    return [(doubt, draft) for doubt, draft in zip(sure, found, strict=True) if doubt <= SURE_DOUBT]


@torch.no_grad()
def doubts(
    backbone: Backbone, passages: Sequence[Passage], drafts: Sequence[_Draft], skills: Active
) -> Generator[float, None, list[float]]:
    """Return, for each draft, how far the reader of its passage is from answering with the span: -log P, in nats.

    Cheaper than letting it answer and comparing, and it tells a near miss from a question that does not fit.
    Yields the share done.
    """
    asked = [tokens(backbone, prompts.reading([passages[draft.passage].text], draft.question)) for draft in drafts]
    found = [0.0] * len(drafts)
    rows = rows_of(asked)
    for number, row in enumerate(rows, start=1):
        examples = [
            Example(tuple(asked[index]), (*backbone.encode(drafts[index].span.text), backbone.end_id)) for index in row
        ]
        batch = pack([examples], backbone.device)
        losses, _ = answer_losses(backbone, batch, skills)
        for place, index in enumerate(row):
            found[index] = losses[batch.owners == place].sum().item()
        yield number / len(rows)
    return found


def _is_question(question: str, answer: str) -> bool:
    words = question.split()
    return (
        question.endswith("?")
        and 3 <= len(words) <= 40
        and f" {metrics.normalised(answer)} " not in f" {metrics.normalised(question)} "
    )


def _arrange(
    passages: Sequence[Passage], drafts: Sequence[_Draft], chance: random.Random, probes: int
) -> list[StudyItem]:
    """Turn drafts into items; of facts with several questions some give one away as a probe."""
    by_fact: dict[tuple[int, int], list[_Draft]] = {}
    for draft in drafts:
        by_fact.setdefault((draft.passage, draft.span.start), []).append(draft)
    several = [fact for fact, own in by_fact.items() if sum(1 for draft in own if draft.question) > 1]
    held = set(chance.sample(several, min(len(several), probes, math.ceil(len(several) * PROBE_SHARE))))
    asked = {draft.passage for draft in drafts if draft.question}
    items: list[StudyItem] = []
    for fact in sorted(by_fact):
        own = sorted(by_fact[fact], key=lambda draft: (draft.wording, draft.question == ""))
        questions = [draft for draft in own if draft.question]
        for draft in questions:
            probe = fact in held and draft is questions[-1]
            items.append(question_item(draft.question, draft.span.text, draft.passage, probe))
        if not questions and fact[0] not in asked:  # a passage nobody could ask about is learned from its sentences
            items.append(_cloze(passages[fact[0]].text, own[0].span, fact[0]))
    return items


def question_item(question: str, answer: str, passage: int, is_probe: bool = False) -> StudyItem:
    """Ask a question that is to be answered from the weights alone."""
    return StudyItem("question", prompts.SHORT, question, answer, passage, is_probe)


def _cloze(text: str, span: spans.Span, passage: int) -> StudyItem:
    begin, end = spans.sentence_around(text, span.start, span.end)
    before = text[begin : span.start].split(" ")[-CLOZE_WORDS_BEFORE:]
    after = text[span.end : end].split(" ")[:CLOZE_WORDS_AFTER]
    blanked = f"{' '.join(before)}____{' '.join(after)}".strip()
    return StudyItem("cloze", prompts.SHORT, f"Fill in the blank: {blanked}", span.text, passage)


def probes_of(items: Sequence[StudyItem]) -> list[StudyItem]:
    """Return the held-out items; where there are none, a spread of the studied questions or clozes stands in."""
    held = [item for item in items if item.is_probe]
    if held:
        return held
    questions = [item for item in items if item.kind == "question"] or list(items)
    return [replace(item, is_probe=True) for item in questions[:: max(1, len(questions) // PROBES)][:PROBES]]


def turns(item: StudyItem) -> tuple[Turn, ...]:
    """Return the prompt of an item."""
    return prompts.closed(item.prompt, item.system)


def tokens(backbone: Backbone, prompt: tuple[Turn, ...]) -> list[int]:
    """Return the token ids of a prompt."""
    return backbone.prompt(prompt)


def example(backbone: Backbone, item: StudyItem, weight: float = 1.0) -> Example:
    """Return an item's prompt and answer as tokens, the end mark included."""
    return Example(tuple(tokens(backbone, turns(item))), (*backbone.encode(item.answer), backbone.end_id), weight)
