"""What lies in a data folder is its owner's alone, also if it was readable before; what is another's is left alone."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from nestdesk.core.paths import DataFolder
from nestdesk.storage.database import Database
from nestdesk.storage.private import keep_private

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder as an older version left it with a careless umask."""
    folder = DataFolder(tmp_path / "data")
    folder.create()
    Database.open(folder).close()
    for name in ("blobs/abc", "logs/window.log", "models/tiny/config.json", "reports/a.png", "server-token"):
        file = folder.root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x", encoding="utf-8")
    for path in (folder.root, *folder.root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o664)
    return folder


def test_what_was_readable_is_closed(folder: DataFolder) -> None:
    keep_private(folder)
    assert (mode(folder.database), mode(folder.blobs), mode(folder.blobs / "abc")) == (0o600, 0o700, 0o600)
    own = [path for path in folder.root.rglob("*") if path.name != "server-token"]
    assert [path for path in own if mode(path) & 0o077] == []


def test_what_a_person_chose_or_put_there_is_left_alone(folder: DataFolder) -> None:
    linked = folder.root.with_name("models elsewhere")
    folder.models.rename(linked)
    folder.models.symlink_to(linked, target_is_directory=True)
    (folder.blobs / "link").symlink_to(folder.root / "server-token")
    keep_private(folder)
    assert mode(folder.root) == mode(linked) == 0o777
    assert mode(linked / "tiny" / "config.json") == mode(folder.root / "server-token") == 0o664
