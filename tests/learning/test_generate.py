"""Decoding many prompts together gives what decoding each gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from nestdesk.learning import branches, generate
from nestdesk.learning.backbone import Backbone

Many = Callable[..., list[list[int]]]
APART = ["Alpha was first.", "Then beta", "gamma"]
ALIKE = ["Tell me: who?", "Tell me: when was that?", "Tell me:"]


@pytest.fixture
def many(tiny: Backbone, told: Many) -> Many:
    """Return what continues prompts together; every test may take another model."""

    def run(
        prompts: Sequence[Sequence[int]], temperature: float = 0.0, seed: int = 0, model: Backbone = tiny
    ) -> list[list[int]]:
        temperatures = [temperature] * len(prompts)
        return told(generate.many(model, prompts, max_tokens=10, temperatures=temperatures, seed=seed))

    return run


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
def test_many_prompts_continue_as_each_alone(tiny: Backbone, many: Many, texts: list[str], rows: int) -> None:
    prompts = [tiny.encode(text) for text in texts]
    assert len(branches.rows_of(prompts)) == rows
    assert many(prompts) == [list(generate.stream(tiny, prompt, max_tokens=10)) for prompt in prompts]


def test_batches_are_split_without_changing_answers(
    tiny: Backbone, many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = [tiny.encode(text) for text in ALIKE + APART]
    whole = many(prompts)
    monkeypatch.setattr(branches, "BATCH_TOKENS", 20)
    assert many(prompts) == whole


def test_a_stream_ends_at_the_end_mark(tiny: Backbone, many: Many) -> None:
    prompt = tiny.encode(APART[0])
    said = list(generate.stream(tiny, prompt, max_tokens=10))
    assert said
    stopping = replace(tiny, stop_ids=frozenset({said[0]}))
    assert list(generate.stream(stopping, prompt, max_tokens=10)) == []
    assert many([prompt, tiny.encode(APART[1])], model=stopping)[0] == []


def test_sampling_repeats_with_its_seed(tiny: Backbone, many: Many) -> None:
    prompts = [tiny.encode(text) for text in APART]
    assert many(prompts, 1.0, seed=1) == many(prompts, 1.0, seed=1)
    assert many(prompts, 1.0, seed=1) != many(prompts, 1.0, seed=2)
