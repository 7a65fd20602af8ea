"""Backbones of other architectures: transformers runs their layers, and experts take part through its hooks.

Attention is computed here, in a function that transformers calls for every layer, so blocks of keys and values, the
cache and the masks of packed rows are those of the decoder; low-rank products are added where a layer's matrices have
the usual names. What cannot be hooked is found out when a model is loaded: it reads a few words as a whole, in two
parts, and from other places on, and has to say the same each time. This is slower than the decoder for Llama and Qwen,
which compiled steps and quantised weights belong to.

Reference: attention functions and module hooks as in the documentation of transformers and torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (the field's name for it)
from torch import Tensor, nn

from nestdesk.core import weight_header
from nestdesk.core.errors import BackboneError
from nestdesk.core.weight_header import HeaderError
from nestdesk.learning import decoder, model_config
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active, site_sizes
from nestdesk.learning.model_config import Config

ATTENTION = "nestdesk"  # what transformers knows our attention as
SITES = {f"{site}_proj": site for site in ("q", "k", "v", "o", "gate", "up", "down")}
UNKNOWN = ("softcap", "s_aux")  # what some models' attention does besides, and ours does not
LEAST_CONTEXT = 2048  # tokens, which passages, a question and an answer need
PROBE, SPLIT, MOVED = (1, 5, 9, 2, 7, 3, 8), 4, 3  # token ids, where they are parted, places by which they are moved
CLOSE = 1e-3  # of what is computed in fp32


@dataclass(frozen=True)
class Pass:
    """What a forward pass goes by besides hidden states and positions."""

    mask: Tensor | None = None
    active: Active = NOTHING
    cache: decoder.Cache | None = None
    watch: decoder.Watch | None = None


class Hooked:
    """A model of transformers whose layers experts take part in."""

    def __init__(self, model: Any, config: Config) -> None:
        """Hook a causal language model that was loaded with our attention."""
        self.model, self._config = model, config
        self._inner = getattr(model, model.base_model_prefix)
        self._now = Pass()
        self._products: set[tuple[int, str]] = set()
        for name, module in self._inner.named_modules():
            if hasattr(module, "layer_idx"):
                module.nestdesk = self
            self._hook(name, module)

    @property
    def precision(self) -> torch.dtype:
        """The type that it computes in."""
        found: torch.dtype = self.model.dtype
        return found

    def tensors(self) -> list[Tensor]:
        """Return all weights, tied ones once."""
        return [tensor for _, tensor in sorted(self.model.named_parameters())]

    def in_precision(self, precision: torch.dtype) -> Hooked:
        """Return the same model; from now on it computes in another precision."""
        self.model.to(precision)
        return self

    def embed(self, ids: Tensor) -> Tensor:
        """Return the hidden states [B, T, D] that token ids [B, T] begin as."""
        found: Tensor = self.model.get_input_embeddings()(ids)
        return found.float()

    def run(
        self,
        hidden: Tensor,
        positions: Tensor,
        mask: Tensor | None,
        active: Active = NOTHING,
        cache: decoder.Cache | None = None,
        watch: decoder.Watch | None = None,
    ) -> Tensor:
        """Run all layers over hidden states [B, T, D], and the final norm; for the arguments see decoder.run().

        Raises:
            BackboneError: an expert changes what cannot be hooked here.
        """
        if active.frequency is not None or not active.products.keys() <= self._products:
            raise BackboneError(f"The model {self._config.name} has no place for an expert of this kind.")
        self._now = Pass(mask, active, cache, watch)
        out = self._inner(inputs_embeds=hidden.to(self.precision), position_ids=positions, use_cache=False)
        self._now = Pass()
        if cache is not None:
            cache.length += hidden.shape[1]
        found: Tensor = out.last_hidden_state
        return found.float()

    def moved(self, keys: Tensor, by: int) -> Tensor:
        """Return cached keys [KV, P, d] as if their tokens stood `by` positions further on."""
        places = torch.full((1, 1), by, device=keys.device)
        cosine, sine = self._inner.rotary_emb(keys.new_zeros(1, 1, 1), position_ids=places)
        turned, rest = torch.split(keys, [cosine.shape[-1], keys.shape[-1] - cosine.shape[-1]], dim=-1)
        first, second = turned.chunk(2, dim=-1)
        turned = turned * cosine[0] + torch.cat([-second, first], dim=-1) * sine[0]
        return torch.cat([turned, rest], dim=-1).to(keys.dtype)

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor, scale: float) -> Tensor:
        """Return what the heads of a layer see [B, T, H, d]."""
        now = self._now
        q = q * (scale * math.sqrt(q.shape[-1]))
        if now.active.temperature is not None:
            q = q * torch.exp(now.active.temperature[layer])[:, None, None]
        if now.cache is not None:
            k, v = now.cache.extend(layer, k, v)
        seen = decoder.look(self._config, layer, q.to(v.dtype), k.to(v.dtype), v, now.mask, now.active, now.watch)
        return seen.view(*seen.shape[:2], -1, q.shape[-1])

    def _hook(self, name: str, module: nn.Module) -> None:
        site, layer = (
            SITES.get(name.rpartition(".")[2]),
            next((int(one) for one in name.split(".") if one.isdigit()), -1),
        )
        if site is None or layer < 0 or not isinstance(module, nn.Linear):
            return
        if (module.in_features, module.out_features) != site_sizes(self._config, site):
            return

        def add(_: nn.Module, sources: tuple[Tensor, ...], output: Tensor) -> Tensor:
            for first, second in self._now.active.products.get((layer, site), ()):
                low = F.linear(sources[0], first.to(output.dtype))
                output = output + F.linear(low, second.to(output.dtype))
            return output

        module.register_forward_hook(add)
        self._products.add((layer, site))


def load(folder: Path, device: torch.device | str, precision: torch.dtype, tokenizer: Sequence[Any]) -> Backbone:
    """Load a model folder of any architecture that transformers knows and that can be hooked.

    Args:
        tokenizer: a backbone's tokenizer, chat template, first mark, and marks that end a turn.

    Raises:
        BackboneError: a file is missing or damaged, or the model cannot be a backbone.
    """
    from transformers import modeling_utils

    modeling_utils.ALL_ATTENTION_FUNCTIONS.register(ATTENTION, _attention)
    try:
        model, config = _read(folder)
    except BackboneError:
        raise
    except Exception as error:  # whatever its own code for this architecture stumbles over
        raise BackboneError(f"The model in {folder} cannot be read ({_first_line(error)}).") from error
    model.requires_grad_(False).eval().to(device)
    embedding, head = model.get_input_embeddings().weight.data, model.get_output_embeddings().weight.data
    template, bos, stops = tokenizer[1:]
    own = Backbone(
        config=config,
        embedding=embedding,
        layers=(),
        final_norm=torch.ones(0, device=device),
        head=embedding if head.data_ptr() == embedding.data_ptr() else head,
        tokenizer=tokenizer[0],
        chat_template=template,
        bos=bos,
        stop_ids=frozenset(stops),
        end_id=stops[0],
        hooked=Hooked(model, config),
    )
    _require_hooks(own)
    return _in_precision(own, precision)


def _read(folder: Path) -> tuple[Any, Config]:
    from transformers import AutoConfig, AutoModelForCausalLM

    how: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    raw = AutoConfig.from_pretrained(folder, **how)
    config, make = _config(raw, folder), AutoModelForCausalLM.from_config
    with torch.device("meta"):
        empty: Any = make(raw, attn_implementation=ATTENTION)  # type: ignore[no-untyped-call]
    _require_room(folder, sum(one.numel() for one in empty.parameters()))
    how |= {"use_safetensors": True, "dtype": torch.float32, "attn_implementation": ATTENTION}
    loaded: Any = AutoModelForCausalLM.from_pretrained(folder, **how, output_loading_info=True)
    model, told = loaded
    if missing := sorted(told["missing_keys"]):
        raise BackboneError(f"The model in {folder} lacks the weight {missing[0]!r}.")
    return model, config


def _in_precision(backbone: Backbone, precision: torch.dtype) -> Backbone:
    """Return a backbone that computes its layers in a precision; embedding and head stay in fp32."""
    identity, hooked = backbone.fingerprint(), backbone.hooked
    assert hooked is not None
    if precision is torch.float32:
        return replace(backbone, identity=identity, loaded=identity)
    embedding = backbone.embedding.clone()
    head = embedding if backbone.head is backbone.embedding else backbone.head.clone()
    cast = replace(backbone, embedding=embedding, head=head, hooked=hooked.in_precision(precision))
    return replace(cast, identity=identity, loaded=cast.fingerprint())


def _attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, _: Tensor | None, scaling: float | None = None, **more: Any
) -> tuple[Tensor, None]:
    """Compute a layer's attention as transformers asks for it: queries [B, H, T, d], keys and values [B, KV, T, d].

    Raises:
        BackboneError: it is of a kind that is not known here.
    """
    if unknown := [name for name in UNKNOWN if more.get(name) is not None]:
        raise BackboneError(f"Its attention has {unknown[0].replace('_', ' ')}, which is not supported.")
    hooked: Hooked = module.nestdesk
    scale = 1 / math.sqrt(query.shape[-1]) if scaling is None else scaling
    return hooked.attend(module.layer_idx, query, key, value, scale), None


def _config(raw: Any, folder: Path) -> Config:
    """Return the sizes of a model, by the names that transformers has for them in all architectures."""
    heads = raw.num_attention_heads
    context = getattr(raw, "max_position_embeddings", None) or LEAST_CONTEXT
    window = getattr(raw, "sliding_window", None) if getattr(raw, "use_sliding_window", True) else None
    if min(context, window or context) < LEAST_CONTEXT:
        raise BackboneError(f"The model looks back {min(context, window or context)} tokens, which is not enough.")
    found = Config(
        name=folder.name,
        layers=raw.num_hidden_layers,
        hidden=raw.hidden_size,
        heads=heads,
        kv_heads=getattr(raw, "num_key_value_heads", None) or heads,
        head_size=getattr(raw, "head_dim", None) or raw.hidden_size // heads,
        inner=getattr(raw, "intermediate_size", None) or 4 * raw.hidden_size,
        vocabulary=raw.vocab_size,
        context_tokens=min(context, window or context),
        rope_theta=1.0,  # what follows is the model's own business
        norm_eps=1.0,
    )
    model_config.require_sizes(found)
    return found


def _require_room(folder: Path, announced: int) -> None:
    """Refuse a folder whose config.json announces more weights than its files hold, before room is made for them."""
    shards = sorted(folder.glob("*.safetensors"))
    if not shards:
        raise BackboneError(f"The model folder {folder} holds no .safetensors file.")
    try:
        stored = sum(math.prod(one.shape) for shard in shards for one in weight_header.tensors_of(shard).values())
    except (HeaderError, OSError) as error:
        raise BackboneError(f"The model file in {folder} is damaged; run the set-up again.") from error
    if announced > stored:
        raise BackboneError(f"The model in {folder} lacks weights that its config.json announces.")


@torch.no_grad()
def _require_hooks(backbone: Backbone) -> None:
    """Refuse a model that says something else where our attention, cache and positions take the place of its own."""
    hooked, device = backbone.hooked, backbone.device
    assert hooked is not None
    ids = torch.tensor([PROBE], device=device) % backbone.config.vocabulary
    places = torch.arange(len(PROBE), device=device)[None]
    try:
        right = hooked.model(input_ids=ids, position_ids=places, use_cache=False).logits.float()
        whole = decoder.run(backbone, decoder.embed(backbone, ids), places, None)
        first, moved = (decoder.Cache(backbone, 1, len(PROBE)) for _ in range(2))
        parts = [
            decoder.run(backbone, decoder.embed(backbone, ids[:, own]), places[:, own], None, cache=first)
            for own in (slice(SPLIT), slice(SPLIT, None))
        ]
        further = decoder.run(backbone, decoder.embed(backbone, ids), places - MOVED, None, cache=moved)
        back = torch.stack([hooked.moved(keys[0], MOVED) for keys in moved.keys])
    except BackboneError as error:
        raise BackboneError(f"The model {backbone.config.name} cannot be a backbone. {error}") from error
    except (TypeError, ValueError, RuntimeError, AttributeError, LookupError) as error:
        raise _other_kind(backbone) from error
    same = (
        (decoder.logits(backbone, whole), right),
        (torch.cat(parts, dim=1), whole),
        (further, whole),
        (back, first.keys[:, 0]),
    )
    if not all(_close(one, other) for one, other in same):
        raise _other_kind(backbone)


def _other_kind(backbone: Backbone) -> BackboneError:
    name = backbone.config.name
    return BackboneError(f"The model {name} cannot be a backbone: its attention or positions are of another kind.")


def _close(one: Tensor, other: Tensor) -> bool:
    return bool((one - other).norm() <= CLOSE * other.norm())


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
