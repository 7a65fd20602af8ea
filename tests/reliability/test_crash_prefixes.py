"""Publishing a checkpoint can end after any of its steps: what is on the disk then is a good state."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from nestdesk.core.paths import DataFolder
from nestdesk.storage.blobs import Blobs
from tests.reliability.conftest import started, state, unsound
from tests.reliability.faults import Faults, can_reach_sqlite, injected
from tests.reliability.test_failing_writes import publish

pytestmark = [pytest.mark.reliability, pytest.mark.timeout(600)]


@pytest.mark.skipif(not can_reach_sqlite(), reason="SQLite is built into Python here, out of reach")
def test_every_prefix_of_a_publish_is_the_old_or_the_new_state(made, copied, tmp_path):
    root = copied()
    prefixes: list[tuple[str, Path]] = []

    def keep(step: str) -> None:
        """Copy the folder as a process that is killed before this step leaves it."""
        target = tmp_path / f"prefix-{len(prefixes)}" / "data"
        shutil.copytree(root, target)
        prefixes.append((step, target))

    with started(root) as app:
        old, act = state(app), publish(app, made)
        faults = Faults("EIO", 0)
        faults.on_step = keep
        with injected(faults):
            act()
        keep("the end")
        new = state(app)
    steps = [step for step, _ in prefixes]
    assert {"fsync", "rename", "database write"} <= set(steps)
    assert steps.index("fsync") < steps.index("rename") < steps.index("database write"), "blob first, then its row"
    seen = []
    for step, prefix in prefixes:
        with started(prefix) as app:
            assert app.recovered == (), step
            assert unsound(app) == [], step
            seen.append(state(app))
    assert seen[0] == old
    assert seen[-1] == new
    assert [one == new for one in seen] == sorted(one == new for one in seen), "once it is there it stays"
    assert all(one in (old, new) for one in seen)


class PowerCut:
    """What a folder holds after the power fails: content that was synced, under names that were."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: dict[int, bytes] = {}  # by inode
        self._names: dict[str, int] = {}

    def sync(self, handle: int) -> None:
        """Note what one fsync makes durable."""
        found = os.fstat(handle)
        if not stat.S_ISDIR(found.st_mode):
            self._contents[found.st_ino] = os.pread(handle, found.st_size, 0)
        elif found.st_ino == self._folder.stat().st_ino:
            self._names = {path.name: path.stat().st_ino for path in self._folder.iterdir()}

    def left(self) -> dict[str, bytes]:
        """Return what there would be."""
        return {name: self._contents.get(inode, b"") for name, inode in self._names.items()}


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be synced there")
@pytest.mark.parametrize("is_given_as_file", [True, False])
def test_a_blob_is_durable_under_its_name_before_it_can_be_named(tmp_path, monkeypatch, is_given_as_file):
    folder = DataFolder(tmp_path / "data")
    folder.create()
    cut = PowerCut(folder.blobs)
    sync = os.fsync

    def synced(handle: int) -> None:
        sync(handle)
        cut.sync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    scratch = folder.scratch / "new"
    scratch.write_bytes(b"weights")
    blobs = Blobs(folder.blobs)
    name = blobs.put(scratch) if is_given_as_file else blobs.put_bytes(b"weights")
    assert cut.left() == {name: b"weights"}


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be synced there")
def test_when_a_row_is_committed_its_weights_are_durable(made, copied, monkeypatch):
    with started(copied()) as app:
        act = publish(app, made)
        cut = PowerCut(app.folder.blobs)
        for path in app.folder.blobs.iterdir():  # what was there before is durable
            with path.open("rb") as file:
                cut.sync(file.fileno())
        sync, missing, commits = os.fsync, [], []

        def synced(handle: int) -> None:
            sync(handle)
            cut.sync(handle)

        def committing(_: object) -> None:
            commits.append(1)
            named = {row[0] for row in app.database._raw.execute("SELECT blob FROM checkpoint")}
            missing.extend(named - {name for name, data in cut.left().items() if data})

        monkeypatch.setattr(os, "fsync", synced)
        event.listen(Engine, "commit", committing)
        try:
            act()
        finally:
            event.remove(Engine, "commit", committing)
    assert commits
    assert missing == []
