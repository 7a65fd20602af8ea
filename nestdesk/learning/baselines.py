"""What others would do: one model taught article after article by standard means, beside the nested one.

    lora         one low-rank adapter (PEFT) for everything
    lora-replay  the same; half of each batch are items of earlier articles (experience replay, arXiv 1811.11682)
    ewc          the same, held by elastic weight consolidation (arXiv 1612.00796, equation 3, its penalties summed)
    full         every weight

A program of its own, because nothing of it belongs to the product: ``python -m nestdesk.learning.baselines JOB.json``
teaches what `nestdesk bench stream` asks for and prints a JSON line after each article. PEFT comes with the extra
"bench". Training is the libraries' own (transformers' loss, torch's AdamW); answers come from the product's decoder,
so that both sides are decoded alike.
"""

from __future__ import annotations

import copy
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nestdesk.core import jobs, prompts
from nestdesk.core.types import StudyItem
from nestdesk.learning import backbone as backbones
from nestdesk.learning import evaluate, experts, generate, limits, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.packing import Example

METHODS = ("lora", "lora-replay", "ewc", "full")
RANK = 16
BATCH_ITEMS = 8  # a processor without bf16 takes 16 s for 24 of them, which leaves eight steps in 120 s
WARM_UP_STEPS = 5
REPLAY_SHARE = 0.5
FISHER_ITEMS = 64
GRADIENT_LIMIT = 1.0
STOP_LOSS = 0.02  # nats: the mean answer token of a pass; what the nested model stops at
ANSWER_TOKENS = 24
PROJECTIONS = {
    "q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj",
    "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj",
}  # fmt: skip

Penalty = Callable[[], Tensor]


@dataclass(frozen=True)
class Lesson:
    """One article: what is studied, and every question that is asked about it."""

    items: tuple[StudyItem, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One method with one start and one seed. An empty birth: the untouched backbone is where it starts."""

    method: str
    backbone: Path
    birth: str
    rate: float
    weight: float  # of EWC's penalty
    budget_s: float
    seed: int
    lessons: tuple[Lesson, ...]


def read(path: Path) -> Task:
    """Read a task as the benchmark writes it."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    lessons = tuple(
        Lesson(tuple(StudyItem(**item) for item in lesson["items"]), tuple(lesson["questions"]))
        for lesson in raw.pop("lessons")
    )
    return Task(**raw | {"backbone": Path(raw["backbone"]), "lessons": lessons})


def run(task: Task) -> Iterator[dict[str, Any]]:
    """Teach the lessons in turn; yield, after each, the answers to all lessons' questions and how far it drifted."""
    torch.manual_seed(task.seed)
    chance = random.Random(task.seed)
    start = backbones.load(task.backbone, "cpu", backbones.best_precision(torch.device("cpu")))
    anchors = evaluate.anchors(start)
    model = started(task, start)
    earlier: list[Example] = []
    penalties: list[Penalty] = []
    for lesson in task.lessons:
        own = [study.example(start, item) for item in lesson.items if not item.is_probe]
        replayed = earlier if task.method == "lora-replay" else []
        began = time.monotonic()
        steps = _teach(model, own, replayed, penalties, task, chance)
        seconds = time.monotonic() - began
        if task.method == "ewc":
            penalties.append(_held(model, chance.sample(own, min(len(own), FISHER_ITEMS)), task.weight))
        earlier += own
        taught = decoding(model, task.backbone)
        yield {
            "answers": [_answers(taught, one.questions) for one in task.lessons],
            "seconds": seconds,
            "steps": steps,
            "perplexity": evaluate.perplexity(taught, anchors),
            "kl": evaluate.drift(taught, anchors, experts.NOTHING),
        }


def started(task: Task, start: Backbone) -> Any:
    """Return the model that a task begins with, its adapter or all of it ready to learn."""
    from transformers import AutoModelForCausalLM  # seconds to import

    model = AutoModelForCausalLM.from_pretrained(task.backbone, dtype=torch.float32, local_files_only=True)
    if task.birth:
        _grow(
            model, [experts.load(file, start.fingerprint()) for file in sorted(Path(task.birth).glob("*.safetensors"))]
        )
    if task.method == "full":
        return model
    from peft import LoraConfig, get_peft_model

    modules = [name.split(".")[1] for name in PROJECTIONS.values()]
    return get_peft_model(model, LoraConfig(r=RANK, lora_alpha=RANK, target_modules=modules, task_type="CAUSAL_LM"))


@torch.no_grad()
def _grow(model: Any, born: Sequence[experts.ExpertWeights]) -> None:
    """Add low-rank experts to the model's own matrices."""
    for (layer, site), pairs in experts.activate([(expert, 1.0) for expert in born]).products.items():
        weight = model.get_submodule(f"model.layers.{layer}.{PROJECTIONS[site]}").weight
        for first, second in pairs:
            weight += second @ first


def _teach(
    model: Any,
    own: Sequence[Example],
    earlier: Sequence[Example],
    penalties: Sequence[Penalty],
    task: Task,
    chance: random.Random,
) -> int:
    """Optimise on one lesson until its items are known or the time is out; return the steps taken."""
    optimiser = optimiser_of(model, task.rate)
    began, steps = time.monotonic(), 0
    while True:
        losses = []
        for batch in batches(own, earlier, chance):
            left = max(0.0, 1 - (time.monotonic() - began) / task.budget_s)
            if left == 0.0:
                return steps
            optimiser.param_groups[0]["lr"] = rate_at(task.rate, steps, left)
            losses.append(step(model, optimiser, batch, penalties))
            steps += 1
        if sum(losses) / len(losses) < STOP_LOSS:
            return steps


def optimiser_of(model: Any, rate: float) -> torch.optim.Optimizer:
    """Return the optimiser of what is learnable in a model."""
    learnable = [tensor for tensor in model.parameters() if tensor.requires_grad]
    return torch.optim.AdamW(learnable, lr=rate, weight_decay=0.0)


def rate_at(peak: float, steps: int, left: float) -> float:
    """Return the learning rate after so many steps, with a share of the time left."""
    return peak * min(1.0, (steps + 1) / WARM_UP_STEPS) * (0.1 + 0.9 * left)


def step(
    model: Any, optimiser: torch.optim.Optimizer, batch: Sequence[Example], penalties: Sequence[Penalty] = ()
) -> float:
    """Take one step on a batch and return its loss, without the penalties."""
    loss = _loss(model, batch)
    whole = loss + sum((penalty() for penalty in penalties), torch.zeros(()))
    optimiser.zero_grad()
    whole.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], GRADIENT_LIMIT)
    optimiser.step()
    return loss.item()


def batches(own: Sequence[Example], earlier: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Yield one pass over the lesson, earlier examples mixed in where there are any."""
    replayed = round(BATCH_ITEMS * REPLAY_SHARE) if earlier else 0
    fresh = BATCH_ITEMS - replayed
    order = chance.sample(list(own), len(own))
    for first in range(0, len(order), fresh):
        yield order[first : first + fresh] + chance.sample(list(earlier), min(replayed, len(earlier)))


def _loss(model: Any, batch: Sequence[Example]) -> Tensor:
    """Return the mean cross entropy of the answer tokens."""
    ids = [torch.tensor([*example.prompt, *example.answer]) for example in batch]
    labels = [torch.tensor([*[-100] * len(example.prompt), *example.answer]) for example in batch]
    padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)  # B T
    seen = torch.nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in ids], batch_first=True)
    wanted = torch.nn.utils.rnn.pad_sequence(labels, batch_first=True, padding_value=-100)
    fast = backbones.best_precision(torch.device("cpu")) is torch.bfloat16
    with torch.autocast("cpu", torch.bfloat16, enabled=fast):
        loss: Tensor = model(input_ids=padded, attention_mask=seen, labels=wanted).loss
    return loss


def _held(model: Any, examples: Sequence[Example], weight: float) -> Penalty:
    """Return the pull back to the present weights, as strong as each one's Fisher information (diagonal)."""
    learnable = [tensor for tensor in model.parameters() if tensor.requires_grad]
    fisher = [torch.zeros_like(tensor) for tensor in learnable]
    for example in examples:
        model.zero_grad()
        _loss(model, [example]).backward()  # type: ignore[no-untyped-call]
        for own, tensor in zip(fisher, learnable, strict=True):
            if tensor.grad is not None:
                own += tensor.grad.square() / len(examples)
    model.zero_grad()
    anchored = [tensor.detach().clone() for tensor in learnable]

    def penalty() -> Tensor:
        parts = zip(fisher, learnable, anchored, strict=True)
        total = sum(((own * (tensor - old).square()).sum() for own, tensor, old in parts), torch.zeros(()))
        return total * (weight / 2)

    return penalty


def decoding(model: Any, folder: Path) -> Backbone:
    """Return the taught model as the product's decoder takes it, its adapter merged in."""
    whole = copy.deepcopy(model).merge_and_unload() if hasattr(model, "merge_and_unload") else model
    with tempfile.TemporaryDirectory() as scratch:
        whole.save_pretrained(scratch)
        for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
            if (folder / name).is_file():
                shutil.copy(folder / name, scratch)
        return backbones.load(Path(scratch), "cpu", backbones.best_precision(torch.device("cpu")))


def _answers(taught: Backbone, questions: Sequence[str]) -> list[str]:
    asked = [study.tokens(taught, prompts.closed(question)) for question in questions]
    limit = limits.Written(taught, prompts.ABSENT)  # the skilled start would say "unknown"; the product may not either
    answers = jobs.finish(generate.many(taught, asked, max_tokens=ANSWER_TOKENS, limits=[limit] * len(asked)))
    return [taught.decode(ids).strip() for ids in answers]


if __name__ == "__main__":
    for row in run(read(Path(sys.argv[1]))):
        print(json.dumps(row), flush=True)
