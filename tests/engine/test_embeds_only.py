"""An engine that is opened without a backbone embeds, and says that it does nothing else."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest

from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import finish
from nestdesk.engine import protocol, work
from nestdesk.engine.server import Server


class FakeEmbedder:
    def __init__(self, folder):
        self.folder = folder

    def embed(self, texts):
        return np.full((len(texts), 3), len(texts), np.float32)


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    monkeypatch.setattr(work.embedders, "Embedder", FakeEmbedder)


def test_texts_are_embedded_and_nothing_else_is_done(tmp_path):
    opened, ready = work.open_model(protocol.Open("", str(tmp_path), str(tmp_path)))
    assert (ready.fingerprint, ready.parameters) == ("", 0)
    assert opened.embedder.folder == tmp_path
    with pytest.raises(BackboneError, match="embed texts only"):
        _ = opened.nested


def test_the_server_answers_with_vectors(tmp_path):
    server = Server(io.BytesIO())
    finish(server._execute(protocol.Open("", str(tmp_path), str(tmp_path))))
    embedded = finish(server._execute(protocol.Embed(("one", "two"))))
    assert np.frombuffer(base64.b64decode(embedded.vectors), "<f4").tolist() == [2.0] * 6
