"""The sizes of a model, as its config.json tells them, within what a model can have."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nestdesk.core.errors import BackboneError

MOST_JSON_BYTES = 1 << 28  # the largest tokenizers have a seventh of that

_FAMILIES = ("llama", "qwen2", "qwen3", "mistral")
# Several times what the largest published models have.
_MOST = {
    "layers": 1 << 10,
    "hidden": 1 << 17,
    "heads": 1 << 12,
    "kv_heads": 1 << 12,
    "head_size": 1 << 12,
    "inner": 1 << 20,
    "vocabulary": 1 << 22,
    "context_tokens": 1 << 26,
}


@dataclass(frozen=True)
class Config:
    """The sizes of a Llama-like model. head_size * heads may differ from hidden."""

    name: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    inner: int
    vocabulary: int
    context_tokens: int
    rope_theta: float
    norm_eps: float
    rope_scaling: tuple[float, float, float, float] | None = None  # llama3: factor, low, high, original context


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        BackboneError: it is missing, damaged or too large.
    """
    try:
        if path.stat().st_size > MOST_JSON_BYTES:
            raise BackboneError(f"The model file {path} is larger than it can be; it was not read.")
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BackboneError(f"The model file {path.name} is missing in {path.parent}; run the set-up.") from error
    except (ValueError, RecursionError) as error:
        raise BackboneError(f"The model file {path} is damaged; run the set-up again.") from error
    except OSError as error:
        raise BackboneError(f"The model file {path} cannot be read: {error.strerror or error}.") from error
    if not isinstance(found, dict):
        raise BackboneError(f"The model file {path} is damaged; run the set-up again.")
    return found


def is_own(folder: Path) -> bool:
    """Say whether a model folder is of a family that the decoder itself runs.

    Raises:
        BackboneError: its config.json is missing, damaged or names none.
    """
    family = read_json(folder / "config.json").get("model_type")
    if not isinstance(family, str):
        raise BackboneError("The model's config.json does not say of which family it is.")
    return family in _FAMILIES


def read(folder: Path) -> Config:
    """Read the sizes from the config.json of a model folder that the decoder runs.

    Raises:
        BackboneError: it is missing or damaged, or no model has such sizes.
    """
    raw = read_json(folder / "config.json")
    try:
        config = _config(raw, folder.name)
    except KeyError as error:
        raise BackboneError(f"The model's config.json lacks {error}.") from error
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BackboneError("The model's config.json says something else than a number where one is needed.") from error
    require_sizes(config)
    return config


def _config(raw: dict[str, Any], name: str) -> Config:
    rope = raw.get("rope_parameters") or raw.get("rope_scaling") or {}
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind not in ("default", "llama3"):
        raise BackboneError(f"The model scales its positions by {kind!r}, which is not supported.")
    scaling = None
    if kind == "llama3":
        keys = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
        scaling = (float(rope[keys[0]]), float(rope[keys[1]]), float(rope[keys[2]]), float(rope[keys[3]]))
    return Config(
        name=str(raw.get("_name_or_path") or name),
        layers=raw["num_hidden_layers"],
        hidden=raw["hidden_size"],
        heads=raw["num_attention_heads"],
        kv_heads=raw.get("num_key_value_heads") or raw["num_attention_heads"],
        head_size=raw.get("head_dim") or raw["hidden_size"] // raw["num_attention_heads"],
        inner=raw["intermediate_size"],
        vocabulary=raw["vocab_size"],
        context_tokens=raw.get("max_position_embeddings", 2048),
        rope_theta=float(rope.get("rope_theta") or raw.get("rope_theta") or 10000.0),
        norm_eps=float(raw.get("rms_norm_eps", 1e-6)),
        rope_scaling=scaling,
    )


def require_sizes(config: Config) -> None:
    """Refuse sizes that no model has."""
    for name, most in _MOST.items():
        size = getattr(config, name)
        if type(size) is not int or not 0 < size <= most:
            raise BackboneError(f"The model's config.json says {size!r} for its {name.replace('_', ' ')}.")
    scaling = config.rope_scaling
    numbers = (config.rope_theta, config.norm_eps, *(scaling or ()))
    if config.heads % config.kv_heads or config.head_size % 2 or (scaling and scaling[1] == scaling[2]):
        raise BackboneError("The sizes in the model's config.json do not fit each other.")
    if not all(math.isfinite(number) and number > 0 for number in numbers):
        raise BackboneError("The model's config.json holds numbers that no model can have.")
