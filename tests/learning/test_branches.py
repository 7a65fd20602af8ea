"""Questions to different blocks are answered together as each would be alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.learning import branches, experts, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active

QUESTIONS = ("Who is it? A", "Who is it? B", "When?", "Where was it then?", "Who is it? A")


@pytest.fixture
def own(block: Callable[..., Active]) -> list[Active]:
    first, second = block(5, 1), block(3, 2)
    two = experts.both(first, block(2, 3, 0.5))
    return [first, second, replace(NOTHING), two, second]


def test_each_prompt_is_answered_with_its_own_blocks(tiny: Backbone, own: list[Active]) -> None:
    prompts = [tiny.encode(question) for question in QUESTIONS]
    alone = [list(generate.stream(tiny, prompt, one, 8)) for prompt, one in zip(prompts, own, strict=True)]
    assert finish(generate.many(tiny, prompts, own, 8)) == alone
    assert alone[0] != alone[4]  # the same question to another block


def test_only_what_differs_in_its_prefixes_shares_a_batch(tiny: Backbone, own: list[Active]) -> None:
    expert = experts.newborn(tiny.config, Function.MEMORY, Level.FAST, "")
    other = experts.both(experts.activate([(expert, 1.0)]), own[0])
    assert experts.alike([*own, other]) == [[0, 1, 2, 3, 4], [5]]
    prompts = [tiny.encode(question) for question in QUESTIONS]
    rows = [row for batch in branches.batches(prompts, own) for row in batch]
    assert sorted(index for row in rows for index in row) == [0, 1, 2, 3, 4]
    assert all(len({id(own[index]) for index in row}) == 1 for row in rows)
    assert any({1, 4} & set(row) for row in rows)


def test_one_and_the_same_stays_as_it_is(tiny: Backbone, own: list[Active]) -> None:
    assert experts.side_by_side([own[0], own[0]], torch.float32) is own[0]


def test_keys_and_values_of_a_rows_own_take_room_in_a_batch(
    tiny: Backbone, block: Callable[..., Active], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts, own = [[1, 2, 3]] * 4, [block(40, seed) for seed in range(4)]
    monkeypatch.setattr(branches, "BATCH_TOKENS", 2 * (3 + branches.OWN_SHARE * 40))
    assert [len(batch) for batch in branches.batches(prompts, own)] == [2, 2]
    assert [len(batch) for batch in branches.batches(prompts, own[0])] == [1], "one and the same is not copied"
