"""Decoding: a prompt in, tokens out, one at a time or for many prompts together.

Greedy by default, so that two runs agree. Batches are padded on the left and sorted by length; a finished row keeps
its place until the batch is done.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import torch
from torch import Tensor

from nestdesk.learning import decoder
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active

BATCH_TOKENS = 6_000  # prompt tokens of one batch


@torch.inference_mode()
def stream(
    backbone: Backbone,
    prompt: Sequence[int],
    active: Active = NOTHING,
    max_tokens: int = 256,
    temperature: float = 0.0,
    seed: int = 0,
) -> Iterator[int]:
    """Yield the tokens that continue a prompt, until the model ends its turn or max_tokens are out."""
    generator = torch.Generator(device=backbone.device).manual_seed(seed)
    cache = decoder.Cache(backbone, 1, len(prompt) + max_tokens)
    scores = _read(backbone, prompt, active, cache)
    for _ in range(max_tokens):
        chosen = _choose(scores, temperature, generator)
        token = int(chosen)
        if token in backbone.stop_ids:
            return
        yield token
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
    temperature: float = 0.0,
    seed: int = 0,
) -> Generator[float, None, list[list[int]]]:
    """Continue many prompts in batches of like length; what all of them begin with is read only once.

    Args:
        temperature: 0 is greedy.

    Yields:
        The share done, 0..1, after every token step.

    Returns:
        The new tokens of each prompt, without the end mark, in the prompts' order.
    """
    generator = torch.Generator(device=backbone.device).manual_seed(seed)
    shared = _shared(prompts)
    prefix = decoder.Cache(backbone, 1, shared)
    if shared:
        _read(backbone, prompts[0][:shared], active, prefix)
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    answers: list[list[int]] = [[] for _ in prompts]
    finished = 0
    while finished < len(order):
        rows = _batch(prompts, order[finished:])
        branches = [prompts[row][shared:] for row in rows]
        steps = _continue(backbone, branches, prefix, active, max_tokens, temperature, generator)
        for step, tokens in enumerate(steps, start=1):
            for row, token in zip(rows, tokens, strict=True):
                if token is not None:
                    answers[row].append(token)
            yield (finished + len(rows) * step / max_tokens) / len(order)
        finished += len(rows)
    return answers


def _shared(prompts: Sequence[Sequence[int]]) -> int:
    """Return the length of the beginning that several prompts have in common, at least one token short of each."""
    if len(prompts) < 2:
        return 0
    lowest, highest = min(prompts, key=list), max(prompts, key=list)  # in lexical order these two share the least
    limit = min(len(prompt) for prompt in prompts) - 1
    for index in range(limit):
        if lowest[index] != highest[index]:
            return index
    return limit


def _batch(prompts: Sequence[Sequence[int]], order: Sequence[int]) -> list[int]:
    rows: list[int] = []
    for row in order:
        if rows and (len(rows) + 1) * len(prompts[row]) > BATCH_TOKENS:
            break
        rows.append(row)
    return rows


def _continue(
    backbone: Backbone,
    branches: Sequence[Sequence[int]],
    prefix: decoder.Cache,
    active: Active,
    max_tokens: int,
    temperature: float,
    generator: torch.Generator,
) -> Iterator[list[int | None]]:
    """Yield the next token of every branch, None for branches that have ended."""
    ids, padding = decoder.pad(branches, backbone.device)
    rows, length = ids.shape
    past = prefix.length
    cache = prefix.repeated(rows, backbone, length + max_tokens)
    column = torch.arange(past + length + max_tokens, device=backbone.device)
    seen = (column[None, :] < past) | (column[None, :] >= past + padding[:, None])  # B S
    mask = decoder.causal(length, past, backbone.device) & seen[:, None, None, : past + length]
    mask = mask | (column[None, : past + length] == column[past : past + length, None])  # padding sees itself
    positions = (column[None, past : past + length] - padding[:, None]).clamp(min=0)
    hidden = decoder.run(backbone, decoder.embed(backbone, ids, active), positions, mask, active, cache)
    scores = decoder.logits(backbone, hidden[:, -1], active)  # B V
    alive = [True] * rows
    for step in range(max_tokens):
        chosen = _choose(scores, temperature, generator)
        tokens = chosen.tolist()
        alive = [live and token not in backbone.stop_ids for live, token in zip(alive, tokens, strict=True)]
        yield [token if live else None for live, token in zip(alive, tokens, strict=True)]
        if not any(alive) or step == max_tokens - 1:
            return
        now = seen[:, None, None, : cache.length + 1]
        at = (cache.length - padding)[:, None]
        hidden = decoder.run(backbone, decoder.embed(backbone, chosen[:, None], active), at, now, active, cache)
        scores = decoder.logits(backbone, hidden[:, -1], active)


def _choose(scores: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """Return one token for each row of scores [B, V]."""
    if temperature <= 0.0:
        return scores.argmax(dim=-1)
    shares = torch.softmax(scores.float() / temperature, dim=-1)
    return torch.multinomial(shares, 1, generator=generator)[:, 0]


def _read(backbone: Backbone, prompt: Sequence[int], active: Active, cache: decoder.Cache) -> Tensor:
    ids = torch.tensor([list(prompt)], device=backbone.device)
    positions = torch.arange(len(prompt), device=backbone.device)[None]
    hidden = decoder.run(backbone, decoder.embed(backbone, ids, active), positions, None, active, cache)
    return decoder.logits(backbone, hidden[:, -1], active)
