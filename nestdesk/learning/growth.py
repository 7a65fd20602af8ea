"""Growth: the slow experts go on learning to read, from the questions that were written about a person's own sources.

The steps are those of their birth, but each expert has its own optimiser and period, and what is stored is the middle
between the experts before and after, which keeps the skills of both. A share of the sources takes no part: the result
counts only if their questions, with the passage in the prompt, are answered better than before.

Reference: Nested Learning, arXiv 2512.24695 (the slowest level learns from everything, at its own frequency).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nestdesk.core import prompts
from nestdesk.core.types import Scores, StudyItem
from nestdesk.learning import birth, experts, outer_loop, packing
from nestdesk.learning.birth import Paragraph
from nestdesk.learning.clock import Clock, Report
from nestdesk.learning.experts import Active, ExpertWeights
from nestdesk.learning.inner_loop import InnerLoop
from nestdesk.learning.nested import NestedModel, Use
from nestdesk.learning.outer_loop import NO_SCORES, Result

BUDGET_S = 300.0
MOST_STEPS = 60  # a birth has 260, from forty times as many questions
RATE_FACTOR = 0.2  # of the slow level's: the skills are there already
ASKED = 96  # held-out questions
LEAST_ASKED = 8  # fewer tell nothing
LEAST_GAIN = 0.02  # F1 on them, two questions of a hundred: with less it is chance


@dataclass(frozen=True)
class Material:
    """A source's passages and the items it was studied with."""

    texts: tuple[str, ...]
    items: tuple[StudyItem, ...]


def grow(
    nested: NestedModel,
    taught: Sequence[Material],
    held: Sequence[Material],
    skills: Sequence[Use],
    budget_s: float,
    seed: int,
    most_steps: int = MOST_STEPS,
) -> Generator[Report, None, Result]:
    """Let the slow experts learn from sources, and ask them about others.

    Args:
        taught: the sources that are learned from.
        held: the sources that are only asked about.
        skills: the slow experts so far.
        budget_s: seconds for everything; 0: the usual.

    Returns:
        The experts between before and after, and the verdict.
    """
    clock = Clock(budget_s or BUDGET_S)
    articles = [own for one in taught if (own := paragraphs(one))]
    probes = [probe for one in held for probe in questions(one)]
    probes = probes[:: max(1, len(probes) // ASKED)][:ASKED]
    if not articles or len(probes) < LEAST_ASKED:
        told = "Too few questions were written about the sources to tell whether growing helps."
        return Result((), (), NO_SCORES, NO_SCORES, False, told, clock.spent_s, 0, 0)
    former = nested.active(skills)
    before = yield from outer_loop.score(nested, probes, lambda _: former, clock, "checking before")
    closing_s = outer_loop.CLOSING_SECONDS + outer_loop.CLOSING_SCORES * clock.spent_s
    learners = [InnerLoop.start(_own(nested, path), rate_factor=RATE_FACTOR) for path, _, _ in skills]
    steps, tokens = yield from _teach(nested, articles, learners, clock, clock.budget_s - closing_s, seed, most_steps)
    for learner, (path, _, _) in zip(learners, skills, strict=True):
        learner.expert = experts.rounded(birth.middle(nested.expert(path), learner.expert))
    grown = experts.activate([(learner.expert, 1.0) for learner in learners])
    after = yield from outer_loop.score(nested, probes, lambda _: grown, clock, "checking after")
    after = yield from outer_loop.measured(nested, after, grown, clock)
    return Result(tuple(learners), (), before, after, *verdict(before, after), clock.spent_s, tokens, steps)


def verdict(before: Scores, after: Scores) -> tuple[bool, str]:
    """Accept experts that read sources better which they never learned from."""
    told = f"{before.answered} of {before.probes} questions about sources that took no part answered before, "
    told += f"{after.answered} after"
    if after.f1 - before.f1 < LEAST_GAIN:
        return False, f"Growing did not help ({told}), so the slow experts stay as they were."
    if after.anchor_kl > outer_loop.MOST_DRIFT:
        return False, f"The experts drifted too far from the backbone ({after.anchor_kl:.2f} nats), so they stay."
    return True, f"Accepted: {told}."


def paragraphs(material: Material) -> list[Paragraph]:
    """Return a source's passages with the questions that they answer, as birth takes them."""
    asked = _asked(material)
    made = []
    for place, text in enumerate(material.texts):
        own = tuple((one.prompt, one.answer) for one in asked if one.passage == place)
        if own and len(text) < birth.MOST_PASSAGE_CHARS:
            made.append(Paragraph(text, own))
    return made


def questions(material: Material) -> list[StudyItem]:
    """Return a source's questions with the passage of each in front of it."""
    return [
        replace(one, kind="reading", prompt=prompts.reading_text((material.texts[one.passage],), one.prompt))
        for one in _asked(material)
    ]


def _asked(material: Material) -> list[StudyItem]:
    found = {(one.passage, one.prompt): one for one in material.items if one.kind == "question"}
    return [one for one in found.values() if 0 <= one.passage < len(material.texts)]


def _own(nested: NestedModel, path: str) -> ExpertWeights:
    """Read an expert once more: the one that others read with stays as it is."""
    return experts.load(Path(path), nested.fingerprint, nested.backbone.device)


def _teach(
    nested: NestedModel,
    articles: list[list[Paragraph]],
    learners: Sequence[InnerLoop],
    clock: Clock,
    ends_s: float,
    seed: int,
    most_steps: int,
) -> Generator[Report, None, tuple[int, int]]:
    """Take steps until that second of the clock; returns the steps and tokens it took."""
    steps = tokens = 0
    began_s = clock.spent_s
    active: Active = experts.activate([(learner.expert, 1.0) for learner in learners], joined=False)
    for rows in birth.rows(nested.backbone, articles, seed):
        batch = packing.pack(rows, nested.backbone.device)
        losses, _ = packing.answer_losses(nested.backbone, batch, active)
        birth.row_means(batch, losses).sum().backward()  # type: ignore[no-untyped-call]
        steps, tokens = steps + 1, tokens + batch.tokens
        done = max(steps / most_steps, (clock.spent_s - began_s) / max(1.0, ends_s - began_s))
        for learner in learners:
            learner.observe(batch.tokens, max(0.0, 1 - done))
        yield clock.report("growing", f"loss {losses.detach().median().item():.2f}")
        if done >= 1.0:
            break
    return steps, tokens
