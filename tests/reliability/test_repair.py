"""``check --repair``: each fault is mended and told, a copy is made first, and a second check finds nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from nestdesk.app import open_app
from nestdesk.bench.stand_in import StandIn
from nestdesk.cli import make_cli
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from tests.reliability.conftest import started, state

pytestmark = [pytest.mark.reliability, pytest.mark.timeout(300)]


def run(root: Path, *arguments: str):
    """Run the check command over a data folder."""

    @contextmanager
    def opened(data_dir, device):
        with open_app(data_dir, device, engine=StandIn(DataFolder(data_dir).scratch)) as app:
            yield app

    cli = make_cli(opened, lambda *_: 0)
    return CliRunner().invoke(cli, ["--data-dir", str(root), "--json", "check", *arguments])


def repaired(root: Path) -> str:
    """Check, mend, check again; returns what was told."""
    first = run(root)
    assert first.exit_code == 1, "a fault that is not seen cannot be mended"
    mended = run(root, "--repair")
    assert mended.exit_code == 0, mended.output
    told = json.loads(mended.stdout)
    assert told["problems"] == []
    again = run(root)
    assert (again.exit_code, json.loads(again.stdout)["mended"]) == (0, [])
    return " ".join(told["mended"])


def copies(root: Path) -> list[Path]:
    return sorted(root.parent.rglob("*before-repair.db"))


def raw(root: Path, *statements: str) -> None:
    with closing(sqlite3.connect(DataFolder(root).database)) as opened, opened:
        for statement in statements:
            opened.execute(statement)


@pytest.fixture
def root(copied):
    return copied()


def blob_of(root: Path, place: int) -> tuple[int, list[int], Path]:
    """Return an expert with a history, its checkpoints' ids newest first, and the file of one of them."""
    with started(root) as app:
        expert = max(app.expert_service.list(), key=lambda one: len(app.expert_service.history(one.id)))
        history = app.expert_service.history(expert.id)
        assert len(history) > 2
        return expert.id, [one.id for one in history], app.blobs.path(history[place].blob)


def test_where_nothing_is_wrong_nothing_is_done(root):
    with started(root) as app:
        before = state(app)
        assert finish(app.repair.run()).steps == ()
        assert state(app) == before
    assert copies(root) == []


@pytest.mark.parametrize("damage", ["gone", "changed", "cut off"])
def test_a_head_without_weights_goes_back_to_the_ones_before_and_the_row_is_put_aside(root, damage):
    expert, ids, file = blob_of(root, 0)
    if damage == "gone":
        file.unlink()
    else:
        data = file.read_bytes()
        file.write_bytes(data[:100] if damage == "cut off" else b"x" + data[1:])
    if damage == "changed":  # only reading it tells
        told = repaired(root)
    else:
        with started(root) as app:  # a start lets nothing stand in the way
            told = " ".join(app.recovered)
            assert app.expert_service.list()[0].head
        told += repaired(root)
    assert f"goes on with checkpoint {ids[1]}" in told
    assert f"Checkpoints {ids[0]} of" in told
    with started(root) as app:
        history = app.expert_service.history(expert)
        assert [one.id for one in history] == ids[1:]
        assert [one.is_head for one in history] == [True] + [False] * (len(ids) - 2)
    aside = DataFolder(root).quarantine
    assert json.loads(next(aside.glob("*/checkpoint.jsonl")).read_text())["id"] == ids[0]
    assert bool(list(aside.glob(f"*/{file.name}"))) == (damage != "gone"), "damaged weights are put aside, not deleted"
    assert len(copies(root)) == 1


def test_lost_weights_of_the_first_checkpoint_are_made_anew(root):
    _, ids, file = blob_of(root, -1)
    before = file.read_bytes()
    file.write_bytes(b"damaged")
    assert "they were made anew" in repaired(root)
    assert file.read_bytes() == before
    with started(root) as app:
        assert {one.id for one in app.expert_service.history(app.expert_service.list()[0].id)} >= set(ids[-1:])


def test_lost_weights_in_the_middle_leave_the_head_and_one_first_checkpoint(root):
    expert, ids, file = blob_of(root, 1)
    file.unlink()
    told = repaired(root)
    assert f"Checkpoints {ids[1]} of" in told
    with started(root) as app:
        history = app.expert_service.history(expert)
        assert [(one.id, one.parent_id) for one in history] == [(ids[0], ids[2]), (ids[2], None)]
        assert history[0].is_head


def test_an_expert_whose_weights_are_all_lost_changes_nothing_any_more_and_can_learn_again(root):
    with started(root) as app:
        source = app.library.sources()[0]
        blobs = {one.blob for expert in app.expert_service.list() for one in app.expert_service.history(expert.id)}
        for blob in blobs:
            app.blobs.path(blob).unlink()
    with started(root) as app:
        assert "changes nothing any more" not in " ".join(app.recovered), "an identity can be made anew"
        assert all(one.head and one.head.config.get("is_identity") for one in app.expert_service.list())
        chat = app.chat.create()
        assert finish(app.chat.send(chat.id, "What is the keeper of the harbour called?")).text
        finish(app.learn.again([source.id]))
        finish(app.learn.run(source.id))
    repaired(root)


def test_rows_that_name_missing_ones_lose_the_name_or_are_put_aside(root):
    raw(
        root,
        "DELETE FROM conversation",  # foreign keys are off: messages and what was learned from it stay behind
        "UPDATE source SET collection_id = 77",
    )
    told = repaired(root)
    assert "Rows of message that belonged to a row that is not there were put aside" in told
    assert "Rows of source that named a row that is not there stand without it now" in told
    with started(root) as app:
        assert {one.collection_id for one in app.library.sources()} == {None}
    lines = next(DataFolder(root).quarantine.glob("*/message.jsonl")).read_text().splitlines()
    assert "I live in Oslo." in {json.loads(line)["text"] for line in lines}


def test_an_expert_without_a_head_gets_its_newest_weights(root):
    expert, _, _ = blob_of(root, 0)
    raw(root, f"DELETE FROM head WHERE expert_id = {expert}")
    with started(root) as app:
        assert "goes on with checkpoint" in " ".join(app.recovered)
        assert app.expert_service.history(expert)[0].is_head
        assert app.repair.faults() == ()


def test_missing_and_damaged_vectors_are_made_again(root):
    raw(root, "UPDATE embedding SET vector = x'00' WHERE passage_id % 2", "DELETE FROM embedding WHERE passage_id = 2")
    assert "can be found by their meaning again" in repaired(root)
    with started(root) as app:
        (asked,) = app.engine.embed(["keeper of the harbour"])
        found = app.recall._library.search("keeper of the harbour", asked, 3, 9.0)
        assert found
        assert max(one.similarity for one in found) > 0.3


def test_a_search_index_that_does_not_match_is_made_anew(root):
    with started(root) as app, app.database.session() as session:
        session.execute(text("INSERT INTO passage_text(rowid, text) VALUES (99, 'of no passage')"))
    assert "The full-text index was made anew." in repaired(root)


def test_a_schema_that_drifted_is_mended_by_a_new_file(root):
    with started(root) as app:
        before = state(app)
    raw(root, "ALTER TABLE setting ADD COLUMN extra TEXT")
    told = repaired(root)
    assert "a new one of what can be read" in told
    with started(root) as app:
        assert state(app) == before


def test_an_index_that_says_less_than_its_table_is_made_anew(root):
    name = "ix_message_conversation_id"
    for change in ("sql || ' WHERE id < 0'", "replace(sql, ' WHERE id < 0', '')"):  # for a moment it holds nothing
        with closing(sqlite3.connect(DataFolder(root).database)) as opened:
            opened.execute("PRAGMA writable_schema = ON")
            opened.execute(f"UPDATE sqlite_master SET sql = {change} WHERE name = ?", (name,))
            opened.commit()
        if "||" in change:
            raw(root, f"REINDEX {name}")
    assert "The indices of the database were made anew." in repaired(root)
    with started(root) as app:
        (chat,) = app.chat.conversations()
        assert [one.text for one in app.chat.messages(chat.id)][:1] == ["I live in Oslo."]
