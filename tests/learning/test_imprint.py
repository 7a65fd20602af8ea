"""An imprinted expert says what the text in the prompt would say, and keeps no more of it than it was told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from nestdesk.core import prompts
from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Function, Level, Passage, Recipe, StudyItem
from nestdesk.learning import decoder, experts, generate, imprint, inner_loop, outer_loop, packing, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, ExpertWeights
from nestdesk.learning.nested import NestedModel

RECIPE = Recipe((Function.ATTENTION,), kept_share=0.5)
TEXTS = ("The ferry leaves Ostwick at nine.", "Mara Lindqvist keeps the harbour books.")
ITEMS = tuple(
    study.question_item(question, answer, passage)
    for question, answer, passage in (
        ("When does the ferry leave?", "nine", 0),
        ("Where does the ferry leave from?", "Ostwick", 0),
        ("Who keeps the books?", "Mara Lindqvist", 1),
    )
)


def born(
    tiny: Backbone, share: float, texts: tuple[str, ...] = TEXTS, items: tuple[StudyItem, ...] = ITEMS
) -> list[ExpertWeights]:
    return finish(imprint.newborn(NestedModel(tiny), texts, items, NOTHING, share))


def logits(tiny: Backbone, prompt: list[int], expert: ExpertWeights, gate: float = 1.0) -> Tensor:
    return generate.prompt_logits(tiny, prompt, experts.activate([(expert, gate)]))


@pytest.mark.parametrize("place", [0, 1])
def test_a_block_kept_whole_answers_like_its_passage_in_the_prompt(tiny: Backbone, place: int) -> None:
    nested = NestedModel(tiny)
    whole, *others = (nested.prompt(prompts.reading([TEXTS[place]], q)) for q in ("When?", "What?", "Who?"))
    shared = packing.shared_length(others)
    expected = generate.prompt_logits(tiny, whole)
    assert torch.allclose(logits(tiny, whole[shared:], born(tiny, 1.0)[place]), expected, atol=1e-4)
    assert not torch.allclose(generate.prompt_logits(tiny, whole[shared:]), expected, atol=1e-2)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_a_block_keeps_the_share_of_its_positions(tiny: Backbone, share: float) -> None:
    config = tiny.config
    for whole, block in zip(born(tiny, 1.0), born(tiny, share), strict=True):
        size = whole.tensors["0.keys"].shape[1]
        assert set(block.tensors) == {
            f"{layer}.{kind}" for layer in range(config.layers) for kind in ("keys", "values")
        }
        for tensor in block.tensors.values():
            assert tensor.shape == (config.kv_heads, round(size * share), config.head_size)


def test_what_questions_look_at_is_kept_first(tiny: Backbone) -> None:
    one, other = (born(tiny, 0.2, items=(ITEMS[index],))[0].tensors for index in (0, 1))
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_held_out_probes_take_no_part(tiny: Backbone) -> None:
    probe = replace(ITEMS[2], prompt="Whose are the books of the harbour?", is_probe=True)
    for one, other in zip(born(tiny, 0.3, items=(*ITEMS, probe)), born(tiny, 0.3), strict=True):
        assert all(torch.equal(one.tensors[name], other.tensors[name]) for name in other.tensors)


def test_a_long_source_keeps_less_of_every_passage(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [block.tensors["0.keys"].shape[1] for block in born(tiny, 1.0)]
    monkeypatch.setattr(imprint, "MOST_POSITIONS", sum(sizes) // 2)
    for block, size in zip(born(tiny, 1.0), sizes, strict=True):
        assert abs(block.tensors["0.keys"].shape[1] - size / 2) <= 1


def test_without_time_the_rest_is_not_read(tiny: Backbone) -> None:
    blocks = finish(imprint.newborn(NestedModel(tiny), TEXTS, ITEMS, NOTHING, 1.0, has_time=lambda: False))
    assert len(blocks) == 1
    assert all(torch.equal(tensor, blocks[0].tensors[name]) for name, tensor in born(tiny, 1.0)[0].tensors.items())


def test_questions_about_what_was_not_read_are_not_studied(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outer_loop, "READING_ENDS", 0.0)
    passages = tuple(Passage(text, 0, len(text)) for text in TEXTS)
    lesson = finish(outer_loop.prepare(NestedModel(tiny), passages, NOTHING, Effort.QUICK, 20.0, 0, ITEMS))
    steps = outer_loop.learn(lesson, RECIPE, 6)
    result = finish(steps)
    assert (result.steps, result.learners[0].updates) == (RECIPE.block_updates, RECIPE.block_updates)
    assert len(result.learners[0].expert.tensors["starts"]) == 2


def test_a_bound_expert_gives_its_blocks_back(tiny: Backbone, tmp_path: Path) -> None:
    blocks = [experts.rounded(block) for block in born(tiny, 0.5)]
    experts.save(imprint.bind(blocks), tmp_path / "one.safetensors")
    for place, block in enumerate(blocks):
        read = experts.load(tmp_path / "one.safetensors", tiny.fingerprint(), blocks=(place,))
        assert read.tensors.keys() == {*block.tensors, "starts"}
        assert all(torch.equal(read.tensors[name], block.tensors[name]) for name in block.tensors)
    both = experts.load(tmp_path / "one.safetensors", tiny.fingerprint(), blocks=(1, 0))
    assert both.tensors["0.keys"].shape[1] == sum(block.tensors["0.keys"].shape[1] for block in blocks)


def test_two_blocks_stand_one_before_the_other(tiny: Backbone, tmp_path: Path) -> None:
    blocks = born(tiny, 1.0)
    path = tmp_path / "one.safetensors"
    experts.save(imprint.bind(blocks), path)
    nested, size = NestedModel(tiny), blocks[1].tensors["0.keys"].shape[1]
    joined = nested.active([(str(path), 1.0, (1, 0))]).prefixes[0][0].keys
    near, far = experts.rounded(blocks[1]).tensors["0.keys"], experts.rounded(blocks[0]).tensors["0.keys"]
    assert torch.equal(joined[:, :size], near)
    assert torch.allclose(joined[:, size:], decoder.moved(tiny, far, -size), atol=1e-6)


def test_moved_keys_are_those_of_tokens_elsewhere(tiny: Backbone) -> None:
    ids = torch.tensor([tiny.encode("The ferry leaves Ostwick.")])
    caches = []
    for first in (0, -7):
        caches.append(decoder.Cache(tiny, 1, ids.shape[1]))
        positions = torch.arange(first, first + ids.shape[1])[None]
        decoder.run(tiny, decoder.embed(tiny, ids), positions, None, NOTHING, caches[-1])
    for here, there in zip(caches[0].keys, caches[1].keys, strict=True):
        assert torch.allclose(decoder.moved(tiny, here[0], -7), there[0], atol=1e-5)


def test_a_block_learns_beside_another_that_does_not(tiny: Backbone) -> None:
    blocks = [inner_loop.InnerLoop.start(block, 1, 2) for block in born(tiny, 1.0)]
    before = [block.expert.tensors["0.keys"].detach().clone() for block in blocks]
    examples = [study.example(tiny, item) for item in ITEMS[:2]]  # of the first passage
    desk = inner_loop.Desk(tiny, examples, NOTHING, 0)
    steps = inner_loop.study(tiny, desk, [], NOTHING, 3600.0, 0, 2, dict(enumerate(blocks)), [0, 0], {0: [1]})
    with_company = [step.loss for step in steps]
    assert not torch.equal(blocks[0].expert.tensors["0.keys"], before[0])
    assert torch.equal(blocks[1].expert.tensors["0.keys"], before[1])
    alone = [inner_loop.InnerLoop.start(block, 1, 2) for block in born(tiny, 1.0)]
    steps = inner_loop.study(tiny, desk, [], NOTHING, 3600.0, 0, 2, dict(enumerate(alone)), [0, 0])
    assert [step.loss for step in steps] != with_company


def test_a_block_that_is_not_there_is_an_expected_error(tiny: Backbone, tmp_path: Path) -> None:
    experts.save(imprint.bind(born(tiny, 0.5)), tmp_path / "one.safetensors")
    with pytest.raises(CheckpointError):
        experts.load(tmp_path / "one.safetensors", tiny.fingerprint(), blocks=(2,))


def test_packed_questions_see_it_as_each_does_alone(tiny: Backbone) -> None:
    active = experts.activate([(born(tiny, 0.5)[0], 1.0)])
    examples = [study.example(tiny, item) for item in ITEMS]
    together, _ = packing.answer_losses(tiny, packing.pack([examples]), active)
    alone = [packing.answer_losses(tiny, packing.pack([[example]]), active)[0] for example in examples]
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def test_a_gate_weighs_it(tiny: Backbone) -> None:
    expert, prompt = born(tiny, 0.5)[0], tiny.encode("When does the ferry leave?")
    off = generate.prompt_logits(tiny, prompt)
    assert torch.equal(logits(tiny, prompt, expert, 0.0), off)
    faint, half, whole = ((logits(tiny, prompt, expert, gate) - off).norm() for gate in (1e-6, 0.5, 1.0))
    assert faint < half < whole
    assert faint < 1e-3


def test_two_of_them_stand_side_by_side_in_any_order(tiny: Backbone) -> None:
    uses = [(block, 1.0) for block in born(tiny, 0.5)]
    prompt = tiny.encode("When?")
    forth, back = (generate.prompt_logits(tiny, prompt, experts.activate(order)) for order in (uses, uses[::-1]))
    assert torch.allclose(forth, back, atol=1e-5)
    assert not torch.allclose(forth, logits(tiny, prompt, uses[0][0]), atol=1e-3)


def test_it_survives_its_file_as_it_was_rounded(tiny: Backbone, tmp_path: Path) -> None:
    expert = experts.rounded(imprint.bind(born(tiny, 0.5)))
    experts.save(expert, tmp_path / "one.safetensors")
    read = experts.load(tmp_path / "one.safetensors", tiny.fingerprint())
    assert (read.function, read.level) == (Function.ATTENTION, Level.FAST)
    prompt = tiny.encode("When?")
    assert torch.equal(logits(tiny, prompt, read), logits(tiny, prompt, expert))
    again = experts.rounded(read)
    assert all(torch.equal(again.tensors[name], read.tensors[name]) for name in read.tensors)


def test_the_inner_loop_trains_keys_and_values(tiny: Backbone) -> None:
    passages = tuple(Passage(text, 0, len(text)) for text in TEXTS)
    lesson = finish(outer_loop.prepare(NestedModel(tiny), passages, NOTHING, Effort.QUICK, 20.0, 0, ITEMS))
    steps = outer_loop.learn(lesson, RECIPE, 20)
    learned = finish(steps).learners[0]
    start = experts.rounded(imprint.bind(born(tiny, 0.5))).tensors
    assert learned.updates == 2 * RECIPE.block_updates
    assert learned.expert.tensors.keys() == start.keys()
    assert all(not torch.equal(learned.expert.tensors[name], start[name]) for name in start if name != "starts")
