"""The database opens safely, refuses what it must not touch, and loses nothing that was acknowledged."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from nestdesk.core import paths
from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.core.trust import Trust
from nestdesk.core.types import Effort, Role
from nestdesk.storage import backup, schema
from nestdesk.storage.backup_places import BackupPlaces
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sources import SourceStore

ROOT = Path(__file__).resolve().parents[2]
RELEASED = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")


def _scalar(database: Database, statement: str) -> object:
    with database.session() as session:
        return session.scalar(text(statement))


def test_the_promised_pragmas_hold_after_migrations_and_the_files_are_private(
    database: Database, folder: DataFolder
) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert {name: _scalar(database, f"PRAGMA {name}") for name in wanted} == wanted
    Journal(database).create_conversation("makes a write-ahead log")
    files = list(folder.root.glob("nestdesk.db*"))
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_models_equal_migrations(database: Database) -> None:
    with database.session() as session:
        assert schema.differences(session.connection()) == []
    assert database.check() == []


def test_check_sees_a_schema_that_drifted_and_a_full_text_that_does_not_match(database: Database) -> None:
    with database.session() as session:
        session.execute(text("ALTER TABLE setting ADD COLUMN extra TEXT"))
        session.execute(text("INSERT INTO passage_text(rowid, text) VALUES (99, 'of no passage')"))
    faults = " ".join(database.check())
    assert "extra" in faults
    assert "full-text" in faults


def test_check_sees_a_reference_to_a_missing_row(database: Database, folder: DataFolder) -> None:
    database.close()
    with closing(sqlite3.connect(folder.database)) as raw, raw:
        raw.execute("INSERT INTO embedding VALUES (7, x'00')")
    again = Database.open(folder)
    assert any("embedding" in fault for fault in again.check())
    again.close()


def test_an_error_inside_a_session_undoes_all_of_it_also_what_an_inner_block_did(database: Database) -> None:
    journal = Journal(database)

    def fail_late() -> None:
        with database.session():
            journal.create_conversation("never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    assert journal.conversations() == ()


def test_sessions_of_many_threads_take_turns(database: Database) -> None:
    journal = Journal(database)
    chat = journal.create_conversation("busy")
    threads = [
        threading.Thread(target=lambda: [journal.add_message(chat.id, Role.USER, "x") for _ in range(10)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [message.id for message in journal.messages(chat.id)]
    assert len(ids) == 40
    assert [message.parent_id for message in journal.messages(chat.id)] == [None, *ids[:-1]]


def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed"), database.session():
        pass


def test_a_newer_schema_is_refused_and_untouched(database: Database, folder: DataFolder) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    before = folder.database.read_bytes()
    with pytest.raises(StorageError, match="newer NestDesk"):
        Database.open(folder)
    assert folder.database.read_bytes() == before
    assert BackupPlaces(folder).found() == ()


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_refused_in_plain_words_and_untouched(folder: DataFolder, content: bytes) -> None:
    folder.create()
    folder.database.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        Database.open(folder)
    assert folder.database.read_bytes() == content


def test_another_programs_database_is_refused_and_untouched(folder: DataFolder) -> None:
    folder.create()
    with closing(sqlite3.connect(folder.database)) as raw, raw:
        raw.execute("CREATE TABLE recipe (id INTEGER)")
    before = folder.database.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        Database.open(folder)
    assert folder.database.read_bytes() == before


def test_a_database_in_use_elsewhere_says_so(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nestdesk.storage.database._BUSY_S", 0.0)
    journal = Journal(database := Database.open(folder))
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program"):
            journal.create_conversation("blocked")
    journal.create_conversation("free again")
    database.close()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        Database.open(DataFolder(tmp_path / "file"))


def test_a_full_disk_saves_nothing_loses_nothing_and_can_go_on(database: Database) -> None:
    journal = Journal(database)
    chat = journal.create_conversation("long")
    kept = journal.add_message(chat.id, Role.USER, "kept")
    pages = _scalar(database, "PRAGMA page_count")
    _scalar(database, f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="disk is full"):
        journal.add_message(chat.id, Role.ASSISTANT, "x" * 200_000)
    assert journal.messages(chat.id) == (kept,)
    assert database.check() == []
    _scalar(database, "PRAGMA max_page_count = 1000000")
    journal.add_message(chat.id, Role.ASSISTANT, "x" * 200_000)
    assert len(journal.messages(chat.id)) == 2


def test_compacting_gives_the_space_back(database: Database, folder: DataFolder) -> None:
    journal = Journal(database)
    chat = journal.create_conversation("long")
    journal.add_message(chat.id, Role.USER, "x" * 1_000_000)
    journal.delete_conversation(chat.id)
    database.compact()
    assert folder.database.stat().st_size < 500_000
    assert database.check() == []


# ---------------------------------------------------------------------------------------------------- upgrades

_NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "next", "{newest}", None, None
def upgrade():
    with op.batch_alter_table("conversation", recreate="always") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
    {then}
"""


def _release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    """Pretend that a later version with one more migration is installed."""
    newest = schema.head()
    shipped = shutil.copytree(ROOT / "migrations", tmp_path / "100% new", ignore=shutil.ignore_patterns("__pycache__"))
    (shipped / "versions" / "next.py").write_text(_NEXT.format(then=then, newest=newest))
    monkeypatch.setattr(paths, "migrations", lambda: shipped)


def _with_a_message(folder: DataFolder) -> None:
    database = Database.open(folder)
    journal = Journal(database)
    journal.add_message(journal.create_conversation("old").id, Role.USER, "still here")
    database.close()


def test_an_upgrade_keeps_everything_and_is_preceded_by_a_backup(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_a_message(folder)
    _release(tmp_path, monkeypatch, then="pass")
    database = Database.open(folder)
    assert _scalar(database, "SELECT version_num FROM alembic_version") == "next"
    assert _scalar(database, "SELECT count(*) FROM message WHERE text = 'still here'") == 1
    assert _scalar(database, "PRAGMA foreign_keys") == 1
    database.close()
    (copy,) = BackupPlaces(folder).found()
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (RELEASED[-1],)
        assert raw.execute("SELECT text FROM message").fetchone() == ("still here",)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("then", ["1 / 0", 'op.execute("DELETE FROM conversation")'])
def test_a_failed_upgrade_leaves_the_old_schema_whole(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    _with_a_message(folder)
    with monkeypatch.context() as later:
        _release(tmp_path, later, then=then)
        with pytest.raises((ZeroDivisionError, StorageError)):
            Database.open(folder)
    database = Database.open(folder)
    assert database.check() == []
    assert _scalar(database, "SELECT count(*) FROM message") == 1
    database.close()


@pytest.fixture
def released(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], sqlite3.Connection]:
    """Return a function that makes a data folder as an earlier version left it, and opens its database."""

    def make(revision: str) -> sqlite3.Connection:
        older = shutil.copytree(ROOT / "migrations", tmp_path / revision, ignore=shutil.ignore_patterns("__pycache__"))
        for later in RELEASED[RELEASED.index(revision) + 1 :]:
            next((older / "versions").glob(f"{later}_*.py")).unlink()
        with monkeypatch.context() as earlier:
            earlier.setattr(paths, "migrations", lambda: older)
            Database.open(folder).close()
        return sqlite3.connect(folder.database)

    return make


def test_every_released_schema_is_known() -> None:
    shipped = sorted(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("0*.py"))
    assert shipped == list(RELEASED)
    assert schema.head() == RELEASED[-1]


@pytest.mark.parametrize("revision", RELEASED[:-1])
def test_every_released_schema_upgrades(
    released: Callable[[str], sqlite3.Connection], folder: DataFolder, revision: str
) -> None:
    with closing(released(revision)) as raw, raw:
        raw.executescript(_CONTENT)
        if revision > "0001":  # which did not know yet that something can be forgotten
            raw.execute("UPDATE conversation SET forgotten_up_to = 2 WHERE title = 'forgotten'")
    database = Database.open(folder)
    assert database.check() == []
    (copy,) = BackupPlaces(folder).found()
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
    sources, journal = SourceStore(database), Journal(database)
    (source,) = sources.list()
    assert (source.title, source.path, source.conversation_id) == ("Notes", "/tmp/notes.txt", None)
    assert (source.review, source.trust, source.attached_to) == ("", Trust.NORMAL, None)
    assert [hit.text for hit in sources.passages(source.id)] == ["Opossums eat ticks."]
    assert len(PassageStore(database).search(["opossums"], 3)) == 1
    assert {one.title: [m.text for m in journal.learnable(one.id)] for one in journal.conversations()} == {
        "remembered": ["I have a cat."],
        "forgotten": [],  # its memory was deleted: what was said before is not learned now
        "fresh": ["I have a dog."],
    }
    assert sources.add("New", "document", "", "", 1, Effort.QUICK).id == 8, "the id of a forgotten source is not reused"
    database.close()


_CONTENT = """
INSERT INTO source (id, title, kind, path, sha256, size_bytes, state, added_at, error, seconds, effort, summary)
  VALUES (1, 'Notes', 'document', CAST('/tmp/notes.txt' AS BLOB), 'ab', 19, 'learned', '2026-11-23 10:00:00.000000',
          '', 1.0, 'quick', ''),
         (7, 'Gone', 'document', x'', 'cd', 19, 'learned', '2026-11-23 10:00:00.000000', '', 1.0, 'quick', '');
DELETE FROM source WHERE id = 7;
INSERT INTO passage (id, source_id, position, text, start, "end") VALUES (1, 1, 0, 'Opossums eat ticks.', 0, 19);
INSERT INTO passage_text (rowid, text) SELECT id, text FROM passage;
INSERT INTO embedding (passage_id, vector) VALUES (1, zeroblob(1536));
INSERT INTO conversation (id, title, created_at, updated_at, is_temporary, summarised_up_to)
  VALUES (1, 'remembered', '2026-11-23 10:00:00.000000', '2026-11-23 10:00:00.000000', 0, 1),
         (2, 'forgotten', '2026-11-23 10:00:00.000000', '2026-11-23 10:00:00.000000', 0, 2),
         (3, 'fresh', '2026-11-23 10:00:00.000000', '2026-11-23 10:00:00.000000', 0, 0);
INSERT INTO message (id, conversation_id, role, text, created_at, is_complete)
  VALUES (1, 1, 'user', 'I have a cat.', '2026-11-23 10:00:00.000000', 1),
         (2, 2, 'user', 'I have a secret.', '2026-11-23 10:00:00.000000', 1),
         (3, 3, 'user', 'I have a dog.', '2026-11-23 10:00:00.000000', 1);
INSERT INTO memory_summary (id, conversation_id, text, created_at)
  VALUES (1, 1, 'I have a cat.', '2026-11-23 10:00:00.000000');
"""


def test_the_first_schema_is_made_without_a_backup(database: Database, folder: DataFolder) -> None:
    assert BackupPlaces(folder).found() == ()


def test_backups_can_be_removed_when_something_is_forgotten(database: Database, folder: DataFolder) -> None:
    with closing(sqlite3.connect(folder.database)) as raw:
        backup.copy(raw, folder.backups, "test")
    assert backup.remove_all(folder.backups) == 1
    assert list(folder.backups.iterdir()) == []


# ------------------------------------------------------------------------------------------------------- kills

_WRITER = """
import sys
from pathlib import Path
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
journal = Journal(Database.open(DataFolder(Path(sys.argv[1]))))
chat = journal.create_conversation("killed")
while True:
    print(journal.add_message(chat.id, Role.USER, "word " * 300).id, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_no_acknowledged_message_is_lost_when_the_process_is_killed(folder: DataFolder) -> None:
    command = [sys.executable, "-c", _WRITER, str(folder.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        acknowledged = {int(writer.stdout.readline()) for _ in range(25)}
        writer.send_signal(signal.SIGKILL)
        acknowledged |= {int(line) for line in writer.stdout if line.endswith("\n")}
    database = Database.open(folder)
    journal = Journal(database)
    (chat,) = journal.conversations()
    assert acknowledged <= {message.id for message in journal.messages(chat.id)}
    assert database.check() == []
    database.close()
