"""Products of coded matrices with rows of bytes: the same whole numbers by every instruction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import pytest
import torch
from numba import njit

from nestdesk.learning import codes, dots
from nestdesk.learning.codes import GROUP, TILE
from tests.learning.test_codes import decoded, grid

NEEDED = {dots.by_vnni: "avx512vnni", dots.by_avx_vnni: "avxvnni", dots.by_avx2: "avx2", dots.plainly: ""}


def compiled(four: dots.Four, bits: int) -> Callable[..., Any]:
    """Return a tile's product as a function, compiled for this processor; skip what it cannot do."""
    if NEEDED[four] and not llvm.get_host_cpu_features().get(NEEDED[four]):
        pytest.skip(f"this processor has no {NEEDED[four]}")
    tile = dots.tile_product(four, bits)

    @njit
    def product(groups: Any, quads: Any, heights: Any, totals: Any, out: Any) -> None:
        tile(groups, quads, heights, totals, out)

    found: Callable[..., Any] = product
    return found


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("four", NEEDED, ids=lambda one: one.__name__)
def test_every_instruction_gives_the_product_with_the_decoded_matrix(four: dots.Four, bits: int) -> None:
    product = compiled(four, bits)
    matrix = grid(16, 5, TILE, 9 * GROUP) if bits == 4 else torch.randn(TILE, 9 * GROUP)
    coded = codes.coded(lambda: [matrix])
    assert coded.shape[-1] == dots.group_bytes(bits)
    row = torch.randint(-127, 128, (9, GROUP), dtype=torch.int8)
    row[0], row[1] = 127, -127  # the largest sums that there are
    heights = torch.rand(9) + 0.1
    totals, out = row.float().sum(-1), np.empty(TILE, np.float32)
    product(coded[0, 0], row.numpy().reshape(-1).view(np.int32), heights.numpy(), totals.numpy(), out)
    right = decoded(coded, 0).double() @ (row * heights[:, None]).flatten().double()
    np.testing.assert_allclose(out, right.numpy(), rtol=1e-5, atol=1e-5 * float(right.abs().max()))


def test_the_best_way_is_one_that_this_processor_has() -> None:
    needed = NEEDED[dots.best()]
    assert not needed or llvm.get_host_cpu_features().get(needed)
