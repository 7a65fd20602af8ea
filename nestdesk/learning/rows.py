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
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from nestdesk.learning.codes import LANES
from nestdesk.learning.dots import FLOATS
from nestdesk.learning.kernels import compiled, exp, f32

_SHORTS, _WHOLE = ir.VectorType(ir.IntType(16), LANES), ir.VectorType(ir.IntType(32), LANES)


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


@intrinsic
def _turn(typing: Any, source: Any, turns: Any, out: Any, at: Any, angle: Any, to: Any, half: Any) -> Any:
    """Write 16 pairs of a head, half its size apart and each turned by its angle, from a place of source into out."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pairs = cgutils.unpack_tuple(builder, arguments[1])
        kinds = (signature.args[0], *signature.args[1], signature.args[2])
        arrays = (arguments[0], *pairs, arguments[2])
        bits, cosines, sines, written = (
            make_array(kind)(context, builder, one).data for kind, one in zip(kinds, arrays, strict=True)
        )
        places = arguments[3], builder.add(arguments[3], arguments[6])
        a, b = (_wide_register(builder, builder.gep(bits, [place])) for place in places)
        cosine, sine = (
            builder.load(builder.bitcast(builder.gep(one, [arguments[4]]), FLOATS.as_pointer()), align=4)
            for one in (cosines, sines)
        )
        first = builder.fsub(builder.fmul(a, cosine), builder.fmul(b, sine))
        second = builder.fadd(builder.fmul(b, cosine), builder.fmul(a, sine))
        for value, place in ((first, arguments[5]), (second, builder.add(arguments[5], arguments[6]))):
            address = builder.bitcast(builder.gep(written, [place]), _SHORTS.as_pointer())
            builder.store(_narrow_register(builder, value), address, align=2)
        return context.get_dummy_value()

    return types.void(source, turns, out, at, angle, to, half), build


def _wide_register(builder: Any, at: Any) -> Any:
    """Load a register of floats that lie at an address as bits of bf16."""
    bits = builder.load(builder.bitcast(at, _SHORTS.as_pointer()), align=2)
    return builder.bitcast(builder.shl(builder.zext(bits, _WHOLE), _each(16)), FLOATS)


def _narrow_register(builder: Any, floats: Any) -> Any:
    """Return a register's bits in bf16, rounded as _narrow rounds."""
    bits = builder.bitcast(floats, _WHOLE)
    odd = builder.and_(builder.lshr(bits, _each(16)), _each(1))
    rounded = builder.add(bits, builder.add(odd, _each(0x7FFF)))
    return builder.trunc(builder.lshr(rounded, _each(16)), _SHORTS)


def _each(number: int) -> Any:
    return ir.Constant(_WHOLE, [number] * LANES)


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
def _normed(source, weight, eps, cosine, sine, out):
    """Write a head's query or key, normed and turned by its position, into out."""
    half, total = len(out) // 2, f32(0)
    for i in range(len(out)):
        total += _wide(source[i]) * _wide(source[i])
    scale = f32(1) / np.sqrt(total / f32(len(out)) + eps)
    for i in range(half):
        a, b = _wide(source[i]) * scale * weight[i], _wide(source[i + half]) * scale * weight[i + half]
        out[i], out[i + half] = _narrow(a * cosine[i] - b * sine[i]), _narrow(b * cosine[i] + a * sine[i])


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
    asked, known, told = queries.reshape(-1), keys.reshape(-1), values.reshape(-1)  # a slice for each head takes longer
    for n in range(begin, end):
        b, t, own = n // length, n % length, n * mixture.shape[1]
        for h in range(count):
            source, to = own + h * size, ((b * count + h) * length + t) * size
            if len(norms[0]) > 0:
                head = said[source : source + size]
                _normed(head, norms[0], eps, turns[0][n], turns[1][n], asked[to : to + size])
            else:
                for i in range(0, half, LANES):
                    _turn(said, angles, asked, source + i, n * half + i, to + i, half)
        for h in range(others):
            source, to = own + (count + h) * size, ((b * others + h) * room + at + t) * size
            if len(norms[1]) > 0:
                head = said[source : source + size]
                _normed(head, norms[1], eps, turns[0][n], turns[1][n], known[to : to + size])
            else:
                for i in range(0, half, LANES):
                    _turn(said, angles, known, source + i, n * half + i, to + i, half)
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
