"""Matrices packed in half precision for products with few rows, as tokens one by one and beams are.

A few rows through a matrix take as long as reading it, so half of the bytes is half of the time, and less where the
processor has no quick kernel for few rows in fp32. Only the weights are rounded (to 11 bits; those of a 4-bit model
have few more); what goes in, comes out and is summed up stays fp32. Many rows and learning take the weights as they
are. *Measured* on two cores with AVX2, 576 -> 3,072, fp32 / packed: one row 0.68 / 0.22 ms, 4 rows 1.22 / 0.24, 16
rows 1.19 / 0.53, 64 rows 2.42 / 1.67. There torch's own 8-bit and 4-bit products for one row take 1.4 and 2.0 ms.

Reference: FBGEMM (arXiv 2101.05615), as torch brings it along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

MOST_ROWS = 64
SMALL = 4_000_000  # weights of a matrix that one thread has read before a second one is awake

Pack = Any  # torch's own object for a packed matrix


def can_pack(weight: Tensor) -> bool:
    """Say whether this processor has the kernel, and half precision the range."""
    is_able = "fbgemm" in torch.backends.quantized.supported_engines and weight.device.type == "cpu"
    return is_able and float(weight.abs().max()) < torch.finfo(torch.float16).max


def is_quicker(precision: torch.dtype) -> bool:
    """Say whether a few rows take less time through packed matrices than through those of a backbone's precision.

    *Measured*, thirty matrices 576 -> 3,072 with AMX, bf16 / packed: 4 rows 15 / 17 ms, 16 rows 17 / 32, 64 23 / 66.
    Thirty of each kind with AVX512-BF16: 4 rows 29 / 15, 16 rows 42 / 42, 64 90 / 160, and most steps have more than 4.
    """
    return precision is not torch.bfloat16


def pack(weight: Tensor) -> Pack:
    """Pack a matrix [out, in]."""
    return torch.ops.quantized.linear_prepack_fp16(weight.float(), None)


class Packs(Mapping[str, Pack]):
    """A layer's matrices in packed form, each packed when it is first used: what reads no few rows has no copies."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """Take matrices by their names, those that can be packed."""
        self._weights = {name: weight for name, weight in weights.items() if can_pack(weight)}
        self._packs: dict[str, Pack] = {}

    def __getitem__(self, name: str) -> Pack:
        """Return a matrix packed."""
        if name not in self._packs:
            self._packs[name] = pack(self._weights[name])
        return self._packs[name]

    def __contains__(self, name: object) -> bool:
        """Say whether a matrix can be packed."""
        return name in self._weights

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._weights)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._weights)


def product(source: Tensor, packed: Pack) -> Tensor:
    """Return source [..., in] times a packed matrix, [..., out] in fp32."""
    rows = source.float().reshape(-1, source.shape[-1])
    out: Tensor = torch.ops.quantized.linear_dynamic_fp16(rows, packed)
    return out.view(*source.shape[:-1], -1)


@contextmanager
def alone(weights: int) -> Iterator[None]:
    """Compute single rows through matrices of so many weights with one thread, if they are small.

    *Why*: the engine's threads sleep while they wait (they share the cores with the rest of the person's work), and
    waking them for every small product takes longer than the product: 40 tokens 2.4 s with two threads, 1.85 with one.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1 if weights < SMALL else threads)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
