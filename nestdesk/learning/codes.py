"""A backbone's matrices as whole numbers of four or eight bits with a scale for every 32 of them.

A single token through a model takes as long as reading its weights, so fewer bytes are less time. Weights that came
from a 4-bit or 8-bit file lie on such a grid already: it is found again, and nothing is rounded. Other weights are
rounded to eight bits.

Reference: the formats Q4_1 and Q8_0 of GGUF, whose groups and scales these are; the order in memory is our own: 64
outputs side by side, for a processor that computes with many numbers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

GROUP = 32  # inputs that share a scale
TILE = 64  # outputs side by side


@dataclass(frozen=True)
class Codes:
    """Matrices of one shape, [L, out, in] in all: weight = scale * code + offset; for eight bits scale * (code - 128).

    codes: uint8 [L, out / 64, in / 32, 16, 64], two inputs in a byte, or [..., 32, 64], one in a byte; scales and
    offsets: fp16 bits, uint16 [L, out / 64, in / 32, 64].
    """

    codes: NDArray[np.uint8]
    scales: NDArray[np.uint16]
    offsets: NDArray[np.uint16]

    @property
    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.uint16], NDArray[np.uint16]]:
        """The three as the kernels take them."""
        return self.codes, self.scales, self.offsets


def can_code(*matrices: Tensor) -> bool:
    """Say whether matrices [out, in] divide into tiles and groups."""
    return all(one.shape[0] % TILE == 0 and one.shape[1] % GROUP == 0 for one in matrices)


@torch.no_grad()
def coded(matrices: Callable[[], Iterable[Tensor]]) -> Codes:
    """Return matrices [out, in] of one shape as codes, of four bits if all lie on such a grid.

    Args:
        matrices: gives them one by one, once more if they do not.
    """
    parts: list[Arrays] = []
    for matrix in matrices():
        part = _four_bits(matrix)
        if part is None:
            parts = [_eight_bits(one) for one in matrices()]
            break
        parts.append(part)
    codes, scales, offsets = (np.stack(arrays) for arrays in zip(*parts, strict=True))
    return Codes(codes, scales, offsets)


Arrays = tuple[NDArray[np.uint8], NDArray[np.uint16], NDArray[np.uint16]]


def _four_bits(matrix: Tensor) -> Arrays | None:
    groups = _groups(matrix)
    least = groups.amin(-1, keepdim=True)
    scale = ((groups.amax(-1, keepdim=True) - least) / 15).half().float()
    codes = ((groups - least) / torch.where(scale == 0, 1.0, scale)).round_()
    if codes.max() > 15 or not torch.equal(codes * scale + least, groups) or not torch.equal(least.half(), least):
        return None
    whole = codes.to(torch.uint8)
    return _in_tiles(whole[..., 0::2] | (whole[..., 1::2] << 4), scale, least)


def _eight_bits(matrix: Tensor) -> Arrays:
    groups = _groups(matrix)
    scale = (groups.abs().amax(-1, keepdim=True) / 127).half().float()
    codes = (groups / torch.where(scale == 0, 1.0, scale)).round_().clamp_(-127, 127)
    return _in_tiles((codes + 128).to(torch.uint8), scale, torch.zeros_like(scale))


def _groups(matrix: Tensor) -> Tensor:
    return matrix.detach().float().cpu().view(len(matrix), -1, GROUP)


def _in_tiles(codes: Tensor, scale: Tensor, offset: Tensor) -> Arrays:
    """Reorder codes [out, G, bytes] and scales [out, G, 1]."""
    tiles = codes.view(-1, TILE, *codes.shape[1:]).permute(0, 2, 3, 1).contiguous()

    def halves(values: Tensor) -> NDArray[np.uint16]:
        ordered = values.view(-1, TILE, values.shape[1]).permute(0, 2, 1).contiguous()
        bits: NDArray[np.uint16] = ordered.half().numpy().view(np.uint16)
        return bits

    return tiles.numpy(), halves(scale), halves(offset)
