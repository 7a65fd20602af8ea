"""Decoding many prompts together gives what decoding each gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nestdesk.learning import branches, generate
from nestdesk.learning.backbone import Backbone

APART = ["Alpha was first.", "Then beta", "gamma"]
ALIKE = ["Tell me: who?", "Tell me: when was that?", "Tell me:"]


def many(tiny: Backbone, prompts: Sequence[Sequence[int]], temperature: float = 0.0, seed: int = 0) -> list[list[int]]:
    steps = generate.many(tiny, prompts, max_tokens=10, temperatures=[temperature] * len(prompts), seed=seed)
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as stop:
            assert shares == sorted(shares)
            assert all(0.0 < share <= 1.0 for share in shares)
            return list(stop.value)


@pytest.mark.parametrize(
    ("texts", "rows"),
    [
        (APART, 3),
        (ALIKE, 1),
        (APART[:1], 1),
        (ALIKE[:1] * 2, 1),
        (APART + ALIKE, 4),
        ([*ALIKE, "Tell me: who?!"], 1),
    ],
)
def test_many_prompts_continue_as_each_alone(tiny: Backbone, texts: list[str], rows: int) -> None:
    prompts = [tiny.encode(text) for text in texts]
    assert len(branches.rows_of(prompts)) == rows
    assert many(tiny, prompts) == [list(generate.stream(tiny, prompt, max_tokens=10)) for prompt in prompts]


def test_batches_are_split_without_changing_answers(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = [tiny.encode(text) for text in ALIKE + APART]
    whole = many(tiny, prompts)
    monkeypatch.setattr(branches, "BATCH_TOKENS", 20)
    assert many(tiny, prompts) == whole


def test_a_stream_ends_at_the_end_mark(tiny: Backbone) -> None:
    prompt = tiny.encode(APART[0])
    said = list(generate.stream(tiny, prompt, max_tokens=10))
    assert said
    stopping = replace(tiny, stop_ids=frozenset({said[0]}))
    assert list(generate.stream(stopping, prompt, max_tokens=10)) == []
    assert many(stopping, [prompt, tiny.encode(APART[1])])[0] == []


def test_sampling_repeats_with_its_seed(tiny: Backbone) -> None:
    prompts = [tiny.encode(text) for text in APART]
    assert many(tiny, prompts, 1.0, seed=1) == many(tiny, prompts, 1.0, seed=1)
    assert many(tiny, prompts, 1.0, seed=1) != many(tiny, prompts, 1.0, seed=2)
