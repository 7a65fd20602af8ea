"""Experts named by a request are joined once, blocks are read alone, and folding slow ones changes no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nestdesk.core.types import Function, Level
from nestdesk.learning import experts, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, ExpertWeights
from nestdesk.learning.nested import NestedModel

Store = Callable[[Function, Level, int], str]


@pytest.fixture
def store(tiny: Backbone, tmp_path: Path) -> Store:
    def write(function: Function, level: Level, seed: int) -> str:
        born = experts.newborn(tiny.config, function, level, tiny.fingerprint(), 4, seed=seed)
        generator = torch.Generator().manual_seed(seed)
        tensors = {name: 0.1 * torch.randn(tensor.shape, generator=generator) for name, tensor in born.tensors.items()}
        path = tmp_path / f"{function}-{level}-{seed}.safetensors"
        experts.save(replace(born, tensors=tensors), path)
        return str(path)

    return write


def test_folded_slow_experts_answer_as_unfolded_ones(tiny: Backbone, store: Store) -> None:
    paths = [store(function, Level.SLOW, 1) for function in (Function.MEMORY, Function.ATTENTION, Function.POSITION)]
    nested, prompt = NestedModel(tiny), tiny.encode("When does the ferry leave?")
    active = nested.active([(path, 0.5, ()) for path in paths])
    assert active.layers is not None
    assert active.products == {}
    apart = experts.activate([(nested.expert(path), 0.5) for path in paths])
    folded, unfolded = (generate.prompt_logits(tiny, prompt, one) for one in (active, apart))
    assert torch.allclose(folded, unfolded, atol=1e-4)
    assert not torch.allclose(folded, generate.prompt_logits(tiny, prompt), atol=1e-2)


def test_folding_leaves_the_backbone_as_it_is(tiny: Backbone, store: Store) -> None:
    before, nested = tiny.fingerprint(), NestedModel(tiny)
    nested.active([(store(Function.MEMORY, Level.SLOW, 1), 1.0, ())])
    assert tiny.fingerprint() == before
    assert nested.active([]) == NOTHING


def test_fast_experts_beside_slow_ones_stay_products(tiny: Backbone, store: Store) -> None:
    slow, fast = store(Function.MEMORY, Level.SLOW, 1), store(Function.MEMORY, Level.FAST, 2)
    nested, prompt = NestedModel(tiny), tiny.encode("When?")
    together = nested.active([(slow, 1.0, ()), (fast, 1.0, ())])
    assert together.products
    apart = experts.activate([(nested.expert(slow), 1.0), (nested.expert(fast), 1.0)])
    assert torch.allclose(
        generate.prompt_logits(tiny, prompt, together), generate.prompt_logits(tiny, prompt, apart), atol=1e-4
    )
    alone = nested.active([(slow, 1.0, ())])
    assert alone.layers is together.layers  # folded once


def test_a_gate_of_zero_is_as_if_the_expert_were_not_named(tiny: Backbone, store: Store) -> None:
    nested = NestedModel(tiny)
    assert nested.active([(store(Function.MEMORY, Level.SLOW, 1), 0.0, ()), ("", 1.0, ())]) == NOTHING


def weights(expert: ExpertWeights) -> set[str]:
    return set(expert.tensors)


def test_an_expert_is_read_once(tiny: Backbone, store: Store) -> None:
    path, nested = store(Function.MEMORY, Level.FAST, 3), NestedModel(tiny)
    first = nested.expert(path)
    Path(path).unlink()
    assert nested.expert(path) is first
    assert weights(first)
