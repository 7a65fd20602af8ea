"""Blobs are named by their content, appear whole or not at all, and damage shows."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.storage.blobs import Blobs


def test_put_moves_the_scratch_file_and_names_it_by_content(blobs: Blobs, folder: DataFolder) -> None:
    scratch = folder.scratch / "new.safetensors"
    scratch.write_bytes(b"weights")
    name = blobs.put(scratch)
    assert name == hashlib.sha256(b"weights").hexdigest()
    assert not scratch.exists()
    assert blobs.path(name).read_bytes() == b"weights"
    assert blobs.path(name).stat().st_mode & 0o777 == 0o600


def test_equal_weights_are_one_file(blobs: Blobs, folder: DataFolder) -> None:
    assert blobs.put_bytes(b"same") == blobs.put_bytes(b"same")
    assert len(list(folder.blobs.iterdir())) == 1


def test_damage_shows_and_putting_the_weights_again_repairs_it(blobs: Blobs) -> None:
    name = blobs.put_bytes(b"weights")
    assert blobs.verify(name)
    blobs.path(name).write_bytes(b"weighty")
    assert not blobs.verify(name)
    blobs.put_bytes(b"weights")
    assert blobs.verify(name)


@given(st.text(max_size=80))
def test_no_name_reaches_outside_the_folder(name: str) -> None:
    blobs = Blobs(Path("/"))
    assert not blobs.verify(name)
    with pytest.raises(CheckpointError, match="missing"):
        blobs.path(name)


def test_collect_deletes_only_what_nothing_needs(blobs: Blobs, folder: DataFolder) -> None:
    kept, lost = blobs.put_bytes(b"kept"), blobs.put_bytes(b"lost!")
    (folder.blobs / ".incoming-crash").write_bytes(b"123")
    (folder.blobs / "README").write_bytes(b"a person's own file")
    assert blobs.collect({kept}) == len(b"lost!") + 3
    assert blobs.verify(kept)
    assert not blobs.verify(lost)
    assert sorted(path.name for path in folder.blobs.iterdir()) == sorted(["README", kept])


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_scratch_file_and_no_blob(
    blobs: Blobs, folder: DataFolder, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    scratch = folder.scratch / "new"
    scratch.write_bytes(b"weights")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(StorageError, match="disk is full"):
        blobs.put(scratch)
    assert scratch.read_bytes() == b"weights"
    assert list(folder.blobs.iterdir()) == []


def test_a_scratch_file_on_another_disk_is_copied(
    blobs: Blobs, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = folder.scratch / "new"
    scratch.write_bytes(b"weights")
    rename = os.replace

    def replace(source: Path | str, target: Path) -> None:
        if Path(source) == scratch:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    name = blobs.put(scratch)
    assert blobs.verify(name)
    assert not scratch.exists()
    assert [path.name for path in folder.blobs.iterdir()] == [name]
