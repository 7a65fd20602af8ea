"""Matrices as whole numbers: a grid is found again, other weights are rounded to eight bits."""

from __future__ import annotations

import torch
from torch import Tensor

from nestdesk.learning import codes
from nestdesk.learning.codes import FOUR_BITS_BYTES, GROUP, QUAD, TILE, Codes


def decoded(coded: Codes, matrix: int) -> Tensor:
    """Return a matrix [out, in] from its codes, as the comment on Codes says what they stand for."""
    stored = torch.from_numpy(coded[matrix].copy())  # tiles, groups, bytes
    tiles, groups = stored.shape[:2]
    scale, offset = (
        part.contiguous().view(torch.float16).float() for part in stored[..., -4 * TILE :].split(2 * TILE, -1)
    )
    whole = stored[..., : -4 * TILE].view(tiles, groups, -1, TILE, QUAD).long()
    if stored.shape[2] == FOUR_BITS_BYTES:
        whole = torch.cat([whole & 15, whole >> 4], dim=2)
    codes = whole.transpose(2, 3).flatten(3)  # tiles, groups, outputs, inputs of the group
    values = codes * scale[..., None] + offset[..., None]
    return values.transpose(1, 2).reshape(tiles * TILE, groups * GROUP)


def grid(levels: int, seed: int, rows: int = 2 * TILE, columns: int = 3 * GROUP) -> Tensor:
    """Return weights as a file of so many levels has them, both ends of every group taken."""
    generator = torch.Generator().manual_seed(seed)
    shape = (rows, columns // GROUP, GROUP)
    whole = torch.randint(0, levels, shape, generator=generator).float()
    whole[..., 0], whole[..., 1] = 0, levels - 1
    scale = torch.rand(*shape[:2], 1, generator=generator).half().float() + 0.25
    scale = scale.half().float()
    return (whole * scale + (torch.randn(*shape[:2], 1, generator=generator)).half().float()).view(rows, columns)


def test_weights_of_a_four_bit_file_are_found_again_to_the_bit() -> None:
    matrices = [grid(16, seed) for seed in range(3)]
    coded = codes.coded(lambda: matrices)
    assert coded.shape == (3, 2, 3, FOUR_BITS_BYTES)
    for place, matrix in enumerate(matrices):
        assert torch.equal(decoded(coded, place), matrix)


def test_weights_of_an_eight_bit_file_are_found_again_to_the_bit() -> None:
    generator = torch.Generator().manual_seed(0)
    whole = torch.randint(-126, 127, (TILE, 2, GROUP), generator=generator).float()
    whole[..., 3] = 127
    scale = (torch.rand(TILE, 2, 1, generator=generator) + 0.1).half().float()
    matrix = (whole * scale).view(TILE, -1)
    coded = codes.coded(lambda: [matrix])
    assert coded.shape == (1, 1, 2, TILE * (GROUP + 4))
    assert torch.equal(decoded(coded, 0), matrix)


def test_other_weights_are_rounded_to_a_hundredth_of_their_group() -> None:
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(TILE, 4 * GROUP, generator=generator)
    error = (decoded(codes.coded(lambda: [matrix]), 0) - matrix).view(TILE, 4, GROUP).abs().amax(-1)
    most = matrix.view(TILE, 4, GROUP).abs().amax(-1)
    assert 0 < float((error / most).max()) < 0.006


def test_one_matrix_off_the_grid_takes_all_to_eight_bits() -> None:
    matrices = [grid(16, 0), grid(16, 1) + 0.001 * torch.arange(3 * GROUP)]
    assert codes.coded(lambda: matrices).shape[-1] == TILE * (GROUP + 4)


def test_zeros_stay_zeros() -> None:
    matrix = torch.zeros(TILE, GROUP)
    assert torch.equal(decoded(codes.coded(lambda: [matrix]), 0), matrix)
    matrix[0, 0] = 127.0
    assert torch.equal(decoded(codes.coded(lambda: [matrix]), 0), matrix)


def test_only_whole_tiles_and_groups_can_be_coded() -> None:
    assert codes.can_code(torch.ones(TILE, GROUP), torch.ones(2 * TILE, 3 * GROUP))
    assert not codes.can_code(torch.ones(TILE, GROUP), torch.ones(TILE + 1, GROUP))
    assert not codes.can_code(torch.ones(TILE, GROUP + 1))
