"""A search over recipes: several learn the same lesson for a short time, and the better half goes on with twice of it.

Successive halving. The study items are written and the passages read once for all recipes. Half of the probes choose;
the other half never does, and compares the last recipe standing with the default, which learned first and as it would
have without a search. The default stays unless that comparison is won.  # INVARIANT: reporting probes choose nothing

Every rung starts its recipes anew, so that the learning rates fall over the whole of its time, and only one of them is
in memory beside the best one.

Reference: Jamieson and Talwalkar, arXiv 1502.07943, with eta = 2 and time as the resource.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

from nestdesk.core import metrics
from nestdesk.core.types import Choice, Recipe, StudyItem
from nestdesk.learning import imprint, outer_loop
from nestdesk.learning.clock import Report
from nestdesk.learning.experts import ExpertWeights
from nestdesk.learning.outer_loop import Lesson, Result, Trial


@dataclass(frozen=True)
class _Course:
    """A lesson with what its trials share. read holds the newborn blocks for every share that a recipe keeps."""

    lesson: Lesson
    read: Mapping[float, Sequence[ExpertWeights]]
    unit_s: float  # what each recipe gets in the first rung
    most_steps: int

    def trial(self, recipe: Recipe) -> Trial:
        """Begin to learn by a recipe, on copies of the blocks."""
        born = [
            replace(block, tensors={name: tensor.clone() for name, tensor in block.tensors.items()})
            for block in self.read[recipe.kept_share]
        ]
        return Trial(self.lesson, recipe, born)


def learn(
    lesson: Lesson, default: Recipe, others: Sequence[Recipe], most_steps: int = outer_loop.MOST_STEPS
) -> Generator[Report, None, Result]:
    """Study a lesson by the default recipe, or by another one that proves better; as outer_loop.learn otherwise."""
    if not lesson.studied:
        return lesson.nothing()
    choosing, reporting = lesson.probes[::2], lesson.probes[1::2]
    read = yield from _read(lesson, {recipe.kept_share for recipe in (default, *others)})
    plan = rungs(len(others))
    unit_s = _unit_s(lesson, plan, plan[-1][1], 2)
    is_worth = bool(reporting) and unit_s >= outer_loop.FEW_SECONDS
    course = _Course(lesson, read, unit_s, most_steps)
    trial = course.trial(default)
    clock = lesson.clock
    own_s = unit_s * plan[-1][1] if is_worth else clock.left_s - lesson.closing_s
    yield from trial.study(clock.spent_s + own_s, most_steps)
    usual = yield from trial.finish()
    if not is_worth:
        return replace(usual, reason=f"{usual.reason} There was too little time or too few probes for a search.")
    best = yield from _halved(course, others, choosing)
    found = yield from best.finish()
    f1, default_f1 = (_f1(reporting, result.after.answers[1::2]) for result in (found, usual))
    is_used = found.is_accepted and f1 > default_f1
    choice = Choice(best.recipe, f1, default_f1, len(reporting), len(others), is_used)
    result = found if is_used else usual
    return replace(result, reason=f"{result.reason} {told(choice)}", seconds=clock.spent_s, choice=choice)


def rungs(count: int) -> list[tuple[int, int]]:
    """Return, for each rung, how many recipes stand in it and how many units of time each gets: 8 1, 4 2, 2 4."""
    found: list[tuple[int, int]] = []
    share = 1
    while count > 1 or not found:
        found.append((count, share))
        count, share = (count + 1) // 2, share * 2
    return found


def told(choice: Choice) -> str:
    """Say what a search found in one sentence."""
    figures = (
        f"F1 {choice.f1:.2f} against {choice.default_f1:.2f} of the default on {choice.probes} probes kept for this"
    )
    if choice.is_used:
        return f"A search over {choice.tried} recipes chose {described(choice.recipe)}: {figures}."
    return f"A search over {choice.tried} recipes kept the default; its best was {described(choice.recipe)}: {figures}."


def described(recipe: Recipe) -> str:
    """Name a recipe by its functions and by what differs from the default."""
    usual = Recipe()
    words = [" + ".join(recipe.functions)]
    if recipe.rank != usual.rank:
        words.append(f"rank {recipe.rank}")
    if recipe.kept_share != usual.kept_share:
        words.append(f"{recipe.kept_share:.0%} of the positions")
    if recipe.block_updates != usual.block_updates:
        words.append(f"{recipe.block_updates} updates a block")
    if recipe.level is not usual.level:
        words.append(f"{recipe.level} level")
    if recipe.optimiser != usual.optimiser:
        words.append(recipe.optimiser)
    if recipe.rate_factor != usual.rate_factor:
        words.append(f"rate times {recipe.rate_factor:g}")
    return ", ".join(words)


def _read(lesson: Lesson, shares: set[float]) -> Generator[Report, None, dict[float, list[ExpertWeights]]]:
    """Read the source once, and narrow the newborn blocks to every share."""
    widest = max(shares)
    read = {widest: (yield from outer_loop.read_blocks(lesson, widest))}
    for share in shares - {widest}:
        read[share] = []
        for place, block in enumerate(read[widest]):
            asked = imprint.asked_about(lesson.studied, place)
            read[share].append(imprint.narrowed(lesson.nested, block, asked, lesson.skills, share / widest))
            yield lesson.clock.report("reading closely")
    return read


def _unit_s(lesson: Lesson, plan: Sequence[tuple[int, int]], default_share: int, closings: int) -> float:
    """Return the seconds of a recipe in the first rung with which all is done in time.

    Args:
        plan: the rungs to come.
        default_share: units of time that the default gets.
        closings: how many results are still to be finished.
    """
    units = sum(standing * share for standing, share in plan) + default_share
    scores_s = (lesson.closing_s - outer_loop.CLOSING_SECONDS) / 2  # those that choose are half of all
    trials = sum(standing for standing, _ in plan)
    return (lesson.clock.left_s - closings * lesson.closing_s - trials * scores_s) / units


def _halved(
    course: _Course, recipes: Sequence[Recipe], choosing: Sequence[StudyItem]
) -> Generator[Report, None, Trial]:
    """Let recipes learn, and keep the better half until one stands; return it with the experts of the last rung."""
    lesson, clock = course.lesson, course.lesson.clock
    standing, plan = list(recipes), rungs(len(recipes))
    for rung, (_, share) in enumerate(plan):
        seconds = share * min(course.unit_s, _unit_s(lesson, plan[rung:], 0, 1))
        scored: list[float] = []
        for recipe in standing:
            trial = course.trial(recipe)
            text = f"{described(recipe)}; {len(standing)} left"
            for report in trial.study(clock.spent_s + seconds, course.most_steps):
                yield replace(report, stage="searching", text=text)
            active = trial.routed(lesson.skills)
            scores = yield from outer_loop.score(lesson.nested, choosing, active, clock, "searching")
            if not scored or scores.f1 > max(scored):
                best = trial
            scored.append(scores.f1)
        order = sorted(range(len(standing)), key=lambda place: -scored[place])
        standing = [standing[place] for place in sorted(order[: (len(order) + 1) // 2])]
    return best


def _f1(probes: Sequence[StudyItem], answers: Sequence[str]) -> float:
    return sum(metrics.f1(answer, probe.answer) for answer, probe in zip(answers, probes, strict=True)) / len(probes)
