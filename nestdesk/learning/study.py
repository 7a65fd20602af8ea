"""A source becomes study items: questions in several wordings, clozes, and held-out probes.

Answers are spans of the text, found by rule. The slow experts write two questions for each span, and a question counts
only if they, reading the passage, answer it with the span again (round trip). One wording of a share of the facts is
held out as a probe: it measures whether the fact was learned, not the sentence.

Reference: several wordings a fact, 2309.14316; answers as short spans, 2607.21861; round-trip filtering, 1906.05416.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from nestdesk.core import metrics, prompts
from nestdesk.core.types import Passage, StudyItem, Turn
from nestdesk.learning import generate, spans
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active
from nestdesk.learning.packing import Example

QUESTION_TOKENS = 24
ANSWER_TOKENS = 12
ROUND_TRIP_F1 = 0.6
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
    has_time: Callable[[], bool] = lambda: True,
) -> Generator[float, None, list[StudyItem]]:
    """Write the study items of a source.

    Args:
        skills: the slow experts, which write and check the questions.
        spans_per_passage: how many facts of each passage are asked about at most.
        wordings: questions written for each fact; the first greedily, the others sampled.
        has_time: asked before each passage; when it says no, the rest of the source gets clozes only.

    Yields:
        The share done, 0..1.

    Returns:
        Items in the order of the text. Without any question that survives the round trip there are clozes only.
    """
    drafts: list[_Draft] = []
    for index, passage in enumerate(passages):
        found = spans.find(passage.text, spans_per_passage)
        if has_time():
            drafts += yield from _questions(
                backbone, passage.text, found, skills, index, wordings, seed, index / len(passages), 1 / len(passages)
            )
        drafts += [_Draft(index, span, "", 0) for span in found]
    return _arrange(passages, drafts, random.Random(seed))


def _questions(
    backbone: Backbone,
    text: str,
    found: Sequence[spans.Span],
    skills: Active,
    index: int,
    wordings: int,
    seed: int,
    done: float,
    share: float,
) -> Generator[float, None, list[_Draft]]:
    drafts: dict[str, _Draft] = {}
    for wording in range(wordings):
        wanted = found if wording == 0 else _facts(drafts.values())  # a second wording only where the first held
        if not wanted:
            break
        part = share / wordings
        fresh = yield from _written(backbone, text, wanted, skills, index, wording, seed, done + part * wording, part)
        drafts = {draft.question.lower(): draft for draft in fresh} | drafts
    return list(drafts.values())


def _facts(drafts: Iterable[_Draft]) -> list[spans.Span]:
    return list({draft.span.start: draft.span for draft in drafts}.values())


def _written(
    backbone: Backbone,
    text: str,
    wanted: Sequence[spans.Span],
    skills: Active,
    index: int,
    wording: int,
    seed: int,
    done: float,
    share: float,
) -> Generator[float, None, list[_Draft]]:
    """Write one question for each span and keep those that the passage answers with the span."""
    asked = [tokens(backbone, prompts.asking(text, span.text)) for span in wanted]
    temperature = WORDING_TEMPERATURE if wording else 0.0
    writing = generate.many(backbone, asked, skills, QUESTION_TOKENS, temperature, seed + wording)
    written = yield from _scaled(writing, done, share * 0.7)
    drafts = [
        _Draft(index, span, question, wording)
        for span, ids in zip(wanted, written, strict=True)
        if _is_question(question := backbone.decode(ids).strip(), span.text)
    ]
    if not drafts:
        return []
    read = [tokens(backbone, prompts.reading([text], draft.question)) for draft in drafts]
    answers = yield from _scaled(generate.many(backbone, read, skills, ANSWER_TOKENS), done + share * 0.7, share * 0.3)
    return [
        draft
        for draft, ids in zip(drafts, answers, strict=True)
        if metrics.f1(backbone.decode(ids), draft.span.text) >= ROUND_TRIP_F1
    ]


def _scaled(
    steps: Generator[float, None, list[list[int]]], start: float, share: float
) -> Generator[float, None, list[list[int]]]:
    while True:
        try:
            yield start + share * next(steps)
        except StopIteration as stop:
            return list(stop.value)


def _is_question(question: str, answer: str) -> bool:
    words = question.split()
    return (
        question.endswith("?")
        and 3 <= len(words) <= 40
        and f" {metrics.normalised(answer)} " not in f" {metrics.normalised(question)} "
    )


def _arrange(passages: Sequence[Passage], drafts: Sequence[_Draft], chance: random.Random) -> list[StudyItem]:
    """Turn drafts into items; of facts with several questions some give one away as a probe."""
    by_fact: dict[tuple[int, int], list[_Draft]] = {}
    for draft in drafts:
        by_fact.setdefault((draft.passage, draft.span.start), []).append(draft)
    several = [fact for fact, own in by_fact.items() if sum(1 for draft in own if draft.question) > 1]
    held = set(chance.sample(several, min(len(several), PROBES, math.ceil(len(several) * PROBE_SHARE))))
    items: list[StudyItem] = []
    for fact in sorted(by_fact):
        own = sorted(by_fact[fact], key=lambda draft: (draft.wording, draft.question == ""))
        questions = [draft for draft in own if draft.question]
        for draft in questions:
            probe = fact in held and draft is questions[-1]
            items.append(question_item(draft.question, draft.span.text, draft.passage, probe))
        if not questions:  # a fact without a question is learned from its sentence
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
    return backbone.encode(backbone.render(prompt))


def example(backbone: Backbone, item: StudyItem, weight: float = 1.0) -> Example:
    """Return an item's prompt and answer as tokens, the end mark included."""
    return Example(tuple(tokens(backbone, turns(item))), (*backbone.encode(item.answer), backbone.end_id), weight)
