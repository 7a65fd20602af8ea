"""Experts are identities at birth, survive their file, and belong to one backbone."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Function, Level
from nestdesk.learning import experts, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights

PROMPT = "The harbour master of Ostwick"
FUNCTIONS = list(Function)


def born(tiny: Backbone, function: Function, seed: int = 0) -> ExpertWeights:
    ids = tiny.encode("Ostwick")
    return experts.newborn(tiny.config, function, Level.FAST, tiny.fingerprint(), 4, token_ids=ids, seed=seed)


def grown(tiny: Backbone, function: Function, seed: int = 0) -> ExpertWeights:
    """Make an expert that changes every output it can."""
    expert = born(tiny, function, seed)
    generator = torch.Generator().manual_seed(seed)
    for tensor in expert.learnable():
        tensor.add_(torch.randn(tensor.shape, generator=generator) * 0.1)
    return expert


def logits(tiny: Backbone, active: Active) -> Tensor:
    return generate.prompt_logits(tiny, tiny.encode(PROMPT), active)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("joined", [True, False])
def test_a_newborn_is_an_identity_to_the_bit(tiny: Backbone, function: Function, joined: bool) -> None:
    active = experts.activate([(born(tiny, function), 1.0)], joined)
    assert torch.equal(logits(tiny, active), logits(tiny, NOTHING))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_equal_seeds_give_equal_experts(tiny: Backbone, function: Function) -> None:
    first, second = born(tiny, function, 3), born(tiny, function, 3)
    assert first.parameters > 0
    assert all(torch.equal(first.tensors[name], second.tensors[name]) for name in first.tensors)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_gate_of_zero_is_an_identity_and_one_is_not(tiny: Backbone, function: Function) -> None:
    expert = grown(tiny, function)
    assert torch.equal(logits(tiny, experts.activate([(expert, 0.0)])), logits(tiny, NOTHING))
    assert not torch.equal(logits(tiny, experts.activate([(expert, 1.0)])), logits(tiny, NOTHING))


def test_an_empty_expert_is_an_identity(tiny: Backbone) -> None:
    empty = ExpertWeights(Function.MEMORY, Level.FAST, tiny.fingerprint())
    assert torch.equal(logits(tiny, experts.activate([(empty, 1.0)])), logits(tiny, NOTHING))


@pytest.mark.parametrize("gates", [(1.0, 1.0), (0.5, 0.25)])
def test_joined_experts_compute_what_they_compute_apart(tiny: Backbone, gates: tuple[float, float]) -> None:
    uses = [(grown(tiny, function, seed), gates[seed]) for function in FUNCTIONS for seed in (0, 1)]
    together, apart = (logits(tiny, experts.activate(uses, joined)) for joined in (True, False))
    torch.testing.assert_close(together, apart, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_file_brings_back_the_rounded_weights(tiny: Backbone, function: Function, tmp_path: Path) -> None:
    expert = grown(tiny, function)
    experts.save(expert, tmp_path / "one.safetensors")
    found, expected = experts.load(tmp_path / "one.safetensors", tiny.fingerprint()), experts.rounded(expert)
    assert (found.function, found.level, found.backbone) == (expert.function, expert.level, expert.backbone)
    assert found.tensors.keys() == expected.tensors.keys()
    for name, tensor in found.tensors.items():
        assert torch.equal(tensor, expected.tensors[name])
        assert tensor.dtype == (torch.int64 if name == "ids" else torch.float32)
    again = experts.rounded(found)  # what was rounded once does not change again
    assert all(torch.equal(tensor, again.tensors[name]) for name, tensor in found.tensors.items())


def test_an_expert_of_another_backbone_is_refused(tiny: Backbone, tmp_path: Path) -> None:
    experts.save(born(tiny, Function.MEMORY), tmp_path / "one.safetensors")
    with pytest.raises(CheckpointError, match="another backbone"):
        experts.load(tmp_path / "one.safetensors", "0" * 64)


@pytest.mark.parametrize("content", [None, b"", b"not weights at all"])
def test_a_missing_or_damaged_file_is_told_in_words(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "one.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CheckpointError, match="missing or damaged"):
        experts.load(path, "0" * 64)


def test_an_expert_as_it_is_stored_is_the_same_expert_in_a_quarter_of_the_memory(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(3)
    tensors = {f"0.{name}": torch.randn(2, 5, 16, generator=generator) for name in ("keys", "values")}
    expert = ExpertWeights(Function.ATTENTION, Level.MID, "any", tensors | {"starts": torch.tensor([0, 2, 5])})
    small = experts.stored(expert)
    assert small.parameters == expert.parameters
    for number, one in enumerate((expert, small, experts.stored(small), experts.rounded(expert))):
        experts.save(one, tmp_path / f"{number}.safetensors")
    files = [(tmp_path / f"{number}.safetensors").read_bytes() for number in range(4)]
    assert files == [files[0]] * 4
    read = experts.load(tmp_path / "0.safetensors", "any", is_stored=True)
    assert {name: tensor.dtype for name, tensor in read.tensors.items()} == {
        name: tensor.dtype for name, tensor in small.tensors.items()
    }
    assert [part.tensors["0.keys"].shape[1] for part in experts.parts(read)] == [2, 3]
