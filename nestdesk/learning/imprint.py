"""An attention expert that starts from what a source's questions look at: keys and values, chosen, then learned.

The source is read once, with the slow experts on. Of its keys and values each head keeps the positions that the study
questions attend to most, a fraction of the text; the inner loop then trains them like any other weights. Questions in
other words find them by content, as they would find words in the prompt, which low-rank products do not give.

Reference: prefix tuning, arXiv 2101.00190; initialised from the source and trained on questions, arXiv 2506.06266;
positions chosen by the questions' attention, arXiv 2404.14469.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from nestdesk.core import prompts
from nestdesk.core.types import Function, Level, StudyItem
from nestdesk.learning import decoder, packing, study
from nestdesk.learning.experts import Active, ExpertWeights, Prefix
from nestdesk.learning.nested import NestedModel

SECTION_TOKENS = 2048  # read at once; a longer source is read in sections, side by side
MOST_SECTIONS = 8
MOST_POSITIONS = 1024  # kept by a head; they are read at every token of an answer
SECTION_QUESTIONS = 36  # that choose what is kept
ROW_QUESTIONS = 6


@torch.no_grad()
def newborn(
    nested: NestedModel, texts: Sequence[str], items: Sequence[StudyItem], skills: Active, share: float
) -> ExpertWeights:
    """Read a source and keep the positions that its questions look at.

    Args:
        texts: its passages.
        items: study items; probes take no part.
        skills: the slow experts, on while it is read.
        share: of its positions, to keep.

    Returns:
        A fast attention expert with "<layer>.keys" and "<layer>.values" [KV, P, d] in every layer. It is no identity:
        it says what the source says already before it learned.
    """
    kept: list[list[tuple[Tensor, Tensor, Tensor]]] = []  # section, layer: keys, values, weight
    total = 0
    for section in _sections(nested, texts)[:MOST_SECTIONS]:
        read = _read(nested, [texts[index] for index in section], skills)
        total += read[0][0].shape[1]
        asked = [item for item in items if not item.is_probe and item.passage in section]
        weights = _looked_at(nested, read, asked or [item for item in items if not item.is_probe], skills)
        kept.append([(keys, values, weight) for (keys, values), weight in zip(read, weights, strict=True)])
    count = min(total, MOST_POSITIONS, max(1, round(total * share)))
    tensors: dict[str, Tensor] = {}
    for layer in range(nested.backbone.config.layers):
        keys, values, weight = (torch.cat([part[layer][place] for part in kept], dim=1) for place in range(3))
        best = weight.topk(count, dim=1).indices.sort(dim=1).values[..., None]
        tensors[f"{layer}.keys"] = keys.gather(1, best.expand(-1, -1, keys.shape[2])).contiguous()
        tensors[f"{layer}.values"] = values.gather(1, best.expand(-1, -1, values.shape[2])).contiguous()
    return ExpertWeights(Function.ATTENTION, Level.FAST, nested.fingerprint, tensors)


def _sections(nested: NestedModel, texts: Sequence[str]) -> list[range]:
    sections: list[range] = []
    first = used = 0
    for index, text in enumerate(texts):
        size = len(nested.backbone.encode(text))
        if used and used + size > SECTION_TOKENS:
            sections.append(range(first, index))
            first, used = index, 0
        used += size
    return [*sections, range(first, len(texts))]


def _read(nested: NestedModel, texts: Sequence[str], skills: Active) -> list[tuple[Tensor, Tensor]]:
    """Return each layer's keys and values [KV, S, d] of a reading prompt up to its question, positions -S..-1."""
    one, other = (nested.prompt(prompts.reading(texts, question)) for question in ("What?", "Who?"))
    ids = one[: packing.shared_length([one, other])]
    backbone = nested.backbone
    cache = decoder.Cache(backbone, 1, len(ids))
    positions = torch.arange(-len(ids), 0, device=backbone.device)[None]
    hidden = decoder.embed(backbone, torch.tensor([ids], device=backbone.device), skills)
    decoder.run(backbone, hidden, positions, None, skills, cache)
    return [(keys[0].float(), values[0].float()) for keys, values in zip(cache.keys, cache.values, strict=True)]


def _looked_at(
    nested: NestedModel, read: Sequence[tuple[Tensor, Tensor]], items: Sequence[StudyItem], skills: Active
) -> list[Tensor]:
    """Return, for each layer, the most attention [KV, S] that any question pays to a position."""
    backbone = nested.backbone
    spread = items[:: max(1, math.ceil(len(items) / SECTION_QUESTIONS))]
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
