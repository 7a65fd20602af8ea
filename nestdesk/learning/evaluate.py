"""Held-out figures: probes answered, perplexity of generic texts, drift from the backbone on generic prompts.

Drift is the mean Kullback-Leibler divergence from the untouched backbone's next-token distribution over its own answers
to generic prompts: the alarm that goes off before answers turn to noise (arXiv 2606.27634).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nestdesk.core import jobs, metrics, prompts
from nestdesk.core.paths import resources
from nestdesk.core.types import Scores, StudyItem
from nestdesk.learning import decoder, generate, packing, study
from nestdesk.learning.backbone import Backbone, unpacked
from nestdesk.learning.experts import NOTHING, Active
from nestdesk.learning.limits import Written

ANCHOR_PROMPTS = 16
ANCHOR_TOKENS = 12
DRIFT_TOKENS = 24  # compared at once: each takes a row of the whole vocabulary, several times over
PROBE_TOKENS = 24
KNOWN_F1 = 0.5  # from here on a probe counts as answered


def score(
    backbone: Backbone, probes: Sequence[StudyItem], active: Callable[[int], Active]
) -> Generator[float, None, Scores]:
    """Answer probes closed-book and compare; yields the share done.

    Args:
        active: the experts for a question about a passage (its place in the source).
    """
    if not probes:
        return Scores(0.0, 0.0, 0, 0)
    asked = [study.tokens(backbone, study.turns(probe)) for probe in probes]
    actives = [active(probe.passage) for probe in probes]
    limits = [Written(backbone, prompts.ABSENT)] * len(asked)
    answered = yield from generate.many(backbone, asked, actives, PROBE_TOKENS, limits=limits)
    answers = tuple(backbone.decode(ids).strip() for ids in answered)
    values = [metrics.f1(answer, probe.answer) for answer, probe in zip(answers, probes, strict=True)]
    same = [metrics.exact(answer, probe.answer) for answer, probe in zip(answers, probes, strict=True)]
    return Scores(
        f1=sum(values) / len(values),
        exact=sum(same) / len(same),
        probes=len(probes),
        answered=sum(value >= KNOWN_F1 for value in values),
        answers=answers,
    )


@dataclass(frozen=True)
class Anchors:
    """Generic prompts with the backbone's own answers and what tells it each answer token."""

    examples: tuple[packing.Example, ...]
    batch: packing.Batch
    states: Tensor  # N, D: final hidden states of the untouched backbone
    texts: tuple[packing.Batch, ...]  # generic texts, for perplexity


def anchors(backbone: Backbone) -> Anchors:
    """Prepare the fixed generic prompts and texts shipped in resources/."""
    lines = (resources() / "generic_questions.txt").read_text(encoding="utf-8").splitlines()
    asked = [
        study.tokens(backbone, prompts.closed(line, prompts.CHAT)) for line in lines[:ANCHOR_PROMPTS] if line.strip()
    ]
    once = unpacked(backbone)  # for some twelve steps it is not worth a copy of all matrices
    answers = jobs.finish(generate.many(once, asked, NOTHING, ANCHOR_TOKENS))
    examples = tuple(
        packing.Example(tuple(prompt), tuple(answer) or (backbone.end_id,))
        for prompt, answer in zip(asked, answers, strict=True)
    )
    batch = packing.pack([examples], backbone.device)
    with torch.no_grad():
        states = packing.answer_states(backbone, batch)
    paragraphs = (resources() / "generic_texts.txt").read_text(encoding="utf-8").split("\n")
    texts = []
    for paragraph in paragraphs:
        ids = backbone.encode(paragraph)
        if len(ids) > 8:
            texts.append(packing.pack([[packing.Example(tuple(ids[:1]), tuple(ids[1:]))]], backbone.device, 0))
    return Anchors(examples, batch, states, tuple(texts))


@torch.no_grad()
def drift(backbone: Backbone, fixed: Anchors, active: Active) -> float:
    """Return the mean KL divergence from the backbone in nats."""
    states, total = packing.answer_states(backbone, fixed.batch, active), 0.0
    parts = (torch.split(one, DRIFT_TOKENS) for one in (states, fixed.states))
    for own, untouched in zip(*parts, strict=True):
        shares = torch.log_softmax(decoder.logits(backbone, own, active).float(), dim=-1)
        known = torch.log_softmax(decoder.logits(backbone, untouched).float(), dim=-1)
        total += torch.nn.functional.kl_div(shares, known, reduction="sum", log_target=True).item()
    return total / len(states)


@torch.no_grad()
def perplexity(backbone: Backbone, fixed: Anchors, active: Active = NOTHING) -> float:
    """Return the perplexity per token over the generic texts."""
    total, count = 0.0, 0
    for batch in fixed.texts:
        losses, _ = packing.answer_losses(backbone, batch, active)
        total += losses.sum().item()
        count += len(losses)
    return math.exp(total / count)


def bits_per_byte(backbone: Backbone, text: str, active: Active = NOTHING) -> float:
    """Return the model's code length of a text divided by its bytes, the measure that does not depend on tokens."""
    ids = backbone.encode(text)
    batch = packing.pack([[packing.Example(tuple(ids[:1]), tuple(ids[1:]))]], backbone.device, 0)
    with torch.no_grad():
        losses, _ = packing.answer_losses(backbone, batch, active)
    return losses.sum().item() / math.log(2) / len(text.encode())


def exact_logits(backbone: Backbone, prompt: Sequence[int], active: Active) -> bytes:
    """Return the raw bytes of the logits after a prompt: what a rollback must bring back to the bit."""
    logits = generate.prompt_logits(backbone, prompt, active)
    return logits.float().cpu().numpy().tobytes()
