"""A new file is there when it is whole, belongs to its owner alone, and takes nobody's place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.storage.new_files import new_file


def test_it_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with new_file(target, "The export") as file:
        file.write(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert [one.name for one in tmp_path.iterdir()] == ["new"]
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("broken", "told"), [(OSError(28, "No space left"), StorageError), (KeyError("x"), KeyError)])
def test_nothing_is_left_of_what_broke_off(tmp_path: Path, broken: Exception, told: type[Exception]) -> None:
    def write() -> None:
        with new_file(tmp_path / "new", "The export") as file:
            file.write(b"half")
            raise broken

    with pytest.raises(told):
        write()
    assert list(tmp_path.iterdir()) == []


def test_it_never_takes_the_place_of_another(tmp_path: Path) -> None:
    target = tmp_path / "new"
    target.write_bytes(b"old")
    with pytest.raises(StorageError, match="exists already"), new_file(target, "The export"):
        pytest.fail("it was opened")
    assert target.read_bytes() == b"old"
