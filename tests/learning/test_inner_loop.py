"""Experts change only when they are due, the backbone never, and a seed decides everything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.learning import experts, inner_loop, levels
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, ExpertWeights
from nestdesk.learning.inner_loop import Desk, InnerLoop, Step
from nestdesk.learning.packing import Example

FACTS = [("Q: where?", " Ostwick"), ("Q: when?", " 1874"), ("Q: who?", " Mara"), ("Q: what?", " salt")]
HOUR = 3600.0  # far more than a bounded run takes, so that only the bound ends it


def learners(tiny: Backbone, functions: Sequence[Function], period: int | None = 1, low: int = 0) -> list[InnerLoop]:
    ids, print_ = tiny.encode("Ostwick 1874"), tiny.fingerprint()
    layers = range(low, tiny.config.layers)
    return [
        InnerLoop.start(experts.newborn(tiny.config, function, Level.FAST, print_, 4, layers, ids, seed), period)
        for seed, function in enumerate(functions)
    ]


def studied(tiny: Backbone, loops: list[InnerLoop], steps: int, seed: int = 0) -> tuple[list[Step], str]:
    examples = [Example(tuple(tiny.encode(prompt)), tuple(tiny.encode(answer))) for prompt, answer in FACTS]
    desk = Desk(tiny, examples, NOTHING, inner_loop.first_layer([loop.expert for loop in loops]))
    list(desk.compute())
    seen: list[Step] = []
    return seen, finish(inner_loop.study(tiny, desk, loops, NOTHING, HOUR, seed, steps), seen.append)


def copies(expert: ExpertWeights) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in expert.tensors.items()}


def is_same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_an_expert_changes_only_when_it_is_due(tiny: Backbone) -> None:
    loop = learners(tiny, [Function.MEMORY], period=100)[0]
    before = copies(loop.expert)
    for _ in range(3):
        for tensor in loop.expert.learnable():
            tensor.grad = (0.0 if tensor.grad is None else tensor.grad) + torch.ones_like(tensor)
        assert loop.observe(33, 1.0) is False
        assert is_same(copies(loop.expert), before)
    assert loop.observe(1, 1.0) is True
    assert loop.updates == 1
    assert not is_same(copies(loop.expert), before)
    assert loop.observe(99, 1.0) is False  # counting starts anew


def test_study_leaves_an_expert_alone_whose_period_is_not_full(tiny: Backbone) -> None:
    due, waiting = learners(tiny, [Function.MEMORY, Function.ATTENTION])
    waiting.update_period_tokens = 10**9
    before = copies(due.expert), copies(waiting.expert)
    steps, _ = studied(tiny, [due, waiting], 3)
    assert (due.updates, waiting.updates) == (len(steps), 0)
    assert not is_same(copies(due.expert), before[0])
    assert is_same(copies(waiting.expert), before[1])


def test_slower_levels_and_functions_wait_longer() -> None:
    by_level = [levels.update_period(level, Function.MEMORY) for level in (Level.FAST, Level.MID, Level.SLOW)]
    assert by_level == sorted(set(by_level))
    for level in Level:
        memory, position = (levels.update_period(level, one) for one in (Function.MEMORY, Function.POSITION))
        assert memory < position


@pytest.mark.parametrize("functions", [[Function.MEMORY], list(Function)])
def test_a_seed_gives_the_same_weights_to_the_bit(tiny: Backbone, functions: list[Function]) -> None:
    first, second = learners(tiny, functions), learners(tiny, functions)
    assert studied(tiny, first, 6) == studied(tiny, second, 6)
    for one, other in zip(first, second, strict=True):
        assert is_same(copies(one.expert), copies(other.expert))


def test_the_loss_falls_and_the_backbone_stays(tiny: Backbone) -> None:
    before = tiny.fingerprint()
    steps, why = studied(tiny, learners(tiny, list(Function)), 60)
    assert steps[-1].loss < 0.7 * steps[0].loss
    assert why in ("learned", "steps")
    assert tiny.fingerprint() == before
    assert all(tensor.grad is None and not tensor.requires_grad for tensor in tiny._tensors())


def test_kept_hidden_states_give_the_same_losses(tiny: Backbone) -> None:
    examples = [Example(tuple(tiny.encode(prompt)), tuple(tiny.encode(answer))) for prompt, answer in FACTS]
    kept, whole = (Desk(tiny, examples, NOTHING, start) for start in (1, 0))
    assert list(kept.compute()) == [1.0]
    assert list(whole.compute()) == []
    for chosen in ([0, 1, 2, 3], [2, 0]):
        torch.testing.assert_close(kept.losses(chosen, NOTHING)[0], whole.losses(chosen, NOTHING)[0])


def test_learning_reaches_down_to_the_lowest_expert(tiny: Backbone) -> None:
    high = [loop.expert for loop in learners(tiny, [Function.MEMORY], low=1)]
    everywhere = [loop.expert for loop in learners(tiny, [Function.POSITION])]
    assert inner_loop.first_layer(high) == 1
    assert inner_loop.first_layer(high + everywhere) == 0


@pytest.mark.parametrize("items", [1, 3])
def test_a_batch_in_parts_teaches_what_it_teaches_at_once(
    tiny: Backbone, monkeypatch: pytest.MonkeyPatch, items: int
) -> None:
    whole, parted = learners(tiny, [Function.MEMORY]), learners(tiny, [Function.MEMORY])
    steps, _ = studied(tiny, whole, 3)
    monkeypatch.setattr(inner_loop, "PART_ITEMS", items)
    parts, _ = studied(tiny, parted, 3)
    assert (whole[0].updates, parted[0].updates) == (3, 3)
    assert [part.index for part in parts] == sorted([0, 1, 2] * -(-len(FACTS) // items))
    for name, tensor in copies(whole[0].expert).items():
        torch.testing.assert_close(tensor, copies(parted[0].expert)[name], rtol=1e-3, atol=1e-5)
    assert steps[-1].loss == pytest.approx(parts[-1].loss, rel=1e-3)


@pytest.mark.parametrize("most", [0, 2])
def test_an_expert_that_had_all_its_updates_has_no_optimiser_and_stays(tiny: Backbone, most: int) -> None:
    expert = experts.newborn(tiny.config, Function.MEMORY, Level.FAST, tiny.fingerprint(), 4)
    loop = InnerLoop.start(expert, 1, most)
    for number in range(4):
        assert (loop.optimiser is None) == (number >= most)
        before = copies(expert)
        for tensor in expert.learnable():
            tensor.grad = torch.ones_like(tensor)
        assert loop.observe(1, 1.0) == (number < most)
        assert is_same(copies(expert), before) == (number >= most)
        assert all(tensor.grad is None for tensor in expert.learnable())


def test_a_few_passages_learn_to_their_end_before_the_next_ones_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inner_loop, "TURN_GROUPS", 2)
    batches = inner_loop._batches([[0], [1, 2], [3], [4]], random.Random(0), 2)
    passages = [min(chosen) for chosen in itertools.islice(batches, 12)]
    assert passages == [0, 1, 0, 1, 3, 4, 3, 4, 0, 1, 0, 1]
