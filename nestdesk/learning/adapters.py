"""Low-rank experts in the forms that other programs read: a PEFT adapter folder, and a GGUF file for llama.cpp.

An expert adds b (a x) to a product of the backbone. LoRA adds alpha / rank times as much, so alpha is the rank here.
Weights are written in fp16, as they are stored: nothing is lost. Blocks of keys and values, rows of the vocabulary and
positions have no such form.

llama.cpp turns neighbouring rows of a head together where the checkpoints of Llama turn the first half with the second,
so its models of that architecture have the rows of q and k in another order, and the second factors of an adapter must
follow. Qwen's architectures keep theirs.

Reference: arXiv 2106.09685; peft's checkpoint format; llama.cpp's convert_lora_to_gguf.py (names of keys and tensors)
and LlamaModel.permute of its converter (the order of rows).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import SITES, ExpertWeights

PEFT_SITES = {
    "q": "self_attn.q_proj",
    "k": "self_attn.k_proj",
    "v": "self_attn.v_proj",
    "o": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}
GGUF_SITES = {
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "o": "attn_output",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}

Pairs = dict[tuple[int, str], tuple[Tensor, Tensor]]  # layer and site: a [R, in], b [out, R]


def write_peft(expert: ExpertWeights, backbone: Backbone, folder: Path) -> None:
    """Write an adapter folder that peft loads; it appears whole or not at all.

    Raises:
        CheckpointError: the expert is not made of low-rank products.
        StorageError: the folder cannot be written.
    """
    pairs, rank = _products(expert)
    weights = {}
    for (layer, site), factors in pairs.items():
        for name, factor in zip(("lora_A", "lora_B"), factors, strict=True):
            weights[f"base_model.model.model.layers.{layer}.{PEFT_SITES[site]}.{name}.weight"] = factor
    settings = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": backbone.config.name,
        "inference_mode": True,
        "r": rank,
        "lora_alpha": rank,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted({PEFT_SITES[site].partition(".")[2] for _, site in pairs}),
        "layers_to_transform": sorted({layer for layer, _ in pairs}),
        "layers_pattern": "layers",
    }

    def fill(made: Path) -> None:
        made.mkdir(mode=0o700)
        save_file(weights, made / "adapter_model.safetensors", metadata={"format": "pt"})
        (made / "adapter_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
        for file in made.iterdir():
            _settle(file)

    _whole(folder, fill)


def write_gguf(expert: ExpertWeights, backbone: Backbone, file: Path) -> None:
    """Write a GGUF file for llama.cpp's --lora; it appears whole or not at all.

    Raises:
        CheckpointError: the expert is not made of low-rank products.
        StorageError: the file cannot be written.
    """
    import gguf  # only needed here

    pairs, rank = _products(expert)

    def fill(made: Path) -> None:
        writer = gguf.GGUFWriter(made, architecture(backbone))
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
        for (layer, site), (first, second) in pairs.items():
            name = f"blk.{layer}.{GGUF_SITES[site]}.weight"
            writer.add_tensor(f"{name}.lora_a", first.numpy())
            writer.add_tensor(f"{name}.lora_b", in_llama_cpp_order(second, backbone, site).numpy())
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        _settle(made)

    _whole(file, fill)


def architecture(backbone: Backbone) -> str:
    """Return what llama.cpp calls the backbone's architecture, told, as in the decoder, by the weights it has."""
    layer = backbone.layers[0]
    return "qwen3" if layer.q_norm is not None else "qwen2" if layer.qkv_bias is not None else "llama"


def in_llama_cpp_order(second: Tensor, backbone: Backbone, site: str) -> Tensor:
    """Return a second factor [out, R] with its rows in the order of llama.cpp's model.

    Within each head of q and k, row i of the first half comes before row i of the second.
    """
    config = backbone.config
    heads = {"q": config.heads, "k": config.kv_heads}.get(site)
    if heads is None or architecture(backbone) != "llama":
        return second
    halves = second.reshape(heads, 2, config.head_size // 2, -1)  # H 2 d/2 R
    return halves.swapaxes(1, 2).reshape(second.shape).contiguous()


def _products(expert: ExpertWeights) -> tuple[Pairs, int]:
    if "starts" in expert.tensors:
        raise CheckpointError(
            "This expert is made of blocks of keys and values, one for each passage, which PEFT and llama.cpp have no "
            "form for. Export it without --as; low-rank experts, as the slow ones are, can be written for them."
        )
    if expert.function not in SITES:
        raise CheckpointError(
            f"A {expert.function} expert has no form in PEFT or llama.cpp; only memory and attention experts made of "
            "low-rank products do. Export it without --as."
        )
    pairs: Pairs = {}
    for name, first in expert.tensors.items():
        layer, site, factor = name.split(".")
        if factor == "a":
            second = expert.tensors[f"{layer}.{site}.b"]
            pairs[int(layer), site] = (_stored(first), _stored(second))
    if not pairs:
        raise CheckpointError("This expert holds no weights, so there is nothing to write.")
    return pairs, len(next(iter(pairs.values()))[0])


def _stored(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().to(torch.float16).contiguous()


def _whole(target: Path, fill: Callable[[Path], None]) -> None:
    """Let something be written beside its target and take its name when it is whole."""
    try:
        with tempfile.TemporaryDirectory(prefix=".nestdesk-", dir=target.parent) as scratch:
            made = Path(scratch) / target.name
            fill(made)
            made.rename(target)
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror or error}.") from error


def _settle(file: Path) -> None:
    file.chmod(0o600)
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
