"""Products of half-precision matrices with a few rows, for compiled code: experts beside a backbone, and attention.

An expert has 16 rows where the backbone has hundreds of outputs, and a head sees some positions with 64 numbers each:
loops as short as that are slow unless the sums stay in registers. So matrices lie in the order in which they are read,
16 or 64 numbers side by side.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from nestdesk.learning.codes import LANES, TILE
from nestdesk.learning.dots import FLOATS, HALVES, REGISTERS, everywhere, fused

CHAINS = 8  # sums that are independent of each other: a processor adds to two while six others are under way

_I64 = ir.IntType(64)


@intrinsic
def narrowed(typing: Any, first: Any, x: Any, low: Any) -> Any:
    """Write the product of a row x [in] and the bits of halves first [in, 16] into low [16]; in is a multiple of 8."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        columns, row, out = _arrays(context, builder, signature, arguments)
        (size,) = cgutils.unpack_tuple(builder, row.shape)
        sums = [cgutils.alloca_once_value(builder, ir.Constant(FLOATS, [0.0] * LANES)) for _ in range(CHAINS)]
        with cgutils.for_range(builder, builder.udiv(size, _I64(CHAINS))) as loop:
            begin = builder.mul(loop.index, _I64(CHAINS))
            for chain, kept in enumerate(sums):
                at = builder.add(begin, _I64(chain))
                halves = _halves(builder, builder.gep(columns.data, [builder.mul(at, _I64(LANES))]))
                value = everywhere(builder, builder.load(builder.gep(row.data, [at])))
                builder.store(fused(builder, halves, value, builder.load(kept)), kept)
        total = builder.load(sums[0])
        for kept in sums[1:]:
            total = builder.fadd(total, builder.load(kept))
        builder.store(total, builder.bitcast(out.data, FLOATS.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(first, x, low), build


def widened(count: int) -> Any:
    """Return a function for compiled code: add products of so many rows low [G, R] and second [R, 64] to out [G, 64].

    Second is the bits of halves; the rows of low and out need not follow one another. Rows together read it once.
    """

    @intrinsic
    def product(typing: Any, second: Any, low: Any, out: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            rows, row, to = _arrays(context, builder, signature, arguments)
            _, size = cgutils.unpack_tuple(builder, row.shape)
            lows, outs = ([_row(builder, one, number) for number in range(count)] for one in (row, to))
            places = [
                builder.gep(builder.bitcast(one, FLOATS.as_pointer()), [_I64(register)])
                for one in outs
                for register in range(REGISTERS)
            ]
            sums = [cgutils.alloca_once_value(builder, builder.load(one, align=4)) for one in places]
            with cgutils.for_range(builder, size) as loop:
                begin = builder.mul(loop.index, _I64(TILE))
                halves = [
                    _halves(builder, builder.gep(rows.data, [builder.add(begin, _I64(LANES * register))]))
                    for register in range(REGISTERS)
                ]
                for number, one in enumerate(lows):
                    value = everywhere(builder, builder.load(builder.gep(one, [loop.index])))
                    for kept, half in zip(sums[number * REGISTERS :], halves, strict=False):
                        builder.store(fused(builder, half, value, builder.load(kept)), kept)
            for one, kept in zip(places, sums, strict=True):
                builder.store(builder.load(kept), one, align=4)
            return context.get_dummy_value()

        return types.void(second, low, out), build

    return product


def _row(builder: Any, array: Any, number: int) -> Any:
    """Return the address of a row of an array of floats [G, n]."""
    skip, _ = cgutils.unpack_tuple(builder, array.strides)
    data = builder.bitcast(array.data, ir.IntType(8).as_pointer())
    return builder.bitcast(builder.gep(data, [builder.mul(skip, _I64(number))]), ir.FloatType().as_pointer())


def _arrays(context: Any, builder: Any, signature: Any, arguments: Any) -> list[Any]:
    return [make_array(kind)(context, builder, one) for kind, one in zip(signature.args, arguments, strict=True)]


def _halves(builder: Any, at: Any) -> Any:
    """Load a register of floats that lie at an address in half precision."""
    return builder.fpext(builder.load(builder.bitcast(at, HALVES.as_pointer()), align=2), FLOATS)
