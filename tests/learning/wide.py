"""A backbone of random weights wide enough for the compiled step, and experts of every kind that change something."""

from __future__ import annotations

from dataclasses import replace

import torch

from nestdesk.core.types import Function, Level
from nestdesk.learning import experts
from nestdesk.learning.backbone import Backbone, Config, Layer
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights

HIDDEN, HEADS, KV_HEADS, HEAD, INNER, LAYERS, WORDS = 64, 6, 2, 64, 64, 3, 320


def wide_backbone(tiny: Backbone, is_qwen: bool) -> Backbone:
    """Return a backbone of random weights whose matrices fill whole tiles; a Qwen has biases and head norms."""
    chance = torch.Generator().manual_seed(1)

    def drawn(*shape: int, scale: float = 1.0) -> torch.Tensor:
        return torch.randn(*shape, generator=chance) * scale

    mixture = (HEADS + 2 * KV_HEADS) * HEAD
    layers = tuple(
        Layer(
            input_norm=1 + drawn(HIDDEN, scale=0.1),
            qkv=drawn(mixture, HIDDEN, scale=0.1),
            qkv_bias=drawn(mixture, scale=0.5) if is_qwen else None,
            q_norm=1 + drawn(HEAD, scale=0.1) if is_qwen else None,
            k_norm=1 + drawn(HEAD, scale=0.1) if is_qwen else None,
            o=drawn(HIDDEN, HEADS * HEAD, scale=0.1),
            post_norm=1 + drawn(HIDDEN, scale=0.1),
            gate_up=drawn(2 * INNER, HIDDEN, scale=0.1),
            down=drawn(HIDDEN, INNER, scale=0.1),
        )
        for _ in range(LAYERS)
    )
    config = Config("wide", LAYERS, HIDDEN, HEADS, KV_HEADS, HEAD, INNER, WORDS, 512, 10000.0, 1e-5)
    words = drawn(WORDS, HIDDEN)
    return replace(
        tiny, config=config, embedding=words, layers=layers, final_norm=torch.ones(HIDDEN), head=words, identity=""
    )


def grown(expert: ExpertWeights, seed: int, scale: float = 0.3) -> ExpertWeights:
    """Return an expert that changes something."""
    chance = torch.Generator().manual_seed(seed)
    tensors = {
        name: tensor if name == "ids" else torch.randn(tensor.shape, generator=chance) * scale
        for name, tensor in expert.tensors.items()
    }
    return replace(expert, tensors=tensors)


def block(positions: int, seed: int) -> ExpertWeights:
    """Return keys and values of so many positions in every layer."""
    chance = torch.Generator().manual_seed(seed)
    names = [f"{layer}.{kind}" for layer in range(LAYERS) for kind in ("keys", "values")]
    tensors = {name: torch.randn(KV_HEADS, positions, HEAD, generator=chance) for name in names}
    return ExpertWeights(Function.ATTENTION, Level.FAST, "any", tensors)


def in_force(backbone: Backbone, name: str) -> Active:
    """Return experts of each kind, and all of them together."""
    functions = {"memory": Function.MEMORY, "attention": Function.ATTENTION, "position": Function.POSITION}
    kinds = [name] if name in functions else [*functions]
    found = [
        (grown(experts.newborn(backbone.config, functions[kind], Level.SLOW, "any", 5, seed=3), 4), 0.7)
        for kind in kinds
    ]
    words = experts.newborn(backbone.config, Function.VOCABULARY, Level.MID, "any", token_ids=[3, 70, 71])
    if name == "nothing":
        return NOTHING
    if name == "vocabulary":
        return experts.activate([(grown(words, 5), 1.0)])
    if name == "blocks":
        return experts.activate([(block(7, 0), 1.0), (block(3, 1), 0.4)])
    if name == "folded":
        return experts.both(experts.folded(backbone, experts.activate(found)), experts.activate([(block(4, 2), 1.0)]))
    if name == "all":
        return experts.activate([*found, (grown(words, 5), 1.0), (block(7, 0), 0.5)])
    return experts.activate(found)


KINDS = ["nothing", "memory", "attention", "position", "vocabulary", "blocks", "folded", "all"]
