"""A model folder from anywhere loads, or is refused with a sentence, before room is made for what it announces."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from nestdesk.core.errors import BackboneError
from nestdesk.learning import backbone, model_config
from nestdesk.learning.backbone import Backbone
from tests.learning.spoiled import ABSURD, little_memory, spoil

WEIGHTS = "model.safetensors"


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def configured(folder: Path, **changes: Any) -> Path:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes), encoding="utf-8")
    return folder


def changed(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> Path:
    weights = load_file(folder / WEIGHTS)
    change(weights)
    save_file(weights, folder / WEIGHTS)
    return folder


def refusal(folder: Path) -> str:
    with little_memory(), pytest.raises(BackboneError) as refused:
        backbone.load(folder)
    return str(refused.value)


SIZES = ("num_hidden_layers", "hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim",
         "intermediate_size", "vocab_size", "max_position_embeddings")  # fmt: skip
POSSIBLE = {("head_dim", 0), ("max_position_embeddings", 1 << 20)}  # no size is said; a very long context


@pytest.mark.parametrize(
    ("name", "size"),
    [(name, size) for name in SIZES for size in (*ABSURD, -1, 1.5, "4", True, (1,)) if (name, size) not in POSSIBLE],
)
def test_a_size_that_no_model_has_is_refused_before_room_is_made(folder: Path, name: str, size: object) -> None:
    assert refusal(configured(folder, **{name: size})).endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {"num_attention_heads": 0},
        {"num_key_value_heads": 3},
        {"head_dim": 7},
        {"rms_norm_eps": float("nan")},
        {"rms_norm_eps": "small"},
        {"rope_theta": float("inf")},
        {"rope_parameters": [1]},
        {"rope_parameters": {"rope_type": "llama3", "factor": 0}},
        {"model_type": ["llama"]},
        {"hidden_size": None},
    ],
    ids=str,
)
def test_numbers_that_fit_nothing_are_refused(folder: Path, changes: dict[str, object]) -> None:
    assert refusal(configured(folder, **changes)).endswith(".")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 100_000, '{"a":' * 100_000])
def test_a_damaged_file_of_words_is_refused(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    assert "damaged" in refusal(folder)


def test_a_file_of_words_larger_than_any_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_config, "MOST_JSON_BYTES", 100)
    assert "larger than it can be" in refusal(folder)


def test_a_weight_of_another_size_is_refused(folder: Path) -> None:
    def cut(weights: dict[str, torch.Tensor]) -> None:
        weights["model.norm.weight"] = weights["model.norm.weight"][:-1].clone()

    assert "norm.weight does not have the size" in refusal(changed(folder, cut))


def test_a_missing_weight_is_named(folder: Path) -> None:
    assert "layers.1.mlp.up_proj" in refusal(
        changed(folder, lambda found: found.pop("model.layers.1.mlp.up_proj.weight"))
    )


@pytest.mark.parametrize("kind", [torch.int8, torch.int64, torch.bool])
def test_a_weight_that_is_no_fraction_is_refused(folder: Path, kind: torch.dtype) -> None:
    def cast(weights: dict[str, torch.Tensor]) -> None:
        weights["model.norm.weight"] = weights["model.norm.weight"].to(kind)

    assert "is stored as" in refusal(changed(folder, cast))


def test_one_weight_in_two_files_is_refused(folder: Path) -> None:
    save_file({"norm.weight": torch.ones(32)}, folder / "other.safetensors")
    assert "norm.weight twice" in refusal(folder)


def test_tensors_that_no_model_needs_are_left_alone(folder: Path, tiny: Backbone) -> None:
    changed(folder, lambda found: found.update({"model.rotary.inv_freq": torch.ones(4, dtype=torch.int8)}))
    configured(folder, _name_or_path="tiny")
    assert backbone.load(folder).fingerprint() == tiny.fingerprint()


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_every_fraction_is_loaded_in_32_bits(folder: Path, kind: torch.dtype) -> None:
    def cast(weights: dict[str, torch.Tensor]) -> None:
        weights.update({name: one.to(kind) for name, one in weights.items()})

    assert backbone.load(changed(folder, cast)).embedding.dtype is torch.float32


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoiled_weights_load_or_are_refused(data: st.DataObject, tiny_folder: Path, folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(spoil(data, (tiny_folder / WEIGHTS).read_bytes()))
    with little_memory():
        try:
            loaded = backbone.load(folder)
        except BackboneError as error:
            assert str(error).endswith(".")  # noqa: PT017 (either of the two is right)
        else:
            assert loaded.parameters * 4 <= (folder / WEIGHTS).stat().st_size
