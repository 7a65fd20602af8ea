"""Answers of one row, token by token, through the compiled step: the prompt's cache taken over, experts beside it.

The weights are made ready in a thread of their own, because coding them takes seconds, and the first compilation ever
longer; until then, and where they do not fit, tokens go the ordinary way (decoder.py).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Thread
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (the field's name for it)
from numpy.typing import NDArray
from torch import Tensor

from nestdesk.learning import codes, decoder
from nestdesk.learning.backbone import MATRICES, Backbone, Layer
from nestdesk.learning.codes import LANES, TILE
from nestdesk.learning.experts import Active, site_sizes
from nestdesk.learning.steps import Steps

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]
Halves = NDArray[np.uint16]  # the bits of half precision
Products = tuple[Halves, Halves, NDArray[np.int64]]
"""Low-rank products of sites that share their input.

Their first factors [L, R / 16, in, 16]; of the second ones what is not zero in a tile of 64 outputs [L, T, r, 64], and
the first of the R rows that this is of [T].
"""
SITES = (("q", "k", "v"), ("o",), ("gate", "up"), ("down",))  # of the four coded matrices
MOST_WORKERS = 8  # a small model's matrices have nine tiles, and memory is read no faster by more
RETRY_TOKENS = (8, 256)  # between two tries of the other number of workers: at first, at most


class Pace:
    """How many workers a step takes: all, or one where the others are kept from running by something else.

    Workers wait for each other without letting go of the processor, so one that another program keeps off it stops
    all. Now and then the other number is tried for one token, less often each time that it is no better.
    """

    def __init__(self, most: int) -> None:
        """Begin with all workers."""
        self._best, self._other = most, 1
        self._seconds: dict[int, float] = {}
        self._interval = self._left = RETRY_TOKENS[0]

    def workers(self) -> int:
        """Return how many take part in the next step."""
        return self._other if self._left == 0 else self._best

    def took(self, workers: int, seconds: float) -> None:
        """Take note of a step's seconds."""
        known = self._seconds.get(workers, seconds)
        self._seconds[workers] = 0.7 * known + 0.3 * seconds if workers == self._best else seconds
        if self._left == 0:
            if self._seconds[self._other] < self._seconds[self._best]:
                self._best, self._other = self._other, self._best
                self._interval = RETRY_TOKENS[0]
            else:
                self._interval = min(2 * self._interval, RETRY_TOKENS[1])
            self._left = self._interval
        elif self._best != self._other:
            self._left -= 1


@dataclass(frozen=True)
class Model:
    """A backbone as the kernels take it."""

    parts: tuple[Any, ...]  # of kernels.step
    pace: Pace
    helpers: ThreadPoolExecutor
    steps: Steps | None = None  # of many rows; None: none that fit
    last_products: list[Any] = field(default_factory=list)  # the experts that they are of, and they


def can_run(backbone: Backbone) -> bool:
    """Say whether the kernels fit a backbone, and lie where it lies."""
    if backbone.hooked is not None:
        return False
    matrices = [getattr(backbone.layers[0], name) for name in MATRICES]
    return (
        backbone.device.type == "cpu"
        and codes.can_code(*matrices, backbone.head)
        and backbone.config.head_size % TILE == 0
    )


def prepared(backbone: Backbone, stored: Callable[[], Iterable[Layer]], workers: int) -> Model:
    """Code a backbone's matrices and compile the kernels, or take what was compiled before from the disk.

    Args:
        stored: reads its layers as they are stored: rounded to another precision, weights lie on no grid.
        workers: how many take part in a step at most.
    """
    layers, config = backbone.layers, backbone.config

    def all_of(name: str, size: int) -> Floats:
        found = [getattr(layer, name) for layer in layers]
        return _floats(torch.stack([layers[0].input_norm.new_zeros(size) if one is None else one for one in found]))

    head_sizes = [0 if one is None else config.head_size for one in (layers[0].q_norm, layers[0].k_norm)]
    parts = (
        *(codes.coded(partial(_all, stored, name)) for name in MATRICES),
        codes.coded(lambda: [backbone.head]),
        (all_of("input_norm", 0), all_of("post_norm", 0)),
        _floats(backbone.final_norm),
        all_of("qkv_bias", len(layers[0].qkv)),
        (all_of("q_norm", head_sizes[0]), all_of("k_norm", head_sizes[1])),
        np.float32(config.norm_eps),
    )
    helpers = ThreadPoolExecutor(MOST_WORKERS, thread_name_prefix="tokens")
    model = Model(parts, Pace(min(workers, MOST_WORKERS)), helpers)
    row = Single(backbone, model, Active(), decoder.Cache(backbone, 1, 1), 1)
    row.step(torch.zeros(1, dtype=torch.long))
    steps = _steps(backbone, helpers, min(workers, MOST_WORKERS))
    return replace(
        model, steps=steps, pace=Pace(min(workers, MOST_WORKERS))
    )  # that has not seen the compiler's seconds


@torch.no_grad()
def _steps(backbone: Backbone, helpers: ThreadPoolExecutor, workers: int) -> Steps | None:
    """Compile the steps of many rows, where products are bf16 and matrices not packed."""
    if backbone.precision is not torch.bfloat16 or backbone.layers[0].packs:
        return None
    steps = Steps(helpers, workers)
    hidden, positions = backbone.embedding[None, :2], torch.arange(2)[None]
    decoder.run(replace(backbone, steps=steps), hidden, positions, None, cache=decoder.Cache(backbone, 1, 2))
    return steps


def _all(stored: Callable[[], Iterable[Layer]], name: str) -> Iterator[Tensor]:
    for layer in stored():
        yield getattr(layer, name)


class Ahead:
    """A model that is being prepared."""

    def __init__(self, backbone: Backbone, stored: Callable[[], Iterable[Layer]], workers: int) -> None:
        """Begin in a thread of its own; for what the arguments are see prepared()."""
        self._model: Model | None = None
        self._thread = Thread(target=self._make, args=(backbone, stored, workers), name="codes", daemon=True)
        self._thread.start()

    def _make(self, backbone: Backbone, stored: Callable[[], Iterable[Layer]], workers: int) -> None:
        try:
            self._model = prepared(backbone, stored, workers)
        except Exception:  # a folder that nothing can be compiled into, a processor that the compiler does not know
            log.exception("The kernels for single tokens could not be made ready; tokens go the ordinary way.")

    def model(self, wait: bool = False) -> Model | None:
        """Return the model, or None while it is not ready, and where it could not be made."""
        if wait:
            self._thread.join()
        return self._model


class Single:
    """One row that grows by a token at a time."""

    def __init__(self, backbone: Backbone, model: Model, active: Active, cache: decoder.Cache, more: int) -> None:
        """Take over what a prompt left in its cache, with room for more tokens; experts are made ready."""
        self._backbone, self._model, self._active = backbone, model, active
        self._count = self._at = cache.length
        self._experts = _experts(backbone, model, active)
        self._cache = _behind_prefixes(backbone, active, cache, more)
        self._count += self._cache[2].shape[1]
        config = backbone.config
        self._shared = (
            np.empty((config.heads + 2 * config.kv_heads) * config.head_size, np.float32),
            np.empty((MOST_WORKERS, config.heads, config.head_size + 2), np.float32),
            np.empty((2, config.hidden), np.float32),
            np.empty(2 * config.inner, np.float32),
            np.empty(len(backbone.head), np.float32),
        )

    def step(self, token: Tensor) -> Tensor:
        """Add a token [1] and return the logits [1, V] after it."""
        from nestdesk.learning import kernels  # compiled code: loaded when it is needed

        hidden = decoder.embed(self._backbone, token[None], self._active)[0, 0].numpy().copy()
        turns = _turns(self._backbone, self._active, self._at)
        self._count, self._at = self._count + 1, self._at + 1
        workers, began = self._model.pace.workers(), time.perf_counter()
        shared = (*self._shared, np.zeros(1, np.int64))
        arguments = (hidden, self._model.parts, self._experts, self._cache, self._count, turns, shared)
        step: Callable[..., None] = kernels.step
        others = [self._model.helpers.submit(step, *arguments, one, workers) for one in range(1, workers)]
        step(*arguments, 0, workers)
        for other in others:
            other.result()
        self._model.pace.took(workers, time.perf_counter() - began)
        scores = torch.from_numpy(shared[4])[None]
        if not self._active.vocabulary:
            return scores
        normed = decoder.final(self._backbone, torch.from_numpy(hidden)[None])
        for own, _, rows_out in self._active.vocabulary:
            scores = scores.index_add(-1, own, F.linear(normed, rows_out))
        return scores


def _turns(backbone: Backbone, active: Active, at: int) -> tuple[Floats, Floats]:
    """Return cosines and sines [L, d / 2] of a position."""
    half, layers = backbone.config.head_size // 2, backbone.config.layers
    shifts = [None] * layers if active.frequency is None else list(active.frequency)
    positions = torch.full((1, 1), at)
    found: dict[int, tuple[Tensor, Tensor]] = {}
    for index, shift in enumerate(shifts if active.frequency is not None else shifts[:1]):
        found[index] = decoder.rotary(backbone.config, positions, torch.float32, shift)
    pairs = [found.get(index, found[0]) for index in range(layers)]
    cosines = torch.stack([pair[0].flatten()[:half] for pair in pairs])
    sines = torch.stack([pair[1].flatten()[:half] for pair in pairs])
    return _floats(cosines), _floats(sines)


def _experts(backbone: Backbone, model: Model, active: Active) -> tuple[Any, ...]:
    """Return low-rank products of the four matrices and the heat [L, H] of attention; the last products are kept.

    *Why*: the slow experts take part in nearly every answer, beside blocks that differ.
    """
    kept = model.last_products
    if not kept or kept[0].folds is not active.folds or kept[0].products or active.products:
        kept[:] = [active, tuple(_products(backbone, active, sites) for sites in SITES)]
    scale = torch.full((backbone.config.layers, backbone.config.heads), 1 / math.sqrt(backbone.config.head_size))
    heat = scale if active.temperature is None else scale * torch.exp(active.temperature)
    return (*kept[1], _floats(heat))


def _products(backbone: Backbone, active: Active, sites: tuple[str, ...]) -> Products:
    """Return all products of some sites that share their input."""
    sizes = [site_sizes(backbone.config, site) for site in sites]
    inputs, outputs = sizes[0][0], sum(size for _, size in sizes)
    layers = range(backbone.config.layers)
    pairs = {
        (layer, site): [pair for folded in (active.folds, active.products) for pair in folded.get((layer, site), ())]
        for layer in layers
        for site in sites
    }
    ranks = [max(sum(len(first) for first, _ in pairs[layer, site]) for layer in layers) for site in sites]
    rank = -(-sum(ranks) // LANES) * LANES
    first = torch.zeros(len(layers), inputs, rank, dtype=torch.float16)
    second = torch.zeros(len(layers), rank, outputs, dtype=torch.float16)
    used: list[tuple[range, range]] = []  # outputs of a site, and its rows
    for site, (_, size), own in zip(sites, sizes, ranks, strict=True):
        left, top = (used[-1][0].stop, used[-1][1].stop) if used else (0, 0)
        used.append((range(left, left + size), range(top, top + own)))
        for layer in layers:
            row = top
            for one, other in pairs[layer, site]:
                first[layer, :, row : row + len(one)] = one.T
                second[layer, row : row + len(one), left : left + size] = other.T
                row += len(one)
    lefts = range(0, outputs, TILE)
    rows = [[own for at, own in used if at.start < left + TILE and at.stop > left] for left in lefts]
    most = max(own[-1].stop - own[0].start for own in rows)
    starts = [min(own[0].start, rank - most) for own in rows]
    tiles = [second[:, start : start + most, left : left + TILE] for start, left in zip(starts, lefts, strict=True)]
    columns = first.view(len(layers), inputs, rank // LANES, LANES).transpose(1, 2)
    return _halves(columns), _halves(torch.stack(tiles, dim=1)), np.array(starts)


def _behind_prefixes(
    backbone: Backbone, active: Active, cache: decoder.Cache, more: int
) -> tuple[Halves, Halves, Floats]:
    """Return keys [L, KV, V / 64, d, 64] and values [L, KV, d / 64, V, 64], the experts' first; their bias [L, P]."""
    config = backbone.config
    prefixes: Mapping[int, Any] = active.prefixes
    before = max((sum(one.keys.shape[-2] for one in own) for own in prefixes.values()), default=0)
    room = -(-(before + cache.length + more) // TILE) * TILE  # attention takes whole tiles
    shape = config.layers, config.kv_heads, room, config.head_size
    keys, values = (torch.from_numpy(np.zeros(shape, np.float16)) for _ in range(2))  # in large pages, as NumPy does
    bias = torch.full((config.layers, before), -1e30)
    keys[:, :, before : before + cache.length] = cache.keys[:, 0, :, : cache.length]
    values[:, :, before : before + cache.length] = cache.values[:, 0, :, : cache.length]
    for layer, own in prefixes.items():
        end = before
        for prefix in own:
            begin = end - prefix.keys.shape[-2]
            keys[layer, :, begin:end] = prefix.keys
            values[layer, :, begin:end] = prefix.values
            bias[layer, begin:end] = math.log(prefix.gate)
            end = begin
    layers, heads, _, size = shape
    key_tiles = keys.view(layers, heads, room // TILE, TILE, size).transpose(3, 4)
    value_tiles = values.view(layers, heads, room, size // TILE, TILE).transpose(2, 3)
    return _halves(key_tiles), _halves(value_tiles), _floats(bias)


def _floats(tensor: Tensor) -> Floats:
    found: Floats = tensor.detach().float().contiguous().numpy()
    return found


def _halves(tensor: Tensor) -> Halves:
    found: Halves = tensor.detach().contiguous().numpy().view(np.uint16)
    return found
