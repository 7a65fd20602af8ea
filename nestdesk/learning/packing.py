"""Study examples packed into rows without repetition: examples that begin alike share their beginning.

Twenty questions to one passage cost the passage once, not twenty times: a row holds the common beginning and then one
branch an example, and the mask lets a branch see the beginning and itself, never a sibling. Positions restart after the
beginning, so every branch computes exactly what it would compute alone.  # INVARIANT: packed == alone
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nestdesk.learning import decoder
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active


@dataclass(frozen=True)
class Example:
    """Token ids of a prompt and of the answer to learn; weight of its answer tokens in the loss."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Batch:
    """Rows of packed examples, ready to run. The last dimension of mask is T."""

    ids: Tensor  # B T
    positions: Tensor  # B T
    mask: Tensor  # B 1 T T
    rows: Tensor  # N: row of each position that predicts an answer token
    columns: Tensor  # N
    targets: Tensor  # N
    weights: Tensor  # N
    owners: Tensor  # N: index of the example, in the order of flattened rows

    @property
    def tokens(self) -> int:
        """The number of token positions computed, padding included."""
        return self.ids.numel()


def pack(rows: Sequence[Sequence[Example]], device: torch.device | str = "cpu", shared: int | None = None) -> Batch:
    """Lay groups of examples out as rows; each group shares its beginning.

    Args:
        shared: tokens of the beginning, by default as many as a row's prompts have in common.
    """
    beginnings = [shared_length([example.prompt for example in row]) if shared is None else shared for row in rows]
    laid = [_lay(row, beginning) for row, beginning in zip(rows, beginnings, strict=True)]
    longest = max(len(ids) for ids, _, _ in laid)
    ids = torch.zeros(len(rows), longest, dtype=torch.int64)
    positions = torch.zeros_like(ids)
    branch = torch.full_like(ids, -1)
    where: list[tuple[int, int, int, float, int]] = []
    owner = 0
    for index, (row, (row_ids, row_positions, row_branch)) in enumerate(zip(rows, laid, strict=True)):
        ids[index, : len(row_ids)] = torch.tensor(row_ids)
        positions[index, : len(row_ids)] = torch.tensor(row_positions)
        branch[index, : len(row_ids)] = torch.tensor(row_branch)
        at = beginnings[index]
        for example in row:
            at += len(example.prompt) - beginnings[index]
            for offset, token in enumerate(example.answer):
                where.append((index, at - 1 + offset, token, example.weight, owner))
            at += len(example.answer) - 1
            owner += 1
    same = (branch[:, :, None] == branch[:, None, :]) | (branch[:, None, :] == 0)
    mask = (same & torch.ones(longest, longest, dtype=torch.bool).tril())[:, None]
    columns = list(zip(*where, strict=True))
    return Batch(
        ids.to(device),
        positions.to(device),
        mask.to(device),
        torch.tensor(columns[0], device=device),
        torch.tensor(columns[1], device=device),
        torch.tensor(columns[2], device=device),
        torch.tensor(columns[3], device=device),
        torch.tensor(columns[4], device=device),
    )


def shared_length(prompts: Sequence[Sequence[int]]) -> int:
    """Return the length of the common beginning; a branch keeps at least the last token of its prompt."""
    limit = min(len(prompt) for prompt in prompts) - 1
    lowest, highest = min(prompts, key=list), max(prompts, key=list)  # in lexical order these two share the least
    for index in range(limit):
        if lowest[index] != highest[index]:
            return index
    return limit


def _lay(row: Sequence[Example], shared: int) -> tuple[list[int], list[int], list[int]]:
    ids, positions, branch = list(row[0].prompt[:shared]), list(range(shared)), [0] * shared
    for index, example in enumerate(row, start=1):
        own = [*example.prompt[shared:], *example.answer[:-1]]
        ids += own
        positions += range(shared, shared + len(own))
        branch += [index] * len(own)
    return ids, positions, branch


def answer_states(
    backbone: Backbone, batch: Batch, active: Active = NOTHING, hidden: Tensor | None = None, start: int = 0
) -> Tensor:
    """Run a batch and return the final hidden states [N, D] that tell every answer token.

    Args:
        hidden: [B, T, D] entering layer `start` when the layers below were run before.
    """
    if hidden is None:
        hidden = decoder.embed(backbone, batch.ids, active)
    out = decoder.run(backbone, hidden, batch.positions, batch.mask, active, start=start)
    return out[batch.rows, batch.columns]


def answer_losses(
    backbone: Backbone, batch: Batch, active: Active = NOTHING, hidden: Tensor | None = None, start: int = 0
) -> tuple[Tensor, Tensor]:
    """Run a batch, as answer_states() does, and return the cross entropy of every answer token.

    Returns:
        (losses [N] in nats, logits [N, V]).
    """
    scores = decoder.logits(backbone, answer_states(backbone, batch, active, hidden, start), active)
    return torch.nn.functional.cross_entropy(scores.float(), batch.targets, reduction="none"), scores
