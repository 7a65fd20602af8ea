"""The file of an expert loads, or is refused with a sentence, whatever was done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Function, Level
from nestdesk.learning import experts
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import ExpertWeights
from tests.learning.spoiled import little_memory, spoil

Tensors = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def products(tiny: Backbone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("experts") / "products"
    experts.save(experts.newborn(tiny.config, Function.ATTENTION, Level.FAST, tiny.fingerprint(), 4), file)
    return file


@pytest.fixture(scope="module")
def blocks(tiny: Backbone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    shape = (tiny.config.kv_heads, 5, tiny.config.head_size)
    generator = torch.Generator().manual_seed(0)
    tensors: Tensors = {"starts": torch.tensor([0, 2, 5])}
    for layer in range(tiny.config.layers):
        for part in ("keys", "values"):
            tensors[f"{layer}.{part}"] = torch.randn(shape, generator=generator)
    file = tmp_path_factory.mktemp("experts") / "blocks"
    experts.save(ExpertWeights(Function.ATTENTION, Level.FAST, tiny.fingerprint(), tensors), file)
    return file


def rewritten(file: Path, target: Path, change: Callable[[Tensors], object]) -> Path:
    with safe_open(file, framework="pt") as opened:
        tensors, metadata = {name: opened.get_tensor(name) for name in opened.keys()}, opened.metadata()  # noqa: SIM118
    change(tensors)
    save_file(tensors, target, metadata=metadata)
    return target


CHANGES: dict[str, Callable[[Tensors], object]] = {
    "scales of fewer positions": lambda found: found.update({"0.keys.scale": found["0.keys.scale"][:, 1:].clone()}),
    "no scales": lambda found: found.pop("1.values.scale"),
    "scales of nothing": lambda found: found.update({"2.keys.scale": found["0.keys.scale"].clone()}),
    "keys of fewer positions": lambda found: found.update(
        {name: found[name][:, 1:].clone() for name in ("0.keys", "0.keys.scale")}
    ),
    "keys in two dimensions": lambda found: found.update(
        {name: found[name][0].clone() for name in ("0.keys", "0.keys.scale")}
    ),
    "starts of another type": lambda found: found.update(starts=found["starts"].to(torch.int32)),
    "starts in two dimensions": lambda found: found.update(starts=found["starts"][None]),
    "starts of nothing": lambda found: found.update(starts=found["starts"][:0]),
    "starts behind the end": lambda found: found.update(starts=torch.tensor([0, 2, 1 << 40])),
    "starts that fall": lambda found: found.update(starts=torch.tensor([0, 6, 5])),
    "whole numbers": lambda found: found.update({"0.q.a": torch.ones(2, 2, dtype=torch.int8)}),
    "truth values": lambda found: found.update({"0.q.a": torch.ones(1, 2, 2, dtype=torch.bool)}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("chosen", [(), (1,)])
def test_tensors_that_do_not_fit_each_other_are_refused(
    blocks: Path, tiny: Backbone, tmp_path: Path, change: Callable[[Tensors], object], chosen: tuple[int, ...]
) -> None:
    file = rewritten(blocks, tmp_path / "changed", change)
    with pytest.raises(CheckpointError, match="missing or damaged"):
        experts.load(file, tiny.fingerprint(), blocks=chosen)


@pytest.mark.parametrize("chosen", [(2,), (-1,), (0, 7)])
def test_a_block_that_is_not_there_is_refused(blocks: Path, tiny: Backbone, chosen: tuple[int, ...]) -> None:
    assert experts.block_count(blocks) == 2
    with pytest.raises(CheckpointError):
        experts.load(blocks, tiny.fingerprint(), blocks=chosen)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoiled_expert_loads_or_is_refused(
    data: st.DataObject, products: Path, blocks: Path, tiny: Backbone, tmp_path: Path
) -> None:
    content = data.draw(st.sampled_from([products, blocks]), label="file").read_bytes()
    spoiled = tmp_path / "spoiled"
    spoiled.write_bytes(spoil(data, content))
    with little_memory():
        try:
            loaded = experts.load(spoiled, tiny.fingerprint(), blocks=data.draw(st.sampled_from([(), (1,)])))
        except CheckpointError as error:
            assert str(error).endswith(".")  # noqa: PT017 (either of the two is right)
        else:
            assert loaded.parameters <= len(content)
            assert experts.parts(loaded)
