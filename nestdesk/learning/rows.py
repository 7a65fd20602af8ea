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
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from nestdesk.learning.codes import LANES
from nestdesk.learning.dots import FLOATS
from nestdesk.learning.kernels import compiled, exp, f32

_SHORTS, _WHOLE = ir.VectorType(ir.IntType(16), LANES), ir.VectorType(ir.IntType(32), LANES)


def _widened(builder: Any, bits: Any, whole: Any, floats: Any) -> Any:
    """Return the floats that 16 bits of bf16 each stand for; one, or a register of them, by the types."""
    return builder.bitcast(builder.shl(builder.zext(bits, whole), _each(whole, 16)), floats)


def _narrowed(builder: Any, floats: Any, whole: Any, shorts: Any) -> Any:
    """Return the bits of floats in bf16, rounded to the nearest, and to even ones in the middle."""
    bits = builder.bitcast(floats, whole)
    odd = builder.and_(builder.lshr(bits, _each(whole, 16)), _each(whole, 1))
    rounded = builder.add(bits, builder.add(odd, _each(whole, 0x7FFF)))
    return builder.trunc(builder.lshr(rounded, _each(whole, 16)), shorts)


def _each(whole: Any, number: int) -> Any:
    return ir.Constant(whole, [number] * LANES if isinstance(whole, ir.VectorType) else number)


@intrinsic
def _wide(typing: Any, bits: Any) -> Any:
    """Return the float that 16 bits of bf16 stand for."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _widened(builder, arguments[0], ir.IntType(32), ir.FloatType())

    return types.float32(types.uint16), build


@intrinsic
def _narrow(typing: Any, value: Any) -> Any:
    """Return the bits of a float in bf16."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _narrowed(builder, arguments[0], ir.IntType(32), ir.IntType(16))

    return types.uint16(types.float32), build


@intrinsic
def _turn(typing: Any, source: Any, turns: Any, out: Any, at: Any, angle: Any, to: Any, half: Any) -> Any:
    """Write 16 pairs of a head, half its size apart and each turned by its angle, from a place of source into out."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def load(array: Any, place: Any, kind: Any, align: int) -> Any:
            return builder.load(builder.bitcast(builder.gep(array, [place]), kind.as_pointer()), align=align)

        pairs = cgutils.unpack_tuple(builder, arguments[1])
        kinds = (signature.args[0], *signature.args[1], signature.args[2])
        arrays = (arguments[0], *pairs, arguments[2])
        bits, cosines, sines, written = (
            make_array(kind)(context, builder, one).data for kind, one in zip(kinds, arrays, strict=True)
        )
        places = arguments[3], builder.add(arguments[3], arguments[6])
        a, b = (_widened(builder, load(bits, place, _SHORTS, 2), _WHOLE, FLOATS) for place in places)
        cosine, sine = (load(one, arguments[4], FLOATS, 4) for one in (cosines, sines))
        first = builder.fsub(builder.fmul(a, cosine), builder.fmul(b, sine))
        second = builder.fadd(builder.fmul(b, cosine), builder.fmul(a, sine))
        for value, place in ((first, arguments[5]), (second, builder.add(arguments[5], arguments[6]))):
            address = builder.bitcast(builder.gep(written, [place]), _SHORTS.as_pointer())
            builder.store(_narrowed(builder, value, _WHOLE, _SHORTS), address, align=2)
        return context.get_dummy_value()

    return types.void(source, turns, out, at, angle, to, half), build


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


@njit(inline="always")  # a call for every head takes three times as long as turning it
def _head(said, source, weight, eps, turns, n, out, to, half):
    """Write the head at a place of said, turned as row n is and normed if there is a weight, to a place of out.

    Places, not slices: making a slice for every head takes longer than turning it.
    """
    if len(weight) == 0:
        for i in range(0, half, LANES):
            _turn(said, turns, out, source + i, n * half + i, to + i, half)
        return
    total = f32(0)
    for i in range(2 * half):
        total += _wide(said[source + i]) * _wide(said[source + i])
    scale = f32(1) / np.sqrt(total / f32(2 * half) + eps)
    for i in range(half):
        cosine, sine = turns[0][n * half + i], turns[1][n * half + i]
        a, b = _wide(said[source + i]) * scale * weight[i], _wide(said[source + half + i]) * scale * weight[half + i]
        out[to + i], out[to + half + i] = _narrow(a * cosine - b * sine), _narrow(b * cosine + a * sine)


@compiled
def heads(mixture, norms, eps, turns, queries, keys, values, at, begin, end):
    """Write the turned queries [B, H, T, d], and keys and values [B, KV, V, d] from position `at` on.

    Args:
        mixture: [N, (H + 2 KV) * d]; d is a multiple of 32.
        norms: of queries and keys [d], or empty.
        turns: cosines and sines [N, d / 2].
    """
    count, length, size = queries.shape[1:]
    others, room, half = keys.shape[1], keys.shape[2], size // 2
    said, angles = mixture.reshape(-1), (turns[0].reshape(-1), turns[1].reshape(-1))
    asked, known, told = queries.reshape(-1), keys.reshape(-1), values.reshape(-1)
    for n in range(begin, end):
        b, t, own = n // length, n % length, n * mixture.shape[1]
        for h in range(count):
            to = ((b * count + h) * length + t) * size
            _head(said, own + h * size, norms[0], eps, angles, n, asked, to, half)
        for h in range(others):
            source, to = own + (count + h) * size, ((b * others + h) * room + at + t) * size
            _head(said, source, norms[1], eps, angles, n, known, to, half)
            for i in range(size):
                told[to + i] = said[source + others * size + i]


@compiled
def gate(inner, out, begin, end):
    """Write the gated product of inner [N, 2 * I] into out [N, I]."""
    wide = out.shape[1]
    for n in range(begin, end):
        own, to = inner[n], out[n]
        for i in range(wide):
            x = _wide(own[i])
            to[i] = _narrow(x / (f32(1) + exp(-x)) * _wide(own[wide + i]))
