"""The expert blocks: small learnable additions to the frozen backbone, identities at birth.

Four functions. Memory is a low-rank block on the MLP's gate, up and down products; attention the same on q, k, v and o;
vocabulary a set of rows added to the embedding and the output of chosen tokens; position a temperature per head and a
rotary frequency per layer. Every one starts at zero effect: the second factor of each product, each row and each
exponent is zero. A fast attention expert holds blocks of keys and values instead, which stand before the prompt of a
question routed to them (imprint.py). An absent tensor is an identity too, so an untouched expert weighs nothing.

Reference: low-rank products as in LoRA (arXiv 2106.09685) with alpha = rank; levels and functions as in Nested
Learning (arXiv 2512.24695), section on the Continuum Memory System.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from pathlib import Path

import torch
from safetensors import SafetensorError
from torch import Tensor

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Function, Level
from nestdesk.core.weight_header import HeaderError
from nestdesk.learning import expert_header, weight_files
from nestdesk.learning.backbone import Backbone, Config, Layer, packed
from nestdesk.learning.expert_header import SCALE, STRUCTURE

SITES = {
    Function.MEMORY: ("gate", "up", "down"),
    Function.ATTENTION: ("q", "k", "v", "o"),
}


@dataclass
class ExpertWeights:
    """One expert's tensors by name; an empty mapping is an identity.

    "<layer>.<site>.a" [R, in] and ".b" [out, R]; "<layer>.keys" and ".values" [KV, P, d] with "starts" [blocks + 1]
    among their positions; "ids" [n], "rows_in" and "rows_out" [n, D]; "temperature" [L, H] and "frequency" [L].
    As they are stored, keys and values are int8, each with its ".scale" [KV, P, 1].
    """

    function: Function
    level: Level
    backbone: str
    tensors: dict[str, Tensor] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """The number of learnable weights."""
        learned = (name for name in self.tensors if name not in STRUCTURE and not name.endswith(SCALE))
        return sum(self.tensors[name].numel() for name in learned)

    def learnable(self) -> list[Tensor]:
        """Return the tensors an optimiser may change."""
        return [tensor for name, tensor in self.tensors.items() if name not in STRUCTURE]


def site_sizes(config: Config, site: str) -> tuple[int, int]:
    """Return (in, out) of one of the backbone's products."""
    queries, keys = config.heads * config.head_size, config.kv_heads * config.head_size
    return {
        "q": (config.hidden, queries),
        "k": (config.hidden, keys),
        "v": (config.hidden, keys),
        "o": (queries, config.hidden),
        "gate": (config.hidden, config.inner),
        "up": (config.hidden, config.inner),
        "down": (config.inner, config.hidden),
    }[site]


def newborn(
    config: Config,
    function: Function,
    level: Level,
    backbone: str,
    rank: int = 16,
    layers: Iterable[int] | None = None,
    token_ids: Sequence[int] = (),
    seed: int = 0,
    device: torch.device | str = "cpu",
) -> ExpertWeights:
    """Make an expert that changes nothing yet, ready to learn.

    Args:
        rank: of each low-rank product (memory, attention).
        layers: where they apply, all by default.
        token_ids: whose rows a vocabulary expert holds.
        seed: of the first factors; equal seeds give equal experts.

    Returns:
        Weights with zero second factors, rows and exponents.  # INVARIANT: an identity
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = list(range(config.layers)) if layers is None else list(layers)
    tensors: dict[str, Tensor] = {}
    if function in SITES:
        for layer in chosen:
            for site in SITES[function]:
                size_in, size_out = site_sizes(config, site)
                first = torch.randn(rank, size_in, generator=generator) / size_in**0.5
                tensors[f"{layer}.{site}.a"] = first
                tensors[f"{layer}.{site}.b"] = torch.zeros(size_out, rank)
    elif function is Function.VOCABULARY:
        tensors["ids"] = torch.tensor(sorted(set(token_ids)), dtype=torch.int64)
        tensors["rows_in"] = torch.zeros(len(tensors["ids"]), config.hidden)
        tensors["rows_out"] = torch.zeros(len(tensors["ids"]), config.hidden)
    else:
        tensors["temperature"] = torch.zeros(config.layers, config.heads)
        tensors["frequency"] = torch.zeros(config.layers)
    return ExpertWeights(function, level, backbone, {name: tensor.to(device) for name, tensor in tensors.items()})


def save(expert: ExpertWeights, path: Path) -> None:
    """Write the expert as safetensors, its function, level and backbone in the header.

    Weights are stored in fp16; keys and values in int8 with a scale for each position of a head.
    Equal experts give equal bytes: the header holds one entry, because several are written in any order.
    """
    tensors = {name: tensor.contiguous() for name, tensor in sorted(stored(expert).tensors.items())}
    header = {"function": str(expert.function), "level": str(expert.level), "backbone": expert.backbone}
    weight_files.write(tensors, path, {"nestdesk": json.dumps(header, sort_keys=True)})


def stored(expert: ExpertWeights) -> ExpertWeights:
    """Return the expert as it is stored, in the processor's memory: keys and values take a quarter of what they did."""
    return replace(expert, tensors={name: tensor.cpu() for name, tensor in _stored(expert.tensors).items()})


def rounded(expert: ExpertWeights) -> ExpertWeights:
    """Return the expert as it will be after save and load, so that scores are those of the stored weights."""
    return replace(expert, tensors=_restored(_stored(expert.tensors)))


def load(
    path: Path,
    backbone: str,
    device: torch.device | str = "cpu",
    blocks: Sequence[int] = (),
    is_stored: bool = False,
) -> ExpertWeights:
    """Read an expert's weights in fp32.

    Args:
        backbone: the fingerprint the expert must belong to.
        blocks: which of an imprinted expert's blocks to read, all by default; other experts have none to choose from.
        is_stored: leave them as they are stored.

    Raises:
        CheckpointError: the file is missing, damaged, belongs to another backbone, or lacks a block.
    """
    try:
        found = expert_header.read(path)
        with weight_files.opened(path, device) as file:
            header = json.loads((file.metadata() or {}).get("nestdesk", "{}"))
            has_blocks = "starts" in found
            ranges = expert_header.ranges(file.get_tensor("starts").tolist(), found, blocks) if has_blocks else []
            if blocks and has_blocks:
                tensors = {
                    name: torch.cat([file.get_slice(name)[:, first:last] for first, last in ranges], dim=1)
                    for name in found.keys() - STRUCTURE
                }
                tensors["starts"] = torch.tensor([0, *(last - first for first, last in ranges)]).cumsum(0)
            else:
                tensors = {name: file.get_tensor(name) for name in found}
        function, level = Function(header["function"]), Level(header["level"])
        expert = ExpertWeights(function, level, header["backbone"], tensors if is_stored else _restored(tensors))
    except (SafetensorError, OSError, LookupError, ValueError, TypeError, RecursionError) as error:
        raise CheckpointError(f"The expert weights {path.name} are missing or damaged.") from error
    if expert.backbone != backbone:
        raise CheckpointError(f"The expert weights {path.name} belong to another backbone and were not used.")
    return expert


def parts(expert: ExpertWeights) -> list[ExpertWeights]:
    """Return the blocks of an expert that holds several; any other one as it is."""
    starts = expert.tensors["starts"].tolist() if "starts" in expert.tensors else []
    if not starts:
        return [expert]
    names = [name for name in expert.tensors if name not in STRUCTURE]
    return [
        replace(expert, tensors={name: expert.tensors[name][:, first:last] for name in names})
        for first, last in pairwise(starts)
    ]


def block_count(path: Path) -> int:
    """Return how many blocks a stored expert holds; 0 for one that has none to choose from.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    try:
        found = expert_header.read(path)
        return found["starts"].shape[0] - 1 if "starts" in found else 0
    except (HeaderError, OSError) as error:
        raise CheckpointError(f"The expert weights {path.name} are missing or damaged.") from error


def _stored(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name in STRUCTURE or tensor.dtype is torch.int8:
            found[name] = tensor
        elif name.endswith((".keys", ".values")):
            source = tensor.detach().float()
            scale = (source.abs().amax(dim=-1, keepdim=True) / 127).clamp(min=1e-6).to(torch.float16)
            found[name] = (source / scale.float()).round().clamp(-127, 127).to(torch.int8)
            found[f"{name}{SCALE}"] = scale
        else:
            found[name] = tensor.detach().to(torch.float16)
    return found


def _restored(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name in STRUCTURE:
            found[name] = tensor
        elif tensor.dtype is torch.int8:
            found[name] = tensor.float() * tensors[f"{name}{SCALE}"].float()
        elif not name.endswith(SCALE):
            found[name] = tensor.to(torch.float32)
    return found


Product = tuple[Tensor, Tensor]  # a [R, in], b [out, R] with the gate in it


@dataclass(frozen=True)
class Prefix:
    """Learned keys and values [KV, P, d] of one layer, rotated as if they stood just before position 0.

    Where every row of a batch has its own: [B, KV, P, d], and the gates' logarithms [B, P], -inf where a row's ends.
    """

    keys: Tensor
    values: Tensor
    gate: float = 1.0
    log_gates: Tensor | None = None


@dataclass(frozen=True)
class Active:
    """The experts that take part in one forward pass, joined: one low-rank product per site, however many there are."""

    products: Mapping[tuple[int, str], tuple[Product, ...]] = field(default_factory=dict)
    vocabulary: tuple[tuple[Tensor, Tensor, Tensor], ...] = ()  # ids, rows_in, rows_out
    temperature: Tensor | None = None  # L, H
    frequency: Tensor | None = None  # L
    prefixes: Mapping[int, tuple[Prefix, ...]] = field(default_factory=dict)
    layers: tuple[Layer, ...] | None = None  # the backbone's with products folded in, to be run in their place
    folds: Mapping[tuple[int, str], tuple[Product, ...]] = field(default_factory=dict)  # what these layers hold


NOTHING = Active()


def both(skills: Active, own: Active) -> Active:
    """Return two sets of experts as one, tensors untouched; folded layers are those of the first."""
    products = dict(skills.products)
    for key, pairs in own.products.items():
        products[key] = (*products.get(key, ()), *pairs)
    temperature, frequency = _sum(skills.temperature, own.temperature), _sum(skills.frequency, own.frequency)
    prefixes = {
        layer: (*skills.prefixes.get(layer, ()), *own.prefixes.get(layer, ()))
        for layer in {*skills.prefixes, *own.prefixes}
    }
    vocabulary = (*skills.vocabulary, *own.vocabulary)
    return Active(products, vocabulary, temperature, frequency, prefixes, skills.layers, skills.folds)


def alike(actives: Sequence[Active]) -> list[list[int]]:
    """Group the places of experts that differ in their prefixes at most: their rows can share a batch."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, active in enumerate(actives):
        products = tuple((site, *map(id, chain(*pairs))) for site, pairs in active.products.items())
        rest = (*map(id, chain(*active.vocabulary)), id(active.temperature), id(active.frequency), id(active.layers))
        groups.setdefault((products, *rest), []).append(place)
    return list(groups.values())


def positions(active: Active) -> int:
    """Return how many positions of keys and values experts bring along."""
    return max((sum(part.keys.shape[-2] for part in parts) for parts in active.prefixes.values()), default=0)


@torch.no_grad()
def side_by_side(actives: Sequence[Active], precision: torch.dtype) -> Active:
    """Return experts for a batch in which row i has the prefixes of actives[i]; all else is alike."""
    if all(active is actives[0] for active in actives):
        return actives[0]
    prefixes = {}
    for layer in sorted({layer for active in actives for layer in active.prefixes}):
        parts = [active.prefixes.get(layer, ()) for active in actives]
        sizes = [sum(part.keys.shape[-2] for part in own) for own in parts]
        example = next(part for own in parts for part in own).keys  # KV, P, d
        keys = torch.zeros(len(parts), len(example), max(sizes), example.shape[-1], dtype=precision).to(example.device)
        values, gates = torch.zeros_like(keys), keys.new_full((len(parts), max(sizes)), -math.inf)
        for row, own in enumerate(parts):
            end = max(sizes)
            for part in own:
                first = end - part.keys.shape[-2]
                keys[row, :, first:end], values[row, :, first:end] = part.keys, part.values
                gates[row, first:end] = math.log(part.gate)
                end = first
        prefixes[layer] = (Prefix(keys, values, log_gates=gates),)
    return replace(actives[0], prefixes=prefixes)


def _sum(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    return other if one is None else one if other is None else one + other


@torch.no_grad()
def folded(backbone: Backbone, active: Active) -> Active:
    """Add the low-rank products to copies of the backbone's matrices: the same function, a third of the work.

    *Why*: a product of rank 16 at every matrix takes as long as the matrix itself when there are few rows.
    """
    if backbone.hooked is not None:  # its matrices are not ours to copy
        return active
    sizes = {site: site_sizes(backbone.config, site)[1] for sites in SITES.values() for site in sites}

    def grown(weight: Tensor, layer: int, *sites: str) -> Tensor:
        parts = torch.split(weight.float(), [sizes[site] for site in sites])
        added = [
            part + sum((second @ first for first, second in active.products.get((layer, site), ())), part.new_zeros(()))
            for part, site in zip(parts, sites, strict=True)
        ]
        return torch.cat(added).to(weight.dtype)

    def whole(layer: Layer, index: int) -> Layer:
        new = replace(
            layer,
            qkv=grown(layer.qkv, index, "q", "k", "v"),
            o=grown(layer.o, index, "o"),
            gate_up=grown(layer.gate_up, index, "gate", "up"),
            down=grown(layer.down, index, "down"),
        )
        return packed(new) if layer.packs else new

    layers = tuple(whole(layer, index) for index, layer in enumerate(backbone.layers))
    return replace(active, products={}, layers=layers, folds=active.products)


def activate(experts: Sequence[tuple[ExpertWeights, float]], joined: bool = True) -> Active:
    """Join experts with their gates for a forward pass.

    Args:
        experts: each with its gate in 0..1; a gate of 0 leaves the expert out entirely.
        joined: one concatenated product per site (decoding); False keeps the tensors themselves (gradients).
    """
    products: dict[tuple[int, str], list[Product]] = {}
    vocabulary = []
    temperature: Tensor | None = None
    frequency: Tensor | None = None
    prefixes: dict[int, list[Prefix]] = {}
    for expert, gate in experts:
        if gate == 0.0 or not expert.tensors:
            continue
        tensors = expert.tensors
        if expert.function in SITES:
            for name, first in tensors.items():
                if name in STRUCTURE:
                    continue
                layer, site, *factor = name.split(".")
                if site == "keys":
                    own = Prefix(first, tensors[f"{layer}.values"], gate)
                    prefixes.setdefault(int(layer), []).append(own)
                elif factor == ["a"]:
                    second = tensors[f"{layer}.{site}.b"]
                    products.setdefault((int(layer), site), []).append(
                        (first, second if gate == 1.0 else second * gate)
                    )
        elif expert.function is Function.VOCABULARY:
            if len(tensors["ids"]) == 0:
                continue
            vocabulary.append((tensors["ids"], tensors["rows_in"] * gate, tensors["rows_out"] * gate))
        else:
            temperature = tensors["temperature"] * gate + (0 if temperature is None else temperature)
            frequency = tensors["frequency"] * gate + (0 if frequency is None else frequency)
    if joined:
        products = {
            key: [(torch.cat([first for first, _ in pairs]), torch.cat([second for _, second in pairs], dim=1))]
            for key, pairs in products.items()
        }
    return Active(
        {key: tuple(pairs) for key, pairs in products.items()},
        tuple(vocabulary),
        temperature,
        frequency,
        {layer: tuple(own) for layer, own in prefixes.items()},
    )
