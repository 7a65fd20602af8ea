"""Held-out figures: probes, code length, transfer, and the bits of the logits."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from nestdesk.core.types import Function, Level, Scores, StudyItem
from nestdesk.learning import evaluate, experts
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING


def test_bits_per_byte_are_positive_and_near_those_of_random_weights(tiny: Backbone) -> None:
    found = evaluate.bits_per_byte(tiny, "The harbour of Ostwick, 1874.")
    assert 0.0 < found < 3 * math.log2(tiny.config.vocabulary)


def test_probes_are_answered_one_by_one(tiny: Backbone, told: Callable[..., Scores]) -> None:
    probes = [StudyItem("question", "", f"Where is {name}?", "here", 0, is_probe=True) for name in ("Ostwick", "it")]
    scores = told(evaluate.score(tiny, probes, lambda _: NOTHING))
    assert (scores.probes, len(scores.answers)) == (2, 2)
    assert 0.0 <= scores.exact <= scores.f1 <= 1.0


def test_no_probes_score_nothing(tiny: Backbone) -> None:
    with pytest.raises(StopIteration) as ended:
        next(evaluate.score(tiny, [], NOTHING))
    assert ended.value.value == Scores(0.0, 0.0, 0, 0)


def test_exact_logits_tell_an_expert_from_an_identity(tiny: Backbone) -> None:
    prompt, expert = tiny.encode("Where is it?"), experts.newborn(tiny.config, Function.MEMORY, Level.FAST, "")
    untouched = evaluate.exact_logits(tiny, prompt, NOTHING)
    assert evaluate.exact_logits(tiny, prompt, experts.activate([(expert, 1.0)])) == untouched
    expert.tensors["1.down.b"].add_(0.5)
    assert evaluate.exact_logits(tiny, prompt, experts.activate([(expert, 1.0)])) != untouched
