"""The small steps between a backbone's products, compiled for this processor: a third of a prompt's time.

Hidden states stay in fp32, and products take and give bf16, as in decoder.py. Here a step passes over memory once,
where single operations pass once for each sum and product in it. Rows are independent, so threads share them out.

Shapes: N rows of all batch rows B and their tokens T, D hidden, H heads, KV of keys, V kept positions, I inner.

Reference: Llama (arXiv 2302.13971), as decoder.py; compiled by Numba (LLVM-HPC 2015), on disk for the next start.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nestdesk.learning.kernels import compiled, exp, f32


@intrinsic
def _wide(typing: Any, bits: Any) -> Any:
    """Return the float that 16 bits of bf16 stand for."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = builder.zext(arguments[0], ir.IntType(32))
        return builder.bitcast(builder.shl(whole, ir.IntType(32)(16)), ir.FloatType())

    return types.float32(types.uint16), build


@intrinsic
def _narrow(typing: Any, value: Any) -> Any:
    """Return the bits of a float in bf16, rounded to the nearest, and to even ones in the middle."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(32)
        bits = builder.bitcast(arguments[0], whole)
        odd = builder.and_(builder.lshr(bits, whole(16)), whole(1))
        rounded = builder.add(bits, builder.add(odd, whole(0x7FFF)))
        return builder.trunc(builder.lshr(rounded, whole(16)), ir.IntType(16))

    return types.uint16(types.float32), build


@compiled
def norm(hidden, more, weight, eps, out, begin, end):
    """Add rows more [N, D], if there are any, to hidden [N, D], and write its norm into out [N, D]."""
    for n in range(begin, end):
        own, to = hidden[n], out[n]
        if len(more) > 0:
            added = more[n]
            for i in range(len(own)):
                own[i] += _wide(added[i])
        total = f32(0)
        for i in range(len(own)):
            total += own[i] * own[i]
        scale = f32(1) / np.sqrt(total / f32(len(own)) + eps)
        for i in range(len(own)):
            to[i] = _narrow(own[i] * scale * weight[i])


@compiled
def _turned(source, weight, eps, cosine, sine, out):
    """Write a head's query or key, normed if the model does so and turned by its position, into out."""
    half, scale = len(out) // 2, f32(1)
    if len(weight) > 0:
        total = f32(0)
        for i in range(len(out)):
            total += _wide(source[i]) * _wide(source[i])
        scale = f32(1) / np.sqrt(total / f32(len(out)) + eps)
        for i in range(half):
            a, b = _wide(source[i]) * scale * weight[i], _wide(source[i + half]) * scale * weight[i + half]
            out[i], out[i + half] = _narrow(a * cosine[i] - b * sine[i]), _narrow(b * cosine[i] + a * sine[i])
        return
    for i in range(half):
        a, b = _wide(source[i]), _wide(source[i + half])
        out[i], out[i + half] = _narrow(a * cosine[i] - b * sine[i]), _narrow(b * cosine[i] + a * sine[i])


@compiled
def heads(mixture, norms, eps, turns, queries, keys, values, at, begin, end):
    """Write the turned queries [B, H, T, d], and keys and values [B, KV, V, d] from position `at` on.

    Args:
        mixture: [N, (H + 2 KV) * d].
        norms: of queries and keys [d], or empty.
        turns: cosines and sines [N, d / 2].
    """
    length, size = queries.shape[2], queries.shape[3]
    count, others = queries.shape[1], keys.shape[1]
    for n in range(begin, end):
        b, t, own = n // length, n % length, mixture[n]
        cosine, sine = turns[0][n], turns[1][n]
        for h in range(count):
            _turned(own[h * size : h * size + size], norms[0], eps, cosine, sine, queries[b, h, t])
        for h in range(others):
            key = (count + h) * size
            _turned(own[key : key + size], norms[1], eps, cosine, sine, keys[b, h, at + t])
            values[b, h, at + t] = own[key + others * size : key + others * size + size]


@compiled
def gate(inner, out, begin, end):
    """Write the gated product of inner [N, 2 * I] into out [N, I]."""
    wide = out.shape[1]
    for n in range(begin, end):
        own, to = inner[n], out[n]
        for i in range(wide):
            x = _wide(own[i])
            to[i] = _narrow(x / (f32(1) + exp(-x)) * _wide(own[wide + i]))
