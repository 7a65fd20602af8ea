"""The keyring keeps a key where a person asked for it; one that anybody can read is not used."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.services import protection
from nestdesk.services.protection import Protection
from nestdesk.storage import key_file, keyring_entry

keyring = pytest.importorskip("keyring")
pytest.importorskip("sqlcipher3")
KEY = FolderKey(bytes(range(32)))


class Memory(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.held = {}
        self.error = None

    def _refuse(self):
        if self.error:
            raise self.error

    def set_password(self, service, username, password):
        self._refuse()
        self.held[service, username] = password

    def get_password(self, service, username):
        self._refuse()
        return self.held.get((service, username))

    def delete_password(self, service, username):
        self._refuse()
        if self.held.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture
def memory():
    before, made = keyring.get_keyring(), Memory()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_key_is_kept_found_and_removed(memory):
    assert keyring_entry.kept("one") is None
    keyring_entry.keep("one", KEY)
    assert keyring_entry.kept("one") == KEY
    assert keyring_entry.kept("two") is None
    keyring_entry.remove("one")
    keyring_entry.remove("one")
    assert memory.held == {}


def test_a_keyring_that_refuses_is_told_of_and_opens_nothing(memory):
    keyring_entry.keep("one", KEY)
    memory.error = keyring.errors.KeyringLocked()
    assert keyring_entry.kept("one") is None
    with pytest.raises(StorageError, match="Unlock"):
        keyring_entry.keep("one", KEY)
    with pytest.raises(StorageError, match="Unlock"):
        keyring_entry.remove("one")


def test_without_one_it_is_said(memory):
    memory.__class__.priority, before = 0, memory.__class__.priority
    try:
        assert not keyring_entry.is_possible()
        with pytest.raises(StorageError, match="no keyring"):
            keyring_entry.keep("one", KEY)
    finally:
        memory.__class__.priority = before


def test_a_folder_opens_by_the_keyring_only_while_it_is_remembered(memory, database, folder, monkeypatch):
    monkeypatch.setattr(key_file, "COST", 1 << 4)
    monkeypatch.delenv(protection.VARIABLE, raising=False)
    database.close()
    with protection.closed(folder.root) as closed:
        opened = finish(closed.encrypt("eight letters")).folder
    own = Protection(opened)
    assert protection.remembered(folder.root) is None
    own.remember()
    assert own.state().is_remembered
    assert protection.unlocked(folder.root).key == opened.key
    finish(own.change("eight letters", "eight other letters"))
    assert protection.unlocked(folder.root).key == opened.key
    own.forget_key()
    assert not own.state().is_remembered
    assert memory.held == {}
    with pytest.raises(StorageError):
        protection.unlocked(folder.root)
    own.remember()
    with protection.closed(folder.root, opened.key) as closed:
        finish(closed.decrypt())
    assert memory.held == {}, "a key that opens nothing is not kept"
    assert Protection(DataFolder(folder.root)).state().is_encrypted is False
