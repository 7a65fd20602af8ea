"""The outer loop: what a source is studied with, and whether the result is taken.

It sees a compressed view of the source (its study items and held-out probes), gives each function an expert with a rank
and layers, lets the inner loops run within the budget, and then compares: probes before and after, drift on generic
prompts. A result that does not help, or that drifts, is kept but not used.

Reference: Nested Learning, arXiv 2512.24695 (outer over inner optimisation); accept and reject as in the decision rules
of the README.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

import torch

from nestdesk.core.types import Effort, Function, Level, Passage, Scores, StudyItem
from nestdesk.learning import evaluate, experts, imprint, inner_loop, levels, study
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights
from nestdesk.learning.nested import NestedModel

T = TypeVar("T")

MANY_PASSAGES = 12  # from here on fewer facts of each are asked about, so that the questions reach the end
LEAST_SPANS = 3
BUDGET_PASSAGES = 60  # that an effort's budget is meant for; longer sources get more, unless a budget is given
READING_ENDS = 0.85  # of the budget: passages not read by then get no block
ASKING_SHARE = 0.45  # of the budget, at most, for writing questions
CLOSING_SECONDS = 8.0  # of the budget, kept for what follows the study besides the scores
CLOSING_SCORES = 2.0  # times what the scores before took, kept for those after: each block answers for itself
LEAST_GAIN = 0.0  # F1 on the held-out probes: anything that is not better is rejected
MOST_DRIFT = 3.0  # nats on generic prompts *as if* the expert were on there; beyond it the expert writes noise
FEW_SECONDS = 4.0  # the least a study loop gets
BLOCK_UPDATES = 2  # of a block that starts from its passage: further ones learn wordings and lose answers


@dataclass(frozen=True)
class Report:
    """Where learning stands; done 0..1."""

    stage: str
    done: float
    text: str = ""
    seconds_left: float = -1.0


@dataclass(frozen=True)
class Result:
    """New experts, how they did, and the verdict."""

    learners: tuple[inner_loop.InnerLoop, ...]
    items: tuple[StudyItem, ...]
    before: Scores
    after: Scores
    is_accepted: bool
    reason: str
    seconds: float
    tokens: int
    steps: int


class Clock:
    """A budget in seconds."""

    def __init__(self, budget_s: float) -> None:
        """Start now."""
        self.budget_s = budget_s
        self._began = time.monotonic()

    @property
    def spent_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float:
        """Seconds until the budget is out, at least 0."""
        return max(0.0, self.budget_s - self.spent_s)

    def report(self, stage: str, text: str = "") -> Report:
        """Describe the moment."""
        return Report(stage, min(0.999, self.spent_s / self.budget_s), text, self.left_s)


def learn_source(
    nested: NestedModel,
    passages: Sequence[Passage],
    skills: Active,
    functions: Sequence[Function],
    effort: Effort,
    budget_s: float,
    seed: int,
    items: Sequence[StudyItem] = (),
    most_steps: int = 4000,
    beside: Sequence[Sequence[int]] = (),
) -> Generator[Report, None, Result]:
    """Study one source in new fast experts.

    Args:
        skills: the slow experts, on while the fast ones learn and are asked.
        functions: one new expert for each.
        effort: how much rank, how many questions; also the budget where budget_s is 0.
        budget_s: seconds for everything, questions included.
        items: given study items; none: they are written from the passages.
        most_steps: bounds the study loop, so that a test does not depend on the machine's speed.
        beside: for each passage, those it is easily taken for: their blocks stand beside its own while that learns.

    Yields:
        Progress.

    Returns:
        The experts and the verdict.
    """
    spec = levels.EFFORTS[effort]
    clock = Clock(budget_s or spec.budget_s * max(1.0, len(passages) / BUDGET_PASSAGES))
    if not items and passages:
        items = yield from _write_items(nested, passages, skills, spec, clock, seed)
    if not any(not item.is_probe for item in items):
        nothing = Scores(0.0, 0.0, 0, 0)
        return Result((), tuple(items), nothing, nothing, *verdict(nothing, nothing), clock.spent_s, 0, 0)
    probes = study.probes_of(items)
    began_s = clock.spent_s
    before = yield from score(nested, probes, lambda _: skills, clock, "before")
    closing_s = CLOSING_SECONDS + CLOSING_SCORES * (clock.spent_s - began_s)
    blocks: list[inner_loop.InnerLoop] = []
    learners: list[inner_loop.InnerLoop] = []
    for index, function in enumerate(functions):
        if function is Function.ATTENTION and passages:
            texts = [passage.text for passage in passages]
            for born in (yield from _read(nested, texts, items, skills, spec, clock)):
                blocks.append(inner_loop.InnerLoop.start(born, 1, BLOCK_UPDATES))
        else:
            learners.append(inner_loop.InnerLoop.start(_newborn(nested, function, spec, items, seed + index)))
    studied = [item for item in items if not item.is_probe and (learners or item.passage < len(blocks))]
    start = inner_loop.first_layer([learner.expert for learner in (*learners, *blocks)])
    desk = inner_loop.Desk(
        nested.backbone, [study.example(nested.backbone, item, WEIGHTS[item.kind]) for item in studied], skills, start
    )
    for _ in desk.compute():
        yield clock.report("reading closely")
    seconds = max(FEW_SECONDS, clock.left_s - closing_s)
    steps = tokens = 0
    asked = {item.passage for item in studied}
    loop = inner_loop.study(
        nested.backbone,
        desk,
        learners,
        skills,
        seconds,
        seed,
        most_steps,
        {place: block for place, block in enumerate(blocks) if place in asked},
        [item.passage for item in studied],
        dict(enumerate(beside)),
    )
    for step in loop:
        steps, tokens = step.index + 1, tokens + step.tokens
        yield clock.report("studying", f"{len(studied)} items, loss {step.loss:.2f}")
    for learner in (*learners, *blocks):
        settle(learner)
    after = yield from score(nested, probes, _routed(skills, learners, blocks), clock, "after")
    after = yield from measured(nested, after, _routed(NOTHING, learners, blocks)(probes[0].passage), clock)
    if blocks:
        learners.append(_bound(blocks))
    is_accepted, reason = verdict(before, after)
    return Result(tuple(learners), tuple(items), before, after, is_accepted, reason, clock.spent_s, tokens, steps)


def _read(
    nested: NestedModel,
    texts: Sequence[str],
    items: Sequence[StudyItem],
    skills: Active,
    spec: levels.EffortSpec,
    clock: Clock,
) -> Generator[Report, None, list[ExpertWeights]]:
    """Read the source into newborn blocks, one a passage."""
    reading = imprint.newborn(
        nested, texts, items, skills, spec.kept_share, lambda: clock.spent_s < READING_ENDS * clock.budget_s
    )
    return (yield from _reported(reading, clock, "reading closely"))


def _routed(
    skills: Active, learners: Sequence[inner_loop.InnerLoop], blocks: Sequence[inner_loop.InnerLoop]
) -> Callable[[int], Active]:
    """Return which experts a question about a passage gets; equal passages get the same object."""

    @cache
    def active(passage: int) -> Active:
        block = [blocks[passage]] if 0 <= passage < len(blocks) else []
        return experts.both(skills, experts.activate([(learner.expert, 1.0) for learner in (*learners, *block)]))

    return active


def _bound(blocks: Sequence[inner_loop.InnerLoop]) -> inner_loop.InnerLoop:
    """Return the source's blocks as the one expert that is stored."""
    first = blocks[0]
    whole = imprint.bind([block.expert for block in blocks])
    updates = sum(block.updates for block in blocks)
    return replace(first, expert=whole, updates=updates)


WEIGHTS = {"question": 1.0, "cloze": 0.5, "restatement": 0.3, "passage": 0.2, "reading": 0.5}


def _write_items(
    nested: NestedModel,
    passages: Sequence[Passage],
    skills: Active,
    spec: levels.EffortSpec,
    clock: Clock,
    seed: int,
) -> Generator[Report, None, tuple[StudyItem, ...]]:
    """Write study items, on fewer facts a passage where the source is long for the budget."""
    writing = study.make_items(
        nested.backbone,
        passages,
        skills,
        max(LEAST_SPANS, round(spec.spans_per_passage * min(1.0, MANY_PASSAGES / len(passages)))),
        seed,
        spec.wordings,
        has_time=lambda: clock.spent_s < ASKING_SHARE * clock.budget_s,
    )
    return tuple((yield from _reported(writing, clock, "asking questions")))


def _newborn(
    nested: NestedModel, function: Function, spec: levels.EffortSpec, items: Sequence[StudyItem], seed: int
) -> ExpertWeights:
    config = nested.backbone.config
    lowest = config.layers - max(1, round(config.layers * spec.top_layers))
    ids = {token for item in items for token in nested.backbone.encode(" " + item.answer)}
    return experts.newborn(
        config,
        function,
        Level.FAST,
        nested.fingerprint,
        spec.rank,
        range(lowest, config.layers),
        sorted(ids),
        seed,
        nested.backbone.device,
    )


def score(
    nested: NestedModel, probes: Sequence[StudyItem], active: Callable[[int], Active], clock: Clock, stage: str
) -> Generator[Report, None, Scores]:
    """Answer probes, each with the experts for its passage, and report meanwhile; stage is "before" or "after"."""
    scoring = evaluate.score(nested.backbone, probes, active)
    return (yield from _reported(scoring, clock, f"checking {stage}"))


def _reported(steps: Generator[float, None, T], clock: Clock, stage: str) -> Generator[Report, None, T]:
    """Run steps to their end, with a report after each."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        yield clock.report(stage)


def measured(nested: NestedModel, scores: Scores, own: Active, clock: Clock) -> Generator[Report, None, Scores]:
    """Add perplexity and drift to scores, with only these experts on and everywhere."""
    yield clock.report("checking drift")
    with torch.no_grad():
        kl = evaluate.drift(nested.backbone, nested.anchors(), own).item()
    yield clock.report("checking drift")
    return replace(scores, anchor_kl=kl, perplexity=evaluate.perplexity(nested.backbone, nested.anchors(), own))


def verdict(before: Scores, after: Scores) -> tuple[bool, str]:
    """Accept a result that answers more probes and does not drift into noise; say why in one sentence."""
    gain = after.f1 - before.f1
    told = f"{before.answered} of {before.probes} probes answered before, {after.answered} after"
    if not after.probes:
        return False, "Nothing could be asked about this source, so no weights were changed."
    if gain <= LEAST_GAIN:
        return False, f"Learning did not help ({told}), so the expert stays as it was."
    if after.anchor_kl > MOST_DRIFT:
        return False, f"The expert drifted too far from the backbone ({after.anchor_kl:.2f} nats), so it is not used."
    return True, f"Accepted: {told}."


def settle(learner: inner_loop.InnerLoop) -> None:
    """Round the expert to what will be stored, so that scores are those of the stored weights."""
    learner.expert = experts.rounded(learner.expert)
