"""The forward pass of the nested model: frozen weights, active experts, with or without gradients and cache.

One function serves prompts, single tokens and learning, because all of them are "run layers start..stop over rows of
hidden states under a mask". Learning enters above the layers that nothing changes (their hidden states are cached per
item); decoding keeps keys and values in a preallocated cache.

Reference: Llama (arXiv 2302.13971) as published; RMSNorm, rotary positions (rotate-half form), SwiGLU, grouped queries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

import torch
import torch.nn.functional as F  # noqa: N812 (the field's name for it)
from torch import Tensor

from nestdesk.learning import packs, stretches
from nestdesk.learning.backbone import Backbone, Config, Layer
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights, Prefix
from nestdesk.learning.steps import Steps

Watch = Callable[[int, Tensor, Tensor, Tensor | None], None]  # layer, queries B H T d, keys B KV S d, mask


class Cache:
    """Keys and values of the tokens seen so far, preallocated. Rows are independent; length is common to all rows."""

    def __init__(self, backbone: Backbone, rows: int, capacity_tokens: int) -> None:
        """Reserve room for rows x capacity_tokens."""
        config = backbone.config
        shape = (config.layers, rows, config.kv_heads, capacity_tokens, config.head_size)
        self.keys = torch.empty(shape, dtype=backbone.precision, device=backbone.device)
        self.values = torch.empty_like(self.keys)
        self.length = 0

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store new keys and values [B, KV, T, d] of a layer and return all of them [B, KV, length + T, d]."""
        end = self.length + keys.shape[2]
        self.keys[layer, :, :, self.length : end] = keys
        self.values[layer, :, :, self.length : end] = values
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]


def embed(backbone: Backbone, ids: Tensor, active: Active = NOTHING) -> Tensor:
    """Return the hidden states [B, T, D] that enter layer 0 for token ids [B, T]."""
    hidden = F.embedding(ids, backbone.embedding) if backbone.hooked is None else backbone.hooked.embed(ids)
    for own, rows_in, _ in active.vocabulary:
        place = torch.searchsorted(own, ids).clamp(max=len(own) - 1)
        hidden = hidden + torch.where((own[place] == ids)[..., None], F.embedding(place, rows_in), 0.0)
    return hidden


def run(
    backbone: Backbone,
    hidden: Tensor,
    positions: Tensor,
    mask: Tensor | None,
    active: Active = NOTHING,
    cache: Cache | None = None,
    start: int = 0,
    stop: int | None = None,
    watch: Watch | None = None,
) -> Tensor:
    """Run the layers start..stop.

    Args:
        hidden: [B, T, D], what enters layer `start`.
        positions: [B, T] token positions for the rotary embedding.
        mask: [B or 1, 1, T, S] boolean, True where a query may look; None: at itself and everything before it.
        active: experts in force.
        cache: extended by T tokens when the last layer was run.
        start: first layer.
        stop: one past the last layer, all by default.
        watch: told every layer's queries, keys and mask, as attention gets them.

    Returns:
        Hidden states [B, T, D] after layer stop - 1, before the final norm.
    """
    if backbone.hooked is not None:
        return backbone.hooked.run(hidden, positions, mask, active, cache, watch)
    last = backbone.config.layers if stop is None else stop
    layers = active.layers or backbone.layers
    if backbone.steps is not None and watch is None and _is_plain(active) and not torch.is_grad_enabled():
        steps, own_layers = backbone.steps, layers[start:last]
        return _run_compiled(steps, backbone.config, own_layers, hidden, positions, mask, active, cache, start)
    usual = rotary(backbone.config, positions, hidden.dtype)
    for index in range(start, last):
        layer = layers[index]
        turned = (
            usual
            if active.frequency is None
            else rotary(backbone.config, positions, hidden.dtype, active.frequency[index])
        )
        hidden = hidden + _attend(backbone.config, layer, index, hidden, turned, mask, active, cache, watch)
        normed = _norm(hidden, layer.post_norm, backbone.config.norm_eps)
        gate, up = torch.split(_product(normed, layer, "gate_up"), backbone.config.inner, dim=-1)
        gate = _add(gate, normed, active, index, "gate")
        up = _add(up, normed, active, index, "up")
        inner = F.silu(gate) * up
        hidden = hidden + _add(_product(inner, layer, "down"), inner, active, index, "down")
    if cache is not None and last == backbone.config.layers:
        cache.length += hidden.shape[1]
    return hidden


def _is_plain(active: Active) -> bool:
    """Say whether experts are folded into matrices or stand before the prompt, and change nothing in between."""
    return not active.products and active.temperature is None and active.frequency is None


def _run_compiled(
    steps: Steps,
    config: Config,
    layers: Sequence[Layer],
    hidden: Tensor,  # B T D
    positions: Tensor,
    mask: Tensor | None,
    active: Active,
    cache: Cache | None,
    start: int,
) -> Tensor:
    """Run layers with compiled steps between their products, without gradients."""
    rows, length, _ = hidden.shape
    half = config.head_size // 2
    cosine, sine = (one[:, 0, :, :half].flatten(0, 1).contiguous() for one in rotary(config, positions, torch.float32))
    own, more, at = hidden.flatten(0, 1).clone(), None, 0 if cache is None else cache.length
    shape = rows, config.kv_heads, length, config.head_size
    for index, layer in enumerate(layers, start=start):
        normed = steps.norm(own, more, layer.input_norm, config.norm_eps)
        mixture = F.linear(normed, layer.qkv, layer.qkv_bias).view(rows, length, -1)
        if cache is None:
            all_k, all_v = normed.new_empty(shape), normed.new_empty(shape)
        else:
            all_k, all_v = cache.keys[index], cache.values[index]
        norms = layer.q_norm, layer.k_norm
        q = steps.heads(mixture, norms, config.norm_eps, (cosine, sine), all_k, all_v, at)
        k, v = all_k[:, :, : at + length], all_v[:, :, : at + length]
        mixed = look(config, index, q, k, v, mask, active)
        more = F.linear(mixed.view(rows * length, -1), layer.o)
        normed = steps.norm(own, more, layer.post_norm, config.norm_eps)
        more = F.linear(steps.gate(F.linear(normed, layer.gate_up)), layer.down)
    if cache is not None and start + len(layers) == config.layers:
        cache.length += length
    return own.view_as(hidden) if more is None else own.add_(more).view_as(hidden)


def logits(backbone: Backbone, hidden: Tensor, active: Active = NOTHING) -> Tensor:
    """Return next-token logits [..., V] of final hidden states [..., D]."""
    normed = final(backbone, hidden)
    if backbone.head_pack is not None and _are_few(normed):
        scores = packs.product(normed, backbone.head_pack)
    else:
        scores = F.linear(normed, backbone.head)
    for own, _, rows_out in active.vocabulary:
        scores = scores.index_add(-1, own, F.linear(normed, rows_out))
    return scores


def final(backbone: Backbone, hidden: Tensor) -> Tensor:
    """Return the final norm of hidden states [..., D], which another architecture's have had already."""
    if backbone.hooked is not None:
        return hidden
    return _norm(hidden, backbone.final_norm, backbone.config.norm_eps)


def _attend(
    config: Config,
    layer: Layer,
    index: int,
    hidden: Tensor,  # B T D
    turns: tuple[Tensor, Tensor],
    mask: Tensor | None,
    active: Active,
    cache: Cache | None,
    watch: Watch | None,
) -> Tensor:
    rows, length, _ = hidden.shape
    normed = _norm(hidden, layer.input_norm, config.norm_eps)
    sizes = [config.heads * config.head_size, config.kv_heads * config.head_size, config.kv_heads * config.head_size]
    q, k, v = torch.split(_product(normed, layer, "qkv", layer.qkv_bias), sizes, dim=-1)
    q = _add(q, normed, active, index, "q").view(rows, length, config.heads, config.head_size)
    k = _add(k, normed, active, index, "k").view(rows, length, config.kv_heads, config.head_size)
    v = _add(v, normed, active, index, "v").view(rows, length, config.kv_heads, config.head_size)
    if layer.q_norm is not None and layer.k_norm is not None:
        q, k = _norm(q, layer.q_norm, config.norm_eps), _norm(k, layer.k_norm, config.norm_eps)
    q, k, v = _turn(q.transpose(1, 2), turns), _turn(k.transpose(1, 2), turns), v.transpose(1, 2)  # B H T d
    if active.temperature is not None:
        q = q * torch.exp(active.temperature[index])[:, None, None]
    if cache is not None:
        k, v = cache.extend(index, k, v)
    q, k = q.to(v.dtype), k.to(v.dtype)
    mixed = look(config, index, q, k, v, mask, active, watch)
    return _add(_product(mixed, layer, "o"), mixed, active, index, "o")


def look(
    config: Config,
    index: int,
    q: Tensor,  # B H T d
    k: Tensor,
    v: Tensor,
    mask: Tensor | None,
    active: Active,
    watch: Watch | None = None,
) -> Tensor:
    """Return what the heads see [B, T, H * d], the experts' own positions included."""
    rows, _, length, _ = q.shape
    prefixes, earlier = active.prefixes.get(index, ()), k.shape[2] - length
    if mask is None and length > 1 and (prefixes or earlier):
        if watch is None and stretches.can_be_joined(q, prefixes):
            mixed = stretches.seen(q, k, v, prefixes)
            return mixed.transpose(1, 2).reshape(rows, length, -1)
        mask = torch.ones(length, earlier + length, dtype=torch.bool, device=k.device).tril(earlier)[None, None]
    if prefixes:
        k, v, mask = _behind(prefixes, k, v, mask, length)
    if watch is not None:
        watch(index, q, k, mask)
    is_causal = mask is None and length > 1
    mixed = F.scaled_dot_product_attention(
        q, k, v, attn_mask=mask, is_causal=is_causal, enable_gqa=config.heads != config.kv_heads
    )
    return mixed.transpose(1, 2).reshape(rows, length, -1)


def _behind(
    prefixes: tuple[Prefix, ...], k: Tensor, v: Tensor, mask: Tensor | None, length: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Put learned keys and values before those of the tokens; every query sees them, by their gate."""
    rows, _, size, _ = k.shape
    if mask is None:
        mask = torch.ones(1, 1, length, size, dtype=torch.bool, device=k.device)
    seen = torch.zeros_like(mask, dtype=k.dtype).masked_fill(~mask, -math.inf).expand(rows, -1, -1, -1)
    keys, values, gates = [k], [v], [seen]
    for prefix in prefixes:
        keys.insert(0, prefix.keys.to(k.dtype).expand(rows, -1, -1, -1))
        values.insert(0, prefix.values.to(v.dtype).expand(rows, -1, -1, -1))
        if prefix.log_gates is None:
            gates.insert(0, seen.new_full((rows, 1, length, prefix.keys.shape[-2]), math.log(prefix.gate)))
        else:
            gates.insert(0, prefix.log_gates[:, None, None].to(k.dtype).expand(-1, -1, length, -1))
    return torch.cat(keys, dim=2), torch.cat(values, dim=2), torch.cat(gates, dim=-1)


def _product(source: Tensor, layer: Layer, name: str, bias: Tensor | None = None) -> Tensor:
    """Multiply with one of a layer's matrices; hidden states, norms and scores stay in fp32."""
    if name in layer.packs and _are_few(source):
        out = packs.product(source, layer.packs[name])
        return out if bias is None else out + bias
    weight: Tensor = getattr(layer, name)
    return F.linear(source.to(weight.dtype), weight, bias)


def _are_few(source: Tensor) -> bool:
    return source.numel() <= packs.MOST_ROWS * source.shape[-1] and not source.requires_grad


def _add(output: Tensor, source: Tensor, active: Active, layer: int, site: str) -> Tensor:
    for first, second in active.products.get((layer, site), ()):
        low = F.linear(source.to(output.dtype), first.to(output.dtype))
        output = output + F.linear(low, second.to(output.dtype))
    return output


def _norm(hidden: Tensor, weight: Tensor, eps: float) -> Tensor:
    return F.rms_norm(hidden, (hidden.shape[-1],), weight, eps)


def rotary(config: Config, positions: Tensor, dtype: torch.dtype, shift: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return cosines and sines [B, 1, T, d] of positions [B, T], the frequencies changed by exp(shift)."""
    half = config.head_size // 2
    inverse = config.rope_theta ** (-torch.arange(half, device=positions.device, dtype=torch.float32) / half)
    if config.rope_scaling is not None:
        inverse = _scaled(inverse, config.rope_scaling)
    if shift is not None:
        inverse = inverse * torch.exp(shift)
    angles = positions[..., None].float() * inverse  # B T d/2
    angles = torch.cat([angles, angles], dim=-1)[:, None]  # B 1 T d
    return angles.cos().to(dtype), angles.sin().to(dtype)


def moved(backbone: Backbone, keys: Tensor, by: int) -> Tensor:
    """Return cached keys [KV, P, d] as if their tokens stood `by` positions further on."""
    if backbone.hooked is not None:
        return backbone.hooked.moved(keys, by)
    positions = torch.full((1, 1), by, device=keys.device)
    return _turn(keys[None], rotary(backbone.config, positions, keys.dtype))[0]


def in_line(backbone: Backbone, blocks: Sequence[ExpertWeights]) -> ExpertWeights:
    """Join blocks of keys and values so that they stand one before the other, the first named nearest to the question.

    Each was read as if it stood just before the question; side by side they would be taken for one another.
    """
    if len(blocks) == 1:
        return blocks[0]
    sizes = [block.tensors["0.keys"].shape[1] for block in blocks]
    tensors = {
        name: torch.cat(
            [
                moved(backbone, block.tensors[name], -behind)
                if behind and name.endswith(".keys")
                else block.tensors[name]
                for block, behind in zip(blocks, accumulate(sizes, initial=0), strict=False)
            ],
            dim=1,
        )
        for name in blocks[0].tensors
    }
    return replace(blocks[0], tensors=tensors)


def _scaled(inverse: Tensor, scaling: tuple[float, float, float, float]) -> Tensor:
    """Scale rotary frequencies as Llama 3.1 does: long waves divided by the factor, short ones kept, smooth between."""
    factor, low, high, original = scaling
    wave = 2 * math.pi / inverse
    smooth = ((original / wave - low) / (high - low)).clamp(0, 1)
    return (1 - smooth) * inverse / factor + smooth * inverse


def _turn(heads: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    cosine, sine = turns
    first, second = heads.chunk(2, dim=-1)
    return heads * cosine + torch.cat([-second, first], dim=-1) * sine
