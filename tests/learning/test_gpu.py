"""On a GPU the nested model is the same model: same identity, nearly the same scores, and it learns."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from nestdesk.core import prompts
from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.learning import backbone, experts, generate, inner_loop, seeking, study
from nestdesk.learning.backbone import Backbone

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU"),
]


@pytest.fixture(scope="module")
def on_gpu(tiny_folder: Path) -> Backbone:
    device = torch.device("cuda")
    return backbone.load(tiny_folder, device, backbone.best_precision(device))


def test_an_expert_fits_on_both_devices(on_gpu: Backbone, tiny: Backbone) -> None:
    assert on_gpu.precision is torch.bfloat16
    assert on_gpu.fingerprint() == tiny.fingerprint()


def test_scores_are_those_of_the_processor_within_bf16(on_gpu: Backbone, tiny: Backbone) -> None:
    prompt = tiny.encode("Where was it built?")
    torch.testing.assert_close(
        generate.prompt_logits(on_gpu, prompt).cpu(), generate.prompt_logits(tiny, prompt), rtol=0.1, atol=0.1
    )


def test_learning_on_the_gpu_lowers_the_loss_and_repeats(on_gpu: Backbone) -> None:
    def learned() -> tuple[list[float], torch.Tensor]:
        expert = experts.newborn(
            on_gpu.config, Function.MEMORY, Level.FAST, on_gpu.fingerprint(), 8, seed=1, device=on_gpu.device
        )
        items = [study.question_item(f"What is {n}?", f"it is {n * 7}", 0) for n in range(8)]
        desk = inner_loop.Desk(on_gpu, [study.example(on_gpu, item) for item in items], experts.NOTHING, 0)
        list(desk.compute())
        learner = inner_loop.InnerLoop.start(expert)
        steps = list(inner_loop.study(on_gpu, desk, [learner], experts.NOTHING, 1000.0, 0, most_steps=40))
        return [step.loss for step in steps], learner.expert.learnable()[1].detach().cpu()

    losses, weights = learned()
    assert losses[-1] < losses[0] / 2
    torch.testing.assert_close(learned()[1], weights, rtol=1e-2, atol=1e-3)


def test_many_prompts_are_continued_on_the_gpu(on_gpu: Backbone) -> None:
    prompts = [on_gpu.encode(text) for text in ("Tell me: who?", "Tell me: when?", "Else")]
    answers = finish(generate.many(on_gpu, prompts, max_tokens=6))
    assert [0 < len(ids) <= 6 for ids in answers] == [True] * 3


def test_an_answer_is_copied_on_the_gpu_as_on_the_processor(on_gpu: Backbone, tiny: Backbone) -> None:
    texts = ("The tower was built by Ann Hale in 1802.", "The mill is older; nobody knows who built it.")

    def copied(backbone: Backbone) -> seeking.Answer:
        readings = tuple(
            seeking.Reading(tuple(backbone.prompt(prompts.reading([text], "Who built it?"))), text) for text in texts
        )
        (answer,) = finish(seeking.answers(backbone, [seeking.Asked("Who built it?", readings)], experts.NOTHING))
        return answer

    ours, theirs = copied(on_gpu), copied(tiny)
    assert on_gpu.decode(ours.ids).strip() in texts[ours.reading]
    assert ours.fit == pytest.approx(theirs.fit, rel=0.1)
