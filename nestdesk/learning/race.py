"""PEFT at a lesson that the product learned, for `nestdesk bench speed --peers peft`: how quickly it knows as much.

A program of its own, because nothing of it belongs to the product: ``python -m nestdesk.learning.race JOB.json`` prints
what it measured as JSON. One low-rank adapter (PEFT, rank 16, every product of every layer) on the model with the
shipped slow experts in its weights studies the items that the product wrote, as the baseline "lora" does. Between
steps the held-out questions are asked, off the clock, until they are answered as well as the product's own were.

A study token is one of an item's prompt or answer, each time the item is studied, whether or not a program computes it
anew: the product computes what items share once. Padding does not count.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

import torch

from nestdesk.core.jobs import finish
from nestdesk.core.types import StudyItem
from nestdesk.learning import backbone as backbones
from nestdesk.learning import baselines, evaluate, experts, inner_loop, peers, study
from nestdesk.learning.packing import Example

FIRST_LOOK_S = 10.0
LOOK_GROWTH = 1.1  # a look is as much later than the one before: how exactly the seconds are known


@dataclass(frozen=True)
class Studied:
    """How the product studied the same items: its steps, and whether each was about one passage."""

    steps: int
    has_blocks: bool


@dataclass(frozen=True)
class Job:
    """What is raced for. target is the F1 on the held-out questions."""

    backbone: str
    birth: str
    items: tuple[StudyItem, ...]
    target: float
    limit_s: float
    threads: int
    seed: int
    rate: float
    ours: tuple[Studied, ...]


def read(path: Path) -> Job:
    """Read a job as the benchmark writes it."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    items = tuple(StudyItem(**item) for item in raw["items"])
    return Job(**raw | {"items": items, "ours": tuple(Studied(**one) for one in raw["ours"])})


def run(job: Job) -> dict[str, Any]:
    """Train until the target is reached or the time is out.

    Returns:
        seconds to the target (None: not reached), the F1 at each look, tokens a second, bytes, and the tokens that the
        product studied in its steps.
    """
    torch.set_num_threads(job.threads)
    torch.manual_seed(job.seed)
    start = backbones.load(Path(job.backbone), "cpu", backbones.best_precision(torch.device("cpu")))
    own = [study.example(start, item) for item in job.items if not item.is_probe]
    owners = [item.passage for item in job.items if not item.is_probe]
    task = baselines.Task("lora", Path(job.backbone), job.birth, job.rate, 0.0, job.limit_s, job.seed, ())
    model = baselines.started(task, start)
    del start
    report = _trained(model, own, task, study.probes_of(job.items), job.target)
    return report | {"our_tokens": [studied_tokens(own, owners, one) for one in job.ours]}


def _trained(
    model: Any, own: Sequence[Example], task: baselines.Task, probes: Sequence[StudyItem], target: float
) -> dict[str, Any]:
    optimiser = baselines.optimiser_of(model, task.rate)
    chance = random.Random(task.seed)
    spent_s, next_look_s, tokens, steps = 0.0, FIRST_LOOK_S, 0, 0
    looks: list[tuple[float, float]] = []
    peak_bytes: int | None = None
    passes = chain.from_iterable(baselines.batches(own, (), chance) for _ in count())
    while not looks or (looks[-1][1] < target and spent_s < task.budget_s):
        began = time.monotonic()
        optimiser.param_groups[0]["lr"] = baselines.rate_at(task.rate, steps, max(0.0, 1 - spent_s / task.budget_s))
        batch = next(passes)
        baselines.step(model, optimiser, batch)
        spent_s += time.monotonic() - began
        tokens, steps = tokens + _tokens(batch), steps + 1
        if spent_s >= min(next_look_s, task.budget_s):
            peak_bytes = peak_bytes or peers.peak_bytes()
            taught = baselines.decoding(model, task.backbone)
            looks.append((spent_s, finish(evaluate.score(taught, probes, lambda _: experts.NOTHING)).f1))
            next_look_s = spent_s * LOOK_GROWTH
    return {
        "seconds": looks[-1][0] if looks[-1][1] >= target else None,
        "looks": looks,
        "tokens_per_s": tokens / spent_s,
        "steps": steps,
        "parameters": sum(tensor.numel() for tensor in model.parameters() if tensor.requires_grad),
        "peak_bytes": peak_bytes,  # of training: asking needs a second model
    }


def studied_tokens(examples: Sequence[Example], owners: Sequence[int], how: Studied) -> float:
    """Return how many study tokens the product's steps saw: its batches hold a passage's items, or any, in turns."""
    groups: dict[int, list[Example]] = {}
    for example, owner in zip(examples, owners, strict=True):
        groups.setdefault(owner if how.has_blocks else 0, []).append(example)
    of_step = [_tokens(own) / len(own) * min(inner_loop.BATCH_ITEMS, len(own)) for own in groups.values()]
    return sum(of_step[step % len(of_step)] for step in range(how.steps))


def _tokens(batch: Sequence[Example]) -> int:
    return sum(len(example.prompt) + len(example.answer) for example in batch)


if __name__ == "__main__":
    print(json.dumps(run(read(Path(sys.argv[1])))))
