"""Prompts that begin alike: only what is new is read, and the answer is the same."""

from __future__ import annotations

import pytest
import torch

from nestdesk.core.types import Function, Level
from nestdesk.learning import decoder, experts, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.beginnings import KEPT, Beginnings
from nestdesk.learning.experts import NOTHING, Active


@pytest.fixture
def lengths(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many tokens each forward pass reads."""
    seen: list[int] = []
    run = decoder.run

    def noted(backbone: Backbone, hidden: torch.Tensor, *rest: object) -> torch.Tensor:
        seen.append(hidden.shape[1])
        return run(backbone, hidden, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(decoder, "run", noted)
    return seen


def answers(tiny: Backbone, active: Active, *texts: str) -> None:
    """Ask with and without beginnings, and expect the same."""
    beginnings = Beginnings()
    for text in texts:
        prompt = tiny.encode(text)
        alone = list(generate.stream(tiny, prompt, active, 12))
        assert list(generate.stream(tiny, prompt, active, 12, beginnings=beginnings)) == alone


@pytest.mark.parametrize(
    "texts",
    [
        ("The tower", "The tower was built by Ann Hale."),
        ("The tower was built by Ann Hale.", "The tower"),
        ("The tower was", "The tower was"),
        ("The tower was built.", "The tower is old.", "The tower is old, and high."),
        ("The tower", "A mill"),
        ("T", "T", "To"),
    ],
)
def test_answers_are_those_without_it(tiny: Backbone, texts: tuple[str, ...]) -> None:
    answers(tiny, NOTHING, *texts)


def test_only_what_differs_is_read(tiny: Backbone, lengths: list[int]) -> None:
    beginnings = Beginnings()
    for text in ("The tower was built", "The tower was built by Ann", "The tower is old", "The tower was built by Ann"):
        list(generate.stream(tiny, tiny.encode(text), NOTHING, 1, beginnings=beginnings))
    first = [length for length in lengths if length > 1]
    assert first == [len("The tower was built"), len(" by Ann"), len("is old")]
    assert len(lengths) == len(first)  # the last prompt was read before, and nothing is read again


def test_what_other_experts_read_does_not_count(tiny: Backbone, lengths: list[int]) -> None:
    expert = experts.newborn(tiny.config, Function.MEMORY, Level.FAST, "any", seed=1)
    other = experts.activate([(expert, 1.0)])
    beginnings = Beginnings()
    prompt = tiny.encode("The tower was built by Ann Hale.")
    for active in (NOTHING, other):
        list(generate.stream(tiny, prompt, active, 1, beginnings=beginnings))
    assert lengths.count(len(prompt)) == 2
    assert [length for length in lengths if length > 1] == [len(prompt)] * 2


def test_the_last_prompts_are_kept_and_no_others(tiny: Backbone, lengths: list[int]) -> None:
    beginnings = Beginnings()
    texts = [f"{number} towers stood by the sea" for number in range(1, KEPT + 2)]
    for text in (*texts, texts[0], texts[-1]):
        list(generate.stream(tiny, tiny.encode(text), NOTHING, 1, beginnings=beginnings))
    assert [length for length in lengths if length > 1] == [len(text) for text in (*texts, texts[0])]


def test_room_is_left_for_the_answer(tiny: Backbone) -> None:
    beginnings = Beginnings()
    cache, _ = beginnings.begin(tiny, [1, 2, 3], NOTHING, 5)
    assert cache.keys.shape[3] == 8
    assert cache.length == 0


def test_the_same_prompt_has_the_same_bits(tiny: Backbone) -> None:
    beginnings, prompt = Beginnings(), tiny.encode("The tower was built by Ann Hale.")
    cache, known = beginnings.begin(tiny, prompt, NOTHING, 4)
    assert known is None
    scores = generate._read(tiny, prompt, NOTHING, cache)
    beginnings.keep(prompt, NOTHING, cache, scores)
    before = scores.clone()
    scores.fill_(-torch.inf)  # as a limit does with what an answer may not say
    again, known = beginnings.begin(tiny, prompt, NOTHING, 4)
    assert known is not None
    assert torch.equal(known, before)
    assert again.length == len(prompt)
    assert torch.equal(again.keys[:, :, :, : len(prompt)], cache.keys[:, :, :, : len(prompt)])
