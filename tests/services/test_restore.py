"""A restore takes the place of everything, can be undone, and leaves what was there whenever it breaks off."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from sqlalchemy import text

from nestdesk.core.errors import DocumentError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Role
from nestdesk.services.exchange import Exchange
from nestdesk.storage import backup, kept, restore
from nestdesk.storage.table_lines import TABLES
from tests.memory.chat_files import claude
from tests.memory.files import write


@pytest.fixture
def exchange(desk):
    return Exchange(desk.folder, desk.database, desk.blobs, desk.learn, desk.changes)


def contents(desk):
    """Return every row of every table as SQLite holds it."""
    with desk.database.session() as session:
        return {name: sorted(map(repr, session.execute(text(f'SELECT * FROM "{name}"')))) for name in TABLES}


def say(desk, title, words):
    chat = desk.journal.create_conversation(title)
    desk.journal.add_message(chat.id, Role.USER, words)
    return chat


@pytest.fixture
def export(desk, exchange, document, tmp_path):
    """An export; after it everything in the data folder changed."""
    (source,) = finish(desk.learn.add([document("harbour.txt", "The harbour master keeps seven lanterns. " * 40)]))
    finish(desk.learn.run(source.id))
    say(desk, "Old", "I live in Oslo.")
    file = finish(exchange.export(tmp_path / "mine.zip")).file
    finish(desk.forget.forget(source.id))
    say(desk, "New", "I live in Rome.")
    desk.journal.save_settings({"theme": "dark"})
    return file


def test_the_plan_tells_both_sides_and_changes_nothing(desk, exchange, export):
    before = contents(desk)
    plan = finish(exchange.plan(export))
    assert (plan.brings.rows["conversation"], plan.brings.rows["source"], plan.brings.weights > 0) == (1, 1, True)
    assert (plan.here.rows["conversation"], plan.here.rows["source"]) == (2, 0)
    assert plan.brings.size_bytes == export.stat().st_size
    assert contents(desk) == before
    assert exchange.kept() == ()


def test_a_restore_brings_all_of_it_and_the_kept_export_undoes_it(desk, exchange, export):
    before = contents(desk)
    done = finish(exchange.restore(export))
    assert [chat.title for chat in desk.journal.conversations()] == ["Old"]
    assert [source.title for source in desk.sources.list()] == ["harbour"]
    assert desk.journal.settings() == {}
    assert desk.problems() == []
    assert exchange.kept() == (done.kept,)
    finish(exchange.restore(done.kept))
    assert contents(desk) == before
    assert desk.problems() == []


def test_closed_at_any_step_it_leaves_what_was_there_and_keeps_nothing(desk, exchange, export):
    before, steps = contents(desk), 0
    while True:
        job = exchange.restore(export)
        try:
            for _ in range(steps + 1):
                next(job)
        except StopIteration:
            break
        job.close()
        assert contents(desk) == before
        assert exchange.kept() == ()
        steps += 1
    assert steps > 5
    assert contents(desk) != before


@pytest.mark.parametrize("step", ["load", "_check"])
def test_a_failure_within_the_transaction_leaves_what_was_there(desk, exchange, export, monkeypatch, step):
    before = contents(desk)

    def fail(*_):
        raise ValueError("the disk ate it")

    monkeypatch.setattr(restore, step, fail)
    with pytest.raises(StorageError, match="damaged"):
        finish(exchange.restore(export))
    assert contents(desk) == before
    assert exchange.kept() == ()
    assert desk.problems() == []


KILLED = """
import os, sys
from pathlib import Path
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.storage import archive, restore
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
folder, export = DataFolder(Path(sys.argv[1])), Path(sys.argv[2])
database = Database.open(folder)
restore._check = lambda *_: os._exit(9)  # all rows are replaced, and the transaction is still open
finish(restore.replace(database, Blobs(folder.blobs), export, finish(archive.verified(export))))
"""


def test_killed_before_the_commit_it_leaves_what_was_there(desk, export, make_desk):
    before, root = contents(desk), desk.folder.root
    desk.database.close()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(root), str(export)], check=False)
    assert killed.returncode == 9
    again = make_desk(root)
    assert contents(again) == before
    assert again.problems() == []
    again.database.close()


def test_what_is_no_export_of_nestdesk_or_is_damaged_is_refused_before_anything_is_kept(exchange, export, tmp_path):
    with pytest.raises(DocumentError, match="cannot be opened"):
        finish(exchange.restore(tmp_path / "nowhere.zip"))
    chats = write(tmp_path, "chats.json", json.dumps([claude()]))
    with pytest.raises(DocumentError, match="can be imported but not restored"):
        finish(exchange.restore(chats))
    data = bytearray(export.read_bytes())
    third = len(data) // 3
    data[third : third + 200] = bytes(200)  # more than a header, of which not every byte counts
    export.write_bytes(bytes(data))
    for act in (exchange.plan, exchange.restore):
        with pytest.raises(StorageError, match="damaged"):
            finish(act(export))
    assert exchange.kept() == ()


def test_only_the_newest_few_are_kept_and_forgetting_removes_them_all(desk, exchange, export):
    made = [finish(exchange.restore(export)).kept for _ in range(kept.NEWEST + 2)]
    assert exchange.kept() == tuple(reversed(made[2:]))
    backup.remove_all(desk.folder.backups)
    assert exchange.kept() == ()
