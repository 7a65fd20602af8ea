"""One token through the whole model, compiled for this processor: what a single row spends its time on.

A token's hundreds of small operations cost as much as its weights when each is a call of its own. Here they are one
call. The weights are codes of four or eight bits (codes.py), and what they are multiplied with is rounded to bytes
(dots.py); experts are low-rank products beside them, unmerged and unrounded; keys and values are half precision.
Several workers share a step: each computes its own tiles, and what all heads see in its own positions. They wait for
each other by looking at a counter, which takes less than a millionth of a second where all of them run. Where arrays
happen to lie decides how sums are ordered, so results are the same but for the last bits.

Shapes: L layers, D hidden, H heads, G of them with the same keys and values, V kept positions; d is the size of a
head, R the rank of all products of a site.

Reference: Llama (arXiv 2302.13971), as decoder.py; the parts of attention are joined as in FlashAttention (arXiv
2205.14135); compiled by Numba (LLVM-HPC 2015), on disk for the next start.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from nestdesk.learning import dots, halves
from nestdesk.learning.codes import FOUR_BITS_BYTES, LANES, TILE

f32 = np.float32
LEAST = f32(-1e30)  # a score that counts for nothing; infinities are ruled out by fast arithmetic

_features = llvm.get_host_cpu_features()
if _features.get("avx512bf16") and not numba.config.CPU_FEATURES:
    # *Why*: LLVM takes half of the width, for processors that it slowed down: 11.6 -> 7.6 ms for a token's weights.
    _features["prefer-256-bit"] = False
    numba.config.CPU_NAME, numba.config.CPU_FEATURES = llvm.get_host_cpu_name(), _features.flatten()

compiled = njit(fastmath=True, nogil=True, error_model="numpy", cache=True)
_four_bits, _eight_bits = (dots.tile_product(dots.best(), bits) for bits in (4, 8))
_one_row, _two_rows, _three_rows, _four_rows = (halves.widened(count) for count in (1, 2, 3, 4))


@intrinsic
def _narrow(typing: Any, value: Any) -> Any:
    """Return the bits of a float in half precision."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(builder.fptrunc(arguments[0], ir.HalfType()), ir.IntType(16))

    return types.uint16(types.float32), build


def _place(context: Any, builder: Any, signature: Any, array: Any) -> Any:
    return make_array(signature.args[0])(context, builder, array).data


@intrinsic
def _arrive(typing: Any, counter: Any) -> Any:
    """Count one up in an int64 array, as seen by every thread."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _place(context, builder, signature, arguments[0])
        return builder.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "acq_rel")

    return types.int64(counter), build


@intrinsic
def _arrived(typing: Any, counter: Any) -> Any:
    """Read an int64 array's number as other threads left it."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load_atomic(_place(context, builder, signature, arguments[0]), "acquire", 8)

    return types.int64(counter), build


@intrinsic
def _float_of(typing: Any, bits: Any) -> Any:
    """Return the float that 32 bits stand for."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.int32), build


@compiled
def exp(x):
    """Return the exponential to a part in 5 million, for many numbers at once, which the library's cannot; else 0."""
    turns = max(min(x * f32(1.4426950408889634), f32(126)), f32(-127))
    whole = np.floor(turns + f32(0.5))
    u = (turns - whole) * f32(0.6931471805599453)
    tail = f32(1 / 24) + u * (f32(1 / 120) + u * f32(1 / 720))
    power = f32(1) + u * (f32(1) + u * (f32(0.5) + u * (f32(1 / 6) + u * tail)))
    return power * _float_of((np.int32(whole) + np.int32(127)) << np.int32(23))


@compiled
def _meet(counter, meetings, workers):
    """Wait until every worker is here; return how often they have met."""
    if workers > 1:
        _arrive(counter)
        while _arrived(counter) < workers * (meetings + 1):
            pass
    return meetings + 1


@compiled
def _round(x, small, heights, totals):
    """Round x to signed bytes with a height for each group of 32, and write the groups' sums of bytes."""
    for g in range(len(x) // 32):
        own, out = x[g * 32 : g * 32 + 32], small[g * 32 : g * 32 + 32]
        top = f32(1e-30)
        for k in range(32):
            top = max(top, abs(own[k]))
        scale, total = f32(127) / top, f32(0)
        for k in range(32):
            whole = np.floor(own[k] * scale + f32(0.5))
            out[k] = np.int8(whole)
            total += whole
        heights[g], totals[g] = top * f32(1 / 127), total


@compiled
def _product(matrix, layer, row, y, worker, workers):
    """Write a worker's tiles of the product of a coded matrix and a rounded row into y."""
    tiles, is_four_bits = matrix.shape[1], matrix.shape[3] == FOUR_BITS_BYTES
    quads, heights, totals = row
    for t in range(tiles * worker // workers, tiles * (worker + 1) // workers):
        tile, out = matrix[layer, t], y[t * TILE : t * TILE + TILE]
        if is_four_bits:
            _four_bits(tile, quads, heights, totals, out)
        else:
            _eight_bits(tile, quads, heights, totals, out)


@compiled
def _fetch(matrix, layer, worker, workers):
    """Have the beginning of a worker's tiles fetched while it waits for the others."""
    first = matrix[layer, matrix.shape[1] * worker // workers]
    for line in range(0, dots.AHEAD_BYTES, dots.LINE):
        dots.fetch(first, line)


@compiled
def _spread(second, low, out):
    """Add the products of rows low [G, R] and second [R, 64] in half precision to out [G, 64]."""
    done = 0
    while done < len(low):
        left = len(low) - done
        if left >= 4:
            _four_rows(second, low[done : done + 4], out[done : done + 4])
        elif left == 3:
            _three_rows(second, low[done:], out[done:])
        elif left == 2:
            _two_rows(second, low[done:], out[done:])
        else:
            _one_row(second, low[done:], out[done:])
        done += min(left, 4)


@compiled
def _add(expert, layer, x, y, worker, workers):
    """Add a worker's tiles of a low-rank product of x to y; single.Products says what it is made of."""
    first, second, starts = expert[0][layer], expert[1][layer], expert[2]
    if len(first) == 0:
        return
    low, out = np.empty((1, len(first) * LANES), f32), y.reshape(1, -1)
    for b in range(len(first)):
        halves.narrowed(first[b], x, low[0, b * LANES : b * LANES + LANES])
    tiles, rank = len(starts), second.shape[1]
    for t in range(tiles * worker // workers, tiles * (worker + 1) // workers):
        _spread(second[t], low[:, starts[t] : starts[t] + rank], out[:, t * TILE : t * TILE + TILE])


@compiled
def _norm(x, weight, eps, out):
    total = f32(0)
    for i in range(len(x)):
        total += x[i] * x[i]
    scale = f32(1) / np.sqrt(total / f32(len(x)) + eps)
    for i in range(len(x)):
        out[i] = x[i] * scale * weight[i]


@compiled
def _head(source, weight, eps, cosine, sine, out):
    """Write one head's query or key, normed if the model does so and turned by its position, into out."""
    out[:] = source
    if len(weight) > 0:
        _norm(source, weight, eps, out)
    half = len(out) // 2
    for i in range(half):
        a, b = out[i], out[i + half]
        out[i] = a * cosine[i] - b * sine[i]
        out[i + half] = b * cosine[i] + a * sine[i]


@compiled
def _attend(queries, keys, values, bias, begin, end, last, weights, seen):
    """Write what queries [G, d] see in some positions into seen [G, d + 2]; its end is for joining with others.

    Args:
        keys, values: [V / 64, d, 64] and [d / 64, V, 64] in half precision; the first positions have a bias [P].
        begin, end: of the positions, in whole tiles.
        last: those from here on count for nothing.
        weights: room for [G, end - begin].
        seen: the sum of the values, then the highest score and the sum of the weights.
    """
    size, count = queries.shape[1], end - begin
    weights[:] = f32(0)
    seen[:] = f32(0)
    for at in range(0, count, TILE):
        _spread(keys[(begin + at) // TILE], queries, weights[:, at : at + TILE])
    for g in range(len(queries)):
        own = weights[g]
        for s in range(begin, min(end, len(bias))):
            own[s - begin] += bias[s]
        for s in range(last, end):
            own[s - begin] = LEAST
        top, total = LEAST, f32(0)
        for s in range(count):
            top = max(top, own[s])
        for s in range(count):
            own[s] = exp(own[s] - top)
            total += own[s]
        seen[g, size], seen[g, size + 1] = top, total
    for part in range(len(values)):
        _spread(values[part, begin:end], weights, seen[:, part * TILE : part * TILE + TILE])


@compiled
def _join(parts, workers, out):
    """Write what heads [W, H, d + 2] saw in the parts of all workers into out [H * d]."""
    heads, size = parts.shape[1], parts.shape[2] - 2
    for h in range(heads):
        top, total = LEAST, f32(0)
        for w in range(workers):
            top = max(top, parts[w, h, size])
        own = out[h * size : (h + 1) * size]
        own[:] = f32(0)
        for w in range(workers):
            share = exp(parts[w, h, size] - top)
            total += share * parts[w, h, size + 1]
            for i in range(size):
                own[i] += share * parts[w, h, i]
        own *= f32(1) / total


@compiled
def step(hidden, model, experts, cache, count, turns, shared, worker, workers):
    """Run one token, a worker's part of it; hidden [D] becomes what enters the final norm, shared.scores its logits.

    Args:
        hidden: the token's embedding.
        model: of single.Model.
        experts: products of the four matrices (single.Products), and the heat [L, H] of attention.
        cache: keys [L, KV, V / 64, d, 64], values [L, KV, d / 64, V, 64] in half precision, bias [L, P] of the first.
        count: positions with this one; its key and value are written.
        turns: cosines and sines [L, d / 2] of its position.
        shared: what the workers exchange.
    """
    qkv, o, gate_up, down, head, norms, final_norm, qkv_bias, head_norms, eps = model
    of_qkv, of_o, of_gate_up, of_down, heat = experts
    keys, values, bias = cache
    mixture, parts, back, inner, scores, counter = shared
    layers, heads, kv_heads, size = len(norms[0]), heat.shape[1], keys.shape[1], keys.shape[3]
    wide, seen_by = inner.shape[0] // 2, heads // kv_heads
    own, normed, activated = hidden.copy(), np.empty_like(hidden), np.empty(wide, f32)
    heads_out, turned, queries = np.empty(heads * size, f32), np.empty(size, f32), np.empty((heads, size), f32)
    most = max(wide, len(heads_out), len(own))
    small = np.empty(most, np.int8)
    row = small.view(np.int32), np.empty(most // 32, f32), np.empty(most // 32, f32)
    blocks = (count + TILE - 1) // TILE
    begin, end = TILE * (blocks * worker // workers), TILE * (blocks * (worker + 1) // workers)
    weights = np.empty((seen_by, end - begin), f32)
    meetings = 0
    for layer in range(layers):
        cosine, sine = turns[0][layer], turns[1][layer]
        _norm(own, norms[0][layer], eps, normed)
        _round(normed, small, row[1], row[2])
        _product(qkv, layer, row, mixture, worker, workers)
        _add(of_qkv, layer, normed, mixture, worker, workers)
        _fetch(o, layer, worker, workers)
        meetings = _meet(counter, meetings, workers)
        for h in range(heads):
            for i in range(size):
                turned[i] = mixture[h * size + i] + qkv_bias[layer, h * size + i]
            _head(turned, head_norms[0][layer], eps, cosine, sine, queries[h])
            queries[h] *= heat[layer, h]
        for kv in range(kv_heads):
            if worker == workers - 1:  # whose positions are the last ones
                at_key, at_value = (heads + kv) * size, (heads + kv_heads + kv) * size
                for i in range(size):
                    turned[i] = mixture[at_key + i] + qkv_bias[layer, at_key + i]
                _head(turned.copy(), head_norms[1][layer], eps, cosine, sine, turned)
                for i in range(size):
                    keys[layer, kv, (count - 1) // TILE, i, (count - 1) % TILE] = _narrow(turned[i])
                    value = mixture[at_value + i] + qkv_bias[layer, at_value + i]
                    values[layer, kv, i // TILE, count - 1, i % TILE] = _narrow(value)
            first, last = kv * seen_by, (kv + 1) * seen_by
            seen, asked = parts[worker, first:last], queries[first:last]
            _attend(asked, keys[layer, kv], values[layer, kv], bias[layer], begin, end, count, weights, seen)
        meetings = _meet(counter, meetings, workers)
        _join(parts, workers, heads_out)
        _round(heads_out, small, row[1], row[2])
        _product(o, layer, row, back[0], worker, workers)
        _add(of_o, layer, heads_out, back[0], worker, workers)
        _fetch(gate_up, layer, worker, workers)
        meetings = _meet(counter, meetings, workers)
        own += back[0]
        _norm(own, norms[1][layer], eps, normed)
        _round(normed, small, row[1], row[2])
        _product(gate_up, layer, row, inner, worker, workers)
        _add(of_gate_up, layer, normed, inner, worker, workers)
        _fetch(down, layer, worker, workers)
        meetings = _meet(counter, meetings, workers)
        for i in range(wide):
            activated[i] = inner[i] / (f32(1) + exp(-inner[i])) * inner[wide + i]
        _round(activated, small, row[1], row[2])
        _product(down, layer, row, back[1], worker, workers)
        _add(of_down, layer, activated, back[1], worker, workers)
        if layer + 1 < layers:
            _fetch(qkv, layer + 1, worker, workers)
        else:
            _fetch(head, 0, worker, workers)
        meetings = _meet(counter, meetings, workers)
        own += back[1]
    _norm(own, final_norm, eps, normed)
    _round(normed, small, row[1], row[2])
    _product(head, 0, row, scores, worker, workers)
    if worker == 0:
        hidden[:] = own
    _meet(counter, meetings, workers)
