"""An encrypted data folder is as sound as any other one, and no word of it stands in any byte on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nestdesk.app import App, open_app
from nestdesk.bench.stand_in import StandIn
from nestdesk.core.errors import PassphraseError, StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role
from nestdesk.services import protection
from nestdesk.services.backups import Backups, closed_folder
from nestdesk.storage import key_file, quarantine
from tests.reliability.conftest import state

pytest.importorskip("sqlcipher3")
pytestmark = [pytest.mark.reliability, pytest.mark.timeout(300)]

PASSPHRASE = "seven lanterns by the sea"
WORDS = ("Petrelwing", "Harbourson", "Granaryson", "lanterns")  # said, and learned from documents


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(key_file, "COST", 1 << 4)
    monkeypatch.delenv(protection.VARIABLE, raising=False)


@pytest.fixture
def encrypted(copied) -> Path:
    root = copied()
    with protection.closed(root) as closed:
        finish(closed.encrypt(PASSPHRASE))
    return root


@contextmanager
def started(root: Path, passphrase: str = PASSPHRASE) -> Iterator[App]:
    with open_app(root, "cpu", engine=StandIn(DataFolder(root).scratch), ask=lambda: passphrase) as app:
        yield app


def shown(root: Path) -> list[str]:
    """Return every file of a data folder and its backups in which a word stands."""
    files = [path for path in root.parent.rglob("*") if path.is_file()]
    return [
        str(path) for path in files for word in WORDS if word.lower().encode() in path.read_bytes().lower()
    ]  # fmt: skip


def all_is_done(app: App, paper: Path) -> None:
    """Use everything that writes."""
    chat = app.chat.create()
    finish(app.chat.send(chat.id, "My boat is called Petrelwing."))
    (source,) = finish(app.learn.add([paper]))
    finish(app.learn.run(source.id))
    finish(app.sleep.run(0.0))
    finish(app.backups.make())


def test_no_word_is_found_whatever_is_done(encrypted, made):
    with started(encrypted) as app:
        assert app.recovered == ()
        all_is_done(app, made.paper)
        assert shown(encrypted) == [], "nor while it is open"
        assert app.repair.faults() == ()
        assert finish(app.backups.verify()) == ()
        finish(app.forget.forget(app.library.sources()[0].id))
        finish(app.exchange.restore(made.export))
    assert shown(encrypted) == []
    with started(encrypted) as app:
        (kept,) = app.exchange.kept()
        assert app.protection.read_aside(kept)[:2] == b"PK"
        finish(app.exchange.restore(kept))
        assert app.repair.faults() == ()
    assert shown(encrypted) == []


def test_an_export_that_was_asked_for_is_for_everybody(encrypted, tmp_path):
    with started(encrypted) as app:
        before = state(app)
        finish(app.exchange.export(tmp_path / "mine.zip"))
    with open_app(tmp_path / "other", "cpu", engine=StandIn(tmp_path / "other" / "scratch")) as app:
        finish(app.exchange.take([tmp_path / "mine.zip"]))
        assert state(app) == before


def test_a_wrong_passphrase_touches_nothing(encrypted):
    before = {path: path.read_bytes() for path in encrypted.rglob("*") if path.is_file()}
    with pytest.raises(PassphraseError, match="not the passphrase"), started(encrypted, "eight letters"):
        pass
    with pytest.raises(PassphraseError, match=protection.VARIABLE), open_app(encrypted):
        pass
    assert {path: path.read_bytes() for path in encrypted.rglob("*") if path.is_file()} == before


def test_another_passphrase_opens_everything_and_the_old_one_nothing(encrypted):
    with started(encrypted) as app:
        before = state(app)
        finish(app.backups.make())
        blobs = {path.name: path.read_bytes() for path in app.folder.blobs.iterdir()}
        with pytest.raises(PassphraseError):
            finish(app.protection.change("wrong as can be", "eight other letters"))
        finish(app.protection.change(PASSPHRASE, "eight other letters"))
    with pytest.raises(PassphraseError), started(encrypted):
        pass
    with started(encrypted, "eight other letters") as app:
        assert state(app) == before
        assert {path.name: path.read_bytes() for path in app.folder.blobs.iterdir()} == blobs, "only the key is wrapped"
    shutil.rmtree(encrypted)  # only the backups are left
    with pytest.raises(PassphraseError):
        protection.unlocked_by(encrypted, PASSPHRASE)
    with started(encrypted, "eight other letters") as app:
        assert state(app) == before


def test_a_backup_is_restored_with_its_weights(encrypted):
    with started(encrypted) as app:
        before = state(app)
        name = finish(app.backups.make()).name
        weights = {path.name: path.read_bytes() for path in app.folder.blobs.iterdir()}
        app.chat.create()
    for path in (encrypted / "encrypted" / "blobs").iterdir():
        path.unlink()
    with closed_folder(protection.unlocked_by(encrypted, PASSPHRASE)) as closed:
        done = finish(closed.backups.restore(name))
        assert (done.missing, bool(done.kept)) == (0, True)
    with started(encrypted) as app:
        assert state(app) == before
        assert {path.name: path.read_bytes() for path in app.folder.blobs.iterdir()} == weights
        assert app.repair.faults() == ()
    with pytest.raises(PassphraseError), closed_folder(DataFolder(encrypted)):
        pass


def test_backups_made_before_are_gone_and_one_is_there(copied):
    root = copied()
    with open_app(root, "cpu", engine=StandIn(DataFolder(root).scratch)) as app:
        finish(app.backups.make())
    assert shown(root)
    with protection.closed(root) as closed:
        assert finish(closed.encrypt(PASSPHRASE)).note == ""
    assert shown(root) == []
    (backup,) = Backups(protection.unlocked_by(root, PASSPHRASE)).list().backups
    assert (backup.label, backup.missing, backup.is_readable) == (protection.AFTER, 0, True)
    with protection.closed(root, protection.unlocked_by(root, PASSPHRASE).key) as closed:
        assert finish(closed.decrypt()).note == ""
    (backup,) = Backups(DataFolder(root)).list().backups
    assert (backup.missing, backup.is_readable) == (0, True)
    assert not list(root.parent.rglob("key.json"))


def damage(database: Path, pages: Callable[[int], range]) -> None:
    data = bytearray(database.read_bytes())
    for page in pages(len(data) // 4096):
        data[page * 4096 : (page + 1) * 4096] = os.urandom(4096)
    database.write_bytes(bytes(data))


def test_damaged_pages_cost_only_what_lay_on_them(encrypted):
    with started(encrypted) as app:
        chat = app.chat.create()
        for number in range(400):
            app.journal.add_message(chat.id, Role.USER, f"Petrelwing {number}. " + "x" * 200)
        before = {one.text for one in app.journal.tree(chat.id)}
        sources = app.library.sources()
    damage(
        DataFolder(encrypted, protection.unlocked_by(encrypted, PASSPHRASE).key).database, lambda n: range(n - 9, n - 5)
    )
    with started(encrypted) as app:
        assert "The database file was damaged." in " ".join(app.recovered)
        assert app.repair.faults() == ()
        left = {one.text for one in app.journal.tree(chat.id)}
        assert set() < left < before
        assert app.library.sources() == sources
        (aside,) = app.folder.quarantine.iterdir()
        note = (aside / quarantine.NOTE).read_bytes()
        assert b"nestdesk encrypt read" in note
        assert b"was damaged" not in note
        assert b"was damaged" in app.protection.read_aside(aside / quarantine.NOTE)
    assert shown(encrypted) == []


def test_where_nothing_can_be_read_the_newest_backup_takes_its_place(encrypted):
    with started(encrypted) as app:
        before = state(app)
        finish(app.backups.make())
        app.chat.create()
        database = app.folder.database
    damage(database, lambda count: range(count))
    for path in database.with_name("blobs").iterdir():
        path.unlink()
    with started(encrypted) as app:
        assert "The backup" in app.recovered[0]
        assert state(app) == before
        assert app.repair.faults() == ()
    assert shown(encrypted) == []


def test_damaged_weights_are_put_aside_and_the_expert_goes_back(encrypted):
    with started(encrypted) as app:
        expert = app.expert_service.list()[0]
        head = app.blobs.path(expert.head.blob)
    data = head.read_bytes()
    head.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with started(encrypted) as app:
        assert any(expert.head.blob[:12] in fault for fault in app.repair.faults())
        finish(app.repair.run())
        assert app.repair.faults() == ()
    assert shown(encrypted) == []


def test_a_rollback_and_its_undoing_bring_the_same_bits(encrypted):
    with started(encrypted) as app:
        expert = next(one for one in app.expert_service.list() if len(app.experts.history(one.id)) > 2)
        with app.blobs.open(expert.head.blob) as stream:
            weights = stream.read()
        earlier = next(one for one in app.experts.history(expert.id) if one.is_accepted and not one.is_head)
        app.expert_service.rollback(expert.id, earlier.id)
    with started(encrypted) as app:
        assert app.experts.get(expert.id).head.id == earlier.id
        back = app.expert_service.restore(expert.id)
        with app.blobs.open(back.blob) as stream:
            assert stream.read() == weights


def test_a_lost_key_file_comes_back_from_the_backups(encrypted):
    (encrypted / "encrypted" / "key.json").unlink()
    with started(encrypted) as app:
        assert app.recovered == ()
    assert (encrypted / "encrypted" / "key.json").exists()
    shutil.rmtree(encrypted.with_name(f"{encrypted.name}-backups"))
    (encrypted / "encrypted" / "key.json").unlink()
    with pytest.raises(StorageError, match="missing"), started(encrypted):
        pass
