"""A bench's own engine is asked to open the embedding model and no backbone, and ends with the bench."""

from __future__ import annotations

from nestdesk.bench import embedding
from nestdesk.engine.protocol import Open


def test_no_backbone_is_opened(desk, monkeypatch):
    made = []

    class Client:
        def __init__(self, make_open, log):
            made.append((make_open(), log))

        def close(self):
            made.append("closed")

    monkeypatch.setattr(embedding, "EngineClient", Client)
    with embedding.embedding(desk):
        assert made == [
            (Open("", "embedder", str(desk.folder.scratch), "cpu"), desk.folder.logs / "engine.log"),
        ]
    assert made[-1] == "closed"
