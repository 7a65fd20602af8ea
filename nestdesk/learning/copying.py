"""A short answer copied from passages, sought in both directions.

The reader names a few spans that the question makes likely; the questioner says of each how likely its passage makes
the question. The best of both wins: a span of the right kind in the wrong place explains the question badly.
*Measured* (README, decisions): right passage, nine development articles, 0.665 by reading alone, 0.71 by both.

Reference: the noisy channel (arXiv 1908.05731); question generation for choosing answers, Generative Question Answering
(Lewis and Fan, ICLR 2019).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch

from nestdesk.core import prompts
from nestdesk.learning import generate, packing, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.branches import Own, batches, of_rows
from nestdesk.learning.experts import Active
from nestdesk.learning.generate import Candidate
from nestdesk.learning.limits import Spans
from nestdesk.learning.packing import Example

WIDTH = 4  # spans that are compared
MARGIN = 3.0  # nats: a span this much less likely than the best one is out
QUESTION_WEIGHT = 0.6  # of the question's log probability beside the span's
READING_SHARE = 0.7  # of the work


@dataclass(frozen=True)
class Asked:
    """A prompt's token ids, the question in it, and the passages that its answer is copied from."""

    prompt: tuple[int, ...]
    question: str
    passages: tuple[str, ...]


def answers(
    backbone: Backbone, asked: Sequence[Asked], own: Own, max_tokens: int = 32
) -> Generator[float, None, list[list[int]]]:
    """Answer each prompt with a span of its passages (or yes, or no); yields the share done.

    Args:
        own: the experts that read, and that write questions.

    Returns:
        The answers' tokens, without the end mark.
    """
    held = [Spans(backbone, one.passages, prompts.ABSENT) for one in asked]
    reading = generate.likeliest(backbone, [one.prompt for one in asked], own, held, WIDTH, max_tokens)
    found = yield from generate.scaled(reading, 0.0, READING_SHARE)
    near = [[one for one in own if one[1] >= own[0][1] - MARGIN] for own in found]
    open_places = [place for place, own in enumerate(near) if len(own) > 1]
    pairs = [(place, candidate) for place in open_places for candidate in near[place]]
    actives = own if isinstance(own, Active) else [own[place] for place, _ in pairs]
    explained = yield from _explained(backbone, [(asked[place], one) for place, one in pairs], actives)
    best = {place: own[0] for place, own in enumerate(near) if own}
    leading: dict[int, float] = {}
    for (place, candidate), logs in zip(pairs, explained, strict=True):
        total = candidate[1] + QUESTION_WEIGHT * logs
        if total > leading.get(place, -float("inf")):
            leading[place], best[place] = total, candidate
    return [best[place][0] if place in best else [] for place in range(len(asked))]


@torch.no_grad()
def _explained(
    backbone: Backbone, pairs: Sequence[tuple[Asked, Candidate]], own: Own
) -> Generator[float, None, list[float]]:
    """Return how likely each answer makes its question, as log probability: the passage is the one that holds it."""
    examples = []
    for one, (ids, _) in pairs:
        answer = backbone.decode(ids).strip()
        passage = next((text for text in one.passages if answer in text), one.passages[0])
        prompt = study.tokens(backbone, prompts.asking(passage, answer))
        examples.append(Example(tuple(prompt), (*backbone.encode(one.question), backbone.end_id)))
    logs = [0.0] * len(examples)
    done = 0
    for rows in batches([example.prompt for example in examples], own):
        batch = packing.pack([[examples[place] for place in row] for row in rows], backbone.device)
        losses, _ = packing.answer_losses(backbone, batch, of_rows(backbone, own, rows))
        for number, place in enumerate(place for row in rows for place in row):
            logs[place] = -losses[batch.owners == number].sum().item()
            done += 1
        yield READING_SHARE + (1 - READING_SHARE) * done / len(examples)
    return logs
