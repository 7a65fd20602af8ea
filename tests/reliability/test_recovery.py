"""Whatever happened to a data folder, it opens: what can be read is there, and what is damaged is put aside."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role
from nestdesk.services.backups import Backups
from nestdesk.storage import quarantine, recovery
from nestdesk.storage.digests import digests
from tests.reliability.conftest import started, state

pytestmark = [pytest.mark.reliability, pytest.mark.timeout(300)]
NOTHING_READABLE = (b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000)


def notes(root: Path) -> str:
    """Return all notes in the quarantine."""
    files = DataFolder(root).quarantine.glob(f"*/{quarantine.NOTE}")
    return "".join(file.read_text(encoding="utf-8") for file in files)


def kept(root: Path, name: str) -> list[Path]:
    return list(DataFolder(root).quarantine.glob(f"*/{name}"))


def spoil_pages(database: Path, table: str) -> int:
    """Overwrite the leaf pages of a table but the first; return how many."""
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    data = bytearray(database.read_bytes())
    start = (root - 1) * size
    assert data[start] == 5, "an inner page: the table has several leaves"
    cells = int.from_bytes(data[start + 3 : start + 5], "big")
    children = []
    for cell in range(cells):
        at = start + int.from_bytes(data[start + 12 + 2 * cell :][:2], "big")
        children.append(int.from_bytes(data[at : at + 4], "big"))
    for page in children[1:]:
        data[(page - 1) * size : page * size] = os.urandom(size)
    database.write_bytes(bytes(data))
    return len(children) - 1


def test_a_sound_folder_is_opened_without_a_word(copied):
    root = copied()
    with started(root) as app:
        assert app.recovered == ()
    assert not DataFolder(root).quarantine.exists()


def test_damaged_pages_cost_only_what_lay_on_them(copied):
    root = copied()
    with started(root) as app:
        chat = app.chat.create()
        for number in range(300):
            app.journal.add_message(chat.id, Role.USER, f"Number {number}. " + "x" * 200)
        experts, sources = app.expert_service.list(), app.library.sources()
        before = [one.text for one in app.journal.tree(chat.id)]
    assert spoil_pages(DataFolder(root).database, "message") > 3
    with started(root) as app:
        told = " ".join(app.recovered)
        assert "The database file was damaged." in told
        assert "message" in told
        assert app.repair.faults() == ()
        assert app.library.sources() == sources
        assert app.expert_service.list() == experts
        left = [one.text for one in app.journal.tree(chat.id)]
        assert 0 < len(left) < len(before)
        assert set(left) < set(before)
        new = app.journal.add_message(chat.id, Role.USER, "Still here.")
        assert new.id > 300, "no number of a lost message is given again"
    assert kept(root, "nestdesk.db")
    assert "damaged" in notes(root)
    with started(root) as app:
        assert app.recovered == (), "once is enough"


@pytest.mark.parametrize("content", NOTHING_READABLE)
def test_where_nothing_can_be_read_the_newest_backup_takes_its_place(copied, content):
    root = copied()
    with started(root) as app:
        before = state(app)
        finish(Backups(app.folder).make())
        app.chat.create()
    DataFolder(root).database.write_bytes(content)
    with started(root) as app:
        assert "The backup" in app.recovered[0]
        assert "what was done after it is missing" in app.recovered[0]
        assert state(app) == before
        assert app.repair.faults() == ()
    assert [file.read_bytes() for file in kept(root, "nestdesk.db")] == [content]


def test_without_a_backup_it_begins_anew_and_keeps_the_weights(copied):
    root = copied()
    weights = {file.name: file.read_bytes() for file in DataFolder(root).blobs.iterdir()}
    DataFolder(root).database.write_bytes(NOTHING_READABLE[0])
    with started(root) as app:
        assert "There is no backup" in app.recovered[0]
        assert app.library.sources() == ()
        assert app.repair.faults() == ()
        assert list(app.folder.blobs.iterdir()) == []
    assert {file.name: file.read_bytes() for file in kept(root, "*") if len(file.name) == 64} == weights


def test_a_database_that_vanished_is_brought_back_with_weights_that_only_backups_have(copied):
    root = copied()
    with started(root) as app:
        finish(Backups(app.folder).make())
        before = state(app)
    DataFolder(root).database.unlink()
    for file in DataFolder(root).blobs.iterdir():
        file.unlink()
    with started(root) as app:
        assert "was lost" in app.recovered[0]
        assert state(app) == before
        assert app.repair.faults() == ()


@pytest.mark.parametrize("ends_before", ["rename", "log"])
def test_a_recovery_that_is_killed_is_finished_by_the_next_start(copied, monkeypatch, ends_before):
    root = copied()
    folder = DataFolder(root)
    with started(root) as app:
        before = state(app)
        finish(Backups(app.folder).make())
    folder.database.write_bytes(NOTHING_READABLE[0])
    folder.database.with_name("nestdesk.db-wal").write_bytes(b"a log of the damaged file")

    class Killed(BaseException):
        pass

    def die(_):
        if ends_before == "rename":
            folder.database.with_name("nestdesk.db-wal").unlink(missing_ok=True)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_finish", lambda folder: None if not recovery._fresh(folder).exists() else die(folder))
        with pytest.raises(Killed), started(root):
            pass
    assert folder.database.read_bytes() == NOTHING_READABLE[0]
    with started(root) as app:
        assert state(app) == before
        assert app.repair.faults() == ()
    assert not folder.database.with_name("nestdesk.db.new").exists()


def test_another_programs_database_and_a_newer_one_are_still_refused(copied):
    root = copied()
    with closing(sqlite3.connect(DataFolder(root).database)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = DataFolder(root).database.read_bytes()
    with pytest.raises(StorageError, match="newer NestDesk"), started(root):
        pass
    assert DataFolder(root).database.read_bytes() == before
    assert not DataFolder(root).quarantine.exists()


def test_half_written_files_are_cleared_and_whole_ones_stay(copied):
    root = copied()
    folder = DataFolder(root)
    with started(root):
        copy = finish(Backups(folder).make())
    place = copy.file.parent
    halves = [
        folder.backups / "one.partial",
        folder.reports / "two.part",
        place / "three.partial",
        place / "blobs" / ".incoming-four",
        folder.blobs / ".incoming-five",
    ]
    for half in halves:
        half.write_bytes(b"half")
    with started(root):
        assert [half for half in halves if half.exists()] == []
        assert copy.file.exists()


def test_forgetting_that_was_cut_off_after_its_commit_is_finished_by_the_next_start(copied, monkeypatch):
    root = copied()

    class Killed(BaseException):
        pass

    def die(_):
        raise Killed

    with started(root) as app:
        source = app.library.sources()[0]
        (folder := app.folder).quarantine.mkdir()
        (folder.quarantine / "held").mkdir()
        with monkeypatch.context() as patch:
            patch.setattr(type(app.forget), "_clean", die)
            with pytest.raises(Killed):
                finish(app.forget.forget(source.id))
        assert recovery.are_traces_left(app.database)
    with started(root) as app:
        assert not recovery.are_traces_left(app.database)
        assert app.recovered == ()
        assert not app.folder.quarantine.exists(), "what was put aside may hold what was forgotten"
        assert source.id not in {one.id for one in app.library.sources()}


def test_forgetting_that_failed_leaves_nothing_to_be_finished(copied, monkeypatch):
    with started(copied()) as app:
        before = digests(app.database)
        source = app.library.sources()[0]
        monkeypatch.setattr(type(app.sources), "delete", _refuse)
        with pytest.raises(StorageError):
            finish(app.forget.forget(source.id))
        assert digests(app.database) == before
        assert not recovery.are_traces_left(app.database)


def _refuse(*_):
    raise StorageError("The disk is full.")
