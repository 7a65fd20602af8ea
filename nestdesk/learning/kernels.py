"""One token through the whole model, compiled for this processor: what a single row spends its time on.

A token's hundreds of small operations cost as much as its weights when each is a call of its own. Here they are one
call. The weights are codes of four or eight bits (codes.py), and what they are multiplied with is rounded to bytes
(dots.py); experts are low-rank products beside them, unmerged and unrounded; keys and values are half precision.
Several workers share a step: each computes its own tiles, and what all heads see in its own positions. They wait for
each other by looking at a counter, which takes less than a millionth of a second where all of them run. Where arrays
happen to lie decides how sums are ordered, so results are the same but for the last bits.

Shapes: L layers, D hidden, H heads, V kept positions; d is the size of a head, R the rank of all products of a site.

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

from nestdesk.learning import dots
from nestdesk.learning.codes import FOUR_BITS_BYTES, TILE

f32 = np.float32
LEAST = f32(-1e30)  # a score that counts for nothing; infinities are ruled out by fast arithmetic

_features = llvm.get_host_cpu_features()
if _features.get("avx512bf16") and not numba.config.CPU_FEATURES:
    # *Why*: LLVM takes half of the width, for processors that it slowed down: 11.6 -> 7.6 ms for a token's weights.
    _features["prefer-256-bit"] = False
    numba.config.CPU_NAME, numba.config.CPU_FEATURES = llvm.get_host_cpu_name(), _features.flatten()

compiled = njit(fastmath=True, nogil=True, error_model="numpy", cache=True)
_four_bits, _eight_bits = (dots.tile_product(dots.best(), bits) for bits in (4, 8))


@intrinsic
def _wide(typing: Any, bits: Any) -> Any:
    """Return the float that 16 bits of half precision stand for."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fpext(builder.bitcast(arguments[0], ir.HalfType()), ir.FloatType())

    return types.float32(types.uint16), build


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
def _exp(x):
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
def _add(expert, layer, x, y, worker, workers):
    """Add a worker's tiles of a low-rank product of x, first [in, R] and second [R, out] in half precision, to y."""
    first, second = expert[0][layer], expert[1][layer]
    rank = first.shape[1]
    if rank == 0:
        return
    low = np.zeros(rank, f32)
    for i in range(0, len(x), 4):
        x0, x1, x2, x3 = x[i], x[i + 1], x[i + 2], x[i + 3]
        for r in range(rank):
            pair = x0 * _wide(first[i, r]) + x1 * _wide(first[i + 1, r])
            low[r] += pair + x2 * _wide(first[i + 2, r]) + x3 * _wide(first[i + 3, r])
    tiles = second.shape[1] // 64
    for t in range(tiles * worker // workers, tiles * (worker + 1) // workers):
        out = y[t * TILE : t * TILE + TILE]
        for r in range(0, rank, 4):
            a, b, c, d = low[r], low[r + 1], low[r + 2], low[r + 3]
            b0, b1, b2, b3 = second[r], second[r + 1], second[r + 2], second[r + 3]
            for o in range(64):
                pair = a * _wide(b0[t * 64 + o]) + b * _wide(b1[t * 64 + o])
                out[o] += pair + c * _wide(b2[t * 64 + o]) + d * _wide(b3[t * 64 + o])


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
def _attend(query, keys, values, bias, begin, end, last, weights, seen):
    """Write what a query [d] sees in some positions into seen [d + 2]; its end is for joining with other positions.

    Args:
        keys, values: [d, V] in half precision; the first positions have a bias [P].
        begin, end: of the positions, in whole tiles: a loop is slow where it ends in single steps.
        last: those from here on count for nothing.
        weights: room for [end - begin].
        seen: the sum of the values, then the highest score and the sum of the weights.
    """
    size, count = len(query), end - begin
    weights = weights[:count]
    weights[:] = f32(0)
    for i in range(0, size, 8):
        a, b, c, d = query[i], query[i + 1], query[i + 2], query[i + 3]
        e, f, g, h = query[i + 4], query[i + 5], query[i + 6], query[i + 7]
        k0, k1, k2, k3 = keys[i, begin:end], keys[i + 1, begin:end], keys[i + 2, begin:end], keys[i + 3, begin:end]
        k4, k5, k6, k7 = keys[i + 4, begin:end], keys[i + 5, begin:end], keys[i + 6, begin:end], keys[i + 7, begin:end]
        for s in range(count):
            low = a * _wide(k0[s]) + b * _wide(k1[s]) + c * _wide(k2[s]) + d * _wide(k3[s])
            weights[s] += low + e * _wide(k4[s]) + f * _wide(k5[s]) + g * _wide(k6[s]) + h * _wide(k7[s])
    for s in range(begin, min(end, len(bias))):
        weights[s - begin] += bias[s]
    for s in range(last, end):
        weights[s - begin] = LEAST
    top, total = LEAST, f32(0)
    for s in range(count):
        top = max(top, weights[s])
    for s in range(count):
        weights[s] = _exp(weights[s] - top)
        total += weights[s]
    for i in range(0, size, 4):
        v0, v1, v2, v3 = (
            values[i, begin:end],
            values[i + 1, begin:end],
            values[i + 2, begin:end],
            values[i + 3, begin:end],
        )
        a, b, c, d = f32(0), f32(0), f32(0), f32(0)
        for s in range(count):
            a += weights[s] * _wide(v0[s])
            b += weights[s] * _wide(v1[s])
            c += weights[s] * _wide(v2[s])
            d += weights[s] * _wide(v3[s])
        seen[i], seen[i + 1], seen[i + 2], seen[i + 3] = a, b, c, d
    seen[size], seen[size + 1] = top, total


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
            share = _exp(parts[w, h, size] - top)
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
        experts: of single.Experts.
        cache: keys and values [L, KV, d, V] in half precision, V in whole tiles, bias [L, P] of the first ones.
        count: positions with this one; its key and value are written.
        turns: cosines and sines [L, d / 2] of its position.
        shared: what the workers exchange.
    """
    qkv, o, gate_up, down, head, norms, final_norm, qkv_bias, head_norms, eps = model
    of_qkv, of_o, of_gate_up, of_down, heat = experts
    keys, values, bias = cache
    mixture, parts, back, inner, scores, counter = shared
    layers, heads, kv_heads, size = len(norms[0]), heat.shape[1], keys.shape[1], keys.shape[2]
    wide, seen_by = inner.shape[0] // 2, heads // kv_heads
    own, normed, activated = hidden.copy(), np.empty_like(hidden), np.empty(wide, f32)
    heads_out, turned, queries = np.empty(heads * size, f32), np.empty(size, f32), np.empty((heads, size), f32)
    most = max(wide, len(heads_out), len(own))
    small = np.empty(most, np.int8)
    row = small.view(np.int32), np.empty(most // 32, f32), np.empty(most // 32, f32)
    blocks = (count + TILE - 1) // TILE
    begin, end = TILE * (blocks * worker // workers), TILE * (blocks * (worker + 1) // workers)
    weights = np.empty(end - begin, f32)
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
                    keys[layer, kv, i, count - 1] = _narrow(turned[i])
                    value = mixture[at_value + i] + qkv_bias[layer, at_value + i]
                    values[layer, kv, i, count - 1] = _narrow(value)
            for h in range(kv * seen_by, (kv + 1) * seen_by):
                seen = parts[worker, h]
                _attend(queries[h], keys[layer, kv], values[layer, kv], bias[layer], begin, end, count, weights, seen)
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
            activated[i] = inner[i] / (f32(1) + _exp(-inner[i])) * inner[wide + i]
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
