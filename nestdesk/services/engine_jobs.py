"""What every job that uses the engine does: have the models at hand, follow a request, embed texts in batches."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import Job, Progress
from nestdesk.engine import protocol
from nestdesk.engine.client import Engine

EMBED_BATCH = 32


class ModelSupply(Protocol):
    """Whoever fetches and converts the backbone and the embedding model."""

    def is_ready(self) -> bool:
        """Say whether both models are at hand."""
        ...

    def setup(self, from_file: Path | None = None) -> Job[None]:
        """Fetch and convert what is missing."""
        ...


def have_models(models: ModelSupply) -> Job[None]:
    """Set the models up the first time they are needed."""
    if not models.is_ready():
        yield from models.setup()


E = TypeVar("E")


def follow(
    events: Generator[protocol.Event, None, protocol.Event], wanted: type[E], source_id: int | None = None
) -> Job[E]:
    """Turn a request's events into progress and return its last event. Closing the job cancels the request.

    Raises:
        EngineError: the request ended with another event than the wanted one.
    """
    try:
        while True:
            try:
                event = next(events)
            except StopIteration as stop:
                last = stop.value
                break
            if isinstance(event, protocol.Token):
                yield Progress("answer", text=event.text, source_id=source_id)
            elif isinstance(event, protocol.Progressed):
                yield Progress(event.stage, event.done, event.text, event.seconds_left, source_id)
    finally:
        events.close()
    if not isinstance(last, wanted):
        raise EngineError("The engine stopped before it was done. Nothing was changed; please try again.")
    return last


def embed_all(engine: Engine, texts: Sequence[str], source_id: int | None = None) -> Job[np.ndarray]:
    """Embed texts, a batch between two yields; returns float32 [n, D] unit vectors."""
    batches = []
    for start in range(0, len(texts), EMBED_BATCH):
        yield Progress("indexing", start / len(texts), source_id=source_id)
        batches.append(engine.embed(texts[start : start + EMBED_BATCH]))
    return np.concatenate(batches) if batches else np.zeros((0, 384), np.float32)
