"""A low-rank expert computes the same in other programs' forms; what has no such form is refused in a sentence."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from torch import Tensor

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.types import Function, Level
from nestdesk.engine import examining, work
from nestdesk.learning import adapters, experts, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights
from nestdesk.learning.nested import NestedModel
from tests.learning.test_fitting import blocks, low_rank, stored

PROMPT = "The harbour master of Ostwick"
LOW_RANK = pytest.mark.parametrize("function", [Function.ATTENTION, Function.MEMORY])
GGUF_NAMES = {
    Function.ATTENTION: {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output"},
    Function.MEMORY: {"gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"},
}


def written(tiny: Backbone, function: Function, layers: list[int] | None = None) -> ExpertWeights:
    """Make an expert with weights as they are stored."""
    expert = experts.rounded(low_rank(tiny, function))
    if layers is None:
        return expert
    kept = {name: one for name, one in expert.tensors.items() if int(name.partition(".")[0]) in layers}
    return replace(expert, tensors=kept)


def logits(tiny: Backbone, active: Active) -> Tensor:
    return generate.prompt_logits(tiny, tiny.encode(PROMPT), active)


def peft_logits(tiny: Backbone, model_folder: Path, adapter: Path | None) -> Tensor:
    """Return what transformers and peft compute of the same prompt."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32, attn_implementation="eager")
    if adapter is not None:
        model = PeftModel.from_pretrained(model, adapter)
    with torch.no_grad():
        return model.eval()(torch.tensor([tiny.encode(PROMPT)])).logits[0, -1]


@LOW_RANK
@pytest.mark.parametrize("layers", [None, [1]], ids=["every layer", "one layer"])
def test_peft_computes_what_the_decoder_computes(
    tiny: Backbone, tiny_folder: Path, function: Function, layers: list[int] | None, tmp_path: Path
) -> None:
    expert = written(tiny, function, layers)
    adapters.write_peft(expert, tiny, tmp_path / "adapter")
    own = logits(tiny, experts.activate([(expert, 1.0)])).flatten()
    theirs = peft_logits(tiny, tiny_folder, tmp_path / "adapter")
    bare = peft_logits(tiny, tiny_folder, None)
    torch.testing.assert_close(theirs, own, rtol=0, atol=1e-4)
    torch.testing.assert_close(bare, logits(tiny, NOTHING).flatten(), rtol=0, atol=1e-4)
    assert (theirs - bare).abs().max() > 0.05, "the adapter did something"


def test_the_adapter_says_what_it_is_and_is_private(tiny: Backbone, tmp_path: Path) -> None:
    adapters.write_peft(written(tiny, Function.ATTENTION, [1]), tiny, tmp_path / "adapter")
    said = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text(encoding="utf-8"))
    assert (said["r"], said["lora_alpha"], said["bias"]) == (4, 4, "none")
    assert said["target_modules"] == ["k_proj", "o_proj", "q_proj", "v_proj"]
    assert (said["layers_to_transform"], said["base_model_name_or_path"]) == ([1], tiny.config.name)
    files = sorted((tmp_path / "adapter").iterdir())
    assert [file.name for file in files] == ["adapter_config.json", "adapter_model.safetensors"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def held(file: Path) -> dict[str, np.ndarray]:
    return {one.name: np.array(one.data, np.float32) for one in gguf.GGUFReader(file).tensors}


def theirs_to_ours(name: str, weight: np.ndarray, tiny: Backbone) -> np.ndarray:
    """Bring a matrix of a GGUF model into the order of a checkpoint, by transformers' own rule."""
    from transformers.modeling_gguf_pytorch_utils import LlamaTensorProcessor

    sizes = {"num_attention_heads": tiny.config.heads, "num_key_value_heads": tiny.config.kv_heads}
    return LlamaTensorProcessor(sizes).process(weight, name).weights


@LOW_RANK
def test_llama_cpp_adds_the_same_to_its_matrices(tiny: Backbone, function: Function, tmp_path: Path) -> None:
    expert = written(tiny, function)
    adapters.write_gguf(expert, tiny, tmp_path / "adapter.gguf")
    found = held(tmp_path / "adapter.gguf")
    names = GGUF_NAMES[function]
    assert len(found) == 2 * 2 * len(names)
    for layer in range(tiny.config.layers):
        for site, name in names.items():
            tensor = f"blk.{layer}.{name}.weight"
            added = found[f"{tensor}.lora_b"] @ found[f"{tensor}.lora_a"]
            ours = expert.tensors[f"{layer}.{site}.b"] @ expert.tensors[f"{layer}.{site}.a"]
            np.testing.assert_allclose(theirs_to_ours(tensor, added, tiny), ours.numpy(), rtol=0, atol=1e-6)
            assert np.allclose(added, ours.numpy(), rtol=0, atol=1e-6) is (site not in "qk"), "q and k are reordered"


@LOW_RANK
def test_the_file_says_what_llama_cpp_asks_for(tiny: Backbone, function: Function, tmp_path: Path) -> None:
    adapters.write_gguf(written(tiny, function), tiny, tmp_path / "adapter.gguf")
    fields = gguf.GGUFReader(tmp_path / "adapter.gguf").fields
    said = {name: fields[name].contents() for name in fields if not name.startswith("GGUF.")}
    assert said == {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": 4.0,  # llama.cpp multiplies by alpha / rank
    }
    assert (tmp_path / "adapter.gguf").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["adapter.gguf"], "nothing else is left"


def test_the_rows_are_in_the_order_of_the_converter(tiny: Backbone) -> None:
    """LlamaModel.permute: reshape(heads, 2, rows // heads // 2, ...), swap axes 1 and 2, for k with its own heads."""
    rows = torch.arange(16, dtype=torch.float32)[:, None]  # k: 2 heads of 8
    found = adapters.in_llama_cpp_order(rows, tiny, "k")
    assert found.flatten().tolist() == [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15]
    assert torch.equal(adapters.in_llama_cpp_order(rows, tiny, "v"), rows)


def test_qwen_keeps_its_rows(tiny: Backbone) -> None:
    rows = torch.arange(32, dtype=torch.float32)[:, None]
    norm = torch.ones(tiny.config.head_size)
    qwen3 = replace(tiny, layers=tuple(replace(one, q_norm=norm, k_norm=norm) for one in tiny.layers))
    qwen2 = replace(tiny, layers=tuple(replace(one, qkv_bias=torch.zeros(64)) for one in tiny.layers))
    assert (adapters.architecture(qwen3), adapters.architecture(qwen2)) == ("qwen3", "qwen2")
    for backbone in (qwen2, qwen3):
        assert torch.equal(adapters.in_llama_cpp_order(rows, backbone, "q"), rows)


@pytest.mark.parametrize("write", [adapters.write_peft, adapters.write_gguf])
def test_what_has_no_such_form_is_refused_and_leaves_nothing(tiny: Backbone, write, tmp_path: Path) -> None:
    for expert, words in (
        (blocks(tiny), "made of blocks of keys and values"),
        (low_rank(tiny, Function.VOCABULARY), "A vocabulary expert has no form"),
        (low_rank(tiny, Function.POSITION), "A position expert has no form"),
        (ExpertWeights(Function.MEMORY, Level.SLOW, tiny.fingerprint()), "holds no weights"),
    ):
        with pytest.raises(CheckpointError, match=words):
            write(expert, tiny, tmp_path / "adapter")
    with pytest.raises(StorageError, match="cannot be written"):
        write(low_rank(tiny), tiny, tmp_path / "nowhere" / "adapter")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------ by way of the engine


def examined(tiny: Backbone, request: examining.Examine, scratch: Path) -> examining.Examined:
    opened = work.Opened(NestedModel(tiny), None, scratch)  # type: ignore[arg-type]
    events = work.perform(opened, request)
    while True:
        try:
            next(events)
        except StopIteration as stop:
            return stop.value


def test_the_engine_measures_low_rank_weights_and_counts_blocks(tiny: Backbone, tmp_path: Path) -> None:
    expert = low_rank(tiny)
    found = examined(tiny, examining.Examine(str(stored(expert, tmp_path))), tmp_path)
    assert (found.function, found.level, found.parameters) == (expert.function, expert.level, expert.parameters)
    assert (found.blocks, found.drift > 0.0) == (0, True)
    found = examined(tiny, examining.Examine(str(stored(blocks(tiny), tmp_path))), tmp_path)
    assert (found.blocks, found.drift) == (2, -1.0)


def test_the_engine_writes_for_other_programs_what_fits_only(tiny: Backbone, tmp_path: Path) -> None:
    file = stored(low_rank(tiny), tmp_path)
    examined(tiny, examining.Examine(str(file), "peft", str(tmp_path / "adapter")), tmp_path)
    examined(tiny, examining.Examine(str(file), "gguf", str(tmp_path / "adapter.gguf")), tmp_path)
    assert (tmp_path / "adapter" / "adapter_model.safetensors").is_file()
    assert held(tmp_path / "adapter.gguf")
    shutil.rmtree(tmp_path / "adapter")
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="damaged"):
        examined(tiny, examining.Examine(str(file), "peft", str(tmp_path / "adapter")), tmp_path)
    assert not (tmp_path / "adapter").exists()
