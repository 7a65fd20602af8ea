"""Packed examples compute what each computes alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nestdesk.learning import packing
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.packing import Example

CASES = [("Q: where is it?", " in Ostwick"), ("Q: when was it?", " 1874"), ("Q: who?", " Mara Lind")]
OTHERS = [("Cloze: the ___ of salt", "price"), ("Cloze: a", "b")]


def examples(tiny: Backbone, cases: list[tuple[str, str]]) -> list[Example]:
    return [Example(tuple(tiny.encode(prompt)), tuple(tiny.encode(answer))) for prompt, answer in cases]


def alone(tiny: Backbone, each: list[Example]) -> Tensor:
    return torch.cat([packing.answer_losses(tiny, packing.pack([[one]], shared=0))[0] for one in each])


@pytest.mark.parametrize("shared", [None, 0, 1, 3])
def test_one_row_computes_what_its_examples_compute_alone(tiny: Backbone, shared: int | None) -> None:
    each = examples(tiny, CASES)
    losses, _ = packing.answer_losses(tiny, packing.pack([each], shared=shared))
    torch.testing.assert_close(losses, alone(tiny, each), rtol=1e-4, atol=1e-4)


def test_rows_of_unlike_length_do_not_disturb_each_other(tiny: Backbone) -> None:
    first, second = examples(tiny, CASES), examples(tiny, OTHERS)
    batch = packing.pack([first, second])
    losses, scores = packing.answer_losses(tiny, batch)
    torch.testing.assert_close(losses, alone(tiny, [*first, *second]), rtol=1e-4, atol=1e-4)
    assert scores.shape == (len(losses), tiny.config.vocabulary)
    sizes = [len(example.answer) for example in (*first, *second)]
    assert batch.owners.tolist() == [owner for owner, size in enumerate(sizes) for _ in range(size)]
    assert batch.targets.tolist() == [token for example in (*first, *second) for token in example.answer]


def test_a_shared_beginning_is_laid_out_once(tiny: Backbone) -> None:
    each = examples(tiny, CASES)
    assert packing.shared_length([example.prompt for example in each]) == len("Q: wh")
    assert packing.pack([each]).tokens == packing.pack([each], shared=0).tokens - 2 * len("Q: wh")


def test_equal_prompts_keep_their_last_token_apart(tiny: Backbone) -> None:
    each = examples(tiny, [("same", "a"), ("same", "bc")])
    assert packing.shared_length([example.prompt for example in each]) == 3
    losses, _ = packing.answer_losses(tiny, packing.pack([each]))
    torch.testing.assert_close(losses, alone(tiny, each), rtol=1e-4, atol=1e-4)
