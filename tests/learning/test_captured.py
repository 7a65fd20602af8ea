"""The step that a GPU replays: the same tokens as the ordinary way, and nothing in it that a graph cannot hold."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
import torch

from nestdesk.learning import captured, decoder, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active
from tests.learning.wide import KINDS, WORDS, in_force, wide_backbone

BEGUN, LENGTH = 6, 17
GPU = (pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU"))
DEVICES = ["cpu", pytest.param("cuda", marks=GPU)]


def moved(thing: Any, device: str) -> Any:
    """Return a backbone or experts with every tensor on another device; "meta" has shapes and no numbers."""
    if isinstance(thing, torch.Tensor):
        return thing.to(device)
    if isinstance(thing, tuple):
        return tuple(moved(one, device) for one in thing)
    if type(thing) is dict:
        return {name: moved(one, device) for name, one in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {field.name: moved(getattr(thing, field.name), device) for field in fields(thing) if field.init}
        return replace(thing, **parts)
    return thing


@pytest.fixture(scope="module", params=[False, True], ids=["llama", "qwen"])
def backbone(request: pytest.FixtureRequest, tiny: Backbone) -> Backbone:
    return wide_backbone(tiny, request.param)


def read(backbone: Backbone, tokens: torch.Tensor, active: Active) -> decoder.Cache:
    """Return a cache that holds the first tokens, with room for all of them."""
    cache = decoder.Cache(backbone, 1, LENGTH)
    hidden = decoder.embed(backbone, tokens[None, :BEGUN], active)
    decoder.run(backbone, hidden, torch.arange(BEGUN, device=tokens.device)[None], None, active, cache)
    return cache


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", KINDS)
@torch.inference_mode()
def test_every_token_has_the_logits_of_the_ordinary_forward_pass(backbone: Backbone, name: str, device: str) -> None:
    active, own = moved(in_force(backbone, name), device), moved(backbone, device)
    tokens = torch.randint(0, WORDS, (LENGTH,), generator=torch.Generator().manual_seed(9)).to(device)
    hidden = decoder.run(
        own, decoder.embed(own, tokens[None], active), torch.arange(LENGTH, device=device)[None], None, active
    )
    right = decoder.logits(own, hidden[0], active)
    row = captured.Row(own, active, read(own, tokens, active))
    assert row.is_captured is (device == "cuda")
    for place in range(BEGUN, LENGTH):
        torch.testing.assert_close(row.step(tokens[place : place + 1])[0], right[place], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", KINDS)
@torch.inference_mode()
def test_a_step_asks_for_no_number_that_only_the_device_knows(backbone: Backbone, name: str) -> None:
    """On the device without numbers whatever waits for one fails, as it would while a graph is captured."""
    active, own = moved(in_force(backbone, name), "meta"), moved(backbone, "meta")
    row = captured.Row(own, active, decoder.Cache(own, 1, LENGTH))
    assert row.step(torch.zeros(1, dtype=torch.long, device="meta")).shape == (1, WORDS)


def test_what_a_cache_never_held_does_not_spoil_an_answer(backbone: Backbone) -> None:
    tokens = torch.arange(LENGTH)
    with torch.inference_mode():
        cache = read(backbone, tokens, in_force(backbone, "nothing"))
        cache.keys[:, :, :, BEGUN:] = cache.values[:, :, :, BEGUN:] = torch.nan
        scores = captured.Row(backbone, in_force(backbone, "nothing"), cache).step(tokens[:1])
    assert torch.isfinite(scores).all()


@pytest.mark.parametrize("device", DEVICES[1:])
def test_an_answer_on_the_gpu_is_that_of_the_processor(backbone: Backbone, device: str) -> None:
    active = in_force(backbone, "blocks")
    said = list(generate.stream(moved(backbone, device), [4, 8, 15], moved(active, device), 20))
    assert said == list(generate.stream(backbone, [4, 8, 15], active, 20))
