"""Sleep: what several fast experts know is taught to one mid expert, so that the fast ones can be emptied.

The teacher of each source is the model with that source's fast experts on; the pupil is a low-rank expert of the next
slower level that starts where the last sleep left it and learns the teachers' answers by their whole distribution.
It is taken only if it answers each source's probes nearly as well as that source's own expert did.

Reference: Language Models Need Sleep (arXiv 2606.03979): the teacher is the model before, only a new low-rank expert
in the slower level learns, then the fast one is reset.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import torch

from nestdesk.core.types import Function, Level, Scores, StudyItem
from nestdesk.learning import experts, inner_loop, outer_loop, packing, study
from nestdesk.learning.experts import Active, ExpertWeights
from nestdesk.learning.inner_loop import Soft
from nestdesk.learning.nested import NestedModel, Use
from nestdesk.learning.outer_loop import Clock, Report, Result

RANK = 32
TOP_LAYERS = 0.5
BUDGET_S_PER_SOURCE = 60.0
UPDATE_PERIOD_TOKENS = 512  # within a sleep; between sleeps the mid level does not change at all
KEPT_SHARE = 0.8  # of the fast experts' F1 that the mid expert must reach
TEACHER_TOKENS = 16  # most likely next tokens kept of the teacher's distribution


@dataclass(frozen=True)
class Sleeper:
    """A source about to be consolidated: its fast experts and its study items."""

    uses: tuple[Use, ...]
    items: tuple[StudyItem, ...]


def consolidate(
    nested: NestedModel,
    sources: Sequence[Sleeper],
    skills: Active,
    current: Sequence[Use],
    budget_s: float,
    seed: int,
    most_steps: int = 4000,
) -> Generator[Report, None, Result]:
    """Teach a mid expert what the sources' fast experts know.

    Args:
        sources: all that the mid expert shall know, those of earlier sleeps too (their items are the replay).
        skills: the slow experts.
        current: the mid expert so far, from which the new one starts; empty at the first sleep.
        budget_s: seconds; 0: a minute a source.

    Returns:
        The new mid expert and the verdict. Scores are over all sources' probes, before: each with its own fast experts.
    """
    clock = Clock(budget_s or BUDGET_S_PER_SOURCE * len(sources))
    probes = [study.probes_of(source.items) for source in sources]
    before: list[Scores] = []
    examples: list[packing.Example] = []
    soft: list[Soft] = []
    for source, asked in zip(sources, probes, strict=True):
        teacher = _teacher(nested, source, skills)
        scores = yield from outer_loop.score(nested, asked, teacher, clock, "before")
        before.append(scores)
        for item in (item for item in source.items if not item.is_probe):
            examples.append(study.example(nested.backbone, item, outer_loop.WEIGHTS[item.kind]))
            soft.append(_teach(nested, examples[-1], teacher(item.passage)))
            yield clock.report("remembering")
    learner = inner_loop.InnerLoop.start(_pupil(nested, current, seed), UPDATE_PERIOD_TOKENS)
    desk = inner_loop.Desk(nested.backbone, examples, skills, inner_loop.first_layer([learner.expert]), soft)
    for _ in desk.compute():
        yield clock.report("remembering")
    steps = tokens = 0
    seconds = max(outer_loop.FEW_SECONDS, clock.left_s * 0.95)
    for step in inner_loop.study(nested.backbone, desk, [learner], skills, seconds, seed, most_steps):
        steps, tokens = step.index + 1, tokens + step.tokens
        yield clock.report("sleeping", f"{len(examples)} items, loss {step.loss:.2f}")
    outer_loop.settle(learner)
    own = experts.activate([(learner.expert, 1.0)])
    pupil = experts.both(skills, own)
    after: list[Scores] = []
    for asked in probes:
        after.append((yield from outer_loop.score(nested, asked, lambda _: pupil, clock, "after")))
    total_before, total_after = _joined(before), _joined(after)
    total_after = yield from outer_loop.measured(nested, total_after, own, clock)
    is_accepted, reason = verdict(total_before, total_after)
    items = tuple(item for source in sources for item in source.items)
    return Result((learner,), items, total_before, total_after, is_accepted, reason, clock.spent_s, tokens, steps)


def verdict(before: Scores, after: Scores) -> tuple[bool, str]:
    """Accept a consolidation that keeps nearly all that the fast experts knew."""
    told = f"{before.answered} of {before.probes} probes answered by the fast experts, {after.answered} after sleep"
    if not after.probes:
        return False, "There was nothing to consolidate."
    if after.f1 < KEPT_SHARE * before.f1:
        return False, f"Sleep lost too much ({told}), so the fast experts stay."
    if after.anchor_kl > outer_loop.MOST_DRIFT:
        return False, f"The expert drifted too far from the backbone ({after.anchor_kl:.2f} nats), so it is not used."
    return True, f"Accepted: {told}."


def _pupil(nested: NestedModel, current: Sequence[Use], seed: int) -> ExpertWeights:
    old = [nested.expert(path) for path, _, _ in current if path]
    grown = [expert for expert in old if expert.function is Function.MEMORY and expert.tensors]
    if grown:
        copied = {name: tensor.clone() for name, tensor in grown[0].tensors.items()}
        return replace(grown[0], tensors=copied)
    config = nested.backbone.config
    lowest = config.layers - max(1, round(config.layers * TOP_LAYERS))
    return experts.newborn(
        config,
        Function.MEMORY,
        Level.MID,
        nested.fingerprint,
        RANK,
        range(lowest, config.layers),
        seed=seed,
        device=nested.backbone.device,
    )


def _teacher(nested: NestedModel, source: Sleeper, skills: Active) -> Callable[[int], Active]:
    """Return the model before: for a question about a passage, the source's experts with that passage's block."""

    @cache
    def active(passage: int) -> Active:
        uses = [(path, gate, (passage,)) for path, gate, _ in source.uses]
        return experts.both(skills, nested.active(uses))

    return active


@torch.no_grad()
def _teach(nested: NestedModel, example: packing.Example, teacher: Active) -> Soft:
    """Return the teacher's most likely next tokens [n, K] at each answer token, and their shares."""
    batch = packing.pack([[example]], nested.backbone.device)
    _, logits = packing.answer_losses(nested.backbone, batch, teacher)
    shares, ids = torch.softmax(logits.float(), dim=-1).topk(TEACHER_TOKENS, dim=-1)
    return ids, shares / shares.sum(dim=-1, keepdim=True)


def _joined(scores: Sequence[Scores]) -> Scores:
    probes = sum(one.probes for one in scores)
    return Scores(
        f1=sum(one.f1 * one.probes for one in scores) / max(1, probes),
        exact=sum(one.exact * one.probes for one in scores) / max(1, probes),
        probes=probes,
        answered=sum(one.answered for one in scores),
        answers=tuple(answer for one in scores for answer in one.answers),
    )
