"""One token through the whole model, compiled for this processor: what a single row spends its time on.

A token's hundreds of small operations cost as much as its weights when each is a call of its own. Here they are one
call. The weights are codes of four or eight bits (codes.py), experts are low-rank products beside them, unmerged; keys
and values are half precision. Several workers share a step: each computes its own tiles and heads. They wait for each
other by looking at a counter, which takes less than a millionth of a second where all of them run. Where arrays happen
to lie decides how sums are ordered, so results are the same but for the last bits.

Shapes: L layers, D hidden, H heads, V kept positions; d is the size of a head, R the rank of all products of a site.

Reference: Llama (arXiv 2302.13971), as decoder.py; compiled by Numba (LLVM-HPC 2015), on disk for the next start.
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

f32 = np.float32
LEAST = f32(-1e30)  # a score that counts for nothing; infinities are ruled out by fast arithmetic

_features = llvm.get_host_cpu_features()
if _features.get("avx512bf16") and not numba.config.CPU_FEATURES:
    # *Why*: LLVM takes half of the width, for processors that it slowed down: 11.6 -> 7.6 ms for a token's weights.
    _features["prefer-256-bit"] = False
    numba.config.CPU_NAME, numba.config.CPU_FEATURES = llvm.get_host_cpu_name(), _features.flatten()

compiled = njit(fastmath=True, nogil=True, error_model="numpy", cache=True)


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
    """Return the exponential to a part in 5 million, for many numbers at once, which the library's cannot."""
    turns = max(min(x * f32(1.4426950408889634), f32(126)), f32(-126))
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
def _prepare(x, mixed, sums):
    """Write what products need of their input x: sums of its groups, and x mixed so that bytes need not be taken apart.

    A byte b holds two codes, low and (b - low) / 16; so x0 * low + x1 * high is (x0 - x1/16) * low + x1/16 * b.
    """
    for g in range(len(x) // 32):
        total = f32(0)
        for k in range(16):
            a, b = x[g * 32 + 2 * k], x[g * 32 + 2 * k + 1]
            total += a + b
            share = b * f32(0.0625)
            mixed[g * 32 + 2 * k] = a - share
            mixed[g * 32 + 2 * k + 1] = share
        sums[g] = total


@compiled
def _product(matrix, layer, x, mixed, sums, y, worker, workers):
    """Write a worker's tiles of the product of a coded matrix and x into y."""
    codes, scales, offsets = matrix[0][layer], matrix[1][layer], matrix[2][layer]
    tiles, groups = codes.shape[0], codes.shape[1]
    is_four_bits = codes.shape[2] == 16
    for t in range(tiles * worker // workers, tiles * (worker + 1) // workers):
        out = y[t * 64 : t * 64 + 64]
        for o in range(64):
            out[o] = f32(0)
        for g in range(groups):
            code, scale, offset = codes[t, g], scales[t, g], offsets[t, g]
            if is_four_bits:
                part = mixed[g * 32 : g * 32 + 32]
                for o in range(64):
                    low, all_bits = f32(0), f32(0)
                    for k in range(16):
                        byte = np.int32(code[k, o])
                        low += part[2 * k] * f32(byte & 15)
                        all_bits += part[2 * k + 1] * f32(byte)
                    out[o] += _wide(scale[o]) * (low + all_bits) + _wide(offset[o]) * sums[g]
            else:
                part = x[g * 32 : g * 32 + 32]
                for o in range(64):
                    even, odd = sums[g] * f32(-128), f32(0)
                    for k in range(16):
                        even += part[2 * k] * f32(np.int32(code[2 * k, o]))
                        odd += part[2 * k + 1] * f32(np.int32(code[2 * k + 1, o]))
                    out[o] += _wide(scale[o]) * (even + odd)


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
        out = y[t * 64 : t * 64 + 64]
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
def _attend(query, keys, values, bias, count, heat, scores, out):
    """Write what a query [d] sees in keys [d, V] and values [V, d] into out; the first positions have a bias [P]."""
    size, scores = len(query), scores[:count]
    scores[:] = f32(0)
    for i in range(0, size, 4):
        a, b, c, d = query[i] * heat, query[i + 1] * heat, query[i + 2] * heat, query[i + 3] * heat
        k0, k1, k2, k3 = keys[i], keys[i + 1], keys[i + 2], keys[i + 3]
        for s in range(count):
            scores[s] += a * _wide(k0[s]) + b * _wide(k1[s]) + c * _wide(k2[s]) + d * _wide(k3[s])
    for s in range(len(bias)):
        scores[s] += bias[s]
    top = LEAST
    for s in range(count):
        top = max(top, scores[s])
    total = f32(0)
    for s in range(count):
        scores[s] = _exp(scores[s] - top)
        total += scores[s]
    out[:] = f32(0)
    even = count - count % 4
    for s in range(0, even, 4):
        a, b, c, d = scores[s], scores[s + 1], scores[s + 2], scores[s + 3]
        v0, v1, v2, v3 = values[s], values[s + 1], values[s + 2], values[s + 3]
        for i in range(size):
            out[i] += a * _wide(v0[i]) + b * _wide(v1[i]) + c * _wide(v2[i]) + d * _wide(v3[i])
    for s in range(even, count):
        for i in range(size):
            out[i] += scores[s] * _wide(values[s, i])
    out *= f32(1) / total


@compiled
def step(hidden, model, experts, cache, count, turns, shared, worker, workers):
    """Run one token, a worker's part of it; hidden [D] becomes what enters the final norm, shared.scores its logits.

    Args:
        hidden: the token's embedding.
        model: of single.Model.
        experts: of single.Experts.
        cache: keys [L, KV, d, V], values [L, KV, V, d] in half precision, bias [L, P] of the first positions.
        count: positions with this one; its key and value are written.
        turns: cosines and sines [L, d / 2] of its position.
        shared: what the workers exchange.
    """
    qkv, o, gate_up, down, head, norms, final_norm, qkv_bias, head_norms, eps = model
    of_qkv, of_o, of_gate_up, of_down, heat = experts
    keys, values, bias = cache
    mixture, heads_out, back, inner, scores, counter = shared
    layers, heads, kv_heads, size = len(norms[0]), heat.shape[1], keys.shape[1], keys.shape[2]
    wide = inner.shape[0] // 2
    own, normed, activated = hidden.copy(), np.empty_like(hidden), np.empty(wide, f32)
    mixed, sums = np.empty(max(wide, len(heads_out), len(own)), f32), np.empty(max(wide, len(heads_out)) // 32, f32)
    weights, turned = np.empty(count, f32), np.empty(size, f32)
    meetings = 0
    for layer in range(layers):
        cosine, sine = turns[0][layer], turns[1][layer]
        _norm(own, norms[0][layer], eps, normed)
        _prepare(normed, mixed, sums)
        _product(qkv, layer, normed, mixed, sums, mixture, worker, workers)
        _add(of_qkv, layer, normed, mixture, worker, workers)
        meetings = _meet(counter, meetings, workers)
        last = -1
        for h in range(heads * worker // workers, heads * (worker + 1) // workers):
            kv = h * kv_heads // heads
            at_key, at_value = (heads + kv) * size, (heads + kv_heads + kv) * size
            if kv != last:  # workers that share it write the same
                last = kv
                for i in range(size):
                    turned[i] = mixture[at_key + i] + qkv_bias[layer, at_key + i]
                _head(turned.copy(), head_norms[1][layer], eps, cosine, sine, turned)
                for i in range(size):
                    keys[layer, kv, i, count - 1] = _narrow(turned[i])
                    value = mixture[at_value + i] + qkv_bias[layer, at_value + i]
                    values[layer, kv, count - 1, i] = _narrow(value)
            for i in range(size):
                turned[i] = mixture[h * size + i] + qkv_bias[layer, h * size + i]
            _head(turned.copy(), head_norms[0][layer], eps, cosine, sine, turned)
            out = heads_out[h * size : (h + 1) * size]
            _attend(turned, keys[layer, kv], values[layer, kv], bias[layer], count, heat[layer, h], weights, out)
        meetings = _meet(counter, meetings, workers)
        _prepare(heads_out, mixed, sums)
        _product(o, layer, heads_out, mixed, sums, back[0], worker, workers)
        _add(of_o, layer, heads_out, back[0], worker, workers)
        meetings = _meet(counter, meetings, workers)
        own += back[0]
        _norm(own, norms[1][layer], eps, normed)
        _prepare(normed, mixed, sums)
        _product(gate_up, layer, normed, mixed, sums, inner, worker, workers)
        _add(of_gate_up, layer, normed, inner, worker, workers)
        meetings = _meet(counter, meetings, workers)
        for i in range(wide):
            activated[i] = inner[i] / (f32(1) + _exp(-inner[i])) * inner[wide + i]
        _prepare(activated, mixed, sums)
        _product(down, layer, activated, mixed, sums, back[1], worker, workers)
        _add(of_down, layer, activated, back[1], worker, workers)
        meetings = _meet(counter, meetings, workers)
        own += back[1]
    _norm(own, final_norm, eps, normed)
    _prepare(normed, mixed, sums)
    _product(head, 0, normed, mixed, sums, scores, worker, workers)
    if worker == 0:
        hidden[:] = own
    _meet(counter, meetings, workers)
