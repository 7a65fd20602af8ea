"""Reading a long text in parts: the bits of the whole, place by place, and experts of position that can change them."""

from __future__ import annotations

import math

import pytest
import torch

from nestdesk.learning import evaluate, lengths
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING

TEXT = "The harbour of Ostwick was built in 1874, and its lamp was lit every evening by Ines Holm. " * 3


@pytest.mark.parametrize("at_once", [7, 1000])
def test_bits_by_place_are_those_of_the_whole(tiny: Backbone, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(lengths, "READ_TOKENS", at_once)
    ids = tiny.encode(TEXT)
    stretch = (len(ids) - 1) // 3
    whole = evaluate.bits_per_byte(tiny, TEXT) * len(TEXT.encode())
    assert sum(lengths.bits(tiny, ids, NOTHING, 1)) == pytest.approx(whole, rel=1e-4)
    told = lengths.bits(tiny, ids, NOTHING, stretch)
    assert len(told) == 3
    assert told[0] == pytest.approx(sum(lengths.bits(tiny, ids, NOTHING, 1)[:stretch]) / stretch, rel=1e-4)


def test_a_text_of_the_trained_length_needs_no_expert_and_a_longer_one_changes_what_is_read(tiny: Backbone) -> None:
    ids = tiny.encode(TEXT)
    untouched = lengths.bits(tiny, ids, NOTHING, 20)
    for active in lengths.variants(tiny.config, 1.0).values():
        assert lengths.bits(tiny, ids, active, 20) == pytest.approx(untouched, rel=1e-4)
    changed = [lengths.bits(tiny, ids, active, 20) for active in lengths.variants(tiny.config, 3.0).values()]
    assert changed[0] == pytest.approx(untouched)
    assert all(not torch.allclose(torch.tensor(one), torch.tensor(untouched), rtol=1e-4) for one in changed[1:])


def test_what_is_learned_for_longer_texts_differs_by_layer_and_leaves_the_backbone_as_it_is(tiny: Backbone) -> None:
    ids, print_ = tiny.encode(TEXT), tiny.fingerprint()
    born = lengths.learn(tiny, ids, 3 * tiny.config.context_tokens, steps=0)
    assert born.tensors["frequency"].tolist() == pytest.approx([-math.log(3)] * tiny.config.layers)
    learned = lengths.learn(tiny, ids, 3 * tiny.config.context_tokens, steps=6)
    moved = learned.tensors["frequency"] - born.tensors["frequency"]
    assert (moved != 0).all()
    assert moved[0] != moved[1]
    again = lengths.learn(tiny, ids, 3 * tiny.config.context_tokens, steps=6)
    assert torch.equal(again.tensors["frequency"], learned.tensors["frequency"])
    assert tiny.fingerprint() == print_
