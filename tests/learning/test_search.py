"""A search halves its recipes, chooses on some probes and reports on others, and keeps the default unless beaten."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import pytest

from nestdesk.core.types import Choice, Effort, Function, Passage, Recipe, Scores, StudyItem
from nestdesk.learning import evaluate, outer_loop, search
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


def searched(tiny: Backbone) -> outer_loop.Result:
    passages = (Passage(TEXT, 0, len(TEXT)),)
    steps = search.learn_source(
        NestedModel(tiny), passages, NOTHING, RECIPES, Effort.SEARCH, 400.0, 0, ITEMS, most_steps=2
    )
    while True:
        try:
            report = next(steps)
        except StopIteration as stop:
            return stop.value
        assert 0.0 <= report.done <= 1.0


@pytest.mark.parametrize("wins", [True, False])
def test_what_reports_never_chooses_and_the_default_stays_unless_beaten(
    tiny: Backbone, monkeypatch: pytest.MonkeyPatch, wins: bool
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
    result = searched(tiny)
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
