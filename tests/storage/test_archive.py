"""An export brings everything back equal, byte for byte, or is refused before anything is written."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import FactKind, Role
from nestdesk.storage import archive, schema
from nestdesk.storage.archive import MANIFEST, verified, write
from nestdesk.storage.restore import is_empty, restore
from nestdesk.storage.table_lines import TABLES

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12


def page(conversation, messages):
    return f"# {conversation.title}\n" + "\n".join(message.text for message in messages)


@pytest.fixture
def full(desk, document):
    """A data folder with something in every table that a person can fill."""
    home = desk.collections.create("Papers")
    (gone, source) = (
        finish(desk.learn.add([document(name, HARBOUR + word)], collection_id=home.id))[0]
        for name, word in (("gone.txt", "gone"), (os.fsdecode(b"harbour-\xff.txt"), "here"))
    )
    finish(desk.learn.run(gone.id))
    finish(desk.learn.run(source.id))
    finish(desk.forget.forget(gone.id))
    later = finish(desk.learn.add([document("later.txt", HARBOUR + "later")]))[0]
    finish(desk.forget.forget(later.id))  # the highest id of all was given out and is gone
    chat = desk.journal.create_conversation("Ticks / and: tocks")
    asked = desk.journal.add_message(chat.id, Role.USER, "I live in Oslo. \U0001f41e")
    desk.journal.add_message(chat.id, Role.ASSISTANT, "Good.")
    desk.journal.add_message(chat.id, Role.ASSISTANT, "Nice.", parent_id=asked.id)
    desk.journal.add_summary(chat.id, "They live in Oslo.", b"\1\2\3\4")
    desk.journal.save_settings({"theme": "dark"})
    desk.watch.add(document("x.txt", "x").parent)
    return desk


@pytest.fixture
def exported(full, tmp_path):
    secret = full.journal.create_conversation("Secret", is_temporary=True)
    full.journal.add_message(secret.id, Role.USER, "MyTemporarySecret")
    file = tmp_path / "export.zip"
    finish(write(full.database, full.blobs, file, page))
    full.journal.discard_temporary()
    return file


@pytest.fixture
def empty(make_desk, tmp_path):
    opened = make_desk(tmp_path / "other")
    yield opened
    opened.database.close()


def bring_back(desk, file):
    finish(restore(desk.database, desk.blobs, file, finish(verified(file))))


def contents(desk):
    """Return every row of every table, as SQLite holds it, and the last id each table gave out."""
    with desk.database.session() as session:
        rows = {name: session.execute(text(f'SELECT * FROM "{name}"')).all() for name in TABLES}
        rows["sqlite_sequence"] = session.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def words_found(desk):
    with desk.database.session() as session:
        query = text(
            "SELECT rowid, rank FROM passage_text WHERE passage_text MATCH '\"harbour master\"' ORDER BY rowid"
        )
        return session.execute(query).all()


def changed(file, edit):
    """Write the export again after an edit of its members, a dict of their bytes."""
    with zipfile.ZipFile(file) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    edit(members)
    target = file.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return target


def with_manifest(file, **values):
    def edit(members):
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **values}).encode()

    return changed(file, edit)


def with_table(file, name, edit_rows, **values):
    """Write the export again with other rows and a manifest that agrees with them."""

    def edit(members):
        member = f"tables/{name}.jsonl"
        rows = edit_rows([json.loads(line) for line in members[member].splitlines()])
        members[member] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        manifest = {**json.loads(members[MANIFEST]), **values}
        sha256 = hashlib.sha256(members[member]).hexdigest()
        manifest["files"][member] = {"sha256": sha256, "size_bytes": len(members[member])}
        manifest["rows"][name] = len(rows)
        members[MANIFEST] = json.dumps(manifest).encode()

    return changed(file, edit)


def test_everything_comes_back_equal(full, exported, empty):
    assert is_empty(empty.database)
    assert not is_empty(full.database)
    bring_back(empty, exported)
    wanted = contents(full)
    for table in ("source", "passage", "embedding", "study_item", "expert", "checkpoint", "message", "setting"):
        assert wanted[table], table
    assert contents(empty) == wanted
    assert empty.problems() == []
    assert words_found(empty) == words_found(full) != []
    (chat,) = empty.journal.conversations()
    assert empty.journal.messages(chat.id) == full.journal.messages(chat.id)
    again = exported.with_name("again.zip")
    finish(write(empty.database, empty.blobs, again, page))
    with zipfile.ZipFile(exported) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()
        assert all(one.read(name) == other.read(name) for name in one.namelist() if name != MANIFEST)


def test_an_id_is_never_given_out_again(full, exported, empty, document):
    bring_back(empty, exported)
    (source,) = finish(empty.learn.add([document("new.txt", HARBOUR + "new")]))
    assert source.id == 4  # 1 and 3 were forgotten, and 2 is there


def test_what_the_folder_was_born_with_gives_way(full, exported, empty):
    empty.roster.slow()
    empty.journal.save_settings({"theme": "light"})
    assert is_empty(empty.database)
    bring_back(empty, exported)
    before, after = contents(full), contents(empty)
    del before["sqlite_sequence"], after["sqlite_sequence"]
    assert before == after


def test_an_export_is_readable_private_and_without_temporary_chats(exported):
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    with zipfile.ZipFile(exported) as opened:
        names = opened.namelist()
        assert not any(b"MyTemporarySecret" in opened.read(name) or b"Secret" in opened.read(name) for name in names)
        (chat,) = (name for name in names if name.startswith("chats/"))
        assert chat == "chats/00001-Ticks-and-tocks.md"
        assert "Nice." in opened.read(chat).decode()
        assert "I live in Oslo. \U0001f41e" in opened.read(chat).decode()
        manifest = json.loads(opened.read(MANIFEST))
        assert {f"tables/{name}.jsonl" for name in TABLES} <= set(names)
        for name, wanted in manifest["files"].items():
            assert hashlib.sha256(opened.read(name)).hexdigest() == wanted["sha256"]
        weights = [name for name in names if name.startswith("weights/")]
        assert weights
        assert all(name == f"weights/{hashlib.sha256(opened.read(name)).hexdigest()}.safetensors" for name in weights)
    assert manifest["rows"]["conversation"] == 1
    assert (manifest["format"], manifest["version"], manifest["schema"]) == ("nestdesk", 1, schema.head())
    assert [path.name for path in exported.parent.glob(".*")] == []


def test_an_export_never_takes_the_place_of_a_file(full, tmp_path):
    file = tmp_path / "export.zip"
    file.write_text("mine")
    with pytest.raises(StorageError, match="exists already"):
        finish(write(full.database, full.blobs, file, page))
    assert file.read_text() == "mine"
    with pytest.raises(StorageError, match="cannot be written"):
        finish(write(full.database, full.blobs, tmp_path / "nowhere" / "export.zip", page))


def test_an_export_that_is_stopped_or_fails_leaves_nothing(full, tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    job = write(full.database, full.blobs, folder / "export.zip", page)
    while next(job).text != "weights":
        pass
    job.close()
    assert list(folder.iterdir()) == []
    (blob, *_) = sorted(full.folder.blobs.iterdir())
    blob.write_bytes(b"damaged")
    with pytest.raises(StorageError, match="are damaged, so nothing was exported"):
        finish(write(full.database, full.blobs, folder / "export.zip", page))
    blob.unlink()
    with pytest.raises(CheckpointError):
        finish(write(full.database, full.blobs, folder / "export.zip", page))
    assert list(folder.iterdir()) == []


def _first(members, start):
    return next(name for name in members if name.startswith(start))


DAMAGES = (
    lambda members: members.update({"tables/message.jsonl": members["tables/message.jsonl"].replace(b"Good", b"Bad!")}),
    lambda members: members.pop(_first(members, "weights/")),
    lambda members: members.pop("tables/fact.jsonl"),
    lambda members: members.update({_first(members, "weights/"): b"other weights"}),
    lambda members: members.update({"tables/more.jsonl": b""}),
    lambda members: members.pop(MANIFEST),
    lambda members: members.update({MANIFEST: b"{}"}),
    lambda members: members.update({MANIFEST: b"[1, 2"}),
)


def test_a_damaged_export_is_refused(exported):
    assert finish(verified(changed(exported, lambda members: None))).rows["conversation"] == 1
    for edit in DAMAGES:
        with pytest.raises(StorageError, match="damaged"):
            finish(verified(changed(exported, edit)))


def test_an_export_that_was_cut_off_is_refused(exported):
    data = exported.read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 1):
        (cut := exported.with_name("cut.zip")).write_bytes(data[:size])
        with pytest.raises(StorageError, match="damaged"):
            finish(verified(cut))
    with zipfile.ZipFile(exported) as opened:
        largest = max(opened.infolist(), key=lambda member: member.compress_size)
    inside = largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2  # 30: the fixed header
    middle = bytearray(data)
    middle[inside] ^= 0xFF
    cut.write_bytes(bytes(middle))
    with pytest.raises(StorageError, match="damaged"):
        finish(verified(cut))


def test_a_newer_export_is_refused_in_plain_words(exported):
    for values in ({"version": archive.VERSION + 1, "files": "new"}, {"schema": "9999"}):
        with pytest.raises(StorageError, match="written by a newer NestDesk"):
            finish(verified(with_manifest(exported, **values)))


MISFITS = (
    ("message", lambda rows: [{**row, "conversation_id": 99} for row in rows]),
    ("message", lambda rows: [{**row, "parent_id": 77} for row in rows]),
    ("message", lambda rows: [{**row, "text": None} for row in rows]),
    ("message", lambda rows: [{**row, "text": {"a": 1}} for row in rows]),
    ("message", lambda rows: [{**row, "id": 2**70} for row in rows]),
    ("message", lambda rows: [{**row, "id": 1} for row in rows]),
    ("message", lambda rows: [{**row, "created_at": "today"} for row in rows]),
    ("message", lambda rows: [{**row, "more": 1} for row in rows]),
    ("message", lambda rows: ["text"]),
    ("embedding", lambda rows: [{**row, "vector": "é"} for row in rows]),
    ("checkpoint", lambda rows: [{**row, "blob": "ab" * 32} for row in rows]),
)


def test_rows_that_do_not_fit_leave_the_folder_as_it_was(exported, empty):
    empty.roster.slow()
    before = contents(empty)
    for table, edit in MISFITS:
        with pytest.raises(StorageError, match="damaged"):
            bring_back(empty, with_table(exported, table, edit))
        assert contents(empty) == before
    assert empty.problems() == []


def test_a_restore_that_is_stopped_leaves_the_folder_empty_and_can_be_done_again(full, exported, empty):
    job = restore(empty.database, empty.blobs, exported, finish(verified(exported)))
    while next(job).done < 1.0:
        pass
    job.close()
    assert is_empty(empty.database)
    bring_back(empty, exported)
    assert contents(empty) == contents(full)


def test_a_restore_that_fails_at_its_end_changes_nothing(exported, empty, monkeypatch):
    before = contents(empty)
    monkeypatch.setattr("nestdesk.storage.restore.full_text.rebuild", _full_disk)
    with pytest.raises(StorageError, match="disk is full"):
        bring_back(empty, exported)
    assert contents(empty) == before


def test_an_export_to_a_full_disk_leaves_nothing(full, tmp_path):
    (folder := tmp_path / "exports").mkdir()
    with pytest.raises(StorageError, match="disk is full"):
        finish(write(full.database, full.blobs, folder / "export.zip", _full_disk))
    assert list(folder.iterdir()) == []


def _full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_is_not_empty_is_never_replaced(full, exported):
    before = contents(full)
    with pytest.raises(StorageError, match="not empty"):
        bring_back(full, exported)
    assert contents(full) == before


def test_columns_that_an_older_schema_lacks_take_their_defaults(exported, empty):
    def older(rows):
        return [{name: value for name, value in row.items() if name not in ("notes", "language")} for row in rows]

    bring_back(empty, with_table(exported, "source", older, schema="0002"))
    (source,) = empty.sources.list()
    assert (source.language, source.notes, source.passages > 0) == ("", (), True)


def test_a_fact_may_refer_to_a_later_one(desk, empty, tmp_path: Path):
    old, new = (finish(desk.memory.add(f"I live in {place}.")) for place in ("Oslo", "Rome"))
    assert old.kind in FactKind
    with desk.database.session() as session:
        session.execute(text("UPDATE fact SET replaced_by_id = :new WHERE id = :old"), {"new": new.id, "old": old.id})
    finish(write(desk.database, desk.blobs, tmp_path / "facts.zip", page))
    bring_back(empty, tmp_path / "facts.zip")
    assert contents(empty) == contents(desk)
