"""A backbone's matrices as whole numbers of four or eight bits with a scale for every 32 of them.

A single token through a model takes as long as reading its weights, so fewer bytes are less time. Weights that came
from a 4-bit or 8-bit file lie on such a grid already: it is found again, and nothing is rounded. Other weights are
rounded to eight bits.

Reference: the formats Q4_1 and Q8_0 of GGUF, whose groups and scales these are; the order in memory is our own: 64
outputs side by side, four inputs of each in a row, for a processor that multiplies four bytes at once (dots.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

GROUP = 32  # inputs that share a scale
LANES = 16  # numbers in a register of the processor
TILE = 4 * LANES  # outputs side by side
QUAD = 4  # inputs of an output side by side
ZERO = 128  # the code of zero among eight bits
FOUR_BITS_BYTES = TILE * (GROUP // 2 + 4)  # of a group with its scales and offsets


Codes = NDArray[np.uint8]
"""Matrices of one shape, [L, out, in] in all, as uint8 [L, out / 64, in / 32, B]: weight = scale * code + offset.

A group's B bytes are codes [8, 64, 4], four inputs of an output side by side; of four bits [4, 64, 4], the second half
of the inputs in the upper bits; then 64 scales and 64 offsets in half precision. *Why* in one piece: a processor reads
ahead along a single stream (a token's layers, one core: 5.4 -> 3.3 ms).
"""


def can_code(*matrices: Tensor) -> bool:
    """Say whether matrices [out, in] divide into tiles and groups."""
    return all(one.shape[0] % TILE == 0 and one.shape[1] % GROUP == 0 for one in matrices)


@torch.no_grad()
def coded(matrices: Callable[[], Iterable[Tensor]]) -> Codes:
    """Return matrices [out, in] of one shape as codes, of four bits if all lie on such a grid.

    Args:
        matrices: gives them one by one, once more if they do not.
    """
    parts: list[Codes] = []
    for matrix in matrices():
        part = _four_bits(matrix)
        if part is None:
            parts = [_eight_bits(one) for one in matrices()]
            break
        parts.append(part)
    return np.stack(parts)


def _four_bits(matrix: Tensor) -> Codes | None:
    groups = _groups(matrix)
    least = groups.amin(-1, keepdim=True)
    scale = ((groups.amax(-1, keepdim=True) - least) / 15).half().float()
    codes = ((groups - least) / torch.where(scale == 0, 1.0, scale)).round_()
    if codes.max() > 15 or not torch.equal(codes * scale + least, groups) or not torch.equal(least.half(), least):
        return None
    whole = codes.to(torch.uint8)
    return _in_tiles(whole[..., : GROUP // 2] | (whole[..., GROUP // 2 :] << 4), scale, least)


def _eight_bits(matrix: Tensor) -> Codes:
    groups = _groups(matrix)
    scale = (groups.abs().amax(-1, keepdim=True) / 127).half().float()
    codes = (groups / torch.where(scale == 0, 1.0, scale)).round_().clamp_(-127, 127)
    return _in_tiles((codes + ZERO).to(torch.uint8), scale, -ZERO * scale)


def _groups(matrix: Tensor) -> Tensor:
    return matrix.detach().float().cpu().view(len(matrix), -1, GROUP)


def _in_tiles(codes: Tensor, scale: Tensor, offset: Tensor) -> Codes:
    """Reorder codes [out, G, bytes], scales and offsets [out, G, 1] to [out / 64, G, B]."""
    quads = codes.view(-1, TILE, codes.shape[1], codes.shape[2] // QUAD, QUAD)
    parts = [quads.permute(0, 2, 3, 1, 4).flatten(2)]
    for values in (scale, offset):
        parts.append(values.half().view(-1, TILE, values.shape[1]).permute(0, 2, 1).contiguous().view(torch.uint8))
    found: Codes = torch.cat(parts, dim=-1).numpy()
    return found
