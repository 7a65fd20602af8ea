"""Weights from elsewhere are loaded only if an expert of this backbone can have them."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Function, Level
from nestdesk.learning import experts, fitting, imprint
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import ExpertWeights


def low_rank(tiny: Backbone, function: Function = Function.ATTENTION) -> ExpertWeights:
    """Make an expert that changes every output it can."""
    expert = experts.newborn(tiny.config, function, Level.SLOW, tiny.fingerprint(), 4, token_ids=[3, 7], seed=1)
    generator = torch.Generator().manual_seed(2)
    for tensor in expert.learnable():
        tensor.add_(torch.randn(tensor.shape, generator=generator) * 0.1)
    return expert


def blocks(tiny: Backbone) -> ExpertWeights:
    """Make an expert with two blocks, of three positions and of two."""
    config = tiny.config
    made = [
        ExpertWeights(
            Function.ATTENTION,
            Level.FAST,
            tiny.fingerprint(),
            {
                f"{layer}.{part}": torch.randn(config.kv_heads, size, config.head_size)
                for layer in range(config.layers)
                for part in ("keys", "values")
            },
        )
        for size in (3, 2)
    ]
    return imprint.bind(made)


def stored(expert: ExpertWeights, tmp_path: Path) -> Path:
    experts.save(expert, tmp_path / "one.safetensors")
    return tmp_path / "one.safetensors"


def changed(file: Path, header: dict[str, str] | None = None, **tensors: Tensor | None) -> Path:
    """Write the file again with other tensors (None: without) and other entries in its header."""
    held = load_file(file)
    for name, tensor in tensors.items():
        held.pop(name, None) if tensor is None else held.update({name: tensor})
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        said = json.loads(json.loads(stream.read(size))["__metadata__"]["nestdesk"])
    save_file(held, file, metadata={"nestdesk": json.dumps(said | (header or {}))})
    return file


@pytest.mark.parametrize("function", list(Function))
def test_what_the_program_itself_stores_fits(tiny: Backbone, function: Function, tmp_path: Path) -> None:
    expert = low_rank(tiny, function)
    found = fitting.fitted(stored(expert, tmp_path), tiny)
    assert (found.function, found.level) == (function, Level.SLOW)
    assert found.tensors.keys() == expert.tensors.keys()


def test_blocks_fit(tiny: Backbone, tmp_path: Path) -> None:
    found = fitting.fitted(stored(blocks(tiny), tmp_path), tiny)
    assert found.tensors["starts"].tolist() == [0, 3, 5]


def test_an_expert_of_some_layers_fits(tiny: Backbone, tmp_path: Path) -> None:
    born = experts.newborn(tiny.config, Function.MEMORY, Level.MID, tiny.fingerprint(), 2, layers=[1])
    assert set(fitting.fitted(stored(born, tmp_path), tiny).tensors) == set(born.tensors)


HALF = torch.float16
WRONG_SIZES = {
    "another tensor": {"surprise": torch.zeros(1)},
    "a factor without the other": {"0.q.b": None},
    "a rank of its own": {"0.q.a": torch.zeros(5, 32, dtype=HALF)},
    "no rank": {"0.q.a": torch.zeros(0, 32, dtype=HALF), "0.q.b": torch.zeros(32, 0, dtype=HALF)},
    "another width": {"0.q.a": torch.zeros(4, 33, dtype=HALF)},
    "another type": {"0.q.a": torch.zeros(4, 32)},
    "a layer that is not there": {"9.q.a": torch.zeros(4, 32, dtype=HALF), "9.q.b": torch.zeros(32, 4, dtype=HALF)},
    "a number in another spelling": {"00.q.a": torch.zeros(4, 32, dtype=HALF)},
    "a site of another function": {"0.up.a": torch.zeros(4, 32, dtype=HALF), "0.up.b": torch.zeros(64, 4, dtype=HALF)},
    "a name that is none": {"a": torch.zeros(4, 32, dtype=HALF), "x.y.z.a": torch.zeros(4, 32, dtype=HALF)},
}


@pytest.mark.parametrize("tensors", WRONG_SIZES.values(), ids=WRONG_SIZES)
def test_products_of_other_sizes_are_refused(tiny: Backbone, tensors: dict[str, Tensor], tmp_path: Path) -> None:
    file = changed(stored(low_rank(tiny), tmp_path), **tensors)
    with pytest.raises(CheckpointError, match="do not have the sizes"):
        fitting.fitted(file, tiny)


WRONG_BLOCKS = {
    "a layer missing": {"1.keys": None},
    "positions of its own": {"1.values": torch.zeros(2, 4, 8, dtype=torch.int8)},
    "scales missing": {"0.keys.scale": None},
    "not told where they begin": {"starts": None},
    "more blocks than positions": {"starts": torch.arange(8)},
    "no block": {"starts": torch.zeros(1, dtype=torch.int64)},
}


@pytest.mark.parametrize("tensors", WRONG_BLOCKS.values(), ids=WRONG_BLOCKS)
def test_blocks_of_other_sizes_are_refused(tiny: Backbone, tensors: dict[str, Tensor], tmp_path: Path) -> None:
    file = changed(stored(blocks(tiny), tmp_path), **tensors)
    with pytest.raises(CheckpointError, match="do not have the sizes"):
        fitting.fitted(file, tiny)


def test_more_positions_than_a_source_can_have_are_refused_unread(
    tiny: Backbone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(blocks(tiny), tmp_path)
    monkeypatch.setattr(fitting, "MOST_POSITIONS", 4)
    monkeypatch.setattr(experts, "load", lambda *_: pytest.fail("it was loaded"))
    with pytest.raises(CheckpointError, match="do not have the sizes"):
        fitting.fitted(file, tiny)


@pytest.mark.parametrize("starts", [[0, 3, 4], [1, 3, 5], [0, 3, 3, 5], [0, 6, 5], [0, -1, 5]])
def test_blocks_that_begin_nowhere_are_refused(tiny: Backbone, starts: list[int], tmp_path: Path) -> None:
    file = changed(stored(blocks(tiny), tmp_path), starts=torch.tensor(starts))
    with pytest.raises(CheckpointError, match="missing or damaged"):
        fitting.fitted(file, tiny)


@pytest.mark.parametrize("ids", [[7, 3], [3, 3], [-1, 3], [3, 10**6]])
def test_rows_of_no_token_are_refused(tiny: Backbone, ids: list[int], tmp_path: Path) -> None:
    file = changed(stored(low_rank(tiny, Function.VOCABULARY), tmp_path), ids=torch.tensor(ids))
    with pytest.raises(CheckpointError, match="values that no expert can have"):
        fitting.fitted(file, tiny)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers_are_refused(tiny: Backbone, value: float, tmp_path: Path) -> None:
    file = changed(stored(low_rank(tiny), tmp_path), **{"0.q.b": torch.full((32, 4), value, dtype=HALF)})
    with pytest.raises(CheckpointError, match="values that no expert can have"):
        fitting.fitted(file, tiny)


def test_an_expert_of_another_backbone_is_refused(tiny: Backbone, tmp_path: Path) -> None:
    file = changed(stored(low_rank(tiny), tmp_path), {"backbone": "0" * 64})
    with pytest.raises(CheckpointError, match="another backbone"):
        fitting.fitted(file, tiny)


@pytest.mark.parametrize("header", [{"function": "pickle"}, {"level": "lowest"}, {"function": ["memory"]}])
def test_a_header_that_says_nothing_known_is_refused(tiny: Backbone, header: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="damaged"):
        fitting.fitted(changed(stored(low_rank(tiny), tmp_path), header), tiny)


def test_every_cut_and_every_huge_header_is_refused(tiny: Backbone, tmp_path: Path) -> None:
    whole = stored(low_rank(tiny), tmp_path).read_bytes()
    broken = [whole[:size] for size in range(0, len(whole), 997)]
    broken += [whole + b"x", b"\xff" * 8 + whole[8:], struct.pack("<Q", 1 << 40) + whole[8:], b"\x80\x02]q\x00."]
    for content in broken:
        (tmp_path / "broken").write_bytes(content)
        with pytest.raises(CheckpointError, match="damaged"):
            fitting.fitted(tmp_path / "broken", tiny)
