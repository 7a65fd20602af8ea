"""The baselines learn by their libraries' own means; here on the tiny backbone."""

from __future__ import annotations

import json
import math
import random
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from nestdesk.core.types import Function, Level
from nestdesk.learning import baselines, experts, generate, study
from nestdesk.learning.baselines import Lesson, Task
from nestdesk.learning.packing import Example

ITEMS = tuple(study.question_item(f"Where is number {number}?", f"at {number}", 0) for number in range(3))
HELD_OUT = study.question_item("And number nine?", "at 9", 0, is_probe=True)


@pytest.fixture
def task(tiny_folder: Path) -> Task:
    lessons = (Lesson((*ITEMS, HELD_OUT), ("Where is number 1?",)), Lesson(ITEMS[:1], ("Where is number 2?",)))
    return Task("lora", tiny_folder, "", 1e-2, 1.0, 0.2, 0, lessons)


@pytest.mark.parametrize("method", baselines.METHODS)
def test_every_method_learns_each_lesson_and_answers_all_of_them(task, method):
    rows = list(baselines.run(replace(task, method=method)))
    assert [len(row["answers"]) for row in rows] == [2, 2]
    assert all(row["steps"] > 0 and row["kl"] > 0.0 for row in rows)


@pytest.mark.parametrize("method", baselines.METHODS)
def test_a_rate_of_zero_leaves_the_start_as_it_is(task, method):
    first, _ = baselines.run(replace(task, method=method, rate=0.0))
    assert first["kl"] == pytest.approx(0.0, abs=1e-6)


def test_the_skilled_start_is_the_backbone_with_the_shipped_experts(task, tiny, tmp_path):
    born = experts.newborn(tiny.config, Function.MEMORY, Level.SLOW, tiny.fingerprint(), rank=2)
    for name, tensor in born.tensors.items():
        if name.endswith(".b"):
            tensor.copy_(torch.randn(tensor.shape, generator=torch.Generator().manual_seed(1)))
    experts.save(born, tmp_path / "memory.safetensors")
    model = baselines.started(replace(task, method="full", birth=str(tmp_path)), tiny)
    prompt = tiny.encode("Where is number 1?")
    active = experts.activate([(experts.rounded(born), 1.0)])
    expected = generate.prompt_logits(tiny, prompt, active)
    found = model(input_ids=torch.tensor([prompt])).logits[:, -1]
    assert torch.allclose(found.float(), expected.float(), atol=1e-3)


def test_the_loss_is_that_of_answer_tokens(task, tiny):
    model = baselines.started(replace(task, method="full"), tiny)
    example = Example((1, 2, 3), (4, 5))
    logits = model(input_ids=torch.tensor([[1, 2, 3, 4, 5]])).logits[0, 2:4]
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor([4, 5]))
    assert baselines._loss(model, [example]).item() == pytest.approx(expected.item(), rel=2e-2)


def test_replay_fills_half_of_a_batch_with_earlier_examples():
    own, earlier = [Example((1,), (1,))] * 30, [Example((2,), (2,))] * 30
    batches = list(baselines.batches(own, earlier, random.Random(0)))
    half = baselines.BATCH_ITEMS // 2
    assert [sum(example.prompt == (2,) for example in batch) for batch in batches] == [half] * math.ceil(30 / half)
    assert sum(example.prompt == (1,) for batch in batches for example in batch) == 30
    assert not any(
        example.prompt == (2,) for batch in baselines.batches(own, [], random.Random(0)) for example in batch
    )


def test_consolidated_weights_pull_back(task, tiny):
    model = baselines.started(replace(task, method="ewc"), tiny)
    penalty = baselines._held(model, [study.example(tiny, item) for item in ITEMS], 10.0)
    assert penalty().item() == 0.0
    with torch.no_grad():
        for tensor in model.parameters():
            if tensor.requires_grad:
                tensor += 0.1
    assert penalty().item() > 0.0


def test_a_task_is_read_as_it_was_written(task, tmp_path):
    file = tmp_path / "task.json"
    raw = asdict(task) | {"backbone": str(task.backbone)}
    file.write_text(json.dumps(raw), encoding="utf-8")
    assert baselines.read(file) == task
