"""Sleep: what fast experts know moves to the mid level in fewer weights, so that the fast ones can be emptied.

Each block of a fast expert becomes a block of the mid expert that starts with a share of its positions, those that its
study questions attend to most, and learns the teacher's answers by their whole distribution; the teacher is the model
with the fast experts on. Blocks of earlier sleeps are taken over as they are, so that nothing overwrites anything. The
result is taken only if it answers each source's probes nearly as well as that source's own experts did.

Reference: Language Models Need Sleep (arXiv 2606.03979): the teacher is the model before, only a new expert in the
slower level learns, then the fast one is reset.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import torch

from nestdesk.core.types import Level, Scores, StudyItem
from nestdesk.learning import experts, imprint, inner_loop, outer_loop, packing, study
from nestdesk.learning.clock import Clock, Report
from nestdesk.learning.experts import Active
from nestdesk.learning.inner_loop import InnerLoop, Soft
from nestdesk.learning.nested import NestedModel, Use
from nestdesk.learning.outer_loop import Result

BUDGET_S_PER_SOURCE = 60.0
MOVED_SHARE = 0.67  # of a block's positions; with half of them the demo's document kept 7 of 9 probes, with these 8
BLOCK_UPDATES = 2
KEPT_SHARE = 0.8  # of the fast experts' F1 that the mid expert must reach
TEACHER_TOKENS = 16  # most likely next tokens kept of the teacher's distribution

Places = tuple[tuple[int, int], ...]  # of each source: its first block in the mid expert, and how many it has


@dataclass(frozen=True)
class Sleeper:
    """A source about to be consolidated: its fast experts and its study items."""

    uses: tuple[Use, ...]
    items: tuple[StudyItem, ...]


@dataclass(frozen=True)
class _Block:
    """A block that moves: its inner loop at the mid level, its teacher, and what it is taught with."""

    learner: InnerLoop
    teacher: Active
    items: tuple[StudyItem, ...]


def consolidate(
    nested: NestedModel,
    sources: Sequence[Sleeper],
    skills: Active,
    current: Sequence[Use],
    budget_s: float,
    seed: int,
    most_steps: int = 4000,
) -> Generator[Report, None, tuple[Result, Places]]:
    """Move what the sources' fast experts know into the mid expert.

    Args:
        sources: those learned since the last sleep.
        skills: the slow experts.
        current: the mid expert so far, whose blocks come first in the new one; empty at the first sleep.
        budget_s: seconds; 0: a minute a source.

    Returns:
        The new mid expert with the verdict, and where in it each source's blocks are. Scores are over all sources'
        probes, before: each with its own fast experts.
    """
    clock = Clock(budget_s or BUDGET_S_PER_SOURCE * len(sources))
    old = [
        block
        for path, _, _ in current
        if path and experts.block_count(Path(path))
        for block in experts.parts(experts.load(Path(path), nested.fingerprint, is_stored=True))
    ]
    moved: list[list[_Block]] = []
    before: list[Scores] = []
    probes = [study.probes_of(source.items) for source in sources]
    for source, asked in zip(sources, probes, strict=True):
        teacher = _teacher(nested, source, skills)
        before.append((yield from outer_loop.score(nested, asked, teacher, clock, "checking before")))
        moved.append([])
        for block in _moved(nested, source, skills, teacher):
            moved[-1].append(block)
            yield clock.report("remembering")
    blocks = [block for own in moved for block in own]
    if not blocks:
        nothing = Scores(0.0, 0.0, 0, 0)
        return Result((), (), nothing, nothing, *verdict(nothing, nothing), clock.spent_s, 0, 0), ()
    steps, tokens = yield from _study(nested, blocks, skills, clock, seed, most_steps)
    after: list[Scores] = []
    for own, asked in zip(moved, probes, strict=True):
        after.append((yield from outer_loop.score(nested, asked, _pupil(own, skills), clock, "checking after")))
    total_before, total_after = _joined(before), _joined(after)
    drifting = experts.activate([(blocks[0].learner.expert, 1.0)])
    total_after = yield from outer_loop.measured(nested, total_after, drifting, clock)
    is_accepted, reason = verdict(total_before, total_after)
    whole = imprint.bind([*old, *(experts.stored(block.learner.expert) for block in blocks)])
    begins = accumulate((len(own) for own in moved), initial=len(old))
    updates = sum(block.learner.updates for block in blocks)
    learner = replace(blocks[0].learner, expert=whole, updates=updates)
    items = tuple(item for source in sources for item in source.items)
    result = Result((learner,), items, total_before, total_after, is_accepted, reason, clock.spent_s, tokens, steps)
    return result, tuple((begin, len(own)) for begin, own in zip(begins, moved, strict=False))


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


def _moved(
    nested: NestedModel, source: Sleeper, skills: Active, teacher: Callable[[int], Active]
) -> Generator[_Block, None, None]:
    """Yield the blocks of a source's fast expert as newborn blocks of the mid level."""
    studied = [item for item in source.items if not item.is_probe]
    for path, _, _ in source.uses:
        for passage in range(experts.block_count(Path(path)) if path else 0):
            whole = nested.expert(path, (passage,))
            own = tuple(item for item in studied if item.passage == passage)
            narrow = imprint.narrowed(nested, whole, own or studied, skills, MOVED_SHARE)
            born = replace(narrow, level=Level.MID)
            yield _Block(InnerLoop.start(born, 1, BLOCK_UPDATES), teacher(passage), own)


def _study(
    nested: NestedModel, blocks: Sequence[_Block], skills: Active, clock: Clock, seed: int, most_steps: int
) -> Generator[Report, None, tuple[int, int]]:
    """Teach the blocks; returns the steps and tokens it took."""
    examples: list[packing.Example] = []
    soft: list[Soft] = []
    owners: list[int] = []
    for place, block in enumerate(blocks):
        for item in block.items:
            examples.append(study.example(nested.backbone, item, outer_loop.WEIGHTS[item.kind]))
            soft.append(_teach(nested, examples[-1], block.teacher))
            owners.append(place)
            yield clock.report("remembering")
    steps = tokens = 0
    if examples:
        desk = inner_loop.Desk(nested.backbone, examples, skills, 0, soft)
        taught = {place: blocks[place].learner for place in owners}
        seconds = max(outer_loop.FEW_SECONDS, clock.left_s - outer_loop.CLOSING_SECONDS)
        loop = inner_loop.study(nested.backbone, desk, [], skills, seconds, seed, most_steps, taught, owners)
        for step in loop:
            steps, tokens = step.index + 1, tokens + step.tokens
            yield clock.report("sleeping", f"{len(examples)} items, loss {step.loss:.2f}")
    for block in blocks:
        outer_loop.settle(block.learner)
    return steps, tokens


def _teacher(nested: NestedModel, source: Sleeper, skills: Active) -> Callable[[int], Active]:
    """Return the model before: for a question about a passage, the source's experts with that passage's block.

    *Why* it may have none: an expert reads as many passages as there was time for.
    """
    counts = {path: experts.block_count(Path(path)) for path, _, _ in source.uses if path}

    @cache
    def active(passage: int) -> Active:
        uses = [
            (path, gate, (passage,) if counts[path] else ())
            for path, gate, _ in source.uses
            if path and (not counts[path] or 0 <= passage < counts[path])
        ]
        return experts.both(skills, nested.active(uses))

    return active


def _pupil(blocks: Sequence[_Block], skills: Active) -> Callable[[int], Active]:
    """Return the model after: for a question about a passage of a source, that passage's mid block."""

    @cache
    def active(passage: int) -> Active:
        own = blocks[passage : passage + 1] if passage >= 0 else ()
        return experts.both(skills, experts.activate([(block.learner.expert, 1.0) for block in own]))

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
