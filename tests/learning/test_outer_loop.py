"""The verdict: a result is taken only if it answers more probes and stays near the backbone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import pytest
import torch

from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Function, Level, OptimiserName, Passage, Recipe, Scores, StudyItem
from nestdesk.learning import experts, levels, outer_loop, sleep, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.clock import Report
from nestdesk.learning.experts import NOTHING
from nestdesk.learning.nested import NestedModel, Use

BEFORE = Scores(f1=0.25, exact=0.0, probes=4, answered=1)
BETTER = Scores(f1=0.75, exact=0.5, probes=4, answered=3)


def test_more_answers_without_drift_are_accepted() -> None:
    is_accepted, reason = outer_loop.verdict(BEFORE, BETTER)
    assert is_accepted
    assert reason == "Accepted: 1 of 4 probes answered before, 3 after."


@pytest.mark.parametrize("f1", [0.25, 0.1, 0.0])
def test_no_gain_is_rejected(f1: float) -> None:
    is_accepted, reason = outer_loop.verdict(BEFORE, replace(BETTER, f1=f1))
    assert not is_accepted
    assert "did not help" in reason


@pytest.mark.parametrize(("kl", "wanted"), [(0.0, True), (outer_loop.MOST_DRIFT, True), (3.01, False), (9.0, False)])
def test_drift_is_rejected_beyond_the_limit(kl: float, wanted: bool) -> None:
    is_accepted, reason = outer_loop.verdict(BEFORE, replace(BETTER, anchor_kl=kl))
    assert is_accepted is wanted
    assert ("drifted" in reason) is not wanted


def test_without_probes_nothing_is_accepted() -> None:
    nothing = Scores(0.0, 0.0, 0, 0)
    is_accepted, reason = outer_loop.verdict(nothing, nothing)
    assert not is_accepted
    assert "Nothing could be asked" in reason


def learned(
    nested: NestedModel,
    passages: tuple[Passage, ...],
    recipe: Recipe,
    effort: Effort,
    items: tuple[StudyItem, ...],
    most_steps: int,
) -> outer_loop.Result:
    lesson = finish(outer_loop.prepare(nested, passages, NOTHING, effort, 3600.0, 0, items), in_bounds)
    return finish(outer_loop.learn(lesson, recipe, most_steps), in_bounds)


def in_bounds(report: Report) -> None:
    assert 0.0 <= report.done <= 1.0


def learn(tiny: Backbone, functions: tuple[Function, ...], items: tuple[StudyItem, ...]) -> outer_loop.Result:
    passages = (Passage("The ferry leaves Ostwick at nine.", 0, 33),)
    nested = NestedModel(tiny)
    return learned(nested, passages, Recipe(functions, 8, 0.5), Effort.QUICK, items, 6)


ITEMS = (
    StudyItem("question", "Answer.", "When does the ferry leave?", "nine", 0),
    StudyItem("question", "Answer.", "At what hour does it leave?", "nine", 0, is_probe=True),
    StudyItem("cloze", "Answer.", "The ferry leaves ____", "Ostwick", 0),
)


@pytest.mark.parametrize("function", list(Function))
def test_a_source_is_studied_by_an_expert_of_each_function(tiny: Backbone, function: Function) -> None:
    fingerprint = tiny.fingerprint()
    result = learn(tiny, (function,), ITEMS)
    assert result.learners[0].expert.function is function
    assert result.items == ITEMS
    assert result.after.probes == 1
    assert tiny.fingerprint() == fingerprint


def test_equal_seeds_and_steps_give_equal_weights(tiny: Backbone) -> None:
    first, second = (learn(tiny, (Function.MEMORY,), ITEMS).learners[0].expert.tensors for _ in range(2))
    assert all(first[name].equal(second[name]) for name in first)


def by(tiny: Backbone, recipe: Recipe, most_steps: int = 6) -> outer_loop.Result:
    text = "The ferry leaves Ostwick at nine."
    passages = (Passage(text, 0, len(text)),)
    return learned(NestedModel(tiny), passages, recipe, Effort.NORMAL, ITEMS, most_steps)


@pytest.mark.parametrize("left_out", list(Function))
def test_a_function_that_is_left_out_has_no_expert(tiny: Backbone, left_out: Function) -> None:
    kept = tuple(function for function in Function if function is not left_out)
    result = by(tiny, Recipe(kept))
    assert {learner.expert.function for learner in result.learners} == set(kept)


def test_without_functions_items_are_written_and_nobody_learns(tiny: Backbone) -> None:
    result = by(tiny, Recipe(()))
    assert (result.learners, result.items, result.is_accepted) == ((), ITEMS, False)
    assert result.before.probes == 1


@pytest.mark.parametrize("optimiser", list(get_args(OptimiserName)))
@pytest.mark.parametrize("functions", [(Function.ATTENTION,), (Function.ATTENTION, Function.MEMORY)])
def test_equal_recipes_give_equal_weights_and_other_optimisers_others(
    tiny: Backbone, optimiser: OptimiserName, functions: tuple[Function, ...]
) -> None:
    recipe = Recipe(functions, 4, optimiser=optimiser, block_updates=4)
    one, two = (by(tiny, recipe) for _ in range(2))
    other = by(tiny, replace(recipe, optimiser="m3" if optimiser == "dgd" else "dgd"))
    for mine, same, different in zip(one.learners, two.learners, other.learners, strict=True):
        assert all(torch.equal(tensor, same.expert.tensors[name]) for name, tensor in mine.expert.tensors.items())
        learned = [name for name in mine.expert.tensors if name.endswith(("keys", ".b"))]
        assert not any(torch.equal(mine.expert.tensors[name], different.expert.tensors[name]) for name in learned)


def test_a_recipe_sets_rank_positions_updates_and_level(tiny: Backbone) -> None:
    recipe = Recipe((Function.MEMORY, Function.ATTENTION), 3, 0.5, block_updates=5, level=Level.MID)
    memory, attention = by(tiny, recipe, most_steps=20).learners
    whole = by(tiny, Recipe(), most_steps=1).learners[0].expert.tensors["0.keys"]
    assert memory.expert.tensors["1.up.a"].shape[0] == 3
    assert attention.expert.tensors["0.keys"].shape[1] == round(whole.shape[1] / 2)
    assert attention.updates == 5
    assert memory.expert.level is Level.FAST  # it belongs to its source, but changes at the slower level's pace
    assert memory.update_period_tokens == levels.update_period(Level.MID, Function.MEMORY)
    assert memory.peak_rate == levels.LEVELS[Level.MID].rate


def test_a_source_without_anything_to_ask_changes_nothing(tiny: Backbone) -> None:
    nested = NestedModel(tiny)
    result = learned(nested, (), Recipe((Function.MEMORY,)), Effort.QUICK, (), 6)
    assert result.learners == ()
    assert not result.is_accepted


def test_questions_leave_time_to_read_the_source(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Clock:
        budget_s: float = 100.0
        spent_s: float = 5.0

        def reported(self, steps: object, stage: str) -> Generator[float, None, list]:
            yield 0.0
            return []

    rooms = []
    monkeypatch.setattr(study, "make_items", lambda *args, room, **_: rooms.append(room))
    clock = Clock()
    finish(
        outer_loop._write_items(
            NestedModel(tiny), [Passage("Text.", 0, 5)], NOTHING, levels.EFFORTS[Effort.NORMAL], clock, 0
        )
    )
    (room,) = rooms
    assert room(0) == 1, "the first passage shows what one costs"
    clock.spent_s = 15.0
    assert room(1) == int((100 * outer_loop.ASKING_SHARE - 15) / 10)
    clock.spent_s = 61.0
    assert room(5) <= 0
    assert room(0) == 0


def slept(tiny: Backbone, folder: Path, name: str, current: tuple[Use, ...] = ()) -> tuple[Path, sleep.Places]:
    """Learn, sleep, and return the file of the mid expert and the place of the source's blocks in it."""
    nested = NestedModel(tiny)
    fast = learn(tiny, (Function.ATTENTION,), ITEMS).learners[0].expert
    experts.save(fast, folder / "fast.safetensors")
    sleeper = sleep.Sleeper(((str(folder / "fast.safetensors"), 1.0, ()),), ITEMS)
    result, places = finish(sleep.consolidate(nested, [sleeper], NOTHING, current, 20.0, 0, most_steps=4))
    assert result.learners[0].expert.level is Level.MID
    assert (result.before.probes, result.after.probes) == (1, 1)
    experts.save(result.learners[0].expert, folder / name)
    return folder / name, places


def test_sleep_moves_a_block_into_a_share_of_its_positions(tiny: Backbone, tmp_path: Path) -> None:
    mid, places = slept(tiny, tmp_path, "mid.safetensors")
    print_ = tiny.fingerprint()
    fast = experts.load(tmp_path / "fast.safetensors", print_).tensors["0.keys"]
    assert experts.load(mid, print_).tensors["0.keys"].shape[1] == round(fast.shape[1] * sleep.MOVED_SHARE)
    assert (experts.block_count(mid), places) == (1, ((0, 1),))


def test_sleep_asks_about_a_passage_that_was_not_read_without_a_block(tiny: Backbone, tmp_path: Path) -> None:
    experts.save(learn(tiny, (Function.ATTENTION,), ITEMS).learners[0].expert, tmp_path / "fast.safetensors")
    unread = replace(ITEMS[0], passage=experts.block_count(tmp_path / "fast.safetensors"), is_probe=True)
    sleeper = sleep.Sleeper(((str(tmp_path / "fast.safetensors"), 1.0, ()),), (*ITEMS, unread))
    result, places = finish(sleep.consolidate(NestedModel(tiny), [sleeper], NOTHING, (), 20.0, 0, most_steps=4))
    assert (result.before.probes, places) == (2, ((0, 1),))


def test_a_later_sleep_takes_earlier_blocks_over_to_the_bit(tiny: Backbone, tmp_path: Path) -> None:
    first, _ = slept(tiny, tmp_path, "first.safetensors")
    second, places = slept(tiny, tmp_path, "second.safetensors", ((str(first), 1.0, ()),))
    assert (experts.block_count(second), places) == (2, ((1, 1),))
    old, taken = (experts.load(path, tiny.fingerprint(), blocks=(0,)).tensors for path in (first, second))
    assert all(torch.equal(old[name], taken[name]) for name in old)


def test_sleep_without_blocks_changes_nothing(tiny: Backbone, tmp_path: Path) -> None:
    nested = NestedModel(tiny)
    experts.save(learn(tiny, (Function.MEMORY,), ITEMS).learners[0].expert, tmp_path / "fast.safetensors")
    sleeper = sleep.Sleeper(((str(tmp_path / "fast.safetensors"), 1.0, ()),), ITEMS)
    result, places = finish(sleep.consolidate(nested, [sleeper], NOTHING, (), 20.0, 0, most_steps=4))
    assert (result.learners, result.is_accepted, places) == ((), False, ())


@pytest.mark.parametrize(("kept", "wanted"), [(0.75, True), (0.61, True), (0.5, False)])
def test_sleep_must_keep_most_of_what_the_fast_experts_knew(kept: float, wanted: bool) -> None:
    assert sleep.verdict(BETTER, replace(BETTER, f1=kept))[0] is wanted
