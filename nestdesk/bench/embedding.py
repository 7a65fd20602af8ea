"""An engine that embeds and has no backbone, for benches that need no language model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nestdesk.engine.client import Engine, EngineClient
from nestdesk.engine.protocol import Open
from nestdesk.services.workspace import App


@contextmanager
def embedding(app: App) -> Iterator[Engine]:
    """Hand out such an engine, with the embedding model of an open data folder."""

    def request() -> Open:
        return Open("", str(app.models.embedder_folder()), str(app.folder.scratch), "cpu")

    engine = EngineClient(request, app.folder.logs / "engine.log")
    try:
        yield engine
    finally:
        engine.close()
