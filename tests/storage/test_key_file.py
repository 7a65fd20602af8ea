"""The passphrase opens the key, nothing else does, and changing it changes nothing but one small file."""

from __future__ import annotations

import json
import unicodedata

import pytest

from nestdesk.core.errors import PassphraseError, StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.paths import DataFolder
from nestdesk.storage import key_file
from nestdesk.storage.key_file import WrongPassphraseError

pytest.importorskip("cryptography")

PASSPHRASE = "Möwen über Kap Varn"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(key_file, "COST", 1 << 4)


@pytest.fixture
def stored(folder):
    folder.encrypted.mkdir(parents=True)
    key = FolderKey.new()
    key_file.write(folder.key_file, key_file.wrap(key, PASSPHRASE))
    return key


def test_the_passphrase_opens_the_key_however_its_accents_are_written(folder, stored):
    found = key_file.read(folder.key_file)
    assert key_file.open_with(found, PASSPHRASE) == stored
    assert key_file.open_with(found, unicodedata.normalize("NFD", PASSPHRASE)) == stored
    assert folder.key_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.encrypted.iterdir()] == ["key.json"]


@pytest.mark.parametrize("wrong", ["", "Möwen", PASSPHRASE.lower(), f"{PASSPHRASE} "])
def test_another_passphrase_is_told_in_a_sentence(folder, stored, wrong):
    with pytest.raises(WrongPassphraseError, match="not the passphrase"):
        key_file.open_with(key_file.read(folder.key_file), wrong)


def test_neither_key_nor_passphrase_stand_in_the_file(folder, stored):
    data = folder.key_file.read_bytes()
    for secret in (stored.secret, stored.secret.hex().encode(), PASSPHRASE.encode()):
        assert secret not in data


@pytest.mark.parametrize("passphrase", ["", "seven77"])
def test_a_short_passphrase_is_refused(passphrase):
    with pytest.raises(PassphraseError, match="at least 8"):
        key_file.wrap(FolderKey.new(), passphrase)


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": 1 << 30}, {"cost": 17}, {"cost": "much"}, {"wrapped": "AAAA"}, {"salt": "no base64!"}, {"id": None},
        {"version": 99}, {"check": None},
    ],
)  # fmt: skip
def test_a_file_that_was_changed_opens_nothing(folder, stored, changed):
    said = json.loads(folder.key_file.read_text())
    said |= changed
    if None in changed.values():
        said = {name: value for name, value in said.items() if value is not None}
    folder.key_file.write_text(json.dumps(said))
    with pytest.raises(StorageError, match=r"damaged|newer NestDesk"):
        key_file.read(folder.key_file)


def test_parameters_cannot_be_exchanged(folder, stored):
    said = json.loads(folder.key_file.read_text())
    folder.key_file.write_text(json.dumps(said | {"id": "0" * 32}))
    with pytest.raises(WrongPassphraseError):
        key_file.open_with(key_file.read(folder.key_file), PASSPHRASE)


def test_a_locked_folder_opens_neither_without_a_key_nor_with_another_one(folder, stored):
    key_file.refuse_locked(DataFolder(folder.root, stored))
    for key in (None, FolderKey.new()):
        with pytest.raises(PassphraseError):
            key_file.refuse_locked(DataFolder(folder.root, key))


def test_without_the_packages_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(key_file, "NEEDED", ("no_such_package_of_anybody",))
    assert not key_file.is_possible()
    with pytest.raises(StorageError, match=r"pip install 'nestdesk\[encryption\]'"):
        key_file.need_packages()
