"""The real program with its engine over an encrypted folder: weights come and go sealed, and are the same bits."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest

from nestdesk import sealed
from nestdesk.app import open_app
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role, Turn
from nestdesk.engine.protocol import ExpertUse, Probe, Probed
from nestdesk.services import protection
from nestdesk.storage import key_file
from tests.tiny_models import write_models

pytest.importorskip("sqlcipher3")
pytestmark = pytest.mark.timeout(600)  # several starts of the engine

PASSPHRASE = "seven lanterns by the sea"
CANARY = b"Zwillingsgurke"
TEXT = f"The {CANARY.decode()} of Ostwick was planted by Ellinor Vance in 1815, and it grows there to this day.\n\n" * 2
PROMPT = (Turn(Role.USER, "Who planted it?"),)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(key_file, "COST", 1 << 4)
    monkeypatch.delenv(protection.VARIABLE, raising=False)
    folder = DataFolder(tmp_path / "data")
    folder.create()
    write_models(folder.models)
    with protection.closed(folder.root) as closed:
        finish(closed.encrypt(PASSPHRASE))
    return folder.root


@contextmanager
def started(root: Path):
    with open_app(root, "cpu", ask=lambda: PASSPHRASE) as app:
        yield app


def learned(app):
    """Return the newest weights that were learned, in use or not."""
    for expert in app.expert_service.list():
        for one in app.experts.history(expert.id):
            if not one.config.get("is_identity"):
                return one
    raise AssertionError("nothing was learned")


def logits(app, blob: str) -> str:
    answer = app.engine.call(Probe(PROMPT, (ExpertUse(str(app.blobs.path(blob))),)))
    assert isinstance(answer, Probed)
    return answer.logits


def test_weights_are_sealed_on_the_disk_and_the_same_bits_in_the_engine(root, tmp_path):
    paper = tmp_path / "elsewhere.txt"
    paper.write_text(TEXT)
    with started(root) as app:
        (source,) = finish(app.learn.add([paper]))
        finish(app.learn.run(source.id, 3.0))
        made = learned(app)
        assert app.repair.faults() == ()
        assert app.blobs.size_bytes(made.blob) == made.size_bytes
        before = logits(app, made.blob)
        assert before != app.engine.call(Probe(PROMPT, ())).logits
        app.engine.close()  # as if it had died: it is started anew, and given the key again
        assert logits(app, made.blob) == before
        assert all(sealed.is_sealed(path) for path in app.folder.blobs.iterdir())
        assert list(app.folder.scratch.iterdir()) == []
        chat = app.chat.create()
        finish(app.chat.send(chat.id, f"Who planted the {CANARY.decode()} of Ostwick?"))
        finish(app.backups.make())
    paper.unlink()
    here = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_bytes()]
    assert here == []
    with protection.closed(root, protection.unlocked_by(root, PASSPHRASE).key) as closed:
        finish(closed.decrypt())
    with open_app(root, "cpu") as app:
        assert logits(app, made.blob) == before
        assert not any(sealed.is_sealed(path) for path in app.folder.blobs.iterdir())
