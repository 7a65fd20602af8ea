"""One source studied: every expert with its own optimiser and its own period, on hidden states computed once.

The layers below the lowest learning one see nothing change, so their output is computed once for each study item and
kept; a step then runs only the layers that learn. Items are packed behind their common prompt, and the loss looks at
answer tokens only.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from nestdesk.core.types import Function, Level, OptimiserName
from nestdesk.learning import decoder, experts, levels, optim, packing
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active, ExpertWeights, both
from nestdesk.learning.optim import Optimiser, clip

BATCH_ITEMS = 24
ROW_ITEMS = 6  # packed side by side: more of them cost attention, fewer repeat the shared beginning
PART_ITEMS = 6  # of a batch, whose gradients are computed at once: what that needs of memory grows with them
WARM_UP_UPDATES = 5
STOP_LOSS = 0.02  # nats: the median answer token; what is learned below this is the sentence, not the fact
GRADIENT_LIMIT = 1.0
TURN_GROUPS = 8  # passages that learn in turn: the moments of so many blocks are in memory at once
PREFIX_RATE = 5.0  # keys and values are of the size of hidden states, not of weights: they take larger steps


@dataclass
class InnerLoop:
    """One expert's own optimisation. It changes only when tokens for a whole period were observed."""

    expert: ExpertWeights
    optimiser: Optimiser | None  # None: the expert had all its updates
    update_period_tokens: int
    peak_rate: float
    most_updates: int | None = None  # after these it stays as it is
    updates: int = 0
    _gathered: int = 0
    _parts: int = 0
    _tensors: list[Tensor] = field(default_factory=list)

    @classmethod
    def start(
        cls,
        expert: ExpertWeights,
        period_tokens: int | None = None,
        most_updates: int | None = None,
        level: Level | None = None,
        optimiser: OptimiserName = "adamw",
        rate_factor: float = 1.0,
    ) -> InnerLoop:
        """Give an expert its optimiser, and its tensors gradients.

        Args:
            period_tokens: by default that of the level.
            level: whose period and rate it gets, by default its own.
        """
        level = level or expert.level
        tensors = [tensor.requires_grad_() for tensor in expert.learnable()]
        rate = levels.LEVELS[level].rate * rate_factor * (0.1 if expert.function is Function.POSITION else 1.0)
        rate *= PREFIX_RATE if any(name.endswith(".keys") for name in expert.tensors) else 1.0
        made = optim.make(optimiser, tensors, rate)
        period = period_tokens or levels.update_period(level, expert.function)
        return cls(expert, made if most_updates != 0 else None, period, made.rate, most_updates, _tensors=tensors)

    @property
    def is_done(self) -> bool:
        """Whether it had all its updates."""
        return self.most_updates is not None and self.updates >= self.most_updates

    def observe(self, tokens: int, share_left: float) -> bool:
        """Count the tokens whose gradient was just added; update if the period is full.

        Args:
            share_left: of the budget, 1..0; the learning rate falls with it.

        Returns:
            Whether the expert changed.
        """
        self._gathered += tokens
        self._parts += 1
        if self.optimiser is None:
            for tensor in self._tensors:
                tensor.grad = None
            return False
        if self._gathered < self.update_period_tokens:
            return False
        for tensor in self._tensors:
            if tensor.grad is not None and self._parts > 1:
                tensor.grad /= self._parts
        clip(self._tensors, GRADIENT_LIMIT)
        warm = min(1.0, (self.updates + 1) / WARM_UP_UPDATES)
        self.optimiser.rate = self.peak_rate * warm * (0.1 + 0.9 * share_left)
        self.optimiser.step()
        self.updates += 1
        self._gathered = self._parts = 0
        if self.is_done:
            self.optimiser = None  # its moments are twice the expert
        return True


@dataclass(frozen=True)
class Step:
    """What a part of a step saw. loss is the median answer token's, in nats."""

    index: int
    loss: float
    tokens: int
    share_done: float


Soft = tuple[Tensor, Tensor]  # a teacher's likeliest next tokens [n, K] and their shares [n, K], a row an answer token


class Desk:
    """Study examples with the hidden states that enter the learning layers, computed once."""

    def __init__(
        self,
        backbone: Backbone,
        examples: Sequence[packing.Example],
        skills: Active,
        start: int,
        soft: Sequence[Soft] = (),
    ) -> None:
        """Prepare the examples; compute() fills the states. soft: one teacher's answer an example, or none at all."""
        self.backbone = backbone
        self.examples = list(examples)
        self.soft = list(soft)
        self.skills = skills
        self.start = start if backbone.layers else 0  # another architecture runs as a whole
        self.shared = packing.shared_length([example.prompt for example in self.examples])
        self._beginning: Tensor | None = None  # P, D
        self._branches: list[Tensor] = []  # T_i, D

    @torch.no_grad()
    def compute(self) -> Generator[float, None, None]:
        """Run the frozen layers over all examples, in packs; yields the share done."""
        if self.start == 0:
            return
        for first in range(0, len(self.examples), BATCH_ITEMS):
            chosen = range(first, min(first + BATCH_ITEMS, len(self.examples)))
            batch = self._pack(chosen)
            hidden = decoder.embed(self.backbone, batch.ids, self.skills)
            hidden = decoder.run(self.backbone, hidden, batch.positions, batch.mask, self.skills, stop=self.start)
            self._beginning = hidden[0, : self.shared]
            for row, own in zip(hidden, _rows(chosen), strict=True):
                examples = [self.examples[index] for index in own]
                sizes = [len(example.prompt) - self.shared + len(example.answer) - 1 for example in examples]
                self._branches += torch.split(row[self.shared : self.shared + sum(sizes)], sizes)
            yield (first + len(chosen)) / len(self.examples)

    def _pack(self, chosen: Sequence[int]) -> packing.Batch:
        rows = [[self.examples[index] for index in row] for row in _rows(chosen)]
        return packing.pack(rows, self.backbone.device, self.shared)

    def losses(self, chosen: Sequence[int], active: Active) -> tuple[Tensor, packing.Batch]:
        """Return the answer-token losses [N] of chosen examples."""
        batch = self._pack(chosen)
        hidden = None
        if self.start > 0 and self._beginning is not None:
            rows = [torch.cat([self._beginning, *(self._branches[index] for index in row)]) for row in _rows(chosen)]
            hidden = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)  # B T D
        losses, logits = packing.answer_losses(self.backbone, batch, active, hidden, self.start)
        if self.soft:
            ids = torch.cat([self.soft[index][0] for index in chosen])  # N, K
            shares = torch.cat([self.soft[index][1] for index in chosen])
            logs = torch.log_softmax(logits.float(), dim=-1).gather(-1, ids)
            losses = (shares * (torch.log(shares + 1e-9) - logs)).sum(dim=-1)  # KL from the teacher
        return losses, batch


def _rows(chosen: Sequence[int]) -> list[Sequence[int]]:
    return [chosen[first : first + ROW_ITEMS] for first in range(0, len(chosen), ROW_ITEMS)]


def study(
    backbone: Backbone,
    desk: Desk,
    learners: Sequence[InnerLoop],
    skills: Active,
    budget_s: float,
    seed: int,
    most_steps: int = 2000,
    blocks: Mapping[int, InnerLoop] | None = None,
    owners: Sequence[int] = (),
    beside: Mapping[int, Sequence[int]] | None = None,
) -> Generator[Step, None, str]:
    """Optimise the experts on the desk's examples until the facts sit or the time is out.

    Args:
        learners: the inner loops of experts that take part in every batch.
        skills: frozen experts that are on meanwhile.
        budget_s: seconds for this loop; the learning rates fall over it.
        seed: of the order of items.
        most_steps: a bound that makes a run independent of the machine's speed when it is small.
        blocks: the inner loops of a source's blocks by passage; a batch then holds examples of one passage, and that
            passage's block takes part in it.
        owners: the passage of each example, where there are blocks.
        beside: passages that each passage is easily taken for; the block of one of them stands beside the passage's own
            in a batch, nearer to the question or further away, and does not learn there.

    Yields:
        A Step after each part of a batch; experts change after its last one.

    Returns:
        Why it ended: "learned", "time" or "steps".
    """
    own_blocks = blocks or {}
    groups = _groups(len(desk.examples), owners if own_blocks else ())
    everyone = [*learners, *own_blocks.values()]
    began = time.monotonic()
    medians: dict[int, float] = {}
    chance = random.Random(seed)
    rounds = max((block.most_updates or 1 for block in own_blocks.values()), default=1)
    for index, chosen in zip(range(most_steps), _batches(groups, chance, rounds), strict=False):
        place = owners[chosen[0]] if own_blocks else -1
        block = own_blocks.get(place)
        present = [*learners, *([] if block is None else [block])]
        company = _company(own_blocks, place, (beside or {}).get(place, ()), chance)
        weight = sum(desk.examples[example].weight * len(desk.examples[example].answer) for example in chosen)
        tokens, share_done = 0, 0.0
        for first in range(0, len(chosen), PART_ITEMS):
            part = chosen[first : first + PART_ITEMS]
            using = [learner.expert for learner in learners]
            using += [decoder.in_line(backbone, company)] if company else []
            own = experts.activate([(expert, 1.0) for expert in using], joined=False)  # its graph serves once
            losses, batch = desk.losses(part, both(skills, own))
            ((losses * batch.weights).sum() / weight).backward()  # type: ignore[no-untyped-call]
            tokens += batch.tokens
            for number, example in enumerate(part):
                medians[example] = losses[batch.owners == number].detach().median().item()
            share_done = max((time.monotonic() - began) / budget_s, (index + 1) / most_steps)
            if first + PART_ITEMS >= len(chosen):
                for learner in present:
                    learner.observe(tokens, max(0.0, 1 - share_done))
            yield Step(index, statistics.median(medians.values()), batch.tokens, min(1.0, share_done))
        is_known = len(medians) == len(desk.examples) and _tenth(medians) < STOP_LOSS
        if is_known or all(learner.is_done for learner in everyone):
            return "learned"
        if share_done >= 1.0:
            break
    return "time" if time.monotonic() - began >= budget_s else "steps"


def _company(
    blocks: Mapping[int, InnerLoop], place: int, beside: Sequence[int], chance: random.Random
) -> list[ExpertWeights]:
    """Return a passage's block with one of the others beside it, if there are any, nearer to the question or further.

    The other one does not learn.
    """
    if place not in blocks:
        return []
    block, others = blocks[place].expert, [blocks[other].expert for other in beside if other in blocks]
    if not others:
        return [block]
    other = chance.choice(others)
    still = replace(other, tensors={name: tensor.detach() for name, tensor in other.tensors.items()})
    return [block, still] if chance.random() < 0.5 else [still, block]


def _groups(count: int, owners: Sequence[int]) -> list[list[int]]:
    """Return the examples that may share a batch: those of one passage, or all."""
    if not owners:
        return [list(range(count))]
    groups: dict[int, list[int]] = {}
    for example, owner in enumerate(owners):
        groups.setdefault(owner, []).append(example)
    return list(groups.values())


def _batches(groups: Sequence[Sequence[int]], chance: random.Random, rounds: int) -> Iterator[list[int]]:
    """Yield, for ever, batches of a few groups in turn for some rounds, then of the next few.

    A group is gone through in a new order each time.
    """
    waiting: list[list[int]] = [[] for _ in groups]
    turns = [range(first, min(first + TURN_GROUPS, len(groups))) for first in range(0, len(groups), TURN_GROUPS)]
    while True:
        for place in (place for turn in turns for _ in range(rounds) for place in turn):
            group, own = groups[place], waiting[place]
            if len(own) < min(BATCH_ITEMS, len(group)):
                own += chance.sample(list(group), len(group))
            yield own[:BATCH_ITEMS]
            del own[:BATCH_ITEMS]


def _tenth(medians: Mapping[int, float]) -> float:
    """Return the loss that nine tenths of the examples stay below."""
    return statistics.quantiles(medians.values(), n=10)[-1] if len(medians) > 1 else next(iter(medians.values()))


def first_layer(learners: Sequence[ExpertWeights]) -> int:
    """Return the lowest layer whose input the experts' learning reaches; below it hidden states can be kept."""
    lowest = math.inf
    for expert in learners:
        if expert.function in (Function.VOCABULARY, Function.POSITION):
            return 0
        lowest = min(lowest, *(int(name.split(".")[0]) for name in expert.tensors))
    return int(lowest) if math.isfinite(lowest) else 0
