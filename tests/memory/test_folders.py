"""What a person drops becomes a list of documents, each once, in a stable order."""

from __future__ import annotations

from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory.folders import below, walk


def plant(root: Path, *names: str) -> None:
    """Write small files below root."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("text", encoding="utf-8")


def test_readable_files_only_and_in_order(tmp_path: Path) -> None:
    plant(tmp_path, "b.md", "a.TXT", "sub/c.pdf", ".hidden.txt", ".git/x.txt", "photo.png", "node_modules/m.js")
    (tmp_path / "empty.txt").touch()
    assert [path.relative_to(tmp_path).as_posix() for path in walk([tmp_path])] == ["a.TXT", "b.md", "sub/c.pdf"]


def test_named_files_are_taken_whatever_they_are(tmp_path: Path) -> None:
    plant(tmp_path, "photo.png", ".hidden.txt")
    given = [tmp_path / "photo.png", tmp_path / ".hidden.txt"]
    assert list(walk(given)) == given


def test_each_file_once_and_link_loops_end(tmp_path: Path) -> None:
    plant(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "again.txt").symlink_to(tmp_path / "sub" / "a.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone")
    assert len(walk([tmp_path, tmp_path / "sub", tmp_path / "sub" / "a.txt"])) == 1


def test_too_many_files_are_refused_in_words(tmp_path: Path) -> None:
    plant(tmp_path, *(f"{n}.txt" for n in range(6)))
    assert len(walk([tmp_path], limit=6)) == 6
    with pytest.raises(DocumentError, match="more than 5 documents"):
        walk([tmp_path], limit=5)
    with pytest.raises(DocumentError, match="more than 5 documents"):
        walk(sorted(tmp_path.iterdir()), limit=5)


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no document"):
        walk([tmp_path])
    with pytest.raises(DocumentError, match="no file or folder"):
        walk([tmp_path / "gone"])
    assert walk([]) == ()


def test_a_folder_may_hold_no_document_while_it_is_watched(tmp_path: Path) -> None:
    assert below(tmp_path) == ()
    (tmp_path / "b.txt").write_text("text")
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "again.txt").symlink_to(tmp_path / "b.txt")
    found = below(tmp_path)
    assert [file.name for file in found] == ["a.md", "again.txt"], "each document once"
    with pytest.raises(DocumentError, match="more than 1"):
        below(tmp_path, limit=1)
