"""A backbone keeps its identity in every precision, and loses it when a weight is written to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from nestdesk.core.errors import BackboneError
from nestdesk.learning import backbone, generate

CPU = torch.device("cpu")


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_the_fingerprint_is_the_stored_weights_and_sees_every_change(tiny_folder: Path, precision: torch.dtype) -> None:
    loaded = backbone.load(tiny_folder, CPU, precision)
    stored = backbone.load(tiny_folder).fingerprint()
    assert loaded.precision is precision
    assert loaded.fingerprint() == stored
    weight = loaded.layers[1].down
    kept = weight[3, 5].clone()
    weight[3, 5] += 0.5
    assert loaded.fingerprint() != stored
    weight[3, 5] = kept
    assert loaded.fingerprint() == stored


def test_bf16_products_give_nearly_the_scores_of_fp32(tiny_folder: Path) -> None:
    exact, fast = backbone.load(tiny_folder), backbone.load(tiny_folder, CPU, torch.bfloat16)
    prompt = exact.encode("Where was it built, and when?")
    scores = generate.prompt_logits(fast, prompt)
    assert scores.dtype is torch.float32
    torch.testing.assert_close(scores, generate.prompt_logits(exact, prompt), rtol=0.05, atol=0.1)


@pytest.mark.parametrize(
    ("able", "precision"),
    [({"avx512_bf16": True}, torch.bfloat16), ({"amx_bf16": True}, torch.bfloat16), ({}, torch.float32)],
)
def test_the_precision_follows_what_the_processor_can(
    monkeypatch: pytest.MonkeyPatch, able: dict[str, bool], precision: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert backbone.best_precision(CPU) is precision


def test_a_folder_without_weights_is_refused_in_words(tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="missing"):
        backbone.load(tmp_path)
    (tmp_path / "config.json").write_text((tiny_folder / "config.json").read_text())
    with pytest.raises(BackboneError, match=r"holds no \.safetensors"):
        backbone.load(tmp_path)


def test_a_turn_ends_with_the_mark_of_the_chat_template_whatever_the_settings_name(
    tiny_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "misnamed"))
    settings = {"eos_token": "<|im_start|>", "bos_token": "<|im_start|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    loaded = backbone.load(folder)
    assert loaded.tokenizer.id_to_token(loaded.end_id) == "<|im_end|>"
    assert loaded.tokenizer.token_to_id("<|im_start|>") in loaded.stop_ids
