"""Decoding: a prompt in, tokens out, one at a time or for many prompts together.

Greedy by default, so that two runs agree. Prompts that begin alike share their beginning and lie side by side in one
row, as study examples do (packing); a branch that has ended costs nothing more.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import torch
from torch import Tensor

from nestdesk.learning import decoder
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active
from nestdesk.learning.limits import Limit
from nestdesk.learning.packing import Example, pack, shared_length

BATCH_TOKENS = 6_000  # prompt tokens of one batch
ROW_TOKENS = 192  # branches of one row, or twice the shared beginning: attention costs their square


@torch.inference_mode()
def stream(
    backbone: Backbone,
    prompt: Sequence[int],
    active: Active = NOTHING,
    max_tokens: int = 256,
    temperature: float = 0.0,
    seed: int = 0,
    limit: Limit | None = None,
) -> Iterator[int]:
    """Yield the tokens that continue a prompt, until the model ends its turn or max_tokens are out.

    Args:
        limit: what the answer may say; None: anything.
    """
    generator = torch.Generator(device=backbone.device).manual_seed(seed)
    cache = decoder.Cache(backbone, 1, len(prompt) + max_tokens)
    scores = _read(backbone, prompt, active, cache)
    heat = torch.tensor([temperature], device=backbone.device)
    said: list[int] = []
    for _ in range(max_tokens):
        chosen = _choose(_limited(scores, [limit], [said]), heat, generator)
        token = int(chosen)
        if token in backbone.stop_ids:
            return
        yield token
        said.append(token)
        at = torch.full((1, 1), cache.length, device=backbone.device)
        hidden = decoder.run(backbone, decoder.embed(backbone, chosen[:, None], active), at, None, active, cache)
        scores = decoder.logits(backbone, hidden[:, -1], active)


@torch.inference_mode()
def prompt_logits(backbone: Backbone, prompt: Sequence[int], active: Active = NOTHING) -> Tensor:
    """Return the logits [V] after a prompt: the exact bits a rollback must bring back."""
    return _read(backbone, prompt, active, decoder.Cache(backbone, 1, len(prompt)))[0]


@torch.inference_mode()
def many(
    backbone: Backbone,
    prompts: Sequence[Sequence[int]],
    active: Active = NOTHING,
    max_tokens: int = 32,
    temperatures: Sequence[float] = (),
    seed: int = 0,
    limits: Sequence[Limit | None] = (),
) -> Generator[float, None, list[list[int]]]:
    """Continue many prompts together; what several begin with is read only once.

    Args:
        temperatures: one for each prompt; 0, the default, is greedy.
        limits: what each answer may say; none or None: anything.

    Yields:
        The share done, 0..1, after every token step.

    Returns:
        The new tokens of each prompt, without the end mark, in the prompts' order.
    """
    generator = torch.Generator(device=backbone.device).manual_seed(seed)
    heat = torch.tensor(temperatures or [0.0] * len(prompts), device=backbone.device)
    answers: list[list[int]] = [[] for _ in prompts]
    finished = 0
    for batch in _batches(prompts):
        size = sum(len(row) for row in batch)
        steps = _continue(backbone, prompts, batch, active, max_tokens, heat, generator, answers, limits)
        for step, _ in enumerate(steps, start=1):
            yield (finished + size * step / max_tokens) / len(prompts)
        finished += size
    return answers


def _batches(prompts: Sequence[Sequence[int]]) -> Iterator[list[list[int]]]:
    """Yield batches of rows; a row holds the indices of prompts that begin alike."""
    rows = sorted(rows_of(prompts), key=lambda row: _cost(prompts, row))
    batch: list[list[int]] = []
    for row in rows:
        if batch and (len(batch) + 1) * _cost(prompts, row) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


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


def _continue(
    backbone: Backbone,
    prompts: Sequence[Sequence[int]],
    rows: Sequence[Sequence[int]],
    active: Active,
    max_tokens: int,
    temperatures: Tensor,  # of all prompts
    generator: torch.Generator,
    answers: list[list[int]],
    limits: Sequence[Limit | None],
) -> Iterator[None]:
    """Add the next token to the answer of every prompt of some rows, step by step, until all have ended.

    A row is laid out as in packing: its beginning, its branches, then, at each step, one column for each branch that
    goes on. A column is seen by its own branch only.
    """
    packed = pack([[Example(tuple(prompts[index]), (backbone.end_id,)) for index in row] for row in rows])
    count, length = packed.ids.shape
    cache = decoder.Cache(backbone, count, length + max_tokens * max(len(row) for row in rows))
    mask, device = packed.mask.to(backbone.device), backbone.device
    hidden = decoder.embed(backbone, packed.ids.to(device), active)
    hidden = decoder.run(backbone, hidden, packed.positions.to(device), mask, active, cache)
    scores = decoder.logits(backbone, hidden[packed.rows.to(device), packed.columns.to(device)], active)
    visible = mask[packed.rows.to(device), 0, packed.columns.to(device)]  # N, length: what each branch has seen
    alive = [(place, index) for place, row in enumerate(rows) for index in row]
    for step in range(max_tokens):
        own = [index for _, index in alive]
        if limits:
            scores = _limited(scores, [limits[index] for index in own], [answers[index] for index in own])
        chosen = _choose(scores, temperatures[own], generator)
        going = []
        for number, (token, (_, index)) in enumerate(zip(chosen.tolist(), alive, strict=True)):
            if token not in backbone.stop_ids:
                answers[index].append(token)
                going.append(number)
        yield
        if not going or step == max_tokens - 1:
            return
        alive = [alive[number] for number in going]
        kept = torch.tensor(going, device=device)
        chosen, visible = chosen[kept], visible[kept]
        scores, visible = _step(backbone, chosen, visible, alive, count, [len(prompts[i]) for _, i in alive], step,
                                active, cache)  # fmt: skip


def _step(
    backbone: Backbone,
    chosen: Tensor,
    visible: Tensor,
    alive: Sequence[tuple[int, int]],
    count: int,
    lengths: Sequence[int],
    step: int,
    active: Active,
    cache: decoder.Cache,
) -> tuple[Tensor, Tensor]:
    """Run one token of every living branch.

    Args:
        chosen: their tokens [N].
        visible: which columns each has seen [N, S].
        alive: the row of each, and its prompt.
        count: rows.
        lengths: of their prompts.

    Returns:
        (scores [N, V], visible [N, S + columns]).
    """
    device = backbone.device
    used = [0] * count
    columns = []
    for row, _ in alive:
        columns.append(used[row])
        used[row] += 1
    at = (torch.tensor([row for row, _ in alive], device=device), torch.tensor(columns, device=device))
    width, past = max(used), visible.shape[1]
    ids = torch.zeros(count, width, dtype=torch.int64, device=device)
    positions = torch.zeros_like(ids)
    ids[at], positions[at] = chosen, torch.tensor(lengths, device=device) + step
    own = torch.nn.functional.one_hot(at[1], width).bool()  # N, width
    visible = torch.cat([visible, own], dim=1)
    mask = torch.zeros(count, width, past + width, dtype=torch.bool, device=device)
    mask[:, :, past:] = torch.eye(width, dtype=torch.bool, device=device)  # an empty column sees itself
    mask[at] = visible
    hidden = decoder.embed(backbone, ids, active)
    hidden = decoder.run(backbone, hidden, positions, mask[:, None], active, cache)
    return decoder.logits(backbone, hidden[at], active), visible


def _limited(scores: Tensor, limits: Sequence[Limit | None], said: Sequence[Sequence[int]]) -> Tensor:
    """Return scores [B, V] in which what a row's limit does not allow is impossible."""
    for row, (limit, own) in enumerate(zip(limits, said, strict=True)):
        if limit is None:
            continue
        if (refused := limit.refused(own)) is not None:
            scores[row, refused] = -torch.inf
        if (allowed := limit.allowed(own)) is not None:
            ids = torch.tensor(sorted(allowed), device=scores.device)
            kept = scores[row, ids]
            scores[row] = -torch.inf
            scores[row, ids] = kept
    return scores


def _choose(scores: Tensor, temperatures: Tensor, generator: torch.Generator) -> Tensor:
    """Return one token for each row of scores [B, V]: the likeliest where its temperature [B] is 0, else a sample."""
    best = scores.argmax(dim=-1)
    warm = temperatures > 0.0
    if not warm.any():
        return best
    shares = torch.softmax(scores[warm].float() / temperatures[warm, None], dim=-1)
    at = torch.rand(len(shares), 1, generator=generator, device=shares.device)
    drawn = torch.searchsorted(shares.cumsum(dim=-1), at)[:, 0]  # several times faster than torch.multinomial here
    best[warm] = drawn.clamp(max=scores.shape[-1] - 1)
    return best


def _read(backbone: Backbone, prompt: Sequence[int], active: Active, cache: decoder.Cache) -> Tensor:
    ids = torch.tensor([list(prompt)], device=backbone.device)
    positions = torch.arange(len(prompt), device=backbone.device)[None]
    hidden = decoder.run(backbone, decoder.embed(backbone, ids, active), positions, None, active, cache)
    return decoder.logits(backbone, hidden[:, -1], active)
