"""Attention by stretches: what one attention under a mask sees, gates and all."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the field's name for it)
from torch import Tensor

from nestdesk.learning import stretches
from nestdesk.learning.experts import Prefix

HEADS, KV, SIZE = 6, 2, 64


def drawn(*shape: int, seed: int, dtype: torch.dtype) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def masked(queries: Tensor, keys: Tensor, values: Tensor, prefixes: list[Prefix]) -> Tensor:
    """See all at once, in fp32: what stands before, by its gate, and then what a causal mask shows."""
    rows, _, length, _ = queries.shape
    size = keys.shape[2]
    causal = torch.ones(length, size, dtype=torch.bool).tril(size - length)
    parts = [torch.zeros(length, size).masked_fill(~causal, -math.inf)]
    all_keys, all_values = [keys], [values]
    for prefix in prefixes:
        gate = math.log(prefix.gate) if prefix.gate else -math.inf
        parts.insert(0, torch.full((length, prefix.keys.shape[1]), gate))
        all_keys.insert(0, prefix.keys.expand(rows, -1, -1, -1))
        all_values.insert(0, prefix.values.expand(rows, -1, -1, -1))
    whole = (torch.cat(one, dim=2).float() for one in (all_keys, all_values))
    return F.scaled_dot_product_attention(queries.float(), *whole, attn_mask=torch.cat(parts, dim=1), enable_gqa=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("earlier", [0, 1, 90])
@pytest.mark.parametrize("gates", [(), (1.0,), (0.4, 1.0), (0.0, 0.7)])
def test_what_is_seen_is_what_a_mask_shows(dtype: torch.dtype, earlier: int, gates: tuple[float, ...]) -> None:
    queries = drawn(2, HEADS, 130, SIZE, seed=0, dtype=dtype)
    keys = drawn(2, KV, earlier + 130, SIZE, seed=1, dtype=dtype)
    values = drawn(2, KV, earlier + 130, SIZE, seed=2, dtype=dtype)
    prefixes = [
        Prefix(drawn(KV, 20, SIZE, seed=3 + place, dtype=dtype), drawn(KV, 20, SIZE, seed=9 + place, dtype=dtype), gate)
        for place, gate in enumerate(gates)
    ]
    with torch.inference_mode():
        found = stretches.seen(queries, keys, values, prefixes)
    right = masked(queries, keys, values, prefixes)
    assert found.dtype == dtype
    torch.testing.assert_close(found.float(), right, atol=2e-6 if dtype is torch.float32 else 0.02, rtol=0)


def test_gates_of_rows_and_gradients_need_the_mask() -> None:
    queries, own = torch.zeros(1, HEADS, 2, SIZE), torch.zeros(KV, 3, SIZE)
    one = Prefix(own, own, 0.5)
    assert not stretches.can_be_joined(queries, [one])  # gradients are on
    with torch.no_grad():
        assert stretches.can_be_joined(queries, [one])
        assert not stretches.can_be_joined(queries, [one, Prefix(own[None], own[None], log_gates=torch.zeros(1, 3))])
