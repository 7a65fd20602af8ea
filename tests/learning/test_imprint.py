"""An imprinted expert says what the text in the prompt would say, and keeps no more of it than it was told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from nestdesk.core import prompts
from nestdesk.core.types import Effort, Function, Level, Passage, StudyItem
from nestdesk.learning import experts, generate, imprint, outer_loop, packing, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, ExpertWeights
from nestdesk.learning.nested import NestedModel

TEXTS = ("The ferry leaves Ostwick at nine.", "Mara Lindqvist keeps the harbour books.")
ITEMS = tuple(
    study.question_item(question, answer, passage)
    for question, answer, passage in (
        ("When does the ferry leave?", "nine", 0),
        ("Where does the ferry leave from?", "Ostwick", 0),
        ("Who keeps the books?", "Mara Lindqvist", 1),
    )
)


def born(tiny: Backbone, share: float, texts: tuple[str, ...] = TEXTS, items: tuple[StudyItem, ...] = ITEMS):
    return imprint.newborn(NestedModel(tiny), texts, items, NOTHING, share)


def logits(tiny: Backbone, prompt: list[int], expert: ExpertWeights, gate: float = 1.0) -> Tensor:
    return generate.prompt_logits(tiny, prompt, experts.activate([(expert, gate)]))


def test_kept_whole_it_answers_like_the_text_in_the_prompt(tiny: Backbone) -> None:
    nested = NestedModel(tiny)
    whole = nested.prompt(prompts.reading(TEXTS, "When?"))
    shared = packing.shared_length([nested.prompt(prompts.reading(TEXTS, q)) for q in ("What?", "Who?")])
    expected = generate.prompt_logits(tiny, whole)
    assert torch.allclose(logits(tiny, whole[shared:], born(tiny, 1.0)), expected, atol=1e-4)
    assert not torch.allclose(generate.prompt_logits(tiny, whole[shared:]), expected, atol=1e-2)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_it_keeps_the_share_of_the_positions(tiny: Backbone, share: float) -> None:
    whole = born(tiny, 1.0).tensors["0.keys"].shape[1]
    expert = born(tiny, share)
    config = tiny.config
    assert set(expert.tensors) == {f"{layer}.{kind}" for layer in range(config.layers) for kind in ("keys", "values")}
    for tensor in expert.tensors.values():
        assert tensor.shape == (config.kv_heads, round(whole * share), config.head_size)


def test_what_questions_look_at_is_kept_first(tiny: Backbone) -> None:
    one, other = (born(tiny, 0.2, items=(ITEMS[index],)) for index in (0, 2))
    assert any(not torch.equal(one.tensors[name], other.tensors[name]) for name in one.tensors)


def test_held_out_probes_take_no_part(tiny: Backbone) -> None:
    probe = replace(ITEMS[2], prompt="Whose are the books of the harbour?", is_probe=True)
    with_probe, without = born(tiny, 0.3, items=(*ITEMS, probe)), born(tiny, 0.3)
    assert all(torch.equal(with_probe.tensors[name], without.tensors[name]) for name in without.tensors)


def test_a_long_source_is_read_in_sections_up_to_a_bound(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imprint, "SECTION_TOKENS", 40)
    monkeypatch.setattr(imprint, "MOST_SECTIONS", 2)
    two, three = (born(tiny, 1.0, texts).tensors["0.keys"] for texts in (TEXTS, (*TEXTS, TEXTS[0])))
    assert torch.equal(two, three)  # the third section is beyond the bound
    monkeypatch.setattr(imprint, "MOST_POSITIONS", 17)
    assert born(tiny, 1.0).tensors["0.keys"].shape[1] == 17


def test_packed_questions_see_it_as_each_does_alone(tiny: Backbone) -> None:
    active = experts.activate([(born(tiny, 0.5), 1.0)])
    examples = [study.example(tiny, item) for item in ITEMS]
    together, _ = packing.answer_losses(tiny, packing.pack([examples]), active)
    alone = [packing.answer_losses(tiny, packing.pack([[example]]), active)[0] for example in examples]
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def test_a_gate_weighs_it(tiny: Backbone) -> None:
    expert, prompt = born(tiny, 0.5), tiny.encode("When does the ferry leave?")
    off = generate.prompt_logits(tiny, prompt)
    assert torch.equal(logits(tiny, prompt, expert, 0.0), off)
    faint, half, whole = ((logits(tiny, prompt, expert, gate) - off).norm() for gate in (1e-6, 0.5, 1.0))
    assert faint < half < whole
    assert faint < 1e-3


def test_two_of_them_stand_side_by_side_in_any_order(tiny: Backbone) -> None:
    uses = [(born(tiny, 0.5, (text,), (item,)), 1.0) for text, item in zip(TEXTS, (ITEMS[0], ITEMS[0]), strict=True)]
    prompt = tiny.encode("When?")
    forth, back = (generate.prompt_logits(tiny, prompt, experts.activate(order)) for order in (uses, uses[::-1]))
    assert torch.allclose(forth, back, atol=1e-5)
    assert not torch.allclose(forth, logits(tiny, prompt, uses[0][0]), atol=1e-3)


def test_it_survives_its_file_as_it_was_rounded(tiny: Backbone, tmp_path: Path) -> None:
    expert = experts.rounded(born(tiny, 0.5))
    experts.save(expert, tmp_path / "one.safetensors")
    read = experts.load(tmp_path / "one.safetensors", tiny.fingerprint())
    assert (read.function, read.level) == (Function.ATTENTION, Level.FAST)
    prompt = tiny.encode("When?")
    assert torch.equal(logits(tiny, prompt, read), logits(tiny, prompt, expert))


def test_the_inner_loop_trains_keys_and_values(tiny: Backbone) -> None:
    passages = tuple(Passage(text, 0, len(text)) for text in TEXTS)
    steps = outer_loop.learn_source(
        NestedModel(tiny), passages, NOTHING, (Function.ATTENTION,), Effort.QUICK, 20.0, 0, ITEMS, most_steps=6
    )
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            learned = stop.value.learners[0]
            break
    start = experts.rounded(born(tiny, 0.25)).tensors
    assert learned.updates > 0
    assert all(not torch.equal(learned.expert.tensors[name], start[name]) for name in start)
