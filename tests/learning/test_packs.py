"""Packed matrices: few rows go through them, many rows and learning do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from nestdesk.core.types import Function, Level
from nestdesk.learning import backbone as backbones
from nestdesk.learning import decoder, experts, generate, packs
from nestdesk.learning.backbone import Backbone

pytestmark = pytest.mark.skipif(not packs.can_pack(torch.ones(1)), reason="this processor has no such kernel")


@pytest.mark.parametrize("rows", [1, 3, packs.MOST_ROWS])
def test_a_packed_product_loses_no_more_than_half_precision_does(rows: int) -> None:
    generator = torch.Generator().manual_seed(0)
    weight, source = torch.randn(40, 96, generator=generator), torch.randn(rows, 96, generator=generator)
    product = packs.product(source, packs.pack(weight))
    torch.testing.assert_close(product, source @ weight.half().float().T, rtol=1e-5, atol=1e-5)
    assert not torch.equal(product, source @ weight.T)


def test_what_half_precision_cannot_hold_is_not_packed() -> None:
    assert not packs.can_pack(torch.tensor([[1e6]]))


@pytest.fixture(scope="module")
def exact(tiny: Backbone) -> Backbone:
    """The tiny backbone with weights of half precision, so that packing loses nothing."""
    layers = tuple(
        replace(layer, **{name: getattr(layer, name).half().float() for name in backbones.MATRICES})
        for layer in tiny.layers
    )
    return replace(tiny, layers=layers, head=tiny.head.half().float())


def test_tokens_one_by_one_are_those_of_the_unpacked_backbone(exact: Backbone) -> None:
    quick = backbones.quick(exact)
    assert all(set(layer.packs) == set(backbones.MATRICES) for layer in quick.layers)
    prompt = exact.encode("The tower was built by")
    said = list(generate.stream(exact, prompt, max_tokens=24))
    assert len(said) == 24
    assert list(generate.stream(quick, prompt, max_tokens=24)) == said


def test_a_matrix_is_packed_when_it_is_first_used_and_once(exact: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Tensor] = []
    monkeypatch.setattr(packs, "pack", lambda weight, pack=packs.pack: made.append(weight) or pack(weight))
    quick = replace(backbones.quick(exact), head_pack=None)
    assert not made
    prompt = exact.encode("The tower was built by Ann Hale. " * 3)
    list(generate.stream(quick, prompt, max_tokens=1))
    assert not made, "all rows of a prompt are many"
    list(generate.stream(quick, prompt, max_tokens=3))
    assert len(made) == len(backbones.MATRICES) * exact.config.layers
    made.clear()
    list(generate.stream(backbones.unpacked(replace(backbones.quick(exact), head_pack=None)), prompt, max_tokens=3))
    assert not made


def test_many_rows_and_learning_take_the_unpacked_weights(exact: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = backbones.quick(exact)
    monkeypatch.setattr(packs, "product", lambda *_: pytest.fail("packed weights were used"))
    prompt = exact.encode("The tower was built by Ann Hale. " * 3)
    assert len(prompt) > packs.MOST_ROWS
    hidden = decoder.embed(quick, torch.tensor([prompt]))
    positions = torch.arange(len(prompt))[None]
    assert torch.equal(decoder.run(quick, hidden, positions, None), decoder.run(exact, hidden, positions, None))
    learned = hidden[:, :1].clone().requires_grad_()
    decoder.run(quick, learned, positions[:, :1], None).sum().backward()
    assert learned.grad is not None


def test_folded_experts_are_packed_too_and_the_untouched_layers_stay(exact: Backbone) -> None:
    quick = backbones.quick(exact)
    expert = experts.newborn(exact.config, Function.MEMORY, Level.SLOW, "", rank=4, seed=1)
    for name, tensor in expert.tensors.items():
        if name.endswith(".b"):
            tensor.add_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(2)) / 20)
    active = experts.activate([(expert, 1.0)])
    folded = experts.folded(quick, active)
    assert folded.layers
    assert folded.layers[0].packs.keys() == set(backbones.MATRICES)
    hidden, at = decoder.embed(exact, torch.tensor([[65]])), torch.tensor([[0]])
    plain = decoder.run(exact, hidden, at, None, experts.folded(exact, active))
    close = decoder.run(quick, hidden, at, None, folded)
    assert (close - plain).norm() / plain.norm() < 1e-3
    assert not torch.allclose(close, decoder.run(quick, hidden, at, None))
    own = experts.folded(exact, active).layers
    assert own
    assert not own[0].packs


def test_the_fingerprint_is_that_of_the_weights(tiny: Backbone) -> None:
    assert backbones.quick(tiny).fingerprint() == tiny.fingerprint()


@pytest.mark.parametrize(("weights", "threads"), [(packs.SMALL - 1, 1), (packs.SMALL, 2)])
def test_small_matrices_are_read_by_one_thread_and_the_others_come_back(weights: int, threads: int) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with packs.alone(weights):
            assert torch.get_num_threads() == threads
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_matrices_are_not_packed_where_the_processor_is_quicker_without(
    exact: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    layers = tuple(
        replace(layer, **{name: getattr(layer, name).bfloat16() for name in backbones.MATRICES})
        for layer in exact.layers
    )
    quick = backbones.quick(replace(exact, layers=layers))
    assert not any(layer.packs for layer in quick.layers)
    assert quick.head_pack is not None  # it is fp32 in every precision
    assert all(layer.packs for layer in backbones.quick(exact).layers)
