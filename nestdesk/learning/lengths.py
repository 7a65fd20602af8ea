"""How far a backbone reads: bits a token by their place in a text that is longer than what it was trained with.

A position expert can stretch the rotary frequencies, so that twice the tokens span the angles that were trained
(position interpolation, arXiv 2306.15595), and sharpen attention, which spreads over more positions (arXiv 2309.00071).
What either is worth is seen here without learning anything. No prompt of the product is that long.

A program of its own, for `nestdesk bench lengths`: ``python -m nestdesk.learning.lengths JOB.json`` prints JSON.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from nestdesk.learning import backbone as backbones
from nestdesk.learning import decoder
from nestdesk.learning.backbone import Backbone, Config
from nestdesk.learning.experts import NOTHING, Active

READ_TOKENS = 512  # at once


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


def measure(folder: Path, text: str, tokens: int, stretch: int) -> dict[str, object]:
    """Return every variant's bits a token, stretch by stretch, of the first tokens of a text."""
    device = torch.device("cpu")
    backbone = backbones.load(folder, device, backbones.best_precision(device))
    ids, trained = backbone.encode(text)[:tokens], backbone.config.context_tokens
    found = {
        name: bits(backbone, ids, active, stretch)
        for name, active in variants(backbone.config, len(ids) / trained).items()
    }
    return {"tokens": len(ids), "trained": trained, "stretch": stretch, "bits": found}


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(measure(Path(job["folder"]), job["text"], job["tokens"], job["stretch"])))
