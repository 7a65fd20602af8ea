"""A search halves its recipes, chooses on some probes and reports on others, and keeps the default unless beaten."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
import torch

from nestdesk.core.jobs import finish
from nestdesk.core.types import Choice, Effort, Function, Passage, Recipe, Scores, StudyItem
from nestdesk.learning import clock, evaluate, inner_loop, levels, outer_loop, search
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING
from nestdesk.learning.nested import NestedModel

TEXT = "The ferry leaves Ostwick at nine."
RECIPES = tuple(
    Recipe((function,), 4, block_updates=1) for function in (Function.ATTENTION, Function.MEMORY, Function.VOCABULARY)
)
ITEMS = (
    StudyItem("question", "", "When does the ferry leave?", "nine", 0),
    StudyItem("question", "", "At what hour does it leave?", "nine", 0, is_probe=True),
    StudyItem("question", "", "From where does it leave?", "Ostwick", 0),
    StudyItem("question", "", "Where does the ferry start?", "Ostwick", 0, is_probe=True),
)


def test_rungs_halve_the_recipes_and_double_the_time() -> None:
    assert search.rungs(8) == [(8, 1), (4, 2), (2, 4)]
    assert search.rungs(3) == [(3, 1), (2, 2)]
    assert search.rungs(1) == [(1, 1)]


PASSAGES = (Passage(TEXT, 0, len(TEXT)),)


@pytest.fixture(scope="module")
def nested(tiny: Backbone) -> NestedModel:
    """Share one model, whose generic prompts are answered once."""
    return NestedModel(tiny)


def prepared(nested: NestedModel, items: tuple[StudyItem, ...] = ITEMS, budget_s: float = 4000.0) -> outer_loop.Lesson:
    return finish(outer_loop.prepare(nested, PASSAGES, NOTHING, Effort.SEARCH, budget_s, 0, items))


def searched(lesson: outer_loop.Lesson, recipes: Sequence[Recipe] = RECIPES, most_steps: int = 2) -> outer_loop.Result:
    shares: list[float] = []
    result = finish(
        search.learn(lesson, recipes[0], recipes[1:], most_steps), lambda report: shares.append(report.done)
    )
    assert shares == sorted(shares)
    assert all(0.0 <= share <= 1.0 for share in shares)
    return result


def is_same(one: outer_loop.Result, other: outer_loop.Result) -> bool:
    return [learner.expert.function for learner in one.learners] == [
        learner.expert.function for learner in other.learners
    ] and all(
        torch.equal(mine.expert.tensors[name], theirs.expert.tensors[name])
        for mine, theirs in zip(one.learners, other.learners, strict=True)
        for name in mine.expert.tensors
    )


@pytest.mark.parametrize("wins", [True, False])
def test_what_reports_never_chooses_and_the_default_stays_unless_beaten(
    nested: NestedModel, monkeypatch: pytest.MonkeyPatch, wins: bool
) -> None:
    asked: list[tuple[str, ...]] = []
    right = {False: ("", ""), True: ("nine", "Ostwick")}

    def score(
        _: Backbone, probes: Sequence[StudyItem], active: Callable[[int], object]
    ) -> Generator[float, None, Scores]:
        yield 1.0
        asked.append(tuple(probe.prompt for probe in probes))
        whole = sum(len(own) == 2 for own in asked)
        if len(probes) == 1:
            return Scores(0.5, 0.5, 1, 0, answers=("",))
        answers = right[wins] if whole == 3 else ("nine", "") if whole == 2 else ("", "")  # before, default, best
        f1 = sum(bool(answer) for answer in answers) / 2
        return Scores(f1, f1, 2, 0, answers=answers)

    monkeypatch.setattr(evaluate, "score", score)
    result = searched(prepared(nested))
    assert {own for own in asked if len(own) == 1} == {(ITEMS[1].prompt,)}  # the other probe chose nothing
    assert result.choice is not None
    assert (result.choice.is_used, result.choice.tried, result.choice.probes) == (wins, 2, 1)
    assert (result.recipe == RECIPES[0]) is not wins
    assert search.told(result.choice) in result.reason


def test_a_recipe_is_named_by_what_differs() -> None:
    assert search.described(Recipe()) == "attention"
    named = search.described(Recipe((Function.ATTENTION, Function.MEMORY), rank=32, optimiser="m3", kept_share=0.67))
    assert named == "attention + memory, rank 32, 67% of the positions, m3"
    choice = Choice(Recipe(optimiser="dgd"), 0.4, 0.6, 5, 8, False)
    assert "kept the default" in search.told(choice)
    assert "0.40 against 0.60" in search.told(choice)


@pytest.mark.parametrize("default", [Recipe((Function.ATTENTION,), 4, 0.5), RECIPES[1]])
def test_a_rejected_search_gives_what_the_default_gives_alone(nested: NestedModel, default: Recipe) -> None:
    result = searched(
        prepared(nested), (default, *RECIPES)
    )  # random weights answer nothing, so nothing beats the default
    assert result.choice is not None
    assert not result.choice.is_used
    alone = finish(outer_loop.learn(prepared(nested), default, 2))
    assert is_same(result, alone)
    assert (result.after, result.is_accepted, result.recipe) == (alone.after, alone.is_accepted, default)


def test_every_recipe_is_tried_anew_and_the_best_of_the_last_rung_is_the_result(
    nested: NestedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Recipe] = []
    start = outer_loop.Trial.__init__

    def begin(self: outer_loop.Trial, lesson: outer_loop.Lesson, recipe: Recipe, read: Sequence[object]) -> None:
        begun.append(recipe)
        start(self, lesson, recipe, read)

    def score(
        _: Backbone, probes: Sequence[StudyItem], active: Callable[[int], object]
    ) -> Generator[float, None, Scores]:
        yield 1.0
        last = begun[-1] if begun else RECIPES[0]
        f1 = {Function.MEMORY: 0.6, Function.VOCABULARY: 0.8}.get(last.functions[0], 0.1)
        answers = tuple(probe.answer if last.functions == (Function.VOCABULARY,) else "" for probe in probes)
        return Scores(f1, f1, len(probes), 0, answers=answers)

    monkeypatch.setattr(outer_loop.Trial, "__init__", begin)
    monkeypatch.setattr(evaluate, "score", score)
    result = searched(prepared(nested), (*RECIPES, replace(RECIPES[1], rank=2)))
    assert begun == [*RECIPES, replace(RECIPES[1], rank=2), RECIPES[1], RECIPES[2]]  # two of three go on
    assert result.recipe == RECIPES[2]
    assert [learner.expert.function for learner in result.learners] == [Function.VOCABULARY]
    alone = finish(outer_loop.learn(prepared(nested), RECIPES[2], 2))
    assert is_same(result, alone)


def test_with_a_single_probe_or_no_time_the_default_learns_alone(nested: NestedModel) -> None:
    for lesson in (prepared(nested, budget_s=20.0), prepared(nested, ITEMS[:3])):
        result = searched(lesson)
        assert (result.choice, result.recipe) == (None, RECIPES[0])
        assert "too few probes" in result.reason


@dataclass
class Ticks:
    """A clock on which every look takes a moment, so that a budget in seconds is the same on every machine."""

    now: float = 0.0

    def monotonic(self) -> float:
        self.now += 0.25
        return self.now


def test_the_budget_is_kept(nested: NestedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    budget_s = levels.EFFORTS[Effort.SEARCH].budget_s
    ticks = Ticks()
    module = SimpleNamespace(monotonic=ticks.monotonic)
    monkeypatch.setattr(clock, "time", module)
    monkeypatch.setattr(inner_loop, "time", module)
    result = searched(prepared(nested, budget_s=budget_s), levels.EFFORTS[Effort.SEARCH].recipes, 10_000)
    assert result.choice is not None
    assert result.choice.tried == 8
    assert result.seconds == ticks.now - 0.25  # since the first look
    assert 0.5 * budget_s < result.seconds <= budget_s


def test_the_recipes_of_the_search_differ_and_the_default_is_that_of_the_normal_effort() -> None:
    recipes = levels.EFFORTS[Effort.SEARCH].recipes
    assert len(set(recipes)) == len(recipes)
    assert len({search.described(recipe) for recipe in recipes}) == len(recipes)
    assert recipes[0] == levels.EFFORTS[Effort.NORMAL].recipes[0] == Recipe()
