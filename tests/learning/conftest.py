"""TinyBackbone: two layers of random weights over bytes, written as a model folder and loaded as a real one is."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.learning import backbone, experts
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active, ExpertWeights

HIDDEN, HEADS, KV_HEADS, INNER, LAYERS = 32, 4, 2, 64, 2
MARKS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|pad|>")


def write_backbone(folder: Path, seed: int = 0, heads: int = HEADS, kv_heads: int = KV_HEADS) -> Path:
    """Write a model folder of the Llama family; equal seeds give equal weights."""
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(seed)
    head = HIDDEN // heads
    shapes = {"model.embed_tokens.weight": (256 + len(MARKS), HIDDEN)}
    for index in range(LAYERS):
        shapes |= {
            f"model.layers.{index}.self_attn.q_proj.weight": (HIDDEN, HIDDEN),
            f"model.layers.{index}.self_attn.k_proj.weight": (kv_heads * head, HIDDEN),
            f"model.layers.{index}.self_attn.v_proj.weight": (kv_heads * head, HIDDEN),
            f"model.layers.{index}.self_attn.o_proj.weight": (HIDDEN, HIDDEN),
            f"model.layers.{index}.mlp.gate_proj.weight": (INNER, HIDDEN),
            f"model.layers.{index}.mlp.up_proj.weight": (INNER, HIDDEN),
            f"model.layers.{index}.mlp.down_proj.weight": (HIDDEN, INNER),
        }
    weights = {name: torch.randn(shape, generator=generator) / shape[1] ** 0.5 for name, shape in shapes.items()}
    norms = [f"model.layers.{i}.{n}_layernorm.weight" for i in range(LAYERS) for n in ("input", "post_attention")]
    weights |= {name: torch.ones(HIDDEN) for name in (*norms, "model.norm.weight")}
    save_file(weights, folder / "model.safetensors")
    config = {
        "model_type": "llama",
        "num_hidden_layers": LAYERS,
        "hidden_size": HIDDEN,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "intermediate_size": INNER,
        "vocab_size": 256 + len(MARKS),
        "rms_norm_eps": 1e-5,
        "tie_word_embeddings": True,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: index for index, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in MARKS])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the tiny backbone once."""
    return write_backbone(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> Backbone:
    """Load the tiny backbone; it is frozen, so all tests may share it."""
    return backbone.load(tiny_folder)


@pytest.fixture(scope="session")
def told() -> Callable[[Generator[float, None, Any]], Any]:
    """Return what runs steps to their end; the shares that they tell meanwhile rise, within 0..1."""

    def run(steps: Generator[float, None, Any]) -> Any:
        shares: list[float] = []
        result = finish(steps, shares.append)
        assert shares == sorted(shares)
        assert all(0.0 < share <= 1.0 for share in shares)
        return result

    return run


@pytest.fixture
def block(tiny: Backbone) -> Callable[..., Active]:
    """Make a block of random keys and values: positions, seed, gate."""

    def make(positions: int, seed: int, gate: float = 1.0) -> Active:
        generator = torch.Generator().manual_seed(seed)
        shape = (tiny.config.kv_heads, positions, tiny.config.head_size)
        tensors = {
            f"{layer}.{name}": torch.randn(shape, generator=generator)
            for layer in range(tiny.config.layers)
            for name in ("keys", "values")
        }
        return experts.activate([(ExpertWeights(Function.ATTENTION, Level.FAST, "", tensors), gate)])

    return make
