"""What goes out of an expert, and what does not: in our own file and for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from nestdesk.core.errors import CheckpointError, EngineError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Level
from nestdesk.engine.examining import Examine
from nestdesk.services.expert_exchange import HELD, Form
from nestdesk.services.expert_kinds import is_identity
from tests.services.expert_files import sent, slow, taken
from tests.services.two_sources import BAKERY, HARBOUR


def test_a_source_that_slept_exports_what_it_learned(theirs, learned, tmp_path):
    finish(theirs.sleep.run())
    assert is_identity(theirs.experts.get(learned.id).head)
    found = finish(theirs.expert_exchange.export(learned.name, tmp_path / "one.expert"))
    assert (found.checkpoint_id, found.is_in_use) == (learned.head.id, False)
    shared = next(one for one in theirs.experts.list() if one.level is Level.MID)
    with pytest.raises(CheckpointError, match="consolidated from several sources"):
        sent(theirs, shared, tmp_path, "two.expert")


def test_what_cannot_be_exported_is_told_and_nothing_is_left(theirs, ours, learned, document, tmp_path):
    file = sent(theirs, learned, tmp_path)
    names = {one.name for one in tmp_path.iterdir()}
    with pytest.raises(StorageError, match="exists already"):
        finish(theirs.expert_exchange.export(learned.id, file))
    with pytest.raises(StorageError, match="exists already"):
        finish(theirs.expert_exchange.export_as(learned.id, file, Form.GGUF))
    with pytest.raises(StorageError, match="cannot be written"):
        sent(theirs, learned, tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match="There is no expert"):
        finish(theirs.expert_exchange.export("nobody", tmp_path / "two.expert"))
    held = taken(ours, file).expert
    assert held.name == f"{HELD}{learned.name}"
    with pytest.raises(CheckpointError, match="waits for review"):
        sent(ours, held, tmp_path, "two.expert")
    theirs.engine.accepts = False
    (bakery,) = finish(theirs.learn.add([document("bakery.txt", BAKERY)]))
    finish(theirs.learn.run(bakery.id))
    with pytest.raises(CheckpointError, match="has not learned anything yet"):
        sent(theirs, theirs.experts.of_source(bakery.id)[0], tmp_path, "two.expert")
    assert {one.name for one in tmp_path.iterdir()} == names | {"bakery.txt"}


def test_a_source_that_changed_is_not_exported_with_another_text(theirs, learned, document, tmp_path):
    document("harbour.txt", HARBOUR.replace("seven", "eleven"))
    finish(theirs.learn.add([tmp_path / "harbour.txt"]))
    theirs.engine.error = EngineError("It broke off.")
    finish(theirs.learn.run(learned.source_id))
    with pytest.raises(CheckpointError, match="changed since these weights were learned"):
        sent(theirs, learned, tmp_path, with_text=True)
    assert sent(theirs, learned, tmp_path).is_file()


@pytest.mark.parametrize("form", list(Form))
def test_other_programs_forms_are_written_by_the_engine(theirs, tmp_path, form):
    attention = slow(theirs)[0]
    found = finish(theirs.expert_exchange.export_as(attention.name, tmp_path / "adapter", form))
    request = theirs.engine.requests[-1]
    assert request == Examine(str(theirs.blobs.path(attention.head.blob)), form.value, str(tmp_path / "adapter"))
    assert (Path(found.file).read_text(encoding="utf-8"), found.manifest) == (form.value, None)
