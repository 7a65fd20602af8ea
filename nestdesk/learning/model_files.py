"""The files of a model folder, checked before room is made for what they announce.

A folder comes from anywhere. Its config.json and the headers of its weights are small and are compared first: sizes a
model can have, every tensor there once, of a type that is computed with and of the shape that the sizes demand. What is
loaded afterwards is no larger than the files are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from nestdesk.core import weight_header
from nestdesk.core.errors import BackboneError
from nestdesk.core.weight_header import HeaderError
from nestdesk.learning.model_config import Config

TYPES = ("F16", "BF16", "F32", "F64")


def weights_of(shards: Sequence[Path], config: Config) -> dict[Path, dict[str, str]]:
    """Return for each file of weights which of its tensors to load, and the name of each without the model's prefix.

    Raises:
        BackboneError: a file is damaged, or a tensor missing, there twice, or of another type or shape.
    """
    found: dict[str, tuple[Path, str, weight_header.Stored]] = {}
    for shard in shards:
        for stored_name, one in _tensors(shard).items():
            name = stored_name.removeprefix("model.")
            if name in found:
                raise BackboneError(f"The model in {shard.parent} holds the weight {name} twice.")
            found[name] = (shard, stored_name, one)
    wanted: dict[Path, dict[str, str]] = {shard: {} for shard in shards}
    for name, shape in _shapes(config, frozenset(found)):
        if name not in found:
            folder = shards[0].parent
            raise BackboneError(f"The model in {folder} lacks the weight {name!r}; it is not a Llama or Qwen model.")
        shard, stored_name, one = found[name]
        if one.dtype not in TYPES:
            raise BackboneError(f"The weight {name} is stored as {one.dtype}; only {', '.join(TYPES)} can be used.")
        if one.shape != shape:
            raise BackboneError(f"The weight {name} does not have the size that the model's config.json says.")
        wanted[shard][stored_name] = name
    return wanted


def _tensors(shard: Path) -> dict[str, weight_header.Stored]:
    try:
        return weight_header.tensors_of(shard)
    except (HeaderError, OSError) as error:
        raise BackboneError(f"The model file in {shard.parent} is damaged; run the set-up again.") from error


def _shapes(config: Config, found: frozenset[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the name and shape of every tensor that a model of these sizes has; the optional ones if they are found."""
    queries, keys = config.heads * config.head_size, config.kv_heads * config.head_size
    yield "embed_tokens.weight", (config.vocabulary, config.hidden)
    yield "norm.weight", (config.hidden,)
    if "lm_head.weight" in found:
        yield "lm_head.weight", (config.vocabulary, config.hidden)
    for index in range(config.layers):
        layer = f"layers.{index}"
        has_bias = f"{layer}.self_attn.q_proj.bias" in found
        for site, size in (("q", queries), ("k", keys), ("v", keys)):
            yield f"{layer}.self_attn.{site}_proj.weight", (size, config.hidden)
            if has_bias:
                yield f"{layer}.self_attn.{site}_proj.bias", (size,)
        if f"{layer}.self_attn.q_norm.weight" in found:
            yield f"{layer}.self_attn.q_norm.weight", (config.head_size,)
            yield f"{layer}.self_attn.k_norm.weight", (config.head_size,)
        yield f"{layer}.self_attn.o_proj.weight", (config.hidden, queries)
        yield f"{layer}.input_layernorm.weight", (config.hidden,)
        yield f"{layer}.post_attention_layernorm.weight", (config.hidden,)
        yield f"{layer}.mlp.gate_proj.weight", (config.inner, config.hidden)
        yield f"{layer}.mlp.up_proj.weight", (config.inner, config.hidden)
        yield f"{layer}.mlp.down_proj.weight", (config.hidden, config.inner)
