"""The outer loop: what a source is studied with, and whether the result is taken.

It sees a compressed view of the source (its study items and held-out probes), gives each function an expert with a rank
and layers, lets the inner loops run within the budget, and then compares: probes before and after, drift on generic
prompts. A result that does not help, or that drifts, is kept but not used. A lesson is what every recipe starts from; a
trial is one recipe's experts at work on it.

Reference: Nested Learning, arXiv 2512.24695 (outer over inner optimisation); accept and reject as in the decision rules
of the README.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import takewhile

from nestdesk.core.types import Choice, Effort, Function, Level, Passage, Recipe, Scores, StudyItem
from nestdesk.learning import evaluate, experts, imprint, inner_loop, levels, study
from nestdesk.learning.clock import Clock, Report
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights
from nestdesk.learning.inner_loop import InnerLoop
from nestdesk.learning.nested import NestedModel

MANY_PASSAGES = 12  # from here on fewer facts of each are asked about, so that the questions reach the end
LEAST_SPANS = 3
BUDGET_PASSAGES = 60  # that an effort's budget is meant for; longer sources get more, unless a budget is given
READING_ENDS = 0.85  # of the budget: passages not read by then get no block
ASKING_SHARE = 0.6  # of the budget, at most, for writing questions
CLOSING_SECONDS = 8.0  # of the budget, kept for what follows the study besides the scores
CLOSING_SCORES = 2.0  # times what the scores before took, kept for those after: each block answers for itself
LEAST_GAIN = 0.0  # F1 on the held-out probes: anything that is not better is rejected
MOST_DRIFT = 3.0  # nats on generic prompts *as if* the expert were on there; beyond it the expert writes noise
MOST_STEPS = 4000  # of a study loop
FEW_SECONDS = 4.0  # the least a study loop gets
WEIGHTS = {"question": 1.0, "cloze": 0.5, "restatement": 0.3, "passage": 0.2, "reading": 0.5}
NO_SCORES = Scores(0.0, 0.0, 0, 0)


@dataclass(frozen=True)
class Lesson:
    """What a source is studied with, whatever the recipe: made once. closing_s is what the scores after will take.

    kept are the blocks of passages that were learned before and did not change.
    """

    nested: NestedModel
    texts: tuple[str, ...]
    beside: tuple[Sequence[int], ...]
    items: tuple[StudyItem, ...]
    skills: Active
    top_layers: float
    seed: int
    clock: Clock
    kept: Mapping[int, ExpertWeights] = field(default_factory=dict)
    probes: tuple[StudyItem, ...] = ()
    before: Scores = NO_SCORES
    closing_s: float = 0.0

    @property
    def studied(self) -> list[StudyItem]:
        """The items to learn from."""
        return [item for item in self.items if not item.is_probe]

    def nothing(self) -> Result:
        """Return the result of a lesson in which nobody learned."""
        told = verdict(self.before, self.before)
        return Result((), self.items, self.before, self.before, *told, self.clock.spent_s, 0, 0)


@dataclass(frozen=True)
class Result:
    """New experts, how they did, and the verdict."""

    learners: tuple[InnerLoop, ...]
    items: tuple[StudyItem, ...]
    before: Scores
    after: Scores
    is_accepted: bool
    reason: str
    seconds: float
    tokens: int
    steps: int
    recipe: Recipe | None = None
    choice: Choice | None = None


def prepare(
    nested: NestedModel,
    passages: Sequence[Passage],
    skills: Active,
    effort: Effort,
    budget_s: float,
    seed: int,
    items: Sequence[StudyItem] = (),
    beside: Sequence[Sequence[int]] = (),
    kept: Mapping[int, ExpertWeights] | None = None,
) -> Generator[Report, None, Lesson]:
    """Write a source's study items and ask its probes before anything is learned; the budget begins to run.

    Args:
        skills: the slow experts, on while the fast ones learn and are asked.
        effort: how many questions; also the budget where budget_s is 0.
        budget_s: seconds for everything, questions included.
        items: given study items; none: they are written from the passages. With kept blocks: those about them.
        beside: for each passage, those it is easily taken for: their blocks stand beside its own while that learns.
        kept: the blocks of passages that did not change, which neither learn nor are asked anything new about.
    """
    spec = levels.EFFORTS[effort]
    kept = kept or {}
    fresh = [place for place in range(len(passages)) if place not in kept]
    clock = Clock(budget_s or spec.budget_s * max(1.0, len(fresh) / BUDGET_PASSAGES))
    if fresh and (kept or not items):
        new, share = [passages[place] for place in fresh], len(fresh) / len(passages)
        written = yield from _write_items(nested, new, skills, spec, clock, seed, share)
        items = (*items, *(replace(item, passage=fresh[item.passage]) for item in written))
    texts = tuple(passage.text for passage in passages)
    lesson = Lesson(nested, texts, tuple(beside), tuple(items), skills, spec.top_layers, seed, clock, kept)
    if not lesson.studied:
        return lesson
    probes = tuple(study.probes_of(items))
    began_s = clock.spent_s
    before = yield from score(nested, probes, lambda _: skills, clock, "checking before")
    closing_s = CLOSING_SECONDS + CLOSING_SCORES * (clock.spent_s - began_s)
    return replace(lesson, probes=probes, before=before, closing_s=closing_s)


def learn(lesson: Lesson, recipe: Recipe, most_steps: int = MOST_STEPS) -> Generator[Report, None, Result]:
    """Study a lesson in new fast experts.

    Args:
        recipe: how they learn; without functions nobody does.
        most_steps: bounds the study loop, so that a test does not depend on the machine's speed.

    Yields:
        Progress.

    Returns:
        The experts and the verdict.
    """
    if not lesson.studied or not recipe.functions:
        return lesson.nothing()
    read = (yield from read_blocks(lesson, recipe.kept_share)) if Function.ATTENTION in recipe.functions else []
    trial = Trial(lesson, recipe, read)
    yield from trial.study(lesson.clock.budget_s - lesson.closing_s, most_steps)
    return (yield from trial.finish())


def read_blocks(lesson: Lesson, share: float) -> Generator[Report, None, list[ExpertWeights]]:
    """Read the source into newborn blocks with a share of its positions, one a passage; kept blocks are taken over.

    They are those of its first passages: where the time is over, a kept block behind the first unread passage is lost.
    """
    clock = lesson.clock
    fresh = [place for place in range(len(lesson.texts)) if place not in lesson.kept]
    about = {place: index for index, place in enumerate(fresh)}
    items = [replace(item, passage=about[item.passage]) for item in lesson.items if item.passage in about]
    reading = imprint.newborn(
        lesson.nested, [lesson.texts[place] for place in fresh], items, lesson.skills, share,
        lambda: clock.spent_s < READING_ENDS * clock.budget_s,
    )  # fmt: skip
    read = dict(zip(fresh, (yield from clock.reported(reading, "reading closely")), strict=False))
    known = {**lesson.kept, **read}
    return [known[place] for place in takewhile(known.__contains__, range(len(lesson.texts)))]


class Trial:
    """A recipe's experts at work on a lesson."""

    def __init__(self, lesson: Lesson, recipe: Recipe, read: Sequence[ExpertWeights]) -> None:
        """Bear the experts; blocks start from those that were read, which then learn themselves."""
        self.recipe = recipe
        self._lesson = lesson
        self._blocks: list[InnerLoop] = []
        self._learners: list[InnerLoop] = []
        self._steps = self._tokens = 0
        how = recipe.optimiser, recipe.rate_factor
        for index, function in enumerate(recipe.functions):
            if function is Function.ATTENTION and lesson.texts:
                updates = [0 if place in lesson.kept else recipe.block_updates for place in range(len(read))]
                self._blocks += [
                    InnerLoop.start(born, 1, most, None, *how) for born, most in zip(read, updates, strict=True)
                ]
            else:
                born = _newborn(lesson, function, recipe.rank, lesson.seed + index)
                self._learners.append(InnerLoop.start(born, None, None, recipe.level, *how))

    def study(self, ends_s: float, most_steps: int) -> Generator[Report, None, None]:
        """Learn until that second of the lesson's clock, or until the facts sit."""
        lesson, backbone = self._lesson, self._lesson.nested.backbone
        studied = [
            item
            for item in lesson.studied
            if self._learners or (item.passage < len(self._blocks) and item.passage not in lesson.kept)
        ]
        if not studied:  # passages were only taken out
            return
        start = inner_loop.first_layer([learner.expert for learner in (*self._learners, *self._blocks)])
        examples = [study.example(backbone, item, WEIGHTS[item.kind]) for item in studied]
        desk = inner_loop.Desk(backbone, examples, lesson.skills, start)
        for _ in desk.compute():
            yield lesson.clock.report("reading closely")
        asked = {item.passage for item in studied}
        loop = inner_loop.study(
            backbone,
            desk,
            self._learners,
            lesson.skills,
            max(FEW_SECONDS, ends_s - lesson.clock.spent_s),
            lesson.seed,
            most_steps,
            {place: block for place, block in enumerate(self._blocks) if place in asked or place in lesson.kept},
            [item.passage for item in studied],
            dict(enumerate(lesson.beside)),
        )
        for step in loop:
            self._steps, self._tokens = step.index + 1, self._tokens + step.tokens
            yield lesson.clock.report("studying", f"{len(studied)} items, loss {step.loss:.2f}")

    def routed(self, skills: Active) -> Callable[[int], Active]:
        """Return which experts a question about a passage gets by now; equal passages get the same object."""

        @cache
        def active(passage: int) -> Active:
            block = [self._blocks[passage]] if 0 <= passage < len(self._blocks) else []
            present = [(learner.expert, 1.0) for learner in (*self._learners, *block)]
            return experts.both(skills, experts.activate(present))

        return active

    def finish(self) -> Generator[Report, None, Result]:
        """Round the experts to what is stored, ask all probes, and judge. There is no more learning after that."""
        lesson, clock = self._lesson, self._lesson.clock
        for learner in (*self._learners, *self._blocks):
            settle(learner)
        after = yield from score(lesson.nested, lesson.probes, self.routed(lesson.skills), clock, "checking after")
        after = yield from measured(lesson.nested, after, self.routed(NOTHING)(lesson.probes[0].passage), clock)
        made = (*self._learners, *([_bound(self._blocks)] if self._blocks else []))
        told = verdict(lesson.before, after)
        return Result(
            made, lesson.items, lesson.before, after, *told, clock.spent_s, self._tokens, self._steps, self.recipe
        )


def _bound(blocks: Sequence[InnerLoop]) -> InnerLoop:
    """Return the source's blocks as the one expert that is stored."""
    first = blocks[0]
    whole = imprint.bind([block.expert for block in blocks])
    updates = sum(block.updates for block in blocks)
    return replace(first, expert=whole, updates=updates)


def _write_items(
    nested: NestedModel,
    passages: Sequence[Passage],
    skills: Active,
    spec: levels.EffortSpec,
    clock: Clock,
    seed: int,
    share: float = 1.0,
) -> Generator[Report, None, tuple[StudyItem, ...]]:
    """Write study items of a share of a source, on fewer facts a passage where there are many for the budget.

    *Why* one passage first: it shows what a passage costs here, so that the others leave time to read the source.
    """
    began_s = clock.spent_s

    def room(done: int) -> int:
        left_s = ASKING_SHARE * clock.budget_s - clock.spent_s
        return int(left_s * done / max(1e-3, clock.spent_s - began_s)) if done else int(left_s > 0.0)

    writing = study.make_items(
        nested.backbone,
        passages,
        skills,
        max(LEAST_SPANS, round(spec.spans_per_passage * min(1.0, MANY_PASSAGES / len(passages)))),
        seed,
        spec.wordings,
        room=room,
        probes=max(1, round(spec.probes * share)),
    )
    return tuple((yield from clock.reported(writing, "asking questions")))


def _newborn(lesson: Lesson, function: Function, rank: int, seed: int) -> ExpertWeights:
    backbone = lesson.nested.backbone
    config = backbone.config
    lowest = config.layers - max(1, round(config.layers * lesson.top_layers))
    ids = {token for item in lesson.items for token in backbone.encode(" " + item.answer)}
    return experts.newborn(
        config,
        function,
        Level.FAST,
        lesson.nested.fingerprint,
        rank,
        range(lowest, config.layers),
        sorted(ids),
        seed,
        backbone.device,
    )


def score(
    nested: NestedModel, probes: Sequence[StudyItem], active: Callable[[int], Active], clock: Clock, stage: str
) -> Generator[Report, None, Scores]:
    """Answer probes, each with the experts for its passage, and report meanwhile."""
    return (yield from clock.reported(evaluate.score(nested.backbone, probes, active), stage))


def measured(nested: NestedModel, scores: Scores, own: Active, clock: Clock) -> Generator[Report, None, Scores]:
    """Add perplexity and drift to scores, with only these experts on and everywhere."""
    yield clock.report("checking drift")
    kl = evaluate.drift(nested.backbone, nested.anchors(), own)
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


def settle(learner: InnerLoop) -> None:
    """Round the expert to what will be stored, so that scores are those of the stored weights."""
    learner.expert = experts.rounded(learner.expert)
