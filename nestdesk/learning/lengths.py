"""How far a backbone reads: bits a token by their place in a text that is longer than what it was trained with.

A position expert can stretch the rotary frequencies, so that twice the tokens span the angles that were trained
(position interpolation, arXiv 2306.15595), and sharpen attention, which spreads over more positions (arXiv 2309.00071).
What either is worth is seen here without learning anything; another expert learns its frequencies, layer by layer, from
short pieces of other text whose halves stand as far apart as in a long one (positional skips, arXiv 2309.10400). No
prompt of the product is that long.

A program of its own, for `nestdesk bench lengths`: ``python -m nestdesk.learning.lengths JOB.json`` prints JSON.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from nestdesk.core.types import Function, Level
from nestdesk.learning import backbone as backbones
from nestdesk.learning import decoder, experts
from nestdesk.learning.backbone import Backbone, Config
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights
from nestdesk.learning.optim import AdamW, clip

READ_TOKENS = 512  # at once
PIECE_TOKENS = 1024  # of a step of learning
RATE = 0.03  # of a frequency's logarithm


@torch.inference_mode()
def bits(backbone: Backbone, ids: Sequence[int], active: Active, stretch: int) -> list[float]:
    """Return the mean bits a token of every whole stretch of a text after its first token."""
    cache, told = decoder.Cache(backbone, 1, len(ids)), []
    for first in range(0, len(ids) - 1, READ_TOKENS):
        part = torch.tensor([list(ids[first : first + READ_TOKENS])], device=backbone.device)
        positions = torch.arange(first, first + part.shape[1], device=backbone.device)[None]
        hidden = decoder.run(backbone, decoder.embed(backbone, part, active), positions, None, active, cache)
        wanted = torch.tensor(ids[first + 1 : first + 1 + part.shape[1]], device=backbone.device)
        scores = decoder.logits(backbone, hidden[0, : len(wanted)], active).float()
        told.append(torch.nn.functional.cross_entropy(scores, wanted, reduction="none") / math.log(2))
    each = torch.cat(told)
    return [float(each[at : at + stretch].mean()) for at in range(0, len(each) - stretch + 1, stretch)]


def variants(config: Config, times: float) -> dict[str, Active]:
    """Return what is compared on a text of so many times the trained length: experts that were made, not learned."""
    slower = torch.full((config.layers,), -math.log(times))
    sharper = torch.full((config.layers, config.heads), 2 * math.log(1 + 0.1 * math.log(times)))
    return {
        "untouched": NOTHING,
        "frequencies": Active(frequency=slower),
        "temperature": Active(temperature=sharper),
        "both": Active(frequency=slower, temperature=sharper),
    }


def learn(backbone: Backbone, ids: Sequence[int], tokens: int, steps: int, seed: int = 0) -> ExpertWeights:
    """Return a position expert that learned to read texts of so many tokens; it begins with stretched frequencies.

    Args:
        ids: of a text longer than PIECE_TOKENS.
    """
    config, chance = backbone.config, random.Random(seed)
    expert = experts.newborn(config, Function.POSITION, Level.SLOW, backbone.fingerprint(), device=backbone.device)
    shift = expert.tensors["frequency"].fill_(-math.log(max(1.0, tokens / config.context_tokens))).requires_grad_()
    size = min(PIECE_TOKENS, len(ids) - 1)
    optimiser = AdamW([shift], RATE)
    for step in range(steps):
        first, half = chance.randrange(len(ids) - size), chance.randrange(size // 4, size - size // 4)
        piece = torch.tensor([list(ids[first : first + size + 1])], device=backbone.device)
        positions = torch.arange(size, device=backbone.device)[None].clone()
        positions[:, half:] += chance.randrange(max(1, tokens - size))
        active = Active(frequency=shift)
        hidden = decoder.run(backbone, decoder.embed(backbone, piece[:, :-1], active), positions, None, active)
        scores = decoder.logits(backbone, hidden[0], active).float()
        torch.nn.functional.cross_entropy(scores, piece[0, 1:]).backward()  # type: ignore[no-untyped-call]
        clip([shift], 1.0)
        optimiser.rate = RATE * (1 - step / steps)
        optimiser.step()
    return replace(expert, tensors={name: tensor.detach() for name, tensor in expert.tensors.items()})


def measure(folder: Path, text: str, tokens: int, stretch: int, steps: int) -> dict[str, object]:
    """Return every variant's bits a token, stretch by stretch, of the first tokens of a text.

    Args:
        steps: of learning from what comes behind these tokens; 0: nothing is learned.
    """
    device = torch.device("cpu")
    backbone = backbones.load(folder, device, backbones.best_precision(device))
    whole, trained = backbone.encode(text), backbone.config.context_tokens
    ids, rest = whole[:tokens], whole[tokens:]
    compared = variants(backbone.config, len(ids) / trained)
    if steps and len(rest) > PIECE_TOKENS:
        learned = learn(backbone, rest, len(ids), steps)
        compared["learned"] = experts.activate([(learned, 1.0)])
        compared["learned and temperature"] = experts.both(compared["learned"], compared["temperature"])
    found = {name: bits(backbone, ids, active, stretch) for name, active in compared.items()}
    shifts = {name: active.frequency.tolist() for name, active in compared.items() if active.frequency is not None}
    return {"tokens": len(ids), "trained": trained, "stretch": stretch, "bits": found, "frequencies": shifts}


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(measure(Path(job["folder"]), job["text"], job["tokens"], job["stretch"], job["steps"])))
