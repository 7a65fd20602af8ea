"""Decoding: a prompt in, tokens out, one at a time or for many prompts together.

Greedy by default, so that two runs agree. Many prompts grow side by side (branches.py); one that has ended costs
nothing more. `likeliest` keeps several beginnings of each answer at once (beam search).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from nestdesk.core import jobs
from nestdesk.learning import captured, decoder, packs, single
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.beginnings import Beginnings
from nestdesk.learning.branches import Branches, Own, batches
from nestdesk.learning.experts import NOTHING, Active
from nestdesk.learning.limits import Limit

T = TypeVar("T")
Candidate = tuple[list[int], float]  # an answer's tokens without the end mark, and its log probability with it


@torch.inference_mode()
def stream(
    backbone: Backbone,
    prompt: Sequence[int],
    active: Active = NOTHING,
    max_tokens: int = 256,
    temperature: float = 0.0,
    seed: int = 0,
    limit: Limit | None = None,
    model: single.Model | None = None,
    beginnings: Beginnings | None = None,
) -> Iterator[int]:
    """Yield the tokens that continue a prompt, until the model ends its turn or max_tokens are out.

    Args:
        limit: what the answer may say; None: anything.
        model: the backbone as the kernels for single tokens take it; None: without them.
        beginnings: prompts read before, and from now on this one; the last bits of what is read behind a beginning
            differ from those of the whole prompt, the very same one is not read again. None: it is read from its
            start.
    """
    generator = torch.Generator(device=backbone.device).manual_seed(seed)
    if beginnings is None:
        cache, known = decoder.Cache(backbone, 1, len(prompt) + max_tokens), None
    else:
        cache, known = beginnings.begin(backbone, prompt, active, max_tokens)
    scores = _read(backbone, prompt, active, cache) if known is None else known
    if beginnings is not None:
        beginnings.keep(prompt, active, cache, scores)
    row: single.Single | captured.Row | None = None  # made when its first token is out
    heat = torch.tensor([temperature], device=backbone.device)
    said: list[int] = []
    for left in reversed(range(max_tokens)):
        chosen = _choose(_limited(scores, [limit], [said]), heat, generator)
        token = int(chosen)
        if token in backbone.stop_ids:
            return
        yield token
        if not left:
            return
        said.append(token)
        if row is None and model is not None:
            row = single.Single(backbone, model, active, cache, max_tokens)
        elif row is None and backbone.device.type == "cuda" and backbone.hooked is None:
            row = captured.Row(backbone, active, cache)
        if row is not None:
            scores = row.step(chosen)
            continue
        at = torch.full((1, 1), cache.length, device=backbone.device)
        with packs.alone(backbone.config.inner * backbone.config.hidden):
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
    active: Own = NOTHING,
    max_tokens: int = 32,
    temperatures: Sequence[float] = (),
    seed: int = 0,
    limits: Sequence[Limit | None] = (),
) -> Generator[float, None, list[list[int]]]:
    """Continue many prompts together; what several begin with is read only once.

    Args:
        active: the experts in force, or one set of them for each prompt.
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
    for batch in batches(prompts, active):
        size = sum(len(row) for row in batch)
        steps = _continue(backbone, prompts, batch, active, max_tokens, heat, generator, answers, limits)
        for step, _ in enumerate(steps, start=1):
            yield (finished + size * step / max_tokens) / len(prompts)
        finished += size
    return answers


def _continue(
    backbone: Backbone,
    prompts: Sequence[Sequence[int]],
    rows: Sequence[Sequence[int]],
    active: Own,
    max_tokens: int,
    temperatures: Tensor,  # of all prompts
    generator: torch.Generator,
    answers: list[list[int]],
    limits: Sequence[Limit | None],
) -> Iterator[None]:
    """Add the next token to the answer of every prompt of some rows, step by step, until all have ended."""
    branches = Branches(backbone, prompts, rows, active, max_tokens)
    for step in range(max_tokens):
        own, scores = branches.owners, branches.scores
        if limits:
            scores = _limited(scores, [limits[index] for index in own], [answers[index] for index in own])
        chosen = _choose(scores, temperatures[own], generator)
        going = []
        for number, (token, index) in enumerate(zip(chosen.tolist(), own, strict=True)):
            if token not in backbone.stop_ids:
                answers[index].append(token)
                going.append(number)
        yield
        if not going or step == max_tokens - 1:
            return
        branches.grow(going, chosen[torch.tensor(going, device=chosen.device)])


def _limited(scores: Tensor, limits: Sequence[Limit | None], said: Sequence[Sequence[int]]) -> Tensor:
    """Return scores [B, V] in which what a row's limit does not allow is impossible."""
    for row, (limit, own) in enumerate(zip(limits, said, strict=True)):
        if limit is None:
            continue
        for token in limit.refused(own):
            scores[row, token] = -torch.inf
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
    """Read what a cache does not hold of a prompt, and return the logits [1, V] after it."""
    known, size = cache.length, len(prompt)
    ids = torch.tensor([list(prompt[known:])], device=backbone.device)
    positions = torch.arange(known, size, device=backbone.device)[None]
    hidden = decoder.run(backbone, decoder.embed(backbone, ids, active), positions, None, active, cache)
    return decoder.logits(backbone, hidden[:, -1], active)


@torch.inference_mode()
def likeliest(
    backbone: Backbone,
    prompts: Sequence[Sequence[int]],
    active: Own,
    limits: Sequence[Limit],
    width: int,
    max_tokens: int = 32,
) -> Generator[float, None, list[list[Candidate]]]:
    """Find, for each prompt, up to `width` likely answers within its limit, by beam search; the likeliest first.

    Yields:
        The share done, 0..1, after every token step.
    """
    found: list[list[Candidate]] = [[] for _ in prompts]
    finished = 0
    for batch in batches(prompts, active):
        size = sum(len(row) for row in batch)
        branches = Branches(backbone, prompts, batch, active, max_tokens, width)
        beams: list[Candidate] = [([], 0.0) for _ in branches.owners]
        for step in range(max_tokens):
            beams = _fork(backbone, branches, beams, limits, width, found, is_last=step == max_tokens - 1)
            yield (finished + size * (step + 1) / max_tokens) / len(prompts)
            if not beams:
                break
        finished += size
    return found


def _fork(
    backbone: Backbone,
    branches: Branches,
    beams: Sequence[Candidate],
    limits: Sequence[Limit],
    width: int,
    found: list[list[Candidate]],
    is_last: bool,
) -> list[Candidate]:
    """Add the answers that may end here to those found, and grow the likeliest of the others; return these."""
    logs = torch.log_softmax(branches.scores.float(), dim=-1).cpu()  # each branch is then looked at by itself
    going: dict[int, list[tuple[float, int, int]]] = {}  # prompt -> score, branch, token
    for number, (owner, (said, score)) in enumerate(zip(branches.owners, beams, strict=True)):
        limit, own = limits[owner], logs[number]
        for token in limit.refused(said):
            own[token] = -torch.inf
        allowed = limit.allowed(said)
        ids = torch.arange(len(own)) if allowed is None else torch.tensor(sorted(allowed))
        values, places = own[ids].topk(min(len(ids), width + len(backbone.stop_ids)))
        tokens = ids[places].tolist()
        ends = [value for value, token in zip(values.tolist(), tokens, strict=True) if token in backbone.stop_ids]
        if ends and said:
            found[owner].append((said, score + max(ends)))
        going.setdefault(owner, []).extend(
            (score + value, number, token)
            for value, token in zip(values.tolist(), tokens, strict=True)
            if token not in backbone.stop_ids
        )
    grown: list[tuple[int, int, Candidate]] = []
    for owner, candidates in going.items():
        found[owner] = sorted(found[owner], key=lambda one: -one[1])[:width]
        least = found[owner][-1][1] if len(found[owner]) == width else -float("inf")
        best = [one for one in sorted(candidates, reverse=True)[:width] if one[0] > least]
        kept = [(parent, token, ([*beams[parent][0], token], score)) for score, parent, token in best]
        if is_last and not found[owner]:  # none has ended: the best of what there is
            found[owner] = [candidate for _, _, candidate in kept[:1]]
        grown += kept
    if grown and not is_last:
        parents, tokens_grown = [parent for parent, _, _ in grown], [token for _, token, _ in grown]
        branches.grow(parents, torch.tensor(tokens_grown, device=backbone.device))
        return [candidate for _, _, candidate in grown]
    return []


def scaled(steps: Generator[float, None, T], start: float, share: float) -> Generator[float, None, T]:
    """Run steps that report 0..1 as a part of longer work: from `start`, over a share of it."""
    return jobs.retold(steps, lambda done: start + share * done)
