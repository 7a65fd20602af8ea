"""Products of coded matrices with a row of bytes, in the processor's own instructions for that.

A weight is a whole number of four bits (one of eight is two of them), and a group's 32 inputs are rounded to signed
bytes with a scale. So a product is of whole numbers, four at once in every lane of a register, and the scales come in
once for a group. LLVM makes the instruction that a processor has from the step `four`: VNNI, its AVX2 forerunner, or
plain multiplications.

Reference: llama.cpp multiplies its Q4_1 with Q8_1 in the same way; the order in memory is our own (codes.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from nestdesk.learning.codes import LANES, TILE

REGISTERS = TILE // LANES  # side by side
QUADS = 8  # of inputs in a group
LINE = 64  # bytes of memory that come together
AHEAD_BYTES = 16_384  # what is fetched before it is needed; *measured*: a token's weights, one core, 8.5 -> 5 ms

_I32, _I64 = ir.IntType(32), ir.IntType(64)
_BYTES = ir.VectorType(ir.IntType(8), 4 * LANES)
_WHOLE = ir.VectorType(_I32, LANES)
FLOATS = ir.VectorType(ir.FloatType(), LANES)
HALVES = ir.VectorType(ir.HalfType(), LANES)


def _each(number: int) -> Any:
    return ir.Constant(_WHOLE, [number] * LANES)


Four = Callable[[Any, Any, Any, Any], Any]  # builder, sums, codes, inputs: the sums with four products in every lane


def by_vnni(builder: Any, sums: Any, codes: Any, inputs: Any) -> Any:
    """Multiply by the instruction of AVX-512 VNNI."""
    kind = ir.FunctionType(_WHOLE, [_WHOLE, _BYTES, _BYTES])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx512.vpdpbusd.512")
    return builder.call(function, [sums, builder.bitcast(codes, _BYTES), builder.bitcast(inputs, _BYTES)])


def by_avx_vnni(builder: Any, sums: Any, codes: Any, inputs: Any) -> Any:
    """Multiply by the same instruction of processors with registers of half the width."""
    bytes_, whole = ir.VectorType(ir.IntType(8), 32), ir.VectorType(_I32, 8)
    kind = ir.FunctionType(whole, [whole, bytes_, bytes_])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx512.vpdpbusd.256")

    def part(sums: Any, codes: Any, inputs: Any) -> Any:
        return builder.call(function, [sums, builder.bitcast(codes, bytes_), builder.bitcast(inputs, bytes_)])

    return _in_halves(builder, part, sums, codes, inputs)


def by_avx2(builder: Any, sums: Any, codes: Any, inputs: Any) -> Any:
    """Multiply by two instructions of AVX2; a pair of products with codes of four bits never leaves 16 bits."""
    bytes_, shorts, whole = ir.VectorType(ir.IntType(8), 32), ir.VectorType(ir.IntType(16), 16), ir.VectorType(_I32, 8)
    pairs = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(shorts, [bytes_, bytes_]), "llvm.x86.avx2.pmadd.ub.sw"
    )
    joined = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(whole, [shorts, shorts]), "llvm.x86.avx2.pmadd.wd"
    )
    ones = ir.Constant(shorts, [1] * 16)

    def part(sums: Any, codes: Any, inputs: Any) -> Any:
        two = builder.call(pairs, [builder.bitcast(codes, bytes_), builder.bitcast(inputs, bytes_)])
        return builder.add(sums, builder.call(joined, [two, ones]))

    return _in_halves(builder, part, sums, codes, inputs)


def plainly(builder: Any, sums: Any, codes: Any, inputs: Any) -> Any:
    """Multiply on any processor."""
    for place in range(4):
        code = builder.and_(builder.lshr(codes, _each(8 * place)), _each(255))
        at_top = builder.shl(inputs, _each(24 - 8 * place))
        sums = builder.add(sums, builder.mul(code, builder.ashr(at_top, _each(24))))
    return sums


def group_bytes(bits: int) -> int:
    """Return how many bytes a group takes, with its scales and offsets."""
    return LANES * REGISTERS * (QUADS * bits // 2 + 4)


def best() -> Four:
    """Return the quickest way that this processor has."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512vnni"):
        return by_vnni
    if features.get("avxvnni"):
        return by_avx_vnni
    return by_avx2 if features.get("avx2") else plainly


@intrinsic
def fetch(typing: Any, array: Any, first: Any) -> Any:
    """Fetch the line of memory that holds an array's byte at a place, for use soon."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = make_array(signature.args[0])(context, builder, arguments[0]).data
        data = builder.bitcast(data, ir.IntType(8).as_pointer())
        _fetch(builder, builder.gep(data, [arguments[1]]))
        return context.get_dummy_value()

    return types.void(array, types.int64), build


def tile_product(four: Four, bits: int) -> Any:
    """Return a function for compiled code: 64 outputs of a product.

    It takes the tile's groups [G, B] as codes.py has them; the row as bytes, four in an int32 [G * 8], its heights and
    its groups' sums of bytes (both [G] fp32); and writes out [64].

    Args:
        four: multiplies codes of four bits with bytes.
        bits: of the codes, 4 or 8.
    """

    @intrinsic
    def product(typing: Any, groups: Any, quads: Any, heights: Any, totals: Any, out: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            arrays = [
                make_array(kind)(context, builder, one) for kind, one in zip(signature.args, arguments, strict=True)
            ]
            count, size = cgutils.unpack_tuple(builder, arrays[0].shape)
            sums = [cgutils.alloca_once_value(builder, ir.Constant(FLOATS, [0.0] * LANES)) for _ in range(REGISTERS)]
            with cgutils.for_range(builder, count) as loop:
                at = builder.gep(arrays[0].data, [builder.mul(loop.index, size)])
                for line in range(0, group_bytes(bits), LINE):
                    _fetch(builder, builder.gep(at, [_I64(AHEAD_BYTES + line)]))
                quad = builder.gep(arrays[1].data, [builder.mul(loop.index, _I64(QUADS))])
                inputs = [builder.load(builder.gep(quad, [_I64(place)])) for place in range(QUADS)]
                height, total = (builder.load(builder.gep(one.data, [loop.index])) for one in arrays[2:4])
                _group(builder, four, bits, at, inputs, height, total, sums)
            place = builder.bitcast(arrays[4].data, FLOATS.as_pointer())
            for register in range(REGISTERS):
                builder.store(builder.load(sums[register]), builder.gep(place, [_I64(register)]), align=4)
            return context.get_dummy_value()

        return types.void(groups, quads, heights, totals, out), build

    return product


def _group(
    builder: Any, four: Four, bits: int, at: Any, inputs: list[Any], height: Any, total: Any, sums: list[Any]
) -> None:
    """Add a group's products, of codes that lie at an address, to the sums of a tile's registers."""
    inputs = [everywhere(builder, one) for one in inputs]
    offset_of, scale_of = everywhere(builder, builder.fmul(total, height)), everywhere(builder, height)
    loads = QUADS * bits // 8
    code = builder.bitcast(at, _WHOLE.as_pointer())
    scale = builder.bitcast(builder.gep(code, [_I64(loads * REGISTERS)]), HALVES.as_pointer())
    for register in range(REGISTERS):
        low, high = _each(0), _each(0)
        for place in range(loads):
            both = builder.load(builder.gep(code, [_I64(place * REGISTERS + register)]), align=16)
            low = four(builder, low, builder.and_(both, _each(0x0F0F0F0F)), inputs[place])
            above = builder.and_(builder.lshr(both, _each(4)), _each(0x0F0F0F0F))
            # INVARIANT: of four bits, the upper ones are of other inputs; of eight, of the same, sixteen times as much
            high = four(builder, high, above, inputs[place + loads] if bits == 4 else inputs[place])
        if bits == 8:
            high = builder.shl(high, _each(4))
        scales, offsets = (
            builder.fpext(builder.load(builder.gep(scale, [_I64(place)]), align=16), FLOATS)
            for place in (register, REGISTERS + register)
        )
        whole = builder.sitofp(builder.add(low, high), FLOATS)
        kept = fused(builder, builder.fmul(scales, scale_of), whole, builder.load(sums[register]))
        builder.store(fused(builder, offsets, offset_of, kept), sums[register])


def _fetch(builder: Any, at: Any) -> None:
    """Let the processor fetch the line of memory at an address, which need not be one of ours."""
    kind = ir.FunctionType(ir.VoidType(), [at.type, _I32, _I32, _I32])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(function, [at, _I32(0), _I32(2), _I32(1)])  # for reading, into the second cache, of data


def fused(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a * b + c of registers of floats, rounded once."""
    kind = ir.FunctionType(FLOATS, [FLOATS] * 3)
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32"), [a, b, c])


def _first(builder: Any, vector: Any) -> Any:
    return builder.extract_element(vector, _I32(0))


def everywhere(builder: Any, value: Any) -> Any:
    """Return a register with the same value in all lanes."""
    kind = ir.VectorType(value.type, LANES)
    empty = ir.Constant(kind, ir.Undefined)
    zeros = ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES)
    return builder.shuffle_vector(builder.insert_element(empty, value, _I32(0)), empty, zeros)


def _in_halves(builder: Any, part: Callable[[Any, Any, Any], Any], *registers: Any) -> Any:
    """Do something with both halves of registers."""
    halves = []
    for first in (0, LANES // 2):
        places = ir.Constant(ir.VectorType(_I32, LANES // 2), list(range(first, first + LANES // 2)))
        halves.append(part(*(builder.shuffle_vector(one, one, places) for one in registers)))
    every = ir.Constant(ir.VectorType(_I32, LANES), list(range(LANES)))
    return builder.shuffle_vector(halves[0], halves[1], every)
