"""Compiled steps between the products: the ordinary forward pass, up to the rounding of bf16."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch

from nestdesk.core.types import Function, Level
from nestdesk.learning import decoder, experts
from nestdesk.learning.backbone import MATRICES, Backbone
from nestdesk.learning.experts import Active
from nestdesk.learning.steps import Steps
from tests.learning.wide import WORDS, block, grown, wide_backbone

ROUNDING = 0.02  # of hidden states, of their length; 0.008 was seen


@pytest.fixture(scope="module", params=[False, True], ids=["llama", "qwen"])
def plain(request: pytest.FixtureRequest, tiny: Backbone) -> Backbone:
    """A backbone whose products are bf16, without steps."""
    exact = wide_backbone(tiny, request.param)

    def cast(one: torch.Tensor | None) -> torch.Tensor | None:
        return None if one is None else one.bfloat16()

    layers = tuple(
        replace(layer, qkv_bias=cast(layer.qkv_bias), **{name: getattr(layer, name).bfloat16() for name in MATRICES})
        for layer in exact.layers
    )
    return replace(exact, layers=layers)


@pytest.fixture(params=[1, 3])
def stepped(request: pytest.FixtureRequest, plain: Backbone) -> Backbone:
    return replace(plain, steps=Steps(ThreadPoolExecutor(3), request.param))


def near(found: torch.Tensor, right: torch.Tensor) -> bool:
    return bool((found - right).norm() < ROUNDING * right.norm())


def read(
    backbone: Backbone, ids: torch.Tensor, active: Active, begun: int, is_masked: bool = False
) -> tuple[torch.Tensor, decoder.Cache]:
    """Read rows of tokens [B, T] in two parts, told by a mask that they see what is before them, or not."""
    cache = decoder.Cache(backbone, *ids.shape)
    hidden = decoder.embed(backbone, ids, active)
    positions = torch.arange(ids.shape[1]).expand(len(ids), -1)
    first = decoder.run(backbone, hidden[:, :begun], positions[:, :begun], None, active, cache)
    mask = torch.ones(ids.shape[1] - begun, ids.shape[1], dtype=torch.bool).tril(begun)[None, None]
    shown = mask if is_masked else None
    second = decoder.run(backbone, hidden[:, begun:], positions[:, begun:], shown, active, cache)
    return torch.cat([first, second], dim=1), cache


@pytest.mark.parametrize("begun", [1, 70, 199])
def test_rows_with_a_cache_are_read_as_without_steps(plain: Backbone, stepped: Backbone, begun: int) -> None:
    ids = torch.randint(0, WORDS, (2, 200), generator=torch.Generator().manual_seed(3))
    blocks = experts.activate([(block(7, 0), 1.0), (block(3, 1), 0.4)])
    with torch.inference_mode():
        right, right_cache = read(plain, ids, blocks, begun, is_masked=True)
        found, cache = read(stepped, ids, blocks, begun)
    assert near(found, right)
    assert cache.length == right_cache.length == 200
    assert near(cache.keys.float(), right_cache.keys.float())
    assert near(cache.values.float(), right_cache.values.float())


def test_a_stretch_of_layers_without_a_cache_leaves_its_input_alone(plain: Backbone, stepped: Backbone) -> None:
    hidden, positions = plain.embedding[None, :40].clone(), torch.arange(40)[None]
    before = hidden.clone()
    with torch.no_grad():
        right = decoder.run(plain, hidden, positions, None, start=1, stop=2)
        found = decoder.run(stepped, hidden, positions, None, start=1, stop=2)
    assert near(found, right)
    assert torch.equal(hidden, before)


@pytest.mark.parametrize("function", [Function.MEMORY, Function.POSITION])
def test_experts_between_the_products_and_gradients_go_the_ordinary_way(
    plain: Backbone, stepped: Backbone, function: Function
) -> None:
    own = experts.activate([(grown(experts.newborn(plain.config, function, Level.SLOW, "any", 5), 4), 0.7)])
    hidden, positions = plain.embedding[None, :9], torch.arange(9)[None]
    with torch.no_grad():
        right = decoder.run(plain, hidden, positions, None, own)
        assert torch.equal(decoder.run(stepped, hidden, positions, None, own), right)
    learned = hidden.clone().requires_grad_()
    decoder.run(stepped, learned, positions, None).sum().backward()
    assert learned.grad is not None
    assert float(learned.grad.abs().sum()) > 0
