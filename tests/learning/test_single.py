"""Single tokens through the compiled step: the same as the ordinary forward pass, whatever experts are in force."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from nestdesk.core.paths import resources
from nestdesk.learning import backbone as backbones
from nestdesk.learning import decoder, generate, single
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING
from nestdesk.learning.single import Pace, Single
from tests.learning.wide import KINDS, WORDS, in_force, wide_backbone

ROUNDING = 0.04  # how far the rounding of rows to bytes moves logits at most, of their length; 0.03 was seen


@pytest.fixture(scope="module", params=[False, True], ids=["llama", "qwen"])
def backbone(request: pytest.FixtureRequest, tiny: Backbone) -> Backbone:
    """Weights that eight bits hold without loss, so that both ways compute with the same."""
    exact = wide_backbone(tiny, request.param)

    def rounded(matrix: torch.Tensor) -> torch.Tensor:
        groups = matrix.view(len(matrix), -1, 32)
        scale = (groups.abs().amax(-1, keepdim=True) / 127).half().float()
        return ((groups / scale).round() * scale).view_as(matrix)

    layers = tuple(
        replace(layer, **{name: rounded(getattr(layer, name)) for name in ("qkv", "o", "gate_up", "down")})
        for layer in exact.layers
    )
    words = rounded(exact.embedding)
    return replace(exact, layers=layers, embedding=words, head=words)


@pytest.fixture(scope="module", params=[1, 2])
def model(request: pytest.FixtureRequest, backbone: Backbone) -> single.Model:
    """The same backbone as the kernels take it, for one worker and for several."""
    return single.prepared(backbone, lambda: backbone.layers, request.param)


@pytest.mark.parametrize("name", KINDS)
def test_every_token_has_the_logits_of_the_ordinary_forward_pass(
    backbone: Backbone, model: single.Model, name: str
) -> None:
    active = in_force(backbone, name)
    tokens = torch.randint(0, WORDS, (23,), generator=torch.Generator().manual_seed(9))
    begun, cache = 6, decoder.Cache(backbone, 1, 6)
    positions = torch.arange(len(tokens))[None]
    with torch.inference_mode():
        hidden = decoder.embed(backbone, tokens[None], active)
        right = decoder.logits(backbone, decoder.run(backbone, hidden, positions, None, active)[0], active)
        decoder.run(backbone, hidden[:, :begun], positions[:, :begun], None, active, cache)
        row = Single(backbone, model, active, cache, len(tokens) - begun)
        for place in range(begun, len(tokens)):
            scores = row.step(tokens[place : place + 1])[0]
            assert (scores - right[place]).norm() < ROUNDING * right[place].norm()


def test_the_number_of_workers_changes_the_last_bits_at_most(backbone: Backbone) -> None:
    active = in_force(backbone, "all")
    cache = decoder.Cache(backbone, 1, 2)
    with torch.inference_mode():
        hidden = decoder.embed(backbone, torch.tensor([[5, 9]]), active)
        decoder.run(backbone, hidden, torch.arange(2)[None], None, active, cache)

    def said(workers: int) -> torch.Tensor:
        row = Single(backbone, single.prepared(backbone, lambda: backbone.layers, workers), active, cache, 9)
        with torch.inference_mode():
            return torch.cat([row.step(torch.tensor([token])).clone() for token in range(9)])

    alone = said(1)
    for workers in (2, 3):
        assert (said(workers) - alone).norm() < ROUNDING * alone.norm()


def test_a_whole_answer_is_the_same_both_ways(backbone: Backbone, model: single.Model) -> None:
    active = in_force(backbone, "blocks")
    ordinary = list(generate.stream(backbone, [4, 8, 15], active, 20))
    assert list(generate.stream(backbone, [4, 8, 15], active, 20, model=model)) == ordinary
    assert len(ordinary) == 20


def test_only_backbones_that_fill_tiles_are_prepared(tiny: Backbone, backbone: Backbone) -> None:
    assert single.can_run(backbone)
    assert not single.can_run(tiny)


def test_a_model_is_prepared_beside_other_work(backbone: Backbone) -> None:
    ahead = single.Ahead(backbone, lambda: backbone.layers, 1)
    assert ahead.model(wait=True) is ahead.model() is not None


def test_without_the_kernels_tokens_go_the_ordinary_way(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no folder to compile into")

    monkeypatch.setattr(single, "prepared", fail)
    assert single.Ahead(backbone, lambda: backbone.layers, 1).model(wait=True) is None
    assert "no folder to compile into" in caplog.text


def paced(pace: Pace, seconds: dict[int, float], tokens: int) -> list[int]:
    """Let tokens take the seconds of their number of workers; return these numbers."""
    taken = []
    for _ in range(tokens):
        workers = pace.workers()
        pace.took(workers, seconds[workers])
        taken.append(workers)
    return taken


def test_all_workers_take_part_where_that_is_quicker_and_one_is_tried_ever_less_often() -> None:
    taken = paced(Pace(2), {1: 2.0, 2: 1.0}, 600)
    alone = [place for place, workers in enumerate(taken) if workers == 1]
    gaps = [after - before for before, after in pairwise(alone)]
    assert gaps == sorted(gaps)
    assert gaps[-1] > 8 * gaps[0]
    assert len(alone) < 12


def test_one_worker_is_kept_while_the_others_are_held_up() -> None:
    pace = Pace(2)
    taken = paced(pace, {1: 2.0, 2: 90.0}, 200)
    assert taken.count(2) < 20
    assert paced(pace, {1: 2.0, 2: 1.0}, 600)[-100:].count(2) > 90


def test_a_single_worker_stays_alone() -> None:
    assert paced(Pace(1), {1: 1.0}, 100) == [1] * 100


@pytest.mark.slow
def test_the_real_backbone_token_by_token_has_its_perplexity(models) -> None:  # type: ignore[no-untyped-def]
    folder = models.backbone_folder()
    real = backbones.load(folder)
    tokens = torch.tensor(real.encode((resources() / "generic_texts.txt").read_text(encoding="utf-8"))[:600])
    prepared = single.prepared(real, lambda: backbones.stored_layers(folder), 1)
    cache = decoder.Cache(real, 1, 1)
    with torch.inference_mode():
        hidden = decoder.embed(real, tokens[None])
        right = decoder.logits(real, decoder.run(real, hidden, torch.arange(len(tokens))[None], None)[0])
        decoder.run(real, hidden[:, :1], torch.zeros(1, 1, dtype=torch.long), None, NOTHING, cache)
        row = Single(real, prepared, NOTHING, cache, len(tokens))
        found = torch.cat([row.step(token[None]).clone() for token in tokens[1:-1]])
        exact = float(torch.nn.functional.cross_entropy(right[1:-1], tokens[2:]))
        rounded = float(torch.nn.functional.cross_entropy(found, tokens[2:]))
    assert abs(rounded - exact) < 0.01  # nats a token: perplexity to a hundredth
    assert float((found.argmax(-1) == right[1:-1].argmax(-1)).float().mean()) > 0.95
