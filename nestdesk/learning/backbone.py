"""The frozen pretrained language model: its weights, its tokenizer, its chat format and its fingerprint.

A backbone is a folder: config.json, model.safetensors (one or more files) and tokenizer.json, of the Llama or Qwen
family, or of another one that transformers runs (hooked.py). A GGUF file is dequantised into such a folder once
(convert), because reading it takes many seconds each time.
Nothing in this program writes to the weights: fingerprint() proves it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from nestdesk.core.errors import BackboneError
from nestdesk.core.types import Role, Turn
from nestdesk.learning import gguf_file, model_config, model_files
from nestdesk.learning.marks import marks_of
from nestdesk.learning.model_config import Config as Config
from nestdesk.learning.packs import Pack, Packs, can_pack, is_quicker, pack
from nestdesk.learning.steps import Steps

if TYPE_CHECKING:
    from nestdesk.learning.hooked import Hooked

MATRICES = ("qkv", "o", "gate_up", "down")  # of a layer

_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass(frozen=True)
class Layer:
    """The frozen weights of one block; q, k, v and gate, up lie in one matrix each, so that one product serves them."""

    input_norm: Tensor  # D
    qkv: Tensor  # (H + 2 KV) * head_size, D
    qkv_bias: Tensor | None
    q_norm: Tensor | None  # head_size
    k_norm: Tensor | None
    o: Tensor  # D, H * head_size
    post_norm: Tensor  # D
    gate_up: Tensor  # 2 * inner, D
    down: Tensor  # D, inner
    packs: Mapping[str, Pack] = field(default_factory=dict)  # of the matrices, by name, for a few rows


@dataclass(frozen=True)
class Backbone:
    """A loaded model. Its tensors carry no gradient and are never written to."""

    config: Config
    embedding: Tensor  # V, D
    layers: tuple[Layer, ...]
    final_norm: Tensor  # D
    head: Tensor  # V, D (the embedding itself where they are tied)
    tokenizer: Tokenizer
    chat_template: str
    bos: str
    stop_ids: frozenset[int]
    end_id: int  # the mark that ends the assistant's turn
    identity: str = ""  # digest of the weights as they are stored, whatever precision they are computed in
    loaded: str = ""  # digest of the weights as they were loaded
    head_pack: Pack | None = None
    steps: Steps | None = None  # compiled ones between the products, for answers
    hooked: Hooked | None = None  # what runs the layers of another architecture, which are not listed then

    @property
    def precision(self) -> torch.dtype:
        """The type that the layers' products are computed in."""
        return self.hooked.precision if self.hooked else self.layers[0].qkv.dtype

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return self.embedding.device

    @property
    def parameters(self) -> int:
        """The number of weights, tied ones counted once."""
        return sum(tensor.numel() for tensor in self._tensors())

    def _tensors(self) -> list[Tensor]:
        if self.hooked:
            return self.hooked.tensors()
        found = [self.embedding, self.final_norm]
        if self.head is not self.embedding:
            found.append(self.head)
        for layer in self.layers:
            found += [tensor for tensor in vars(layer).values() if isinstance(tensor, Tensor)]
        return found

    def fingerprint(self) -> str:
        """Digest every weight. Equal digests mean bit-identical backbones; experts belong to one digest.

        The digest is that of the stored weights, so that an expert fits on every device; weights that were written to
        since they were loaded give another one.
        """
        now = self._digest()
        return self.identity if self.identity and now == self.loaded else now

    def _digest(self) -> str:
        digest = hashlib.sha256(repr(self.config).encode())
        for tensor in self._tensors():
            digest.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().data)
        return digest.hexdigest()

    def reader(self, text: str) -> Tokenizer:
        """Return the tokenizer that takes a text for what it is: marks of the chat format in it are characters."""
        return marks_of(self.tokenizer, self.chat_template).reader(text)

    def encode(self, text: str) -> list[int]:
        """Return the token ids of a text, without markers added; a mark in it is read as characters."""
        return list(self.reader(text).encode(text, add_special_tokens=False).ids)

    def prompt(self, turns: Sequence[Turn]) -> list[int]:
        """Return the token ids of a conversation in the model's own chat format, ready to be continued.

        INVARIANT: the only marks in it are those of the format; no turn can end itself or begin another one.
        """
        marks = marks_of(self.tokenizer, self.chat_template)
        if not marks.are_in([turn.text for turn in turns]):
            return list(self.tokenizer.encode(self.render(turns), add_special_tokens=False).ids)
        return marks.encode(self.render([Turn(turn.role, marks.guarded(turn.text)) for turn in turns]))

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of token ids, without special tokens."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True))

    def render(self, turns: Sequence[Turn]) -> str:
        """Return the prompt text in the model's own chat format, ending where the assistant's answer begins."""
        if not any(turn.role is Role.SYSTEM for turn in turns):
            turns = (Turn(Role.SYSTEM, "You are a helpful assistant."), *turns)
        messages = [{"role": str(turn.role), "content": turn.text} for turn in turns]
        template = _compiled(self.chat_template)
        return template.render(messages=messages, add_generation_prompt=True, bos_token=self.bos, eos_token="")


@lru_cache(4)
def _compiled(template: str) -> Template:
    """Return a chat template ready to be filled in; compiling one takes 5 ms, and learning fills in thousands."""
    return ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(template)


def packed(layer: Layer) -> Layer:
    """Return a layer whose matrices are there in packed form as well, as far as they can be."""
    return replace(layer, packs=Packs({name: getattr(layer, name) for name in MATRICES}))


def quick(backbone: Backbone) -> Backbone:
    """Return a backbone that computes few rows from packed matrices, where that is quicker; the head is fp32 else."""
    layers = tuple(packed(layer) for layer in backbone.layers) if is_quicker(backbone.precision) else backbone.layers
    return replace(backbone, layers=layers, head_pack=pack(backbone.head) if can_pack(backbone.head) else None)


def unpacked(backbone: Backbone) -> Backbone:
    """Return a backbone that computes any number of rows from the matrices as they are, and packs none of them."""
    return replace(backbone, layers=tuple(replace(layer, packs={}) for layer in backbone.layers))


def best_precision(device: torch.device) -> torch.dtype:
    """Return bf16 where the processor multiplies it several times faster than fp32, else fp32.

    Decided by what the processor says it can, not by timing it, so that every start computes the same bits.
    """
    if device.type == "cuda":
        return torch.bfloat16
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("avx512_bf16") or able.get("amx_bf16") else torch.float32


def load(folder: Path, device: torch.device | str = "cpu", precision: torch.dtype = torch.float32) -> Backbone:
    """Load a backbone folder.

    Args:
        precision: of the layers' matrices; embedding, norms and head stay in fp32.

    Raises:
        BackboneError: a file is missing, damaged, contradicts another one, or of a model that cannot be a backbone.
    """
    if not model_config.is_own(folder):
        from nestdesk.learning import hooked  # transformers takes seconds to import

        return hooked.load(folder, device, precision, _load_tokenizer(folder))
    config = model_config.read(folder)
    shards = sorted(folder.glob("*.safetensors"))
    if not shards:
        raise BackboneError(f"The model folder {folder} holds no .safetensors file.")
    wanted = model_files.weights_of(shards, config)
    tokenizer = _load_tokenizer(folder)
    weights: dict[str, Tensor] = {}
    try:
        for shard in shards:
            with safe_open(shard, framework="pt", device=str(device)) as file:
                for stored, name in wanted[shard].items():
                    weights[name] = file.get_tensor(stored).to(torch.float32)
    except (SafetensorError, OSError) as error:
        raise BackboneError(f"The model file in {folder} is damaged; run the set-up again.") from error
    return _in_precision(_assemble(config, weights, *tokenizer), precision)


def _assemble(
    config: Config, weights: dict[str, Tensor], tokenizer: Tokenizer, template: str, bos: str, stops: list[int]
) -> Backbone:
    embedding = weights["embed_tokens.weight"]
    return Backbone(
        config=config,
        embedding=embedding,
        layers=tuple(_layer(weights, index) for index in range(config.layers)),
        final_norm=weights["norm.weight"],
        head=weights.get("lm_head.weight", embedding),
        tokenizer=tokenizer,
        chat_template=template,
        bos=bos,
        stop_ids=frozenset(stops),
        end_id=stops[0],
    )


def _layer(weights: Mapping[str, Tensor], index: int) -> Layer:
    def take(name: str) -> Tensor:
        return weights[f"layers.{index}.{name}"]

    bias = f"layers.{index}.self_attn.q_proj.bias" in weights
    norms = f"layers.{index}.self_attn.q_norm.weight" in weights
    projections = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
    return Layer(
        input_norm=take("input_layernorm.weight"),
        qkv=torch.cat([take(f"{name}.weight") for name in projections]),
        qkv_bias=torch.cat([take(f"{name}.bias") for name in projections]) if bias else None,
        q_norm=take("self_attn.q_norm.weight") if norms else None,
        k_norm=take("self_attn.k_norm.weight") if norms else None,
        o=take("self_attn.o_proj.weight"),
        post_norm=take("post_attention_layernorm.weight"),
        gate_up=torch.cat([take("mlp.gate_proj.weight"), take("mlp.up_proj.weight")]),
        down=take("mlp.down_proj.weight"),
    )


def stored_layers(folder: Path) -> Iterator[Layer]:
    """Read a backbone folder that was loaded before once more, a layer at a time, as exact as it is stored (fp32)."""
    config = model_config.read(folder)
    wanted = model_files.weights_of(sorted(folder.glob("*.safetensors")), config)
    for index in range(config.layers):
        weights: dict[str, Tensor] = {}
        for shard, names in wanted.items():
            with safe_open(shard, framework="pt") as file:
                for stored, name in names.items():
                    if name.startswith(f"layers.{index}."):
                        weights[name] = file.get_tensor(stored).to(torch.float32)
        yield _layer(weights, index)


def _in_precision(backbone: Backbone, precision: torch.dtype) -> Backbone:
    identity = backbone.fingerprint()
    if precision is torch.float32:
        return replace(backbone, identity=identity, loaded=identity)
    embedding = (
        backbone.embedding.clone()
    )  # what stays fp32 is copied: a part of the file in use keeps all of it mapped

    def copied(weight: Tensor | None) -> Tensor | None:
        return None if weight is None else weight.clone()

    layers = tuple(
        Layer(
            input_norm=layer.input_norm.clone(),
            qkv=layer.qkv.to(precision),
            qkv_bias=None if layer.qkv_bias is None else layer.qkv_bias.to(precision),
            q_norm=copied(layer.q_norm),
            k_norm=copied(layer.k_norm),
            o=layer.o.to(precision),
            post_norm=layer.post_norm.clone(),
            gate_up=layer.gate_up.to(precision),
            down=layer.down.to(precision),
        )
        for layer in backbone.layers
    )
    cast = replace(
        backbone,
        embedding=embedding,
        layers=layers,
        final_norm=backbone.final_norm.clone(),
        head=embedding if backbone.head is backbone.embedding else backbone.head.clone(),
        identity=identity,
    )
    return replace(cast, loaded=cast._digest())


def _load_tokenizer(folder: Path) -> tuple[Tokenizer, str, str, list[int]]:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise BackboneError(f"The model folder {folder} holds no tokenizer.json.")
    if path.stat().st_size > model_config.MOST_JSON_BYTES:
        raise BackboneError(f"The model file {path} is larger than it can be; it was not read.")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more special for a file that it cannot read
        raise BackboneError(f"The tokenizer in {folder} is damaged; run the set-up again.") from error
    spelled = folder / "tokenizer_config.json"
    settings = model_config.read_json(spelled) if spelled.is_file() else {}
    jinja = folder / "chat_template.jinja"
    template = jinja.read_text(encoding="utf-8") if jinja.is_file() else settings.get("chat_template") or _CHATML
    eos, bos = (_token(settings.get(name)) for name in ("eos_token", "bos_token"))
    names = [eos, "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "</s>", "<|end_of_text|>"]
    after = _after_a_turn(str(template), bos, eos)  # settings may name another mark than the model was taught with
    names.sort(key=lambda name: not (name and after.startswith(name)))
    found = [index for name in names if name and (index := tokenizer.token_to_id(name)) is not None]
    if not found:
        raise BackboneError(f"The tokenizer in {folder} has no token that ends a turn.")
    return tokenizer, str(template), bos, found


def _after_a_turn(template: str, bos: str, eos: str) -> str:
    """Return what a chat template writes behind an answer; nothing if it does not take a whole conversation."""
    messages = [{"role": "user", "content": "Question"}, {"role": "assistant", "content": "Answer"}]
    try:
        text = _compiled(template).render(messages=messages, add_generation_prompt=False, bos_token=bos, eos_token=eos)
    except TemplateError:
        return ""
    return text.rpartition("Answer")[2].lstrip()


def _token(entry: object) -> str:
    return str(entry.get("content", "")) if isinstance(entry, dict) else str(entry or "")


def convert(gguf: Path, folder: Path) -> None:
    """Dequantise a GGUF file into a backbone folder, atomically: the folder appears whole or not at all.

    Raises:
        BackboneError: the file is missing, damaged or of an unknown architecture.
    """
    if not gguf.is_file():
        raise BackboneError(f"The model file {gguf} does not exist.")
    gguf_file.require_sound(gguf)
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers import AutoModelForCausalLM, AutoTokenizer  # seconds to import, needed once

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".converting-") as scratch:
        whole = Path(scratch) / folder.name
        try:
            tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
            model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
        except (ValueError, OSError, KeyError, IndexError, RuntimeError) as error:
            raise BackboneError(f"{gguf.name} is not a model that can be read: it is damaged or unknown.") from error
        tokenizer.save_pretrained(whole)
        weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
        if model.config.tie_word_embeddings:
            weights.pop("lm_head.weight", None)
        save_file(weights, whole / "model.safetensors")
        named = model.config.to_dict() | {"_name_or_path": gguf.name.removesuffix(".gguf")}
        named.pop("quantization_config", None)
        (whole / "config.json").write_text(json.dumps(named, indent=1, default=str), encoding="utf-8")
        load(whole)  # proves that what was written can be read
        if folder.exists():
            shutil.rmtree(folder)
        whole.rename(folder)
