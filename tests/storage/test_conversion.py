"""A data folder is encrypted and decrypted as a whole: cut off anywhere it opens, with all that was in it."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Function, Level, Role
from nestdesk.storage import conversion, key_file, recovery
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.digests import digests
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal

pytest.importorskip("sqlcipher3")

CANARY = b"Petrelwing"
WEIGHTS = (b"identity " + CANARY, os.urandom(200_000) + CANARY)
KEY = FolderKey(bytes(range(32)))


class Killed(BaseException):
    """The process is killed: nothing of it runs any more, so nothing catches this."""


@pytest.fixture(scope="module")
def stored():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "COST", 1 << 4)
        return key_file.wrap(KEY, "eight letters")


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """Make a folder with chats, full text and two checkpoints."""
    folder = DataFolder(tmp_path_factory.mktemp("template") / "data")
    with closing(Database.open(folder)) as database:
        journal = Journal(database)
        chat = journal.create_conversation(CANARY.decode())
        for number in range(30):
            journal.add_message(chat.id, Role.USER, f"My boat is called {CANARY.decode()}, number {number}.")
        blobs = Blobs(folder.blobs)
        experts = ExpertStore(database, blobs)
        first, second = map(blobs.put_bytes, WEIGHTS)
        expert = experts.create(
            "boat/memory", Function.MEMORY, Level.FAST, "f" * 64, 512, birth_blob=first, birth_config={}
        )
        experts.record(expert.id, second, len(WEIGHTS[1]), (), None, None, {}, is_accepted=True, reason="It helped.")
    (folder.root / "notes of mine.txt").write_text("a person's own file")
    return folder.root


@pytest.fixture
def plain(template, tmp_path) -> DataFolder:
    root = tmp_path / "data"
    shutil.copytree(template, root)
    return DataFolder(root)


@pytest.fixture
def encrypted(plain, stored) -> DataFolder:
    return finish(conversion.encrypt(plain.root, KEY, stored))


def held(folder: DataFolder) -> dict[str, str]:
    """Open a folder as a start does, and return digests of all that is in it."""
    opened = recovery.open_database(folder)
    with closing(opened.database) as database:
        assert opened.told == ()
        assert database.check() == []
        blobs = Blobs(folder.blobs, folder.key)
        assert ExpertStore(database, blobs).verify() == []
        return digests(database)


def now(root: Path) -> DataFolder:
    """Return a folder as it is: what was cut off is brought to its end, as the next start does."""
    conversion.finish(root)
    plain = DataFolder(root)
    return DataFolder(root, KEY) if plain.encrypted.exists() else plain


def canaries(root: Path) -> list[str]:
    return [str(path) for path in root.parent.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


def test_all_is_there_afterwards_and_nothing_shows(plain, stored):
    before = held(plain)
    assert canaries(plain.root)
    names = {path.name for path in plain.blobs.iterdir()}
    done = finish(conversion.encrypt(plain.root, KEY, stored))
    assert canaries(plain.root) == []
    assert held(done) == before
    blobs = Blobs(done.blobs, done.key)
    assert not {path.name for path in done.blobs.iterdir()} & names
    for data in WEIGHTS:
        name = blobs.put_bytes(data)
        with blobs.open(name) as stream:
            assert stream.read() == data
        assert blobs.size_bytes(name) == len(data)
    left = {path.name for path in plain.root.iterdir()}
    assert "notes of mine.txt" in left
    assert not {"nestdesk.db", "blobs", "encrypting"} & left
    modes = {path.stat().st_mode & 0o077 for path in done.encrypted.rglob("*")}
    assert modes == {0}


def test_back_again_everything_is_as_it_was(plain, stored):
    before = held(plain)
    weights = {path.name: path.read_bytes() for path in plain.blobs.iterdir()}
    done = finish(conversion.decrypt(finish(conversion.encrypt(plain.root, KEY, stored))))
    assert done.key is None
    assert held(done) == before
    assert {path.name: path.read_bytes() for path in done.blobs.iterdir()} == weights
    assert not {"encrypted", "decrypting"} & {path.name for path in done.root.iterdir()}
    assert finish(conversion.encrypt(done.root, KEY, stored)).key == KEY, "and once more"


def test_closed_at_any_step_it_changes_nothing(plain, stored):
    before, steps = held(plain), 0
    while True:
        job = conversion.encrypt(plain.root, KEY, stored)
        try:
            for _ in range(steps + 1):
                next(job)
        except StopIteration:
            break
        job.close()
        assert not plain.encrypting.exists()
        assert held(plain) == before
        steps += 1
    assert steps > 5
    assert held(DataFolder(plain.root, KEY)) == before


CALLS = ("replace", "unlink", "fsync")


@pytest.mark.reliability
@pytest.mark.parametrize("is_back", [False, True], ids=["encrypting", "decrypting"])
@pytest.mark.parametrize("call", CALLS)
def test_killed_at_any_change_of_the_disk_it_opens_with_everything(
    plain, stored, template, monkeypatch, tmp_path, call, is_back
):
    """Kill at the first, the second … call, until the conversion gets through."""
    before, real, place, was = held(plain), getattr(os, call), 0, set()
    ready = finish(conversion.encrypt(plain.root, KEY, stored)).root if is_back else plain.root
    for place in range(10_000):
        root = tmp_path / f"copy-{place}" / "data"
        shutil.copytree(ready, root)
        left = iter(range(place))

        def dies(*arguments, left=left, **further):
            if next(left, None) is None:
                raise Killed
            return real(*arguments, **further)

        job = conversion.decrypt(DataFolder(root, KEY)) if is_back else conversion.encrypt(root, KEY, stored)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, dies)
            patch.setattr(shutil, "rmtree", _keep if place % 2 else shutil.rmtree)  # a kill leaves what it left
            try:
                finish(job)
                is_through = True
            except Killed:
                is_through = False
        found = now(root)
        was.add(found.key is not None)
        assert held(found) == before, f"{call} number {place}"
        assert not (root / "encrypting").exists()
        assert not (root / "decrypting").exists()
        if found.key:
            assert not [one for one in canaries(root) if "former" in one or "blobs" in one or one.endswith(".db")]
        shutil.rmtree(root.parent)
        if is_through:
            break
    assert place > 0
    assert (not is_back) in was, "in the end it is what it was to become"


def _keep(*arguments, **further):
    """Delete nothing, as a process that was killed."""


def test_damaged_weights_are_not_converted(plain, stored):
    before = held(plain)
    damaged = next(iter(sorted(plain.blobs.iterdir())))
    data = damaged.read_bytes()
    damaged.write_bytes(data[:-1] + b"?")
    with pytest.raises(StorageError, match="damaged, so nothing was changed"):
        finish(conversion.encrypt(plain.root, KEY, stored))
    assert not plain.encrypted.exists()
    damaged.write_bytes(data)
    assert held(plain) == before


def test_an_encrypted_folder_is_not_encrypted_again(encrypted, stored):
    before = held(encrypted)
    with pytest.raises(StorageError, match="is encrypted"):
        finish(conversion.encrypt(encrypted.root, FolderKey.new(), stored))
    assert held(encrypted) == before


def test_a_wrong_key_touches_nothing(encrypted):
    before = {path: path.read_bytes() for path in encrypted.root.rglob("*") if path.is_file()}
    for key in (None, FolderKey.new()):
        with pytest.raises(StorageError, match="passphrase"):
            recovery.open_database(DataFolder(encrypted.root, key))
        with pytest.raises(StorageError, match="passphrase"):
            Database.open(DataFolder(encrypted.root, key))
    assert {path: path.read_bytes() for path in encrypted.root.rglob("*") if path.is_file()} == before
