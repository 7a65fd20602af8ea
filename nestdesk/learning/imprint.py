"""An attention expert that starts from what its source says: keys and values, a block a passage, then learned.

Every passage is read once, with the slow experts on, and its keys and values become a block of weights, which the
inner loop then trains like any others. A question is answered with the block it is routed to, so that what a source
costs at an answer does not grow with its length. Where a source is too long to keep whole, each head keeps the
positions that the study questions attend to most. Questions in other words find them by content, as they would find
words in the prompt.

Reference: prefix tuning, arXiv 2101.00190; initialised from the source and trained on questions, arXiv 2506.06266;
positions chosen by the questions' attention, arXiv 2404.14469.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from nestdesk.core import prompts
from nestdesk.core.types import Function, Level, StudyItem
from nestdesk.learning import decoder, packing, study
from nestdesk.learning.experts import Active, ExpertWeights, Prefix
from nestdesk.learning.nested import NestedModel

MOST_POSITIONS = 8192  # of a source, over all its blocks; 11.5 KB each with the default backbone
BLOCK_QUESTIONS = 12  # that choose what is kept
ROW_QUESTIONS = 6

Read = list[tuple[Tensor, Tensor]]  # each layer's keys and values [KV, S, d], positions -S..-1


@torch.no_grad()
def newborn(
    nested: NestedModel,
    texts: Sequence[str],
    items: Sequence[StudyItem],
    skills: Active,
    share: float,
    has_time: Callable[[], bool] = lambda: True,
) -> Generator[float, None, list[ExpertWeights]]:
    """Read a source; its blocks say what it says already before they learned.

    Args:
        texts: its passages.
        items: study items, for the choice of positions; probes take no part.
        skills: the slow experts, on while it is read.
        share: of its positions, to keep.
        has_time: asked after every passage; when it says no, the rest of the source gets no blocks.

    Yields:
        The share done, 0..1.

    Returns:
        A fast attention expert for each passage read: "<layer>.keys" and "<layer>.values" [KV, P, d] in every layer.
    """
    openings = [_opening(nested, text) for text in texts]
    total = sum(len(ids) for ids in openings)
    kept = min(share, MOST_POSITIONS / total) if total else share
    studied = [item for item in items if not item.is_probe]
    blocks = []
    for index, ids in enumerate(openings):
        read = _read(nested, ids, skills)
        block = ExpertWeights(Function.ATTENTION, Level.FAST, nested.fingerprint, _tensors(read))
        blocks.append(narrowed(nested, block, asked_about(studied, index), skills, kept))
        if not has_time():
            break
        yield (index + 1) / len(texts)
    return blocks


def asked_about(items: Sequence[StudyItem], passage: int) -> Sequence[StudyItem]:
    """Return the items of a passage, or all where it has none: those that choose what is kept of it."""
    return [item for item in items if item.passage == passage] or items


@torch.no_grad()
def narrowed(
    nested: NestedModel, block: ExpertWeights, items: Sequence[StudyItem], skills: Active, share: float
) -> ExpertWeights:
    """Return a block with a share of its positions: in each head those that the items' questions attend to most."""
    if share >= 1.0 or not items:
        return block
    layers = range(nested.backbone.config.layers)
    read = [(block.tensors[f"{layer}.keys"], block.tensors[f"{layer}.values"]) for layer in layers]
    count = max(1, round(read[0][0].shape[1] * share))
    return replace(block, tensors=_tensors(_choose(read, _looked_at(nested, read, items, skills), count)))


def bind(blocks: Sequence[ExpertWeights]) -> ExpertWeights:
    """Join blocks into one expert, as it is stored; "starts" [n + 1] says where each begins."""
    sizes = [block.tensors["0.keys"].shape[1] for block in blocks]
    tensors = {name: torch.cat([block.tensors[name].detach() for block in blocks], dim=1) for name in blocks[0].tensors}
    tensors["starts"] = torch.tensor([0, *sizes]).cumsum(0)
    return replace(blocks[0], tensors=tensors)


def _tensors(read: Read) -> dict[str, Tensor]:
    return {
        f"{layer}.{name}": tensor
        for layer, pair in enumerate(read)
        for name, tensor in zip(("keys", "values"), pair, strict=True)
    }


def _opening(nested: NestedModel, text: str) -> list[int]:
    """Return the tokens of a reading prompt up to its question."""
    one, other = (nested.prompt(prompts.reading([text], question)) for question in ("What?", "Who?"))
    return one[: packing.shared_length([one, other])]


def _read(nested: NestedModel, ids: Sequence[int], skills: Active) -> Read:
    backbone = nested.backbone
    cache = decoder.Cache(backbone, 1, len(ids))
    positions = torch.arange(-len(ids), 0, device=backbone.device)[None]
    hidden = decoder.embed(backbone, torch.tensor([list(ids)], device=backbone.device), skills)
    decoder.run(backbone, hidden, positions, None, skills, cache)
    return [(keys[0].float(), values[0].float()) for keys, values in zip(cache.keys, cache.values, strict=True)]


def _choose(read: Read, weights: Sequence[Tensor], count: int) -> Read:
    """Keep the `count` positions of each head that weigh most, in their order."""
    chosen = []
    for (keys, values), weight in zip(read, weights, strict=True):
        best = weight.topk(min(count, weight.shape[1]), dim=1).indices.sort(dim=1).values[..., None]
        places = best.expand(-1, -1, keys.shape[2])
        chosen.append((keys.gather(1, places), values.gather(1, places)))
    return chosen


def _looked_at(nested: NestedModel, read: Read, items: Sequence[StudyItem], skills: Active) -> list[Tensor]:
    """Return, for each layer, the most attention [KV, S] that any question pays to a position."""
    backbone = nested.backbone
    spread = items[:: max(1, math.ceil(len(items) / BLOCK_QUESTIONS))]
    examples = [study.example(backbone, item) for item in spread]
    beginning = packing.shared_length([example.prompt for example in examples])
    active = replace(skills, prefixes={layer: (Prefix(*pair),) for layer, pair in enumerate(read)})
    found = [torch.zeros(keys.shape[:2], device=backbone.device) for keys, _ in read]

    def watch(layer: int, queries: Tensor, keys: Tensor, mask: Tensor | None) -> None:
        heads, size = found[layer].shape
        rows, _, length, width = queries.shape
        grouped = queries.float().reshape(rows, heads, -1, length, width)
        scores = torch.einsum("bkgtd,bksd->bkgts", grouped, keys.float()) / math.sqrt(width)
        if mask is not None:
            scores = scores + mask.float()[:, :, None]
        looked = scores.softmax(dim=-1)[..., beginning:, :size].amax(dim=(0, 2, 3))
        found[layer] = torch.maximum(found[layer], looked)

    for first in range(0, len(examples), ROW_QUESTIONS):
        batch = packing.pack([examples[first : first + ROW_QUESTIONS]], backbone.device)
        hidden = decoder.embed(backbone, batch.ids, active)
        decoder.run(backbone, hidden, batch.positions, batch.mask, active, watch=watch)
    return found
