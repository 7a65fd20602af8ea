"""Whether expert weights from elsewhere fit the backbone: told by their header, before anything of them is loaded.

The header says which tensors there are, of which type and shape. A function and the backbone's sizes leave only a few
of these free (a rank, a number of positions), so what must be there is computed and compared: one tensor more, one less
or one of another shape and the file is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import torch
from safetensors import SafetensorError
from torch import Tensor

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Function, Level
from nestdesk.learning import experts, weight_files
from nestdesk.learning.backbone import Backbone, Config
from nestdesk.learning.expert_header import STRUCTURE
from nestdesk.learning.experts import SITES, ExpertWeights

MOST_RANK = 512  # 32 is the most that any effort learns
MOST_POSITIONS = 1 << 14  # twice as many as a source learns

Tensors = Mapping[str, tuple[str, tuple[int, ...]]]  # type and shape by name


def fitted(path: Path, backbone: Backbone) -> ExpertWeights:
    """Load expert weights if they are what an expert of this backbone can be.

    Raises:
        CheckpointError: the file is damaged, belongs to another backbone, or has tensors, sizes or values that no
            expert has.
    """
    function, found = _header(path)
    try:
        is_fit = dict(found) == _wanted(backbone.config, function, found)
    except (LookupError, ValueError):  # a tensor that the others are measured by is missing, or has another name
        is_fit = False
    if not is_fit:
        raise CheckpointError("These weights do not have the sizes of this backbone's experts, so they were refused.")
    expert = experts.load(path, backbone.fingerprint(), backbone.device)
    if not _is_sound(expert, backbone.config):
        raise CheckpointError("These weights hold values that no expert can have, so they were refused.")
    return expert


def _header(path: Path) -> tuple[Function, Tensors]:
    try:
        with weight_files.opened(path) as file:
            said = json.loads((file.metadata() or {})["nestdesk"])
            Level(said["level"])
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            found = {name: (str(one.get_dtype()), tuple(one.get_shape())) for name, one in slices.items()}
            return Function(said["function"]), found
    except (SafetensorError, OSError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise CheckpointError("These expert weights are damaged.") from error


def _wanted(config: Config, function: Function, found: Tensors) -> Tensors | None:
    """Return the tensors that an expert of a function must have, given the sizes that are its own; None: it has none.

    Raises:
        LookupError, ValueError: these sizes cannot be told.
    """
    if function is Function.ATTENTION and "starts" in found:
        return _blocks(config, found)
    if function in SITES:
        return _products(config, function, found)
    if function is Function.VOCABULARY:
        (count,) = found["ids"][1]
        rows = ("F16", (count, config.hidden))
        return {"ids": ("I64", (count,)), "rows_in": rows, "rows_out": rows} if 0 < count <= config.vocabulary else None
    return {"temperature": ("F16", (config.layers, config.heads)), "frequency": ("F16", (config.layers,))}


def _blocks(config: Config, found: Tensors) -> Tensors | None:
    (ends,), (_, positions, _) = found["starts"][1], found["0.keys"][1]
    if not (2 <= ends <= positions + 1 and positions <= MOST_POSITIONS):
        return None
    weights = ("I8", (config.kv_heads, positions, config.head_size))
    scales = ("F16", (config.kv_heads, positions, 1))
    names = [f"{layer}.{part}" for layer in range(config.layers) for part in ("keys", "values")]
    return {
        "starts": ("I64", (ends,)),
        **dict.fromkeys(names, weights),
        **dict.fromkeys((f"{name}.scale" for name in names), scales),
    }


def _products(config: Config, function: Function, found: Tensors) -> Tensors | None:
    firsts = [name for name in found if name.endswith(".a")]
    rank = found[firsts[0]][1][0]
    if not 0 < rank <= MOST_RANK:
        return None
    wanted: dict[str, tuple[str, tuple[int, ...]]] = {}
    for name in firsts:
        layer, site, _ = name.split(".")
        if site not in SITES[function] or layer not in map(str, range(config.layers)):
            return None
        size_in, size_out = experts.site_sizes(config, site)
        wanted[name] = ("F16", (rank, size_in))
        wanted[f"{layer}.{site}.b"] = ("F16", (size_out, rank))
    return wanted


def _is_sound(expert: ExpertWeights, config: Config) -> bool:
    tensors = expert.tensors
    if not all(bool(torch.isfinite(one).all()) for name, one in tensors.items() if name not in STRUCTURE):
        return False
    if "ids" in tensors:
        return int(tensors["ids"][0]) >= 0 and _rises(tensors["ids"]) and int(tensors["ids"][-1]) < config.vocabulary
    return True


def _rises(numbers: Tensor) -> bool:
    return all(one < other for one, other in pairwise(numbers.tolist()))
