"""Prompts side by side in rows, growing token by token: what several begin with is read once for all of them.

Rows may have prefixes of their own, so that questions to different blocks are answered together.

A row is laid out as in packing: its common beginning, its branches, then, at each step, one column for each branch that
goes on. A column is seen by its own branch only, so a branch may also fork: both halves have seen the same columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from nestdesk.learning import decoder, experts
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import Active
from nestdesk.learning.packing import Example, pack, shared_length

BATCH_TOKENS = 6_000  # prompt tokens of one batch
OWN_SHARE = 0.5  # of a token, for each position of the keys and values that a row has of its own: they are copied
ROW_TOKENS = 192  # branches of one row, or twice the shared beginning: attention costs their square


Own = Active | Sequence[Active]  # the same experts for all prompts, or each prompt's


def batches(prompts: Sequence[Sequence[int]], own: Own) -> Iterator[list[list[int]]]:
    """Yield batches of rows; a row holds the indices of prompts that begin alike and have the very same experts."""
    actives = [own] * len(prompts) if isinstance(own, Active) else own
    for group in experts.alike(actives):
        same: dict[int, list[int]] = {}
        for index in group:
            same.setdefault(id(actives[index]), []).append(index)
        rows = [[places[at] for at in row] for places in same.values() for row in rows_of([prompts[i] for i in places])]
        copied = OWN_SHARE if len(same) > 1 else 0.0
        costs = [_cost(prompts, row) + copied * experts.positions(actives[row[0]]) for row in rows]
        batch: list[list[int]] = []
        for cost, row in sorted(zip(costs, rows, strict=True), key=lambda one: one[0]):
            if batch and (len(batch) + 1) * cost > BATCH_TOKENS:
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch


def of_rows(backbone: Backbone, own: Own, rows: Sequence[Sequence[int]]) -> Active:
    """Return the experts of a batch's rows."""
    return own if isinstance(own, Active) else experts.side_by_side([own[row[0]] for row in rows], backbone.precision)


def rows_of(prompts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Group the indices of prompts so that a row's common beginning pays: it is computed once for all of them."""
    rows: list[list[int]] = []
    for index in sorted(range(len(prompts)), key=lambda index: list(prompts[index])):
        if rows:
            grown = [*rows[-1], index]
            shared = shared_length([prompts[row] for row in grown])
            branches = sum(len(prompts[row]) - shared for row in grown)
            saves = _cost(prompts, grown) < _cost(prompts, rows[-1]) + len(prompts[index])
            if saves and branches <= max(ROW_TOKENS, 2 * shared):
                rows[-1] = grown
                continue
        rows.append([index])
    return rows


def _cost(prompts: Sequence[Sequence[int]], row: Sequence[int]) -> int:
    shared = shared_length([prompts[index] for index in row])
    return shared + sum(len(prompts[index]) - shared for index in row)


class Branches:
    """The living branches of some rows. scores [N, V] are the logits after each one's last token."""

    def __init__(
        self,
        backbone: Backbone,
        prompts: Sequence[Sequence[int]],
        rows: Sequence[Sequence[int]],
        own: Own,
        most_tokens: int,
        width: int = 1,
    ) -> None:
        """Read the prompts of some rows.

        Args:
            own: the experts in force.
            most_tokens: how far a branch can grow.
            width: into how many a prompt's branch can fork.
        """
        self._backbone, self._prompts = backbone, prompts
        active = self._active = of_rows(backbone, own, rows)
        packed = pack([[Example(tuple(prompts[index]), (backbone.end_id,)) for index in row] for row in rows])
        count, length = packed.ids.shape
        capacity = length + most_tokens * width * max(len(row) for row in rows)
        self._cache = decoder.Cache(backbone, count, capacity)
        mask, device = packed.mask.to(backbone.device), backbone.device
        hidden = decoder.embed(backbone, packed.ids.to(device), active)
        hidden = decoder.run(backbone, hidden, packed.positions.to(device), mask, active, self._cache)
        at = packed.rows.to(device), packed.columns.to(device)
        self.scores = decoder.logits(backbone, hidden[at], active)
        self._visible = mask[at[0], 0, at[1]]  # N, S: what each branch has seen
        self._rows = [place for place, row in enumerate(rows) for _ in row]
        self._count = count
        self._steps = 0
        self.owners = [index for row in rows for index in row]  # the prompt of each branch

    def grow(self, parents: Sequence[int], tokens: Tensor) -> None:
        """Replace the branches: each new one is a parent, by its place, with one token [N] more."""
        device = self._backbone.device
        self._rows = [self._rows[parent] for parent in parents]
        self.owners = [self.owners[parent] for parent in parents]
        used = [0] * self._count
        columns = []
        for row in self._rows:
            columns.append(used[row])
            used[row] += 1
        at = torch.tensor(self._rows, device=device), torch.tensor(columns, device=device)
        width, past = max(used), self._visible.shape[1]
        ids = torch.zeros(self._count, width, dtype=torch.int64, device=device)
        positions = torch.zeros_like(ids)
        lengths = torch.tensor([len(self._prompts[owner]) for owner in self.owners], device=device)
        ids[at], positions[at] = tokens, lengths + self._steps
        column = torch.nn.functional.one_hot(at[1], width).bool()  # N, width
        self._visible = torch.cat([self._visible[torch.tensor(list(parents), device=device)], column], dim=1)
        mask = torch.zeros(self._count, width, past + width, dtype=torch.bool, device=device)
        mask[:, :, past:] = torch.eye(width, dtype=torch.bool, device=device)  # an empty column sees itself
        mask[at] = self._visible
        hidden = decoder.embed(self._backbone, ids, self._active)
        hidden = decoder.run(self._backbone, hidden, positions, mask[:, None], self._active, self._cache)
        self.scores = decoder.logits(self._backbone, hidden[at], self._active)
        self._steps += 1
