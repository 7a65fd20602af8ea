"""What the engine does for each request: the border between the protocol and the learning package."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch

from nestdesk.core.errors import BackboneError
from nestdesk.core.types import Turn
from nestdesk.engine.protocol import (
    Convert,
    Event,
    ExpertUse,
    Generate,
    GenerateMany,
    Generated,
    GeneratedMany,
    Learn,
    Learned,
    NewWeights,
    Probe,
    Probed,
    Progressed,
    Ready,
    Request,
    Sleep,
    Token,
)
from nestdesk.learning import backbone as backbones
from nestdesk.learning import embedder as embedders
from nestdesk.learning import generate, outer_loop, sleep
from nestdesk.learning.nested import NestedModel

Work = Generator[Event, None, Event]


@dataclass
class Opened:
    """A loaded engine."""

    nested: NestedModel
    embedder: embedders.Embedder
    scratch: Path


def open_model(request: Open) -> tuple[Opened, Ready]:  # noqa: F821
    """Load backbone and embedder."""
    began = time.monotonic()
    device = choose_device(request.device)
    torch.set_num_threads(thread_count())
    backbone = backbones.load(Path(request.backbone), device)
    nested = NestedModel(backbone)
    embedder = embedders.Embedder(Path(request.embedder))
    opened = Opened(nested, embedder, Path(request.scratch))
    ready = Ready(
        name=backbone.config.name,
        fingerprint=nested.fingerprint,
        device=str(device),
        threads=torch.get_num_threads(),
        parameters=backbone.parameters,
        context_tokens=backbone.config.context_tokens,
        seconds=time.monotonic() - began,
    )
    return opened, ready
